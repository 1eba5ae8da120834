//! `--upload` to a folder: each file arrives once and as it is, and what cannot be sent waits for the next recording.
use crate::arrivals::{assert_arrived, files, journals, recordings, statuses, succeeds, with_store};
use crate::steering::validated;
use crate::util::{Folder, Running, parse_events, run, wait_until};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::fs;

#[test]
fn segments_chunks_or_the_whole_file_arrive_with_an_index_and_leave_no_journal() {
    for (words, names) in [
        (
            "--segment-time 1s -o s-%i.webm",
            &["s-0.webm", "s-1.webm", "s-2.webm"][..],
        ),
        (
            "--timeslice 1s --chunks c -o a.webm",
            &["c/000000.webm", "c/000001.webm", "c/000002.webm"],
        ),
        ("-o a.webm", &["a.webm"]),
    ] {
        let (folder, upload) = with_store();
        let words = format!("record --fake-devices=unpaced --duration 3s {words} {upload} --events e -v");
        let outcome = run(&mut folder.mediarec(&words));
        succeeds(&outcome);
        let objects = files(&folder.path("store"));
        let lines = assert_arrived(&objects, &folder, names);
        let seconds: f64 = lines.iter().map(|line| line["duration"].as_f64().unwrap()).sum();
        assert!((2.9..3.2).contains(&seconds), "{seconds} s: {words}");
        assert!(
            lines
                .iter()
                .all(|line| line["finished"] == true && line["device"] == "Fake camera 1 (user)")
        );
        assert_eq!(journals(&folder), [""; 0]);
        assert_eq!(statuses(&folder, "arrived").len(), names.len());
        validated(&folder.events("e"));
        let said = format!("uploaded {} file", names.len());
        assert!(outcome.stderr.contains(&said), "{}", outcome.stderr);
        let key = objects.keys().next().unwrap();
        assert!(
            key.chars()
                .all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c)),
            "{key}"
        );
    }
}

#[test]
fn what_cannot_be_uploaded_and_urls_with_secrets_are_mistakes() {
    let folder = Folder::new();
    for (words, why) in [
        ("-o - --upload s3://b/p", "--chunks DIR"),
        ("-o /dev/stdout --upload s3://b/p", "--chunks DIR"),
        ("-o /dev/null --upload s3://b/p", "--chunks DIR"),
        ("-o a.webm --upload http://b/p", "s3://BUCKET/PREFIX"),
        ("-o a.webm --upload s3://key:hidden@b/p", "environment"),
        ("-o a.webm --upload az://c/p?sig=hidden", "environment"),
        ("-o a.webm --upload-wait 1s", "--upload"),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("record --fake-devices --duration 1s {words}")));
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(why), "{words}: {}", outcome.stderr);
    }
    assert_eq!(folder.names(), [""; 0]);
    let outcome = run(&mut folder.mediarec("upload missing"));
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
}

#[test]
fn a_store_that_is_away_costs_nothing_and_gets_the_files_later() {
    let folder = Folder::new();
    let store = folder.path("store");
    let record = |name: &str| {
        let words = format!(
            "record --fake-devices=unpaced --duration 1s -o {name} --events e --upload file://{}",
            store.display()
        );
        let outcome = run(&mut folder.mediarec(&words));
        succeeds(&outcome);
        outcome
    };
    let outcome = record("a.webm");
    let said = outcome.stderr.matches("store cannot be used").count();
    assert!(
        said == 2 && outcome.stderr.contains("1 file ("),
        "{}",
        outcome.stderr
    );
    assert_eq!(statuses(&folder, "waiting")[0]["files"], 1);
    validated(&folder.events("e"));
    let left = run(&mut folder.mediarec("upload ."));
    assert_eq!(left.code, Some(8), "{}", left.stderr);
    // The next recording takes the file along.
    fs::create_dir(&store).unwrap();
    assert_eq!(record("b.webm").stderr, "");
    assert_arrived(&files(&store), &folder, &["a.webm", "b.webm"]);
    assert_eq!(journals(&folder), [""; 0]);
    // Then there is nothing to do.
    let again = run(&mut folder.mediarec("upload ."));
    assert_eq!(
        (again.code, again.stderr.contains("nothing waits there")),
        (Some(0), true)
    );
}

