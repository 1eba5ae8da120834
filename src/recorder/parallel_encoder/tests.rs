//! Encoders that are slow, fail and panic; and real ones.
use super::*;
use crate::media::{Color, Picture, PixelAspect};
use crate::recorder::test_media::{frame, ms, vp8};
use crossbeam_channel::{Receiver, Sender, bounded};

const FOUR: KeyFrameInterval = KeyFrameInterval::Count(4);

/// Makes packets of no bytes that say whether it was restarted before, and logs the times that it sees.
struct TestEncoder {
    index: usize,
    is_key: bool,
    log: Sender<(usize, u64)>,
    work: Box<dyn FnMut() -> Result<()> + Send>,
}

impl Encoder for TestEncoder {
    type Input = VideoFrame;

    fn info(&self) -> TrackInfo {
        vp8()
    }

    fn encode(&mut self, frame: VideoFrame, packets: &mut Vec<Packet>) -> Result<()> {
        (self.work)()?;
        // Fails if the test is not interested.
        let _ = self.log.send((self.index, frame.time.round_millis()));
        packets.push(Packet {
            time: frame.time,
            key: std::mem::take(&mut self.is_key),
            ..crate::recorder::test_media::packet(33)
        });
        Ok(())
    }

    fn restart(&mut self) {
        self.is_key = true;
    }

    fn finish(&mut self, _: &mut Vec<Packet>) -> Result<()> {
        Ok(())
    }
}

/// Two encoders of which each does its work before each frame.
fn two<W>(max_waiting: usize, work: impl Fn(usize) -> W) -> (ParallelEncoder, Receiver<(usize, u64)>)
where
    W: FnMut() -> Result<()> + Send + 'static,
{
    let (log, logged) = unbounded();
    let encoders = [0, 1].map(|index| TestEncoder {
        index,
        is_key: false,
        log: log.clone(),
        work: Box::new(work(index)),
    });
    let encoder = ParallelEncoder::of(encoders.into(), FOUR, max_waiting);
    (encoder.unwrap(), logged)
}

fn encode(encoder: &mut ParallelEncoder, frames: std::ops::Range<u64>) -> Result<Vec<Packet>> {
    let mut packets = Vec::new();
    for number in frames {
        encoder.encode(frame(number * 33), &mut packets)?;
    }
    encoder.finish(&mut packets)?;
    Ok(packets)
}

fn times(packets: &[Packet]) -> Vec<u64> {
    packets
        .iter()
        .map(|packet| packet.time.round_millis() / 33)
        .collect()
}

#[test]
fn packets_come_in_order_with_a_key_frame_at_each_interval_however_slow_an_encoder_is() {
    for slow in [0, 1] {
        let (mut encoder, _log) = two(100, |index| {
            move || {
                thread::sleep(Duration::from_millis(u64::from(index == slow) * 2));
                Ok(())
            }
        });
        let packets = encode(&mut encoder, 0..18).unwrap();
        assert_eq!(times(&packets), (0..18).collect::<Vec<_>>());
        let keys = packets.iter().filter(|packet| packet.key);
        assert_eq!(times(&keys.cloned().collect::<Vec<_>>()), [0, 4, 8, 12, 16]);
    }
}

#[test]
fn each_encoder_sees_whole_intervals_without_the_gaps_between_them_after_a_warm_up() {
    let (mut encoder, log) = two(100, |_| || Ok(()));
    assert_eq!(encode(&mut encoder, 0..16).unwrap().len(), 16);
    drop(encoder);
    let log: Vec<_> = log.iter().collect();
    // The second one begins with the interval before its own.
    for (index, frames) in [(0, 8), (1, 12)] {
        let of_one = log.iter().filter(|(of, _)| *of == index);
        let seen: Vec<_> = of_one.map(|(_, time)| *time / 33).collect();
        assert_eq!(seen, (0..frames).collect::<Vec<_>>(), "{index}");
    }
}

#[test]
fn encoders_work_at_the_same_time() {
    // Neither goes on without the other.
    let (to_first, of_first) = bounded(0);
    let (to_second, of_second) = bounded(0);
    let both = [(to_second, of_first), (to_first, of_second)];
    let (mut encoder, _log) = two(100, |index| {
        let (other, own) = both[index].clone();
        move || {
            let patience = Duration::from_secs(10);
            let met = if index == 0 {
                other.send_timeout((), patience).is_ok()
            } else {
                own.recv_timeout(patience).is_ok()
            };
            met.then_some(()).ok_or_else(|| Error::unknown("nobody", "came"))
        }
    });
    assert_eq!(encode(&mut encoder, 0..12).unwrap().len(), 12);
}

