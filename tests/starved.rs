//! Live recordings on a machine that has no time for them: less is in the file, and what is there is where it belongs.
use crate::judges::{assert_clean, beeps, numbers, probe, sound};
use crate::util::{Folder, Running, only, run};
use std::process::Command;

/// A picture may be this far from where it belongs, in milliseconds: what whole ones round.
const EXACT: f64 = 1.0;

/// So many programs that do nothing, on the core of the recording.
fn busy_loops(folder: &Folder, count: usize) -> Vec<Running> {
    let start = |_| {
        // They end with the process of the tests, however that ends.
        let mut command = folder.program("taskset", "-c 0 sh -c");
        Running::start(command.arg("while kill -0 $PPID 2>/dev/null; do :; done"))
    };
    (0..count).map(start).collect()
}

fn on_one_core(folder: &Folder, words: &str) -> Command {
    folder.program(
        "taskset",
        &format!("-c 0 {} {words}", env!("CARGO_BIN_EXE_mediarec")),
    )
}

#[test]
fn a_starved_recording_has_all_its_sound_and_every_picture_where_it_was_captured() {
    let folder = Folder::new();
    let loops = busy_loops(&folder, 12);
    let outcome = run(&mut on_one_core(
        &folder,
        "record --fake-devices --duration 3s -o a.webm --events e",
    ));
    drop(loops);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let path = folder.path("a.webm");
    assert_clean(&path);
    let stop = only(&folder.events("e"), "stop").clone();
    for track in stop["tracks"].as_array().unwrap() {
        assert_eq!(track["late"], 0, "{track}");
    }
    // Numbers are times, and so are samples: the beeps begin with the numbers that seconds begin with.
    let (times, numbers) = (probe(&path).times("video"), numbers(&path));
    let origin = times[0] as f64 - f64::from(numbers[0]) * 1000.0 / 30.0;
    for (time, number) in times.iter().zip(&numbers) {
        let apart = *time as f64 - origin - f64::from(*number) * 1000.0 / 30.0;
        assert!(
            apart.abs() <= EXACT,
            "picture {number} is {apart} ms late: {times:?}"
        );
    }
    for beep in beeps(&path).into_iter().filter(|&at| at > 0.5) {
        let apart = (beep * 1000.0 - origin).rem_euclid(1000.0);
        assert!(
            apart.min(1000.0 - apart) <= 1.5,
            "a beep at {beep}, pictures from {origin} ms"
        );
    }
    // What the system did not let the fake microphone have is silence in its place.
    let packets = probe(&path).times("audio");
    assert!(
        packets.windows(2).all(|pair| pair[1] - pair[0] <= 21),
        "{packets:?}"
    );
    let length = probe(&path).duration().unwrap();
    assert!(
        (sound(&path, 0).len() as f64 / 48_000.0 - length).abs() < 0.1,
        "{length}"
    );
}
