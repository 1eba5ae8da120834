//! `record --input x.y4m`: Y4M of every kind, as ffmpeg writes it.
use crate::inputs::Y4m;
use crate::judges::{assert_clean, mkvinfo, numbers, probe};
use crate::util::{Folder, Outcome, ffmpeg, run};

/// `a.y4m` by ffmpeg, from 20 numbered pictures.
fn convert(folder: &Folder, words: &str) {
    folder.write("numbered.y4m", Y4m::new((25, 1), 20).bytes());
    ffmpeg(folder, &format!("-i numbered.y4m {words} -strict -1 a.y4m"));
}

fn try_record(folder: &Folder, words: &str) -> Outcome {
    run(&mut folder.mediarec(&format!("record --input a.y4m --force -o a.webm {words}")))
}

/// Mean luma and chroma of the first picture, by ffmpeg.
fn colour(folder: &Folder, name: &str) -> [u64; 3] {
    let words = format!("-v error -i {name} -frames:v 1 -pix_fmt yuv420p -color_range tv -f rawvideo -");
    let bytes = run(&mut folder.program("ffmpeg", &words)).stdout;
    let (luma, chroma) = bytes.split_at(bytes.len() / 6 * 4);
    let (u, v) = chroma.split_at(chroma.len() / 2);
    [luma, u, v].map(|plane| plane.iter().map(|&byte| u64::from(byte)).sum::<u64>() / plane.len() as u64)
}

#[test]
fn every_chroma_format_and_depth_is_recorded_with_its_pictures_and_colour() {
    let folder = Folder::new();
    for format in [
        "yuv422p",
        "yuv444p",
        "gray",
        "yuv420p9le",
        "yuv420p10le",
        "yuv422p10le",
        "yuv444p10le",
        "yuv420p12le",
        "yuv444p12le",
        "yuv420p16le",
        "gray10le",
        "gray16le",
    ] {
        convert(&folder, &format!("-pix_fmt {format}"));
        folder.record("--input a.y4m --video-bitrate 2M --force -o a.webm");
        let path = folder.path("a.webm");
        assert_clean(&path);
        assert_eq!(numbers(&path), (0..20).collect::<Vec<_>>(), "{format}");
        let (expected, found) = (colour(&folder, "a.y4m"), colour(&folder, "a.webm"));
        for (expected, found) in expected.into_iter().zip(found) {
            assert!(expected.abs_diff(found) <= 2, "{format}: {found}, not {expected}");
        }
    }
}

#[test]
fn other_chroma_formats_are_refused_by_name_with_a_command_that_works() {
    let folder = Folder::new();
    for (format, name) in [("yuv411p", "C411"), ("yuva444p", "C444alpha")] {
        convert(&folder, &format!("-pix_fmt {format}"));
        let outcome = try_record(&folder, "");
        assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(name), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("-pix_fmt yuv420p"), "{}", outcome.stderr);
        assert!(!folder.path("a.webm").exists());
    }
}

#[test]
fn the_pixel_aspect_becomes_the_display_size() {
    let folder = Folder::new();
    for (aspect, display, ratio) in [
        ("1/1", None, "16:9"),
        ("4/3", Some((427, 180)), "427:180"),
        ("3/4", Some((320, 240)), "4:3"),
    ] {
        convert(&folder, &format!("-vf setsar={aspect}"));
        folder.record("--input a.y4m --force -o a.webm");
        let path = folder.path("a.webm");
        assert_clean(&path);
        let listing = mkvinfo(&path);
        for (name, side) in [
            ("width", display.map(|size| size.0)),
            ("height", display.map(|size| size.1)),
        ] {
            let line = side.map(|side| format!("Display {name}: {side}"));
            let found = listing
                .lines()
                .find(|found| found.contains(&format!("Display {name}")));
            assert_eq!(
                found.is_some_and(|found| line.as_deref().is_some_and(|line| found.contains(line))),
                line.is_some(),
                "{aspect}: {found:?}"
            );
        }
        assert_eq!(probe(&path).streams("video")[0]["display_aspect_ratio"], ratio);
    }
}

#[test]
fn interlaced_video_is_recorded_as_it_is_and_named() {
    let folder = Folder::new();
    for (field, order) in [("tff", "It"), ("bff", "Ib")] {
        convert(&folder, &format!("-vf setfield={field}"));
        let header = folder.read("a.y4m");
        assert!(String::from_utf8_lossy(&header[..80]).contains(order));
        let outcome = try_record(&folder, "");
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("a.y4m is interlaced"),
            "{}",
            outcome.stderr
        );
        let path = folder.path("a.webm");
        assert_clean(&path);
        assert_eq!(numbers(&path), (0..20).collect::<Vec<_>>());
        assert!(mkvinfo(&path).contains("Interlaced: 1"));
        assert_eq!(try_record(&folder, "--quiet").stderr, "");
    }
}
