//! Flags from environment variables.
use crate::inputs::Y4m;
use crate::judges::{numbers, probe};
use crate::util::{Folder, Outcome, run};

#[test]
fn long_flags_can_come_from_the_environment() {
    let folder = Folder::new();
    folder.write("a.webm", "old");
    let mut command = folder.mediarec("record");
    command.envs([
        ("MEDIAREC_FAKE_DEVICES", "unpaced"),
        ("MEDIAREC_DURATION", "1s"),
        ("MEDIAREC_FORCE", "1"),
        ("MEDIAREC_NO_AUDIO", "yes"),
        ("MEDIAREC_OUTPUT", "a.webm"),
    ]);
    let outcome = run(&mut command);
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    assert_eq!(numbers(&folder.path("a.webm")).len(), 30);
    assert!(probe(&folder.path("a.webm")).streams("audio").is_empty());
}

#[test]
fn a_flag_that_the_environment_turns_off_is_off_and_the_command_line_wins() {
    let folder = Folder::new();
    folder.write("a.webm", "old");
    let mut command = folder.mediarec("record --fake-devices=unpaced --duration 500ms -o a.webm");
    let outcome = run(command.env("MEDIAREC_FORCE", "0"));
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert_eq!(folder.read("a.webm"), b"old");
    let mut command = folder.mediarec("record --fake-devices=unpaced --duration 500ms -o b.webm");
    assert_eq!(run(command.env("MEDIAREC_DURATION", "1h")).code, Some(0));
    assert_eq!(probe(&folder.path("b.webm")).duration(), Some(0.5));
}

/// `mediarec record` with these variables, typed like this.
fn record_with(folder: &Folder, variables: &[(&str, &str)], words: &str) -> Outcome {
    let mut command = folder.mediarec(&format!("record --force -o a.webm {words}"));
    run(command.envs(variables.iter().copied()))
}

#[test]
fn what_is_typed_wins_over_variables_that_do_not_go_with_it() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 3).bytes());
    let fake = "--fake-devices=unpaced --duration 100ms";
    for (name, value, words) in [
        ("FAKE_DEVICES", "unpaced", "--input a.y4m"),
        ("CAMERA", "2", "--input a.y4m"),
        ("WIDTH", "640", "--input a.y4m"),
        ("INPUT", "missing.y4m", fake),
        ("CANVAS", "64x36", &format!("{fake} --video")),
        ("NO_VIDEO", "1", &format!("{fake} --video")),
        ("NO_VIDEO", "1", &format!("{fake} --no-audio")),
        ("QUIET", "1", &format!("{fake} -v")),
        ("ON_CHUNK", "true", fake),
        ("REALTIME", "1", fake),
    ] {
        let outcome = record_with(&folder, &[(&format!("MEDIAREC_{name}"), value)], words);
        assert_eq!(outcome.code, Some(0), "{name} {words}: {}", outcome.stderr);
        let pictures = numbers(&folder.path("a.webm"));
        assert_eq!(pictures.len(), 3, "{name} {words}");
    }
    let mut photo = folder.mediarec("photo --fake-devices -o a.jpg");
    let variables = ["MEDIAREC_AUDIO", "MEDIAREC_MICROPHONE", "MEDIAREC_NO_VIDEO"];
    let outcome = run(photo.envs(variables.map(|name| (name, "1"))));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
}

#[test]
fn a_variable_that_is_empty_or_turns_a_flag_off_counts_as_unset() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 3).bytes());
    for (name, value, words) in [
        ("NO_VIDEO", "0", "--fake-devices=unpaced --duration 100ms --video"),
        ("REALTIME", "no", "--fake-devices=unpaced --duration 100ms"),
        ("MONITOR", "no", "--fake-devices=unpaced --duration 100ms"),
        ("RECONNECT", "off", "--fake-devices=unpaced --duration 100ms"),
        ("FAKE_DEVICES", "", "--input a.y4m"),
        ("DURATION", "", "--input a.y4m"),
        ("VIDEO", "", "--input a.y4m"),
    ] {
        let outcome = record_with(&folder, &[(&format!("MEDIAREC_{name}"), value)], words);
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{name}");
        assert_eq!(numbers(&folder.path("a.webm")).len(), 3, "{name}");
    }
}

#[test]
fn a_word_that_turns_a_flag_neither_on_nor_off_is_a_mistake_and_overwrites_nothing() {
    let folder = Folder::new();
    folder.write("a.webm", b"precious");
    let words = "record --fake-devices=unpaced --duration 100ms -o a.webm";
    let outcome = run(folder.mediarec(words).env("MEDIAREC_FORCE", "none"));
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("none"), "{}", outcome.stderr);
    assert_eq!(folder.read("a.webm"), b"precious");
}

#[test]
fn fake_devices_can_be_turned_on_and_off_like_any_flag() {
    let folder = Folder::new();
    let list = |value: Option<&str>, words: &str| {
        let mut command = folder.mediarec(&format!("list-devices {words}"));
        let outcome = run(command.envs(value.map(|value| ("MEDIAREC_FAKE_DEVICES", value))));
        assert_eq!(outcome.code, Some(0), "{value:?}: {}", outcome.stderr);
        outcome.text().to_owned()
    };
    let (fake, real) = (list(None, "--fake-devices"), list(None, ""));
    assert_ne!(fake, real);
    for on in ["1", "true", "yes"] {
        assert_eq!(list(Some(on), ""), fake, "{on}");
    }
    for off in ["0", "false", "no", ""] {
        assert_eq!(list(Some(off), ""), real, "{off}");
    }
}

#[test]
fn variables_that_need_each_other_count_together_and_those_that_exclude_each_other_are_a_mistake() {
    let folder = Folder::new();
    let fake = ("MEDIAREC_FAKE_DEVICES", "unpaced");
    let chunks = [fake, ("MEDIAREC_CHUNKS", "d"), ("MEDIAREC_ON_CHUNK", "touch ran")];
    assert_eq!(record_with(&folder, &chunks, "--duration 100ms").code, Some(0));
    assert!(folder.path("ran").exists());
    let both = [fake, ("MEDIAREC_QUIET", "1"), ("MEDIAREC_VERBOSE", "1")];
    assert_eq!(record_with(&folder, &both, "--duration 100ms").code, Some(2));
    let typed = record_with(&folder, &[("MEDIAREC_DURATION", "1s")], "--fake-devices -q -v");
    assert_eq!(typed.code, Some(2));
    assert!(typed.stderr.contains("--quiet"), "{}", typed.stderr);
}
