//! `record --input … --reencode`: what other programs have encoded is decoded whole, picture by picture.
use crate::inputs::Y4m;
use crate::judges::{assert_clean, numbers, pictures, probe};
use crate::util::{Folder, ffmpeg, json, run};

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
