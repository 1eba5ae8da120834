//! Pieces of recordings, as they are found and joined.
use super::*;
use crate::media::TrackInfo;
use crate::webm::test_media;
use crate::webm::{Block, diagnose};
use std::io::Cursor;

fn blocks(file: &[u8]) -> Vec<Block> {
    let mut reader = Reader::new(file).unwrap();
    std::iter::from_fn(|| reader.next_block().unwrap()).collect()
}

/// A live file, cut at its Clusters.
fn pieces() -> (Vec<u8>, Vec<Vec<u8>>) {
    let (live, index) = test_media::live(4);
    let cuts = index
        .clusters
        .iter()
        .skip(1)
        .map(|&at| usize::try_from(at).unwrap());
    let mut pieces = Vec::new();
    let mut from = 0;
    for cut in cuts.chain([live.len()]) {
        pieces.push(live[from..cut].to_vec());
        from = cut;
    }
    (live, pieces)
}

fn found(pieces: &[Vec<u8>]) -> Vec<PieceFinding> {
    let mut pieces: Vec<_> = pieces.iter().map(Cursor::new).collect();
    check_pieces(&mut pieces).unwrap()
}

#[test]
fn chunks_become_the_file_they_were_cut_from() {
    let (live, pieces) = pieces();
    assert_eq!(pieces.len(), 4);
    assert_eq!(found(&pieces), []);
    let mut cursors: Vec<_> = pieces.iter().map(Cursor::new).collect();
    let mut joined = Cursor::new(Vec::new());
    join(&mut cursors, &mut joined).unwrap();
    assert_eq!(diagnose(&**joined.get_ref()).unwrap().list, []);
    let data = |file: &[u8]| {
        blocks(file)
            .into_iter()
            .map(|block| (block.time, block.data))
            .collect::<Vec<_>>()
    };
    assert_eq!(data(joined.get_ref()), data(&live));
}

#[test]
fn missing_double_and_foreign_pieces_and_a_wrong_order_are_found() {
    let (_, pieces) = pieces();
    let of = |order: &[usize]| {
        found(
            &order
                .iter()
                .map(|&piece| pieces[piece].clone())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(of(&[1, 2]), [PieceFinding::NoHeader]);
    assert_eq!(of(&[0, 2, 1, 3])[0], PieceFinding::OutOfOrder { piece: 2 });
    assert_eq!(of(&[0, 1, 1]), [PieceFinding::Double { piece: 2, of: 1 }]);
    assert!(matches!(of(&[0, 3])[..], [PieceFinding::Gap { piece: 1, .. }]));
    let with_text = [pieces[0].clone(), b"hello".to_vec()];
    assert_eq!(found(&with_text), [PieceFinding::Foreign { piece: 1 }]);
    let between = [pieces[0].clone(), b"hello, world".to_vec(), pieces[1].clone()];
    assert_eq!(found(&between), [PieceFinding::Foreign { piece: 1 }]);
}

#[test]
fn blobs_that_are_cut_anywhere_are_pieces_even_if_they_are_one_byte_or_none() {
    let (live, _) = test_media::live(2);
    for size in [1, 3, 50, 1_000] {
        let rest = live[1..].chunks(size).map(<[u8]>::to_vec);
        let begin = [vec![], live[..1].to_vec()];
        let pieces: Vec<_> = begin.into_iter().chain(rest).chain([vec![]]).collect();
        assert_eq!(found(&pieces), [], "{size}");
        let mut cursors: Vec<_> = pieces.iter().map(Cursor::new).collect();
        let mut joined = Cursor::new(Vec::new());
        join(&mut cursors, &mut joined).unwrap();
        assert_eq!(blocks(joined.get_ref()).len(), blocks(&live).len(), "{size}");
    }
    let twice: Vec<_> = [&live[..1], &live[1..], &live[..2], &live[2..]]
        .map(<[u8]>::to_vec)
        .into();
    assert_eq!(found(&twice), []);
}

/// So many packets of Opus of this codec delay, of 20 ms each.
fn opus(delay: Duration, count: u64) -> Vec<u8> {
    let track = TrackInfo {
        codec_delay: delay,
        ..test_media::audio_track()
    };
    let packets: Vec<_> = (0..count).map(|number| test_media::audio(0, number)).collect();
    test_media::write(&[track], &packets).0
}

/// Checks how many packets of 20 ms these are in one file, one after the other.
fn assert_joined(pieces: &[&[u8]], packets: usize) {
    let mut joined = Cursor::new(Vec::new());
    let mut pieces: Vec<_> = pieces.iter().map(Cursor::new).collect();
    join(&mut pieces, &mut joined).unwrap();
    let times: Vec<u64> = blocks(joined.get_ref())
        .iter()
        .map(|block| block.time.round_millis())
        .collect();
    assert_eq!(times.len(), packets, "{times:?}");
    assert!(
        times
            .windows(2)
            .all(|pair| (19..=21).contains(&(pair[1] - pair[0]))),
        "{times:?}"
    );
}

#[test]
fn the_pre_roll_of_a_segment_is_not_repeated() {
    let first = opus(Duration::from_micros(6_500), 3);
    let second = opus(Duration::from_millis(80), 7);
    assert_joined(&[&first, &second], 6);
    assert_joined(&[&first, &second, &second], 9);
}

#[test]
fn segments_whose_first_is_not_there_and_recordings_that_were_begun_anew_are_joined_as_well() {
    let begun_anew = opus(Duration::from_micros(6_500), 3);
    let segment = opus(Duration::from_millis(80), 7);
    assert_joined(&[&segment, &segment], 10);
    assert_joined(&[&segment, &begun_anew, &segment], 13);
}

#[test]
fn recordings_follow_one_another_and_other_tracks_are_refused() {
    let one = test_media::finalized(2);
    let mut joined = Cursor::new(Vec::new());
    let repairs = join(&mut [Cursor::new(&one), Cursor::new(&one)], &mut joined).unwrap();
    assert!((4_000..4_020).contains(&repairs.duration.as_millis()));
    let all = blocks(joined.get_ref());
    assert_eq!(all.len(), 2 * blocks(&one).len());
    let (other, _) = test_media::write(&[test_media::audio_track()], &[test_media::audio(0, 0)]);
    let error = join(
        &mut [Cursor::new(&one), Cursor::new(&other)],
        Cursor::new(Vec::new()),
    )
    .unwrap_err();
    assert_eq!(error.name(), "NotSupportedError");
}
