//! `record --input … --reencode`: what other programs have encoded is decoded whole, picture by picture and sample by sample.
use crate::inputs::{Y4m, cd_like};
use crate::judges::{assert_clean, numbers, pictures, probe, sound_channel};
use crate::util::{Folder, ffmpeg, json, run};
use hound::WavWriter;

/// `a.webm`: 60 pictures of 320×180, then 60 of another size, each with its number in its part.
fn resized(folder: &Folder, coder: &str, (width, height): (usize, usize)) {
    let first = Y4m::new((30, 1), 60);
    let second = Y4m {
        width,
        height,
        ..first
    };
    folder.write("1.y4m", first.bytes());
    folder.write("2.y4m", second.bytes());
    ffmpeg(folder, &format!("-i 1.y4m -c:v {coder} 1.webm"));
    ffmpeg(folder, &format!("-i 2.y4m -c:v {coder} 2.webm"));
    folder.write("list", "file 1.webm\nfile 2.webm\n");
    ffmpeg(folder, "-f concat -i list -c copy a.webm");
}

#[test]
fn video_that_changes_its_size_is_re_encoded_whole_in_its_first_size() {
    let folder = Folder::new();
    for coder in ["libvpx", "libvpx-vp9 -deadline realtime -cpu-used 8"] {
        for size in [(160, 90), (640, 360)] {
            resized(&folder, coder, size);
            folder.record("--input a.webm --reencode --video-bitrate 1M --force -o b.webm");
            let path = folder.path("b.webm");
            assert_clean(&path);
            let expected: Vec<u32> = (0..60).chain(0..60).collect();
            assert_eq!(numbers(&path), expected, "{coder} {size:?}");
            assert_eq!(
                probe(&path).times("video"),
                probe(&folder.path("a.webm")).times("video")
            );
        }
    }
}

#[test]
fn smaller_pictures_of_another_shape_get_black_bars() {
    let folder = Folder::new();
    resized(&folder, "libvpx", (120, 120));
    folder.record("--input a.webm --reencode -o b.webm");
    let pictures = pictures(&folder.path("b.webm"), 0);
    assert_eq!(pictures.len(), 120);
    // The luma of a row near the top: at its left side, and in its middle.
    let row = |number: usize| {
        let picture: &[u8] = &pictures[number];
        (picture[20 * 320 + 30], picture[20 * 320 + 160])
    };
    for number in [0, 59] {
        let (side, middle) = row(number);
        assert!(side > 90 && middle > 90, "{number}: {side} {middle}");
    }
    for number in [60, 119] {
        let (side, middle) = row(number);
        assert!(side < 30 && middle > 90, "{number}: {side} {middle}");
    }
}

#[test]
fn inspect_shows_when_the_size_changes() {
    let folder = Folder::new();
    let av1 = "libaom-av1 -cpu-used 8 -usage realtime";
    for coder in ["libvpx", "libvpx-vp9 -deadline realtime -cpu-used 8", av1] {
        resized(&folder, coder, (160, 90));
        let report = json(&folder, "inspect --json a.webm");
        let track = &report["tracks"][0];
        let change = serde_json::json!({"time": 2.0, "width": 160, "height": 90});
        assert_eq!(track["sizeChanges"], serde_json::json!([change]), "{coder}");
        assert_eq!(track["sizeChangeCount"], 1, "{coder}");
        let text = run(&mut folder.mediarec("inspect a.webm")).text().to_owned();
        let line = "track 1: the frame size changes to 160x90 at 2.000 s\n";
        assert!(text.contains(line), "{coder}: {text}");
    }
}

#[cfg(feature = "av1")]
#[test]
fn av1_is_re_encoded_picture_by_picture() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 50).bytes());
    // Frames that are not shown, and such that are shown later.
    ffmpeg(
        &folder,
        "-i a.y4m -c:v libaom-av1 -cpu-used 8 -lag-in-frames 16 -g 25 a.webm",
    );
    for wish in [
        "--reencode",
        "--mime video/webm;codecs=vp9",
        "--video-bitrate 500k",
    ] {
        folder.record(&format!("--input a.webm {wish} --force -o b.webm"));
        let path = folder.path("b.webm");
        assert_clean(&path);
        assert_eq!(numbers(&path), (0..50).collect::<Vec<_>>(), "{wish}");
        assert_eq!(
            probe(&path).times("video"),
            probe(&folder.path("a.webm")).times("video")
        );
    }
}

