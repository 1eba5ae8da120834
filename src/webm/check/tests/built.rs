//! Small live files that are built element by element.
use super::{INTER_FRAME, KEY_FRAME, OPUS, broken, listed, report};
use crate::webm::check::Form;

/// An element of this ID.
fn element(id: u64, content: &[u8]) -> Vec<u8> {
    let id = id.to_be_bytes();
    let begin = id.iter().position(|&byte| byte != 0).unwrap();
    let size = (1 << 56 | content.len() as u64).to_be_bytes();
    [&id[begin..], &size, content].concat()
}

/// An element in which there are others.
fn master(id: u64, children: &[Vec<u8>]) -> Vec<u8> {
    element(id, &children.concat())
}

fn header() -> Vec<u8> {
    let segment = [
        0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    ];
    let header = [
        element(0x4282, b"webm"),
        element(0x4287, &[4]),
        element(0x4285, &[2]),
    ];
    [master(0x1A45_DFA3, &header), segment.to_vec()].concat()
}

fn info() -> Vec<u8> {
    master(0x1549_A966, &[element(0x4D80, b"a"), element(0x5741, b"b")])
}

/// A track with what is special about it.
fn track(number: u8, kind: u8, codec: &str, special: &[Vec<u8>]) -> Vec<u8> {
    let common = [
        element(0xD7, &[number]),
        element(0x73C5, &[number]),
        element(0x83, &[kind]),
        element(0x9C, &[0]),
        element(0x86, codec.as_bytes()),
    ];
    master(0xAE, &[common.concat(), special.concat()])
}

fn video(codec: &str, special: &[Vec<u8>]) -> Vec<u8> {
    let size = [element(0xB0, &[64]), element(0xBA, &[48])].concat();
    track(1, 1, codec, &[master(0xE0, &[size, special.concat()])])
}

fn audio(codec: &str, private: &[u8], special: &[Vec<u8>]) -> Vec<u8> {
    let audio = master(
        0xE1,
        &[element(0xB5, &48_000_f32.to_be_bytes()), element(0x9F, &[2])],
    );
    track(2, 2, codec, &[element(0x63A2, private), audio, special.concat()])
}

fn opus() -> Vec<u8> {
    let head = b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0";
    audio(
        "A_OPUS",
        head,
        &[
            element(0x56AA, &[0x63, 0x2E, 0xA0]),
            element(0x56BB, &[0x04, 0xC4, 0xB4, 0]),
        ],
    )
}

fn payload(track: u8, time: i16, flags: u8, data: &[u8]) -> Vec<u8> {
    let [high, low] = time.to_be_bytes();
    [&[0x80 | track, high, low, flags], data].concat()
}

fn block(track: u8, time: i16, flags: u8, data: &[u8]) -> Vec<u8> {
    element(0xA3, &payload(track, time, flags, data))
}

/// A `BlockGroup` with what is beside its Block.
fn group(track: u8, time: i16, data: &[u8], special: &[Vec<u8>]) -> Vec<u8> {
    master(
        0xA0,
        &[element(0xA1, &payload(track, time, 0, data)), special.concat()],
    )
}

fn cluster(time: u8, blocks: &[Vec<u8>]) -> Vec<u8> {
    master(0x1F43_B675, &[element(0xE7, &[time]), blocks.concat()])
}

fn file(tracks: &[Vec<u8>], rest: &[Vec<u8>]) -> Vec<u8> {
    [header(), info(), master(0x1654_AE6B, tracks), rest.concat()].concat()
}

/// A file of one track, without blocks.
fn with_track(track: Vec<u8>) -> Vec<u8> {
    file(&[track], &[])
}

/// A VP8 file with these blocks in its only Cluster, behind a key frame.
fn with_blocks(tracks: &[Vec<u8>], blocks: &[Vec<u8>]) -> Vec<u8> {
    let first = block(1, 0, 0x80, KEY_FRAME);
    file(tracks, &[cluster(0, &[first, blocks.concat()])])
}