#[test]
fn no_more_frames_wait_than_there_is_memory_for() {
    let (go, gate) = bounded::<()>(0);
    let (mut encoder, _log) = two(3, |_| {
        let gate = gate.clone();
        move || {
            let _ = gate.recv();
            Ok(())
        }
    });
    let mut packets = Vec::new();
    for number in 0..3 {
        encoder.encode(frame(number * 33), &mut packets).unwrap();
    }
    assert_eq!((encoder.waiting, packets.len()), (3, 0));
    let released = thread::spawn(move || {
        go.send_timeout((), Duration::from_secs(10)).unwrap();
        go
    });
    encoder.encode(frame(3 * 33), &mut packets).unwrap();
    assert_eq!(encoder.waiting, 3);
    drop(released.join().unwrap());
    encoder.finish(&mut packets).unwrap();
    assert_eq!(times(&packets), [0, 1, 2, 3]);
}

#[test]
fn a_restart_begins_an_interval() {
    let (mut encoder, _log) = two(100, |_| || Ok(()));
    let mut packets = Vec::new();
    for number in 0..6 {
        if number == 2 {
            encoder.restart();
        }
        encoder.encode(frame(number * 33), &mut packets).unwrap();
    }
    encoder.finish(&mut packets).unwrap();
    let keys: Vec<_> = packets.iter().map(|packet| packet.key).collect();
    assert_eq!(keys, [true, false, true, false, false, false]);
}

#[test]
fn an_encoder_that_fails_or_panics_ends_the_track_with_its_error() {
    // The first four frames of the second encoder are its warm-up.
    for (panics, at) in [(false, 3), (true, 3), (false, 6), (true, 6)] {
        let (mut encoder, _log) = two(3, |index| {
            let mut frames = 0;
            move || {
                frames += 1;
                assert!(!panics || index == 0 || frames < at, "as the test wants it");
                let fails = index == 1 && frames == at;
                fails
                    .then_some(())
                    .map_or(Ok(()), |()| Err(Error::unknown("no", "luck")))
            }
        });
        let error = encode(&mut encoder, 0..40).unwrap_err();
        assert_eq!(error.to_string().contains("no"), !panics, "{error}");
    }
}

#[test]
fn after_a_stop_it_gives_up_what_takes_too_long_and_what_would_follow() {
    let (go, gate) = bounded::<()>(100);
    let (mut encoder, log) = two(100, |index| {
        let gate = gate.clone();
        move || {
            if index == 0 {
                let _ = gate.recv_timeout(Duration::from_secs(10));
            }
            Ok(())
        }
    });
    let mut packets = Vec::new();
    for number in 0..8 {
        encoder.encode(frame(number * 33), &mut packets).unwrap();
    }
    (0..2).for_each(|_| go.send(()).unwrap());
    // The first is still at its third frame, and all of the second, with its warm-up, follows what is missing of the first.
    for _ in 0..10 {
        log.recv_timeout(Duration::from_secs(10)).unwrap();
    }
    let late = {
        let later = thread::spawn(move || {
            thread::sleep(Duration::from_millis(300));
            drop(go);
        });
        let late = encoder.drain_within(Duration::from_millis(20));
        later.join().unwrap();
        late
    };
    encoder.finish(&mut packets).unwrap();
    assert_eq!((times(&packets), late), (vec![0, 1, 2], 5));
}

#[test]
fn what_can_be_encoded_soon_after_a_stop_is() {
    let (mut encoder, _log) = two(100, |_| || Ok(()));
    let mut packets = Vec::new();
    for number in 0..30 {
        encoder.encode(frame(number * 33), &mut packets).unwrap();
    }
    assert_eq!(encoder.drain_within(Duration::from_secs(10)), 0);
    encoder.finish(&mut packets).unwrap();
    assert_eq!(packets.len(), 30);
}

fn format(width: u32, height: u32) -> VideoFormat {
    VideoFormat {
        width,
        height,
        frame_duration: Some(Duration::from_millis(40)),
        color: Color::UNSPECIFIED,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    }
}