#[cfg(feature = "av1")]
#[test]
fn av1_of_more_than_8_bits_is_refused_but_copied() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 5).bytes());
    ffmpeg(
        &folder,
        "-i a.y4m -c:v libaom-av1 -cpu-used 8 -pix_fmt yuv420p10le a.webm",
    );
    folder.record("--input a.webm -o b.webm");
    let outcome = run(&mut folder.mediarec("record --input a.webm --reencode -o c.webm"));
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("not 8-bit 4:2:0"), "{}", outcome.stderr);
    assert!(!folder.path("c.webm").exists());
}

/// `a.wav`: in each channel a tone that rises all the time, so that no part is like another.
fn write_chirps(folder: &Folder, rate: u32, channels: u16) {
    let mut writer = WavWriter::create(folder.path("a.wav"), cd_like(rate, channels)).unwrap();
    for frame in 0..2 * rate + 777 {
        let seconds = f64::from(frame) / f64::from(rate);
        for channel in 0..channels {
            let frequency = 900.0 + 400.0 * f64::from(channel) + 700.0 * seconds;
            let sample = 13_000.0 * (seconds * frequency).sin();
            writer.write_sample(sample.round() as i16).unwrap();
        }
    }
    writer.finalize().unwrap();
}

/// Re-encodes `a.mka` without loss, and demands in every channel the samples that ffmpeg decodes, but for this difference.
fn assert_decoded(folder: &Folder, channels: u16, tolerance: f32, what: &str) {
    folder.record("--input a.mka --reencode --mime audio/x-matroska;codecs=pcm --force -o b.mka");
    for channel in 0..u32::from(channels) {
        let [expected, found] = ["a.mka", "b.mka"].map(|name| sound_channel(&folder.path(name), 0, channel));
        let missing = expected.len().abs_diff(found.len());
        assert!(missing <= 2_400, "{what}: {} of {}", found.len(), expected.len());
        // At the end, decoders differ in what they consider as padding.
        let whole = expected.len().min(found.len()) - 2_400;
        let pairs = expected.iter().zip(&found).take(whole);
        let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst <= tolerance, "{what}, channel {channel}: off by {worst}");
    }
}

#[test]
fn pcm_of_every_form_is_decoded_sample_by_sample() {
    let folder = Folder::new();
    write_chirps(&folder, 48_000, 2);
    for coder in [
        "pcm_u8",
        "pcm_s16le",
        "pcm_s24le",
        "pcm_s32le",
        "pcm_s16be",
        "pcm_s24be",
        "pcm_s32be",
        "pcm_f32le",
        "pcm_f64le",
    ] {
        ffmpeg(&folder, &format!("-i a.wav -c:a {coder} a.mka"));
        assert_decoded(&folder, 2, 1e-6, coder);
    }
    write_chirps(&folder, 48_000, 6);
    ffmpeg(&folder, "-i a.wav -c:a pcm_s16le a.mka");
    assert_decoded(&folder, 6, 1e-6, "5.1");
}

#[test]
fn pcm_that_mediarec_wrote_is_decoded_too() {
    let folder = Folder::new();
    write_chirps(&folder, 44_100, 1);
    folder.record("--input a.wav --mime audio/x-matroska;codecs=pcm -o a.mka");
    assert_decoded(&folder, 1, 1e-6, "ours");
    folder.record("--input a.mka --reencode -o c.webm");
    assert_clean(&folder.path("c.webm"));
}

