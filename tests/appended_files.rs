//! Parts of several files, recorded one after the other and appended to each other.
use crate::file_tracks::three_files;
use crate::inputs::Y4m;
use crate::judges::{assert_plays, numbers, probe};
use crate::util::{Folder, ffmpeg};
use std::fs;

#[test]
fn parts_of_three_files_recorded_one_after_the_other_are_three_streams_in_a_row() {
    let folder = Folder::new();
    three_files(&folder);
    let mut row = Vec::new();
    for (name, millis) in [("av.webm", 400), ("v.webm", 300), ("av.webm", 200)] {
        row.extend(
            folder
                .record(&format!(
                    "--input {name} --reencode --duration {millis}ms --live -o -"
                ))
                .stdout,
        );
    }
    folder.write("row.webm", row);
    let mut reader = mediarec::webm::Reader::new(fs::File::open(folder.path("row.webm")).unwrap()).unwrap();
    let mut key_frames_at_zero = 0;
    let mut blocks = 0;
    while let Some(block) = reader.next_block().unwrap() {
        blocks += 1;
        key_frames_at_zero += usize::from(block.key && block.time == mediarec::clock::Timestamp::ZERO);
    }
    assert_eq!((reader.damaged(), reader.is_cut_off()), (0, false));
    // Each begins anew, with a key frame and, but for the silent one, sound.
    assert_eq!(key_frames_at_zero, 5);
    // 12, 9 and 6 pictures; 400 and 200 ms of sound and its delay.
    assert_eq!(blocks, 27 + 21 + 11);
}

/// W148: what a media source does with them: each begins where the one before ended.
#[test]
fn parts_of_three_inputs_appended_to_one_buffer_play_through_to_the_end() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 330).bytes());
    folder.write("b.y4m", Y4m::new((25, 1), 330).bytes());
    folder.write("c.y4m", Y4m::new((15, 1), 330).bytes());
    let parts = [("a", 4), ("b", 10), ("c", 5)];
    for (name, seconds) in parts {
        folder.record(&format!(
            "--input {name}.y4m --duration {seconds}s --timeslice 1s --chunks {name} --live"
        ));
        // Chunk by chunk, as they would be appended.
        let mut chunks = fs::read_dir(folder.path(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "webm"))
            .collect::<Vec<_>>();
        chunks.sort();
        assert_eq!(chunks.len(), seconds, "{chunks:?}");
        let whole: Vec<u8> = chunks.iter().flat_map(|path| fs::read(path).unwrap()).collect();
        folder.write(&format!("{name}.webm"), whole);
    }
    let list = parts.map(|(name, seconds)| format!("file {name}.webm\nduration {seconds}\n"));
    folder.write("list", list.concat());
    ffmpeg(&folder, "-f concat -i list -c copy row.webm");
    let row = folder.path("row.webm");
    assert_plays(&row);
    // One buffer takes them only if they are of one kind.
    let private = |name: &str| {
        let probe = probe(&folder.path(name));
        let stream = probe.streams("video")[0].clone();
        ["codec_name", "width", "height"].map(|field| stream[field].clone())
    };
    assert!(
        ["b.webm", "c.webm"]
            .iter()
            .all(|name| private(name) == private("a.webm"))
    );
    assert_eq!(
        numbers(&row),
        (0..120).chain(0..250).chain(0..75).collect::<Vec<_>>()
    );
    let times = probe(&row).times("video");
    let shown = |from: f64, count: u32, rate: f64| (0..count).map(move |n| from + f64::from(n) / rate);
    let expected = shown(0.0, 120, 30.0)
        .chain(shown(4.0, 250, 25.0))
        .chain(shown(14.0, 75, 15.0));
    let worst = times
        .iter()
        .zip(expected)
        .map(|(&time, expected)| (time as f64 - expected * 1000.0).abs());
    assert!(worst.fold(0.0, f64::max) <= 1.0, "{times:?}");
}
