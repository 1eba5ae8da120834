//! In what order and at what times packets come out.
use super::*;
use crate::recorder::test_media::ms;
use bytes::Bytes;

const VIDEO: TrackOrder = TrackOrder {
    audio: false,
    live: true,
    copied: false,
};
const AUDIO: TrackOrder = TrackOrder {
    audio: true,
    live: true,
    copied: false,
};

fn packet(track: usize, ms: u64) -> Packet {
    Packet {
        track,
        time: Timestamp::from_millis(ms),
        duration: Duration::from_millis(20),
        key: true,
        padding: Duration::ZERO,
        early: Duration::ZERO,
        data: Bytes::new(),
        side_data: None,
    }
}

fn interleaver<const N: usize>(tracks: [TrackOrder; N]) -> Interleaver {
    Interleaver::new(tracks, Arc::new(Watermark::new(N)))
}

fn push(i: &mut Interleaver, packets: &[(usize, u64)]) {
    for &(track, ms) in packets {
        assert_eq!(i.push(packet(track, ms), 0), None);
    }
}

fn drain(i: &mut Interleaver) -> Vec<(usize, u64)> {
    std::iter::from_fn(|| i.pop())
        .map(|(p, _)| (p.track, p.time.round_millis()))
        .collect()
}

#[test]
fn the_first_packet_of_all_is_time_zero() {
    let mut i = interleaver([VIDEO, VIDEO]);
    push(&mut i, &[(0, 130)]);
    assert_eq!(drain(&mut i), []);
    push(&mut i, &[(1, 110), (1, 150)]);
    assert_eq!(drain(&mut i), [(1, 0), (0, 20)]);
}

#[test]
fn sound_stands_before_a_picture_of_the_same_tick() {
    let mut i = interleaver([VIDEO, AUDIO]);
    push(&mut i, &[(0, 0), (1, 0), (0, 20), (1, 20)]);
    assert_eq!(drain(&mut i), [(1, 0), (0, 0), (1, 20), (0, 20)]);
}

#[test]
fn a_picture_waits_only_until_the_sound_before_it_is_there() {
    let mut i = interleaver([VIDEO, AUDIO]);
    push(&mut i, &[(1, 0), (0, 0), (0, 33)]);
    assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
    push(&mut i, &[(1, 20)]);
    // The next sound begins at 40 ms, so nothing can come between.
    assert_eq!(drain(&mut i), [(1, 20), (0, 33)]);
}

#[test]
fn silent_live_video_holds_the_others_for_a_second() {
    let mut i = interleaver([VIDEO, VIDEO]);
    push(&mut i, &[(0, 0), (0, 500), (0, 1000), (0, 1500), (0, 2000)]);
    assert_eq!(drain(&mut i), [(0, 0), (0, 500), (0, 1000)]);
    push(&mut i, &[(1, 1100)]);
    assert_eq!(drain(&mut i), [(1, 1100)]);
}

#[test]
fn what_comes_too_late_from_a_file_is_counted_with_how_far_it_moved_at_most() {
    let file = TrackOrder { live: false, ..VIDEO };
    let mut i = interleaver([VIDEO, file]);
    push(&mut i, &[(0, 100), (0, 600), (0, 1100)]);
    push(&mut i, &[1900, 2700, 3500, 4100].map(|ms| (0, ms)));
    assert_eq!(drain(&mut i), [(0, 0), (0, 500), (0, 1000)]);
    // It is before the first of all, too.
    push(&mut i, &[(1, 50), (1, 700), (1, 1200)]);
    i.end(1);
    assert_eq!(
        drain(&mut i),
        [1000, 1001, 1100]
            .map(|ms| (1, ms))
            .into_iter()
            .chain([1800, 2600, 3400, 4000].map(|ms| (0, ms)))
            .collect::<Vec<_>>()
    );
    let most = Duration::from_millis(1050);
    assert_eq!(i.late(1), Late { packets: 2, most });
    assert_eq!(i.late(0), Late::default());
}

#[test]
fn what_comes_too_late_from_a_device_is_dropped_and_never_moved() {
    let mut i = interleaver([VIDEO, AUDIO]);
    push(&mut i, &[0, 200, 1000, 1800, 2600, 2999].map(|ms| (0, ms)));
    assert_eq!(drain(&mut i), []);
    push(&mut i, &[(0, 3700), (0, 4100)]);
    assert_eq!(drain(&mut i), [(0, 0), (0, 200), (0, 1000)]);
    // A microphone that gave nothing for three seconds, though it had something.
    assert_eq!(i.push(packet(1, 980), 0), Some(packet(1, 980)));
    push(&mut i, &[(1, 1000), (1, 2980)]);
    assert_eq!(
        drain(&mut i),
        [(1, 1000), (0, 1800), (0, 2600), (1, 2980), (0, 2999)]
    );
    assert_eq!((i.late(0), i.late(1)), (Late::default(), Late::default()));
}

#[test]
fn a_process_that_was_stopped_has_not_waited_for_anything() {
    let mut i = interleaver([VIDEO, AUDIO]);
    push(&mut i, &[(0, 0), (1, 0), (0, 33), (0, 8000)]);
    assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
    push(&mut i, &[20, 40, 60].map(|ms| (1, ms)));
    assert_eq!(drain(&mut i), [(1, 20), (0, 33), (1, 40), (1, 60)]);
}