fn options(codec: VideoCodec, key_frames: KeyFrameInterval) -> VideoOptions {
    VideoOptions {
        codec,
        bits_per_second: 300_000,
        quality: None,
        key_frames,
        speed: None,
        threads: None,
        level: None,
        deterministic: false,
    }
}

#[test]
fn the_work_is_divided_by_cores_memory_and_interval() {
    let vp8 = options(
        VideoCodec::Vp8,
        KeyFrameInterval::Duration(Duration::from_secs(4)),
    );
    let jobs = |cores, (width, height), options| {
        Division::on(cores, MAX_WAITING, format(width, height), options, None)
    };
    let division = |jobs, threads, max_waiting| Division {
        jobs,
        threads,
        max_waiting,
    };
    let (hd, full_hd, ultra_hd) = ((1280, 720), (1920, 1080), (3840, 2160));
    // Half an interval is 50 frames.
    assert_eq!(jobs(1, hd, vp8), division(1, Some(1), 2));
    assert_eq!(jobs(2, hd, vp8), division(2, Some(1), 54));
    assert_eq!(jobs(16, hd, vp8), division(5, Some(1), 194 + 10));
    assert_eq!(jobs(16, full_hd, vp8).jobs, 3);
    assert_eq!(jobs(16, ultra_hd, vp8).jobs, 2);
    let vp9 = VideoOptions {
        codec: VideoCodec::Vp9,
        ..vp8
    };
    // Two threads of one encoder need half the memory of two encoders.
    assert_eq!(jobs(2, hd, vp9), division(1, Some(2), 2));
    assert_eq!(jobs(8, hd, vp9), division(2, Some(4), 54));
    assert_eq!(jobs(16, full_hd, vp9), division(3, Some(5), 86 + 6));
    let four_threads = VideoOptions {
        threads: Some(4),
        ..vp9
    };
    assert_eq!(jobs(8, hd, four_threads), division(2, Some(4), 54));
    assert_eq!(jobs(2, hd, four_threads).jobs, 1);
    let short = VideoOptions {
        key_frames: FOUR,
        ..vp8
    };
    assert_eq!(jobs(16, ultra_hd, short), division(12, Some(1), 21 + 24));
    let reproducible = VideoOptions {
        deterministic: true,
        ..vp9
    };
    assert_eq!(jobs(16, hd, reproducible), division(1, None, 2));
    let asked = Division::on(
        1,
        MAX_WAITING,
        format(1280, 720),
        reproducible,
        NonZeroU32::new(3),
    );
    assert_eq!(asked, division(3, None, 100 + 6));
    let half = Division::on(16, MAX_WAITING / 2, format(1280, 720), vp8, None);
    assert_eq!(half, division(3, Some(1), 97 + 6));
}

/// A picture that moves.
fn picture(number: u64) -> VideoFrame {
    let mut picture = Picture::new(64, 48);
    let (width, mut seed) = (64, number);
    for (index, byte) in picture.data_mut().iter_mut().enumerate() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let ramp = (index % width + index / width) as u64 * 2 + number * 3;
        *byte = (ramp + (seed >> 60)) as u8;
    }
    VideoFrame {
        time: ms(number * 40),
        duration: Some(Duration::from_millis(40)),
        picture: Arc::new(picture),
    }
}

#[test]
fn real_encoders_give_the_same_packets_however_their_threads_run() {
    let make = || {
        let options = options(VideoCodec::Vp8, KeyFrameInterval::Count(10));
        let division = Division::on(1, MAX_WAITING, format(64, 48), options, NonZeroU32::new(3));
        let mut encoder = ParallelEncoder::new(format(64, 48), options, division).unwrap();
        let mut packets = Vec::new();
        for number in 0..100 {
            encoder.encode(picture(number), &mut packets).unwrap();
        }
        encoder.finish(&mut packets).unwrap();
        packets
    };
    let packets = make();
    assert_eq!(packets, make());
    let keys = packets
        .iter()
        .filter(|packet| packet.key)
        .map(|packet| packet.time);
    assert_eq!(
        keys.collect::<Vec<_>>(),
        (0..10).map(|n| ms(n * 400)).collect::<Vec<_>>()
    );
}