#[cfg(feature = "audio-decoders")]
#[test]
fn flac_mp3_vorbis_and_aac_are_decoded_as_ffmpeg_does() {
    let folder = Folder::new();
    write_chirps(&folder, 48_000, 2);
    for (coder, tolerance) in [
        ("flac", 1e-6),
        ("libmp3lame -b:a 192k", 1e-3),
        ("libvorbis -q:a 8", 1e-3),
        ("aac -b:a 192k", 1e-3),
    ] {
        ffmpeg(&folder, &format!("-i a.wav -c:a {coder} a.mka"));
        assert_decoded(&folder, 2, tolerance, coder);
    }
    write_chirps(&folder, 48_000, 6);
    for (coder, tolerance) in [("flac", 1e-6), ("libvorbis -q:a 8", 1e-3)] {
        ffmpeg(&folder, &format!("-i a.wav -c:a {coder} a.mka"));
        assert_decoded(&folder, 6, tolerance, &format!("{coder} 5.1"));
    }
}

#[cfg(feature = "audio-decoders")]
#[test]
fn flac_at_another_sample_rate_is_what_the_wav_file_is() {
    let folder = Folder::new();
    write_chirps(&folder, 44_100, 1);
    ffmpeg(&folder, "-i a.wav -c:a flac a.mka");
    for (input, output) in [("a.wav", "wav.mka"), ("a.mka", "flac.mka")] {
        let words = format!("--input {input} --reencode --mime audio/x-matroska;codecs=pcm -o {output}");
        folder.record(&words);
    }
    let [wav, flac] = ["wav.mka", "flac.mka"].map(|name| sound_channel(&folder.path(name), 0, 0));
    assert_eq!(wav.len(), flac.len());
    let differ = wav.iter().zip(&flac).filter(|(a, b)| (*a - *b).abs() > 1e-6);
    assert_eq!(differ.count(), 0);
}

#[cfg(feature = "audio-decoders")]
#[test]
fn aac_of_more_than_two_channels_is_refused_but_copied() {
    let folder = Folder::new();
    write_chirps(&folder, 48_000, 6);
    ffmpeg(&folder, "-i a.wav -c:a aac a.mka");
    folder.record("--input a.mka -o b.mka");
    let outcome = run(&mut folder.mediarec("record --input a.mka --reencode -o c.mka"));
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("AAC-LC in mono or stereo"),
        "{}",
        outcome.stderr
    );
    assert!(!folder.path("c.mka").exists());
}

#[cfg(feature = "h264")]
#[test]
fn h264_is_re_encoded_picture_by_picture_in_the_order_of_presentation() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 60).bytes());
    for coder in [
        "libx264 -bf 0",
        "libx264 -profile:v baseline",
        "libx264 -g 25",
        "libx264 -preset veryslow -bf 8",
    ] {
        ffmpeg(&folder, &format!("-i a.y4m -c:v {coder} a.mkv"));
        folder.record("--input a.mkv --reencode --force -o b.webm");
        let path = folder.path("b.webm");
        assert_clean(&path);
        assert_eq!(numbers(&path), (0..60).collect::<Vec<_>>(), "{coder}");
        let mut times = probe(&folder.path("a.mkv")).times("video");
        times.sort_unstable();
        let first = times[0];
        for time in &mut times {
            *time -= first;
        }
        assert_eq!(probe(&path).times("video"), times, "{coder}");
    }
}

#[cfg(feature = "h264")]
#[test]
fn h264_that_the_decoder_does_not_support_is_refused_but_copied() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 10).bytes());
    for coder in ["libx264 -pix_fmt yuv420p10le", "libx264 -flags +ildct+ilme"] {
        ffmpeg(&folder, &format!("-i a.y4m -c:v {coder} a.mkv"));
        folder.record("--input a.mkv --force -o b.mkv");
        let outcome = run(&mut folder.mediarec("record --input a.mkv --reencode -o c.webm"));
        assert_eq!(outcome.code, Some(7), "{coder}: {}", outcome.stderr);
        assert!(
            outcome.stderr.contains("progressive 8-bit 4:2:0"),
            "{}",
            outcome.stderr
        );
        assert!(!folder.path("c.webm").exists());
    }
}

#[cfg(not(feature = "h264"))]
#[test]
fn h264_without_its_feature_is_refused_by_name() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 10).bytes());
    ffmpeg(&folder, "-i a.y4m -c:v libx264 a.mkv");
    let outcome = run(&mut folder.mediarec("record --input a.mkv --reencode -o c.webm"));
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
    let why = "decoding H.264 video is not built in (cargo feature h264)";
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
}
