//! Every codec and container: what was asked for is what other programs see, and nothing of the media is lost.
use crate::inputs::{Y4m, cd_like, tone, write_wav};
use crate::judges::{assert_clean, assert_plays, mkvinfo, numbers, probe, sound, sound_channel};
use crate::util::{Folder, only, run};
use hound::WavWriter;

/// As `--mime` and ffprobe call them; AV1 only where it is built in.
const VIDEO_CODECS: &[&str] = &[
    "vp8",
    "vp9",
    #[cfg(feature = "av1")]
    "av1",
];

#[test]
fn every_video_codec_keeps_every_picture_in_order_and_on_its_millisecond() {
    let folder = Folder::new();
    for codec in VIDEO_CODECS {
        folder.record(&format!(
            "--fake-devices=unpaced --duration 2s --mime video/webm;codecs={codec},opus --events e --force -o a.webm"
        ));
        let path = folder.path("a.webm");
        let start = only(&folder.events("e"), "start").clone();
        assert_eq!(start["mimeType"], format!("video/webm;codecs={codec},opus"));
        let probe = probe(&path);
        let video = probe.streams("video")[0];
        assert_eq!(video["codec_name"], *codec);
        // What the fake camera's colours are, in the container and in the stream.
        assert_eq!(
            (&video["color_space"], &video["color_range"]),
            (&"smpte170m".into(), &"tv".into()),
            "{codec}"
        );
        assert_eq!(numbers(&path), (0..60).collect::<Vec<_>>(), "{codec}");
        let times: Vec<i64> = (0..60).map(|n: i64| (n * 1000 + 15) / 30).collect();
        assert_eq!(probe.times("video"), times, "{codec}");
        assert_clean(&path);
    }
}

#[test]
fn mime_auto_takes_the_best_codec_that_is_fast_enough_and_the_container_of_the_name() {
    let folder = Folder::new();
    let best = *VIDEO_CODECS.last().unwrap();
    let easy = "--width 64 --height 36 --frame-rate 5 --duration 1s";
    for (name, essence) in [("a.webm", "video/webm"), ("a.mkv", "video/x-matroska")] {
        let words = format!("record --fake-devices=unpaced {easy} --mime auto -o {name}");
        let recorded = run(&mut folder.mediarec(&words));
        assert_eq!(recorded.code, Some(0), "{}", recorded.stderr);
        let said = format!("mediarec: recording {essence};codecs={best} (--mime auto)");
        assert!(recorded.stderr.contains(&said), "{}", recorded.stderr);
        let path = folder.path(name);
        assert_eq!(probe(&path).streams("video")[0]["codec_name"], best);
        assert_clean(&path);
    }
    // Without video there is nothing to choose, and packets of files are copied.
    folder.record("--fake-devices=unpaced --duration 1s --mime auto -o a.weba");
    folder.record("--fake-devices=unpaced --width 64 --height 36 --duration 1s -o vp8.webm");
    folder.record("--input vp8.webm --mime auto -o copy.webm");
    assert_eq!(
        probe(&folder.path("copy.webm")).streams("video")[0]["codec_name"],
        "vp8"
    );
    let too_hard = "--width 3840 --height 2160 --frame-rate 60 --duration 0.1s";
    folder.record(&format!(
        "--fake-devices=unpaced {too_hard} --mime auto -q -o hard.webm"
    ));
    assert_eq!(
        probe(&folder.path("hard.webm")).streams("video")[0]["codec_name"],
        "vp8"
    );
}

#[test]
fn every_video_codec_takes_odd_sizes_and_any_number_of_threads() {
    let folder = Folder::new();
    let clip = Y4m {
        width: 321,
        height: 181,
        ..Y4m::new((25, 1), 30)
    };
    folder.write("a.y4m", clip.bytes());
    for codec in VIDEO_CODECS {
        for threads in [1, 3] {
            folder.record(&format!(
                "--input a.y4m --mime video/webm;codecs={codec} --threads {threads} --force -o a.webm"
            ));
            let path = folder.path("a.webm");
            assert_eq!(numbers(&path), (0..30).collect::<Vec<_>>(), "{codec}");
            let probe = probe(&path);
            let video = probe.streams("video")[0];
            assert_eq!((&video["width"], &video["height"]), (&321.into(), &181.into()));
        }
    }
}

#[test]
fn every_video_codec_makes_key_frames_as_often_as_they_are_wanted() {
    let folder = Folder::new();
    for codec in VIDEO_CODECS {
        for (interval, expected) in [("10f", vec![0, 10, 20]), ("500ms", vec![0, 15])] {
            folder.record(&format!(
                "--fake-devices=unpaced --no-audio --width 320 --height 180 --duration 1s --force -o a.webm \
                 --mime video/webm;codecs={codec} --keyframe-interval {interval}"
            ));
            let packets = probe(&folder.path("a.webm")).packets("video");
            let keys: Vec<usize> = (0..packets.len()).filter(|&n| packets[n].key).collect();
            assert_eq!(keys, expected, "{codec}, {interval}");
        }
    }
}

#[test]
fn every_video_codec_holds_its_bit_rate_on_moving_pictures() {
    let folder = Folder::new();
    let moving = "-v error -f lavfi -i testsrc2=size=320x180:rate=30,noise=alls=4:allf=t:all_seed=1 -t 10 \
                  -pix_fmt yuv420p a.y4m";
    assert_eq!(run(&mut folder.program("ffmpeg", moving)).code, Some(0));
    for codec in VIDEO_CODECS {
        folder.record(&format!(
            "--input a.y4m --mime video/webm;codecs={codec} --video-bitrate 300k --force -o a.webm"
        ));
        let packets = probe(&folder.path("a.webm")).packets("video");
        assert_eq!(packets.len(), 300, "{codec}");
        let bits: u64 = packets.iter().map(|packet| packet.size * 8).sum();
        assert!(
            (2_700_000..=3_300_000).contains(&bits),
            "{codec}: {bits} bits in 10 s"
        );
    }
}