#[test]
fn what_an_encoder_of_a_device_has_in_hand_is_waited_for_however_long_it_takes() {
    let watermark = Arc::new(Watermark::new(2));
    let mut i = Interleaver::new([VIDEO, AUDIO], watermark.clone());
    assert!(watermark.claim(0, ms(0)) && watermark.claim(0, ms(33)));
    push(&mut i, &[(0, 0), (1, 0), (1, 20), (1, 40), (1, 900), (1, 5000)]);
    assert_eq!(drain(&mut i), [(1, 0), (0, 0), (1, 20)]);
    push(&mut i, &[(0, 33)]);
    assert_eq!(drain(&mut i), [(0, 33), (1, 40)]);
    assert!(!watermark.claim(0, ms(38)));
    assert!(watermark.claim(0, ms(4990)));
    // Sound that is captured and not encoded holds up pictures in the same way.
    watermark.hold(1, ms(5020));
    push(&mut i, &[(0, 4990), (0, 5010), (0, 5033)]);
    push(&mut i, &[5900, 6700, 7500, 8100].map(|ms| (0, ms)));
    assert_eq!(drain(&mut i), [(1, 900), (0, 4990), (1, 5000), (0, 5010)]);
    watermark.release(1);
    assert_eq!(drain(&mut i), [(0, 5033)]);
}

#[test]
fn after_a_stop_a_device_is_waited_for_until_its_end() {
    let mut i = interleaver([VIDEO, AUDIO]);
    push(&mut i, &[(0, 0), (1, 0), (1, 20)]);
    assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
    i.stop();
    push(&mut i, &[(1, 40), (1, 9000)]);
    assert_eq!(drain(&mut i), []);
    push(&mut i, &[(0, 33)]);
    assert_eq!(drain(&mut i), [(1, 20), (0, 33)]);
    i.end(0);
    assert_eq!(drain(&mut i), [(1, 40), (1, 9000)]);
}

#[test]
fn live_media_is_held_back_for_a_file_that_stands_still_for_three_seconds_only() {
    let file = TrackOrder { live: false, ..VIDEO };
    let mut i = interleaver([file, AUDIO]);
    push(&mut i, &[(0, 0), (1, 0), (1, 20)]);
    push(&mut i, &[820, 1620, 2420, 3019].map(|ms| (1, ms)));
    assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
    push(&mut i, &[(1, 3020), (1, 3040)]);
    assert_eq!(drain(&mut i), [(1, 20)]);
    push(&mut i, &[(0, 33), (0, 66), (0, 5000)]);
    // It catches up; nothing of it is late as long as live media of that time waits.
    assert_eq!(
        drain(&mut i),
        [
            (0, 33),
            (0, 66),
            (1, 820),
            (1, 1620),
            (1, 2420),
            (1, 3019),
            (1, 3020),
            (1, 3040)
        ]
    );
    assert_eq!(i.late(0), Late::default());
    // Files wait for each other as long as it takes, and for a device that is behind them.
    let mut i = interleaver([file, file, AUDIO]);
    i.end(2);
    push(&mut i, &[(0, 0), (0, 9000)]);
    assert_eq!(drain(&mut i), []);
}

#[test]
fn a_file_is_waited_for() {
    let mut i = interleaver([VIDEO, TrackOrder { live: false, ..VIDEO }]);
    push(&mut i, &[(0, 0), (0, 2900)]);
    assert_eq!(drain(&mut i), []);
    i.end(1);
    assert_eq!(drain(&mut i), [(0, 0), (0, 2900)]);
}

#[test]
fn blocks_of_a_track_are_a_tick_apart_and_never_go_back() {
    let mut i = interleaver([VIDEO]);
    push(&mut i, &[(0, 10), (0, 10), (0, 10), (0, 11), (0, 50)]);
    assert_eq!(drain(&mut i), [(0, 0), (0, 1), (0, 2), (0, 3), (0, 40)]);
}

#[test]
fn blocks_of_a_copy_stay_where_they_were_even_at_one_time() {
    let copied = |audio| TrackOrder {
        audio,
        live: false,
        copied: true,
    };
    let mut i = interleaver([copied(false), copied(true)]);
    push(
        &mut i,
        &[
            (0, 0),
            (0, 40),
            (0, 40),
            (0, 41),
            (1, 0),
            (1, 17),
            (1, 39),
            (1, 60),
        ],
    );
    i.end(0);
    let expected = [
        (1, 0),
        (0, 0),
        (1, 17),
        (1, 39),
        (0, 40),
        (0, 40),
        (0, 41),
        (1, 60),
    ];
    assert_eq!(drain(&mut i), expected);
}

#[test]
fn what_ran_ahead_of_a_stopped_track_is_cut_unless_it_is_live() {
    let of_file = |order| TrackOrder { live: false, ..order };
    let mut i = interleaver([of_file(VIDEO), of_file(AUDIO)]);
    push(&mut i, &[(0, 0), (0, 33), (1, 0), (1, 20), (1, 40), (1, 60)]);
    assert_eq!(drain(&mut i), [(1, 0), (0, 0), (1, 20), (0, 33)]);
    i.end(0);
    i.cut_behind(0);
    i.end(1);
    i.cut_behind(1);
    assert_eq!(drain(&mut i), []);
    // A file that gave no more held back what a microphone captured meanwhile.
    let mut i = interleaver([of_file(VIDEO), AUDIO]);
    push(&mut i, &[(0, 0), (1, 0), (1, 20), (1, 3000)]);
    assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
    i.end(0);
    i.cut_behind(0);
    i.end(1);
    assert_eq!(drain(&mut i), [(1, 20), (1, 3000)]);
}