#[test]
fn another_object_of_that_key_is_not_overwritten() {
    let folder = Folder::new();
    let store = folder.path("store");
    let words = format!(
        "record --fake-devices=unpaced --duration 1s -o a.webm --upload file://{}",
        store.display()
    );
    succeeds(&run(&mut folder.mediarec(&words)));
    let journal = folder.read(&journals(&folder)[0]);
    let lines = parse_events(std::str::from_utf8(&journal).unwrap());
    let key = lines
        .iter()
        .find_map(|line| line["file"]["key"].as_str())
        .unwrap();
    let path = store.join(key);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "of somebody else").unwrap();
    let outcome = run(&mut folder.mediarec("upload ."));
    assert_eq!(outcome.code, Some(8));
    assert!(
        outcome.stderr.contains("has another object"),
        "{}",
        outcome.stderr
    );
    assert_eq!(fs::read(&path).unwrap(), b"of somebody else");
    // What its recording had sent already, as far as size can tell, is not sent again.
    fs::copy(folder.path("a.webm"), &path).unwrap();
    succeeds(&run(&mut folder.mediarec("upload .")));
    assert_arrived(&files(&store), &folder, &["a.webm"]);
}

#[test]
fn a_file_that_waits_is_not_overwritten_and_not_removed_by_keep() {
    let folder = Folder::new();
    let store = folder.path("store");
    let words = format!(
        "record --fake-devices=unpaced --upload file://{}",
        store.display()
    );
    let segments = format!("{words} --duration 5s --segment-time 1s --keep 2 -o s-%i.webm");
    let outcome = run(&mut folder.mediarec(&segments));
    succeeds(&outcome);
    assert!(
        outcome.stderr.contains("--keep would remove"),
        "{}",
        outcome.stderr
    );
    let names = ["s-0.webm", "s-1.webm", "s-2.webm", "s-3.webm", "s-4.webm"];
    assert!(names.iter().all(|name| folder.size(name) > 0));
    for overwriting in ["-o s-%i.webm --segment-time 1s --force", "-o s-3.webm --force"] {
        let outcome = run(&mut folder.mediarec(&format!("{words} --duration 1s {overwriting}")));
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("not uploaded yet"), "{}", outcome.stderr);
    }
    fs::create_dir(&store).unwrap();
    succeeds(&run(&mut folder.mediarec("upload .")));
    assert_arrived(&files(&store), &folder, &names);
}

#[test]
fn after_a_kill_everything_arrives_once_and_what_was_cut_off_is_marked() {
    let (folder, upload) = with_store();
    let words = format!("record --fake-devices --segment-time 500ms -o s-%i.webm {upload} --events e");
    let running = Running::start(&mut folder.mediarec(&words));
    wait_until("two segments and a bit", || folder.size("s-2.webm") > 10_000);
    running.signal(Signal::SIGKILL);
    drop(running);
    let names = recordings(&folder);
    succeeds(&run(&mut folder.mediarec("upload .")));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let lines = assert_arrived(&files(&folder.path("store")), &folder, &names);
    let unfinished: Vec<&Value> = lines.iter().filter(|line| line["finished"] == false).collect();
    assert_eq!(unfinished.len(), 1, "{lines:?}");
    assert_eq!(journals(&folder), [""; 0]);
}

#[test]
fn chunks_of_a_killed_recording_arrive_without_the_one_that_was_cut_off() {
    let (folder, upload) = with_store();
    let words = format!("record --fake-devices --timeslice 300ms --chunks d/c {upload}");
    let running = Running::start(&mut folder.mediarec(&words));
    wait_until("three chunks and a bit", || {
        folder.size("d/c/000003.webm.part") > 1000
    });
    running.signal(Signal::SIGKILL);
    drop(running);
    // As if the crash had come before the journal was written.
    let journal = fs::read_dir(folder.path("d"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let journal = journal.into_iter().find(|path| path.is_file()).unwrap();
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.lines().next().unwrap()).unwrap();
    succeeds(&run(&mut folder.mediarec("upload d")));
    let names: Vec<String> = files(&folder.path("d/c"))
        .into_keys()
        .filter(|name| name.ends_with("webm"))
        .map(|name| format!("d/c/{name}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_arrived(&files(&folder.path("store")), &folder, &names);
    assert!(!journal.exists());
}