#[test]
fn a_stream_that_says_its_level_says_the_right_one() {
    let folder = Folder::new();
    folder
        .record("--fake-devices=unpaced --duration 200ms --mime video/webm;codecs=vp9 --no-audio -o a.webm");
    let listing = run(&mut folder.program("webm_info", "-all -i a.webm"));
    let listing = listing.text();
    let said = |name: &str| {
        let line = listing
            .lines()
            .find(|line| line.contains(name))
            .unwrap_or_default();
        line.rsplit(' ').next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        [
            "VP9 profile",
            "VP9 level",
            "VP9 bit_depth",
            "VP9 chroma subsampling"
        ]
        .map(said),
        ["0", "31", "8", "0"],
        "{listing}"
    );
}

#[test]
fn full_codec_strings_are_kept_or_refused_with_what_to_ask_for() {
    let folder = Folder::new();
    let record = |mime: &str| {
        run(&mut folder.mediarec(&format!(
            "record --fake-devices=unpaced --no-audio --duration 100ms --events e --mime {mime} --force -o a.webm"
        )))
    };
    for good in ["VP09.00.31.08", "vp09.00.40.08.01.06.06.06.00"] {
        assert_eq!(
            record(&format!("video/webm;codecs={good}")).code,
            Some(0),
            "{good}"
        );
        let expected = format!("video/webm;codecs={}", good.to_lowercase());
        assert_eq!(only(&folder.events("e"), "start")["mimeType"], expected);
    }
    for (bad, advice) in [
        ("vp09.00.21.08", "vp09.00.31.08"),
        ("vp09.02.31.10", "vp09.00.LL.08"),
        ("vp09.00.31", "vp09.00.31.08"),
        ("vp8.0", "takes no parameters"),
        ("opus.2", "takes no parameters"),
        #[cfg(feature = "av1")]
        ("av01.0.04M.08", "av01.0.05M.08"),
        #[cfg(feature = "av1")]
        ("av01.0.05M.10", "av01.0.LLM.08"),
    ] {
        let outcome = record(&format!("video/webm;codecs={bad}"));
        assert_eq!(outcome.code, Some(7), "{bad}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(advice), "{bad}: {}", outcome.stderr);
    }
}

#[test]
fn matroska_is_called_so_and_carries_samples_as_they_were() {
    let folder = Folder::new();
    let frames = 50_003;
    let sample = tone(440.0, 0.5, 48_000);
    write_wav(&folder.path("a.wav"), cd_like(48_000, 2), frames, &sample);
    folder.record("--input a.wav --mime audio/x-matroska;codecs=pcm --events e -o a.mka");
    assert_eq!(
        only(&folder.events("e"), "start")["mimeType"],
        "audio/x-matroska;codecs=pcm"
    );
    let path = folder.path("a.mka");
    assert!(mkvinfo(&path).contains("Document type: matroska"));
    let probe = probe(&path);
    let audio = probe.streams("audio")[0];
    assert_eq!(
        (&audio["codec_name"], &audio["channels"]),
        (&"pcm_f32le".into(), &2.into())
    );
    let samples = sound(&path, 0);
    assert_eq!(samples.len(), frames as usize);
    for (n, found) in (0..).zip(samples) {
        // As the file has it: 16 bits.
        let expected = (sample(n) * 32_767.0).round() / 32_768.0;
        assert!(
            (f64::from(found) - expected).abs() < 1e-6,
            "sample {n}: {found}, {expected}"
        );
    }
    folder.record("--fake-devices=unpaced --duration 1s --mime video/x-matroska;codecs=vp9,pcm -o b.mkv");
    assert_plays(&folder.path("b.mkv"));
    assert_eq!(numbers(&folder.path("b.mkv")), (0..30).collect::<Vec<_>>());
}

#[test]
fn surround_keeps_each_channel_in_its_place() {
    let folder = Folder::new();
    let mut wav = WavWriter::create(folder.path("a.wav"), cd_like(48_000, 6)).unwrap();
    let frequency = |channel: u32| f64::from(200 + 100 * channel);
    let tones: Vec<_> = (0..6)
        .map(|channel| tone(frequency(channel), 0.3, 48_000))
        .collect();
    for n in 0..48_000 {
        for tone in &tones {
            wav.write_sample((tone(n) * 32_767.0) as i16).unwrap();
        }
    }
    wav.finalize().unwrap();
    for mime in ["audio/webm;codecs=opus", "audio/x-matroska;codecs=pcm"] {
        folder.record(&format!(
            "--input a.wav --mime {mime} --audio-bitrate 512k --force -q -o a.webm"
        ));
        let path = folder.path("a.webm");
        let probe = probe(&path);
        assert_eq!(probe.streams("audio")[0]["channels"], 6);
        for channel in 0..6 {
            let samples = sound_channel(&path, 0, channel);
            assert_eq!(samples.len(), 48_000, "{mime}");
            let rises = samples.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0);
            let heard = rises.count() as f64;
            let expected = frequency(channel);
            assert!(
                (heard - expected).abs() < 8.0,
                "{mime}, {channel}: {heard} instead of {expected} Hz"
            );
        }
    }
}