fn vp8() -> Vec<u8> {
    video("V_VP8", &[])
}

#[test]
fn a_file_built_of_its_elements_is_right() {
    let blocks = [block(2, 10, 0x80, OPUS), block(1, 33, 0, INTER_FRAME)];
    assert_eq!(broken(&with_blocks(&[vp8(), opus()], &blocks), None), [""; 0]);
}

/// Asserts that each file breaks its rule, and no other.
fn assert_break(files: &[(&str, Vec<u8>)]) {
    let wrong = files.iter().filter(|(rule, file)| broken(file, None) != [*rule]);
    let failed: Vec<_> = wrong
        .map(|(rule, file)| format!("{rule}: {}", listed(&report(file))))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn the_order_of_top_level_elements_is_judged() {
    let tracks = || master(0x1654_AE6B, &[vp8()]);
    let tags = |name: u64, track: u8| {
        let target = master(0x63C0, &[element(0x63C5, &[track])]);
        master(
            0x1254_C367,
            &[master(0x7373, &[target, master(0x67C8, &[element(name, b"A")])])],
        )
    };
    assert_break(&[
        ("M8", [header(), tracks()].concat()),
        (
            "M9",
            [header(), info(), tracks()].concat()[..header().len() - 12].to_vec(),
        ),
        ("M10", [header(), info(), cluster(0, &[]), tracks()].concat()),
        ("M63", [header(), tracks(), info()].concat()),
        ("M57", file(&[vp8()], &[tags(0x45A3, 9)])),
        ("M57", file(&[vp8()], &[tags(0x4487, 1)])),
        ("M6", file(&[vp8()], &[master(0x1941_A469, &[])])),
        (
            "M11",
            file(
                &[vp8()],
                &[
                    cluster(0, &[]),
                    master(0x1043_A770, &[master(0x45B9, &[chapter()])]),
                ],
            ),
        ),
        ("M40", file(&[vp8()], &[element(0x1F43_B675, &[])])),
        (
            "M50",
            file(&[vp8()], &[cluster(0, &[]), cluster(1, &[element(0xAB, &[9])])]),
        ),
    ]);
}

fn has_wrong_duration(duration: f64, track: &[u8], cluster: Vec<u8>) -> bool {
    let info = master(0x1549_A966, &[element(0x4489, &duration.to_be_bytes())]);
    let tracks = master(0x1654_AE6B, &[track.to_vec()]);
    let file = [header(), info, tracks, cluster].concat();
    broken(&file, Some(Form::Finished)).contains(&"M19")
}

#[test]
fn a_packet_of_opus_knows_better_than_its_track_how_long_it_is() {
    const SIXTY_MS: [u8; 2] = [0x18, 0];
    let default_duration = element(0x0023_E383, &20_000_000_u32.to_be_bytes());
    let track = track(2, 2, "A_OPUS", &[default_duration]);
    let packet = || cluster(0, &[block(2, 0, 0x80, &SIXTY_MS)]);
    assert!(!has_wrong_duration(60.0, &track, packet()));
    assert!(has_wrong_duration(130.0, &track, packet()));
}

#[test]
fn a_packet_of_aac_lasts_as_long_as_all_of_them_whatever_the_step_to_it() {
    let audio = master(0xE1, &[element(0xB5, &48_000_f32.to_be_bytes())]);
    let track = track(2, 2, "A_AAC", &[audio]);
    let packets = || {
        let blocks = [0, 42, 43].map(|time| block(2, time, 0x80, &[0]));
        cluster(0, &blocks)
    };
    assert!(!has_wrong_duration(64.333, &track, packets()));
    assert!(has_wrong_duration(90.0, &track, packets()));
}

#[test]
fn the_last_frame_lasts_as_long_as_its_track_says_or_as_the_one_before() {
    let default_duration = element(0x0023_E383, &33_333_333_u32.to_be_bytes());
    let said = track(1, 1, "V_VP8", &[default_duration]);
    let unsaid = track(1, 1, "V_VP8", &[]);
    let frames = |times: &[i16]| {
        let blocks = times.iter().map(|time| block(1, *time, 0x80, KEY_FRAME));
        cluster(0, &blocks.collect::<Vec<_>>())
    };
    let is_wrong = |duration, track, times| has_wrong_duration(duration, track, frames(times));
    for duration in [299.0, 499.0] {
        assert!(!is_wrong(duration, &said, &[0, 33, 266]), "{duration}");
    }
    assert!(is_wrong(600.0, &said, &[0, 33, 266]));
    // A frame that is not shown is no measure.
    let hidden = [block(1, 500, 0, &[0x01, 0, 0]), block(1, 501, 0, INTER_FRAME)];
    let blocks = [block(1, 0, 0x80, KEY_FRAME), hidden.concat()];
    assert!(!has_wrong_duration(1_002.0, &unsaid, cluster(0, &blocks)));
    // The length of a frame alone is not known.
    assert!(!is_wrong(33.0, &unsaid, &[0]));
    assert!(!is_wrong(33.0, &unsaid, &[0, 0]));
    assert!(is_wrong(33.0, &unsaid, &[100, 110]));
}

fn chapter() -> Vec<u8> {
    master(0xB6, &[element(0x73C4, &[1]), element(0x91, &[0])])
}

#[test]
fn elements_whose_ids_seem_impossible_are_known() {
    let title = master(0x80, &[element(0x85, b"One")]);
    let chapter = master(0xB6, &[element(0x73C4, &[1]), element(0x91, &[0]), title]);
    let chapters = master(0x1043_A770, &[master(0x45B9, &[chapter])]);
    // As long as it is, since a single byte of ones is none.
    let unknown = element(0x407F, &[1]);
    let blocks = cluster(0, &[block(1, 0, 0x80, KEY_FRAME)]);
    let file = file(&[vp8()], &[unknown, chapters, blocks]);
    assert!(!broken(&file, None).contains(&"M5"), "{}", listed(&report(&file)));
}

#[test]
fn what_tracks_say_is_judged() {
    let roll = |degrees: f32| master(0x7670, &[element(0x7675, &degrees.to_be_bytes())]);
    let av1 = |private: &[u8]| {
        let size = master(0xE0, &[element(0xB0, &[64]), element(0xBA, &[48])]);
        track(1, 1, "V_AV1", &[element(0x63A2, private), size])
    };
    let vorbis = b"\x02\x07\x07\x01vorbis\x03vorbis\x05vorbis";
    assert_eq!(broken(&with_track(audio("A_VORBIS", vorbis, &[])), None), [""; 0]);
    assert_break(&[
        (
            "M24",
            with_track(track(3, 0x11, "D_WEBVTT/SUBTITLES", &[element(0x23_E383, &[0])])),
        ),
        ("M26", with_track(track(1, 1, "V_VP8", &[]))),
        ("M26", with_track(video("V_VP8", &[element(0x54AA, &[48])]))),
        ("M26", with_track(video("V_VP8", &[element(0x54B2, &[3])]))),
        ("M28", with_track(video("V_VP8", &[element(0x53C0, &[2])]))),
        ("M30", with_track(video("V_VP8", &[roll(270.0)]))),
        (
            "M31",
            with_track(track(
                1,
                2,
                "A_OPUS",
                &[
                    element(0x63A2, b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0"),
                    element(0x56BB, &[0x04, 0xC4, 0xB4, 0]),
                ],
            )),
        ),
        (
            "M32",
            with_track(track(1, 1, "V_VP8", &[element(0x63A2, b"x"), size()])),
        ),
        (
            "M32",
            with_track(track(
                1,
                1,
                "V_VP9",
                &[element(0x63A2, &[1, 0, 10, 0x82]), size()],
            )),
        ),
        ("M33", with_track(av1(b""))),
        ("M33", with_track(av1(&[0x82, 0, 0, 0]))),
        ("M39", with_track(audio("A_VORBIS", &vorbis[..20], &[]))),
    ]);
}

fn size() -> Vec<u8> {
    master(0xE0, &[element(0xB0, &[64]), element(0xBA, &[48])])
}

#[test]
fn blocks_and_their_order_are_judged() {
    let sound = |time| block(2, time, 0x80, OPUS);
    let alpha = master(0x75A1, &[master(0xA6, &[element(0xA5, b"a")])]);
    let reference = || element(0xFB, &[0xFF]);
    let padding = |nanos: i32| element(0x75A2, &nanos.to_be_bytes());
    let both = [vp8(), opus()];
    assert_break(&[
        ("M21", with_blocks(&both, &[block(5, 1, 0x80, OPUS)])),
        (
            "M28",
            with_blocks(
                &[vp8()],
                &[group(1, 33, INTER_FRAME, &[reference(), alpha.clone()])],
            ),
        ),
        (
            "M38",
            with_blocks(&both, &[group(2, 33, OPUS, &[padding(20_000_001)])]),
        ),
        ("M42", with_blocks(&[vp8()], &[block(1, 5_001, 0, INTER_FRAME)])),
        ("M43", with_blocks(&[vp8()], &[block(1, 0, 0, INTER_FRAME)])),
        (
            "M43",
            with_blocks(&both, &[block(1, 33, 0, INTER_FRAME), sound(10)]),
        ),
        ("M44", with_blocks(&[vp8()], &[block(1, 1_500, 0x80, KEY_FRAME)])),
        ("M45", with_blocks(&both, &[sound(0)])),
        ("M46", with_blocks(&[vp8()], &[element(0xA3, &[0x81, 0, 1])])),
        ("M46", with_blocks(&[vp8()], &[block(1, 33, 0, b"")])),
        ("M47", with_blocks(&both, &[block(2, 10, 0, OPUS)])),
        (
            "M48",
            with_blocks(&[vp8()], &[group(1, 33, INTER_FRAME, &[reference()])]),
        ),
        (
            "M49",
            file(&[vp8()], &[cluster(200, &[block(1, 0, 0x80, KEY_FRAME)])]),
        ),
        ("M51", with_blocks(&[vp8()], &[block(1, 33, 0, &[1, 2, 0, 7])])),
        (
            "M52",
            with_blocks(
                &[vp8()],
                &[block(1, 33, 0x80, &[0x10, 2, 0, 0x9D, 1, 0x2A, 32, 0, 24, 0])],
            ),
        ),
        ("M64", file(&both, &missing_audio())),
    ]);
}

/// Three Clusters, the second of which is long and has no audio.
fn missing_audio() -> [Vec<u8>; 3] {
    let sound = block(2, 1, 0x80, OPUS);
    let frame = |time| block(1, time, 0, INTER_FRAME);
    let long = cluster(2, &[frame(0), frame(1_100)]);
    let begin = cluster(0, &[block(1, 0, 0x80, KEY_FRAME), sound]);
    [
        begin,
        long,
        cluster(200, &[frame(1_000), block(2, 1_010, 0x80, OPUS)]),
    ]
}

#[test]
fn av1_blocks_are_judged() {
    let track = track(1, 1, "V_AV1", &[element(0x63A2, &[0x81, 0, 0, 0]), size()]);
    let file = |data: &[u8]| {
        file(
            std::slice::from_ref(&track),
            &[cluster(0, &[block(1, 0, 0x80, data)])],
        )
    };
    // A sequence header of 64x48, and a frame header that begins with a key frame.
    let sequence = [0x0A, 6, 0x18, 0x15, 0x7F, 0xBC, 0, 0];
    let frame = [0x32, 1, 0x10];
    assert_eq!(broken(&file(&[&sequence[..], &frame].concat()), None), [""; 0]);
    assert_break(&[
        ("M34", file(&frame)),
        ("M34", file(&[&[0x12, 0][..], &sequence, &frame].concat())),
        ("M34", file(&[&sequence[..], &[0x32, 9, 0x10]].concat())),
        ("M47", file(&[&sequence[..], &[0x32, 1, 0x30]].concat())),
    ]);
}
