//! What a file says about itself: title, tags and date, and how they are left out.
use crate::inputs::{cd_like, tone, write_wav};
use crate::judges::{assert_clean, mkvinfo, probe};
use crate::library::{alone, lasting, unpaced};
use crate::util::{Folder, Outcome, ffmpeg, json, run};
use jiff::Timestamp;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecordingDate};
use mediarec::webm::{Header, Reader, SimpleTag};
use std::fs;
use std::io::Cursor;
use std::time::{Duration, SystemTime};

const SHORT: &str = "record --fake-devices=unpaced --duration 300ms";

#[test]
fn title_tags_and_date_are_what_was_typed_to_all_who_read_the_file() {
    let folder = Folder::new();
    let before = Timestamp::now();
    let mut command = folder.mediarec(&format!("{SHORT} --tag Artist=Ana -o a.webm --title"));
    command.args(["Übung – 第一", "--tag", "COMMENT=two words, a=b"]);
    assert_eq!(run(&mut command).code, Some(0));
    let after = Timestamp::now();
    assert_clean(&folder.path("a.webm"));

    let probed = probe(&folder.path("a.webm"));
    let tags = probed.tags();
    assert_eq!(tags["title"], "Übung – 第一");
    assert_eq!(
        (&tags["Artist"], &tags["COMMENT"]),
        (&"Ana".into(), &"two words, a=b".into())
    );
    let date: Timestamp = tags["creation_time"].as_str().unwrap().parse().unwrap();
    // It has microseconds, the others have more.
    let rounding = jiff::SignedDuration::from_micros(1);
    assert!(
        before - rounding <= date && date <= after,
        "{before} {date} {after}"
    );

    let listing = mkvinfo(&folder.path("a.webm"));
    for said in [
        "+ Title: Übung",
        "+ Date: ",
        "+ Name: Artist",
        "+ String: two words, a=b",
    ] {
        assert!(listing.contains(said), "{said}\n{listing}");
    }

    let report = json(&folder, "inspect --json a.webm");
    assert_eq!(report["title"], "Übung – 第一");
    assert_eq!(report["tags"][0]["name"], "Artist");
    assert_eq!(report["tags"][1]["value"], "two words, a=b");
    let date: Timestamp = report["date"].as_str().unwrap().parse().unwrap();
    assert!(before <= date && date <= after);
    let text = run(&mut folder.mediarec("inspect a.webm"));
    for line in ["title       Übung", "date        20", "tag         Artist=Ana\n"] {
        assert!(text.text().contains(line), "{line}: {}", text.text());
    }
}

#[test]
fn a_pipe_and_chunks_have_title_and_tags_too() {
    let folder = Folder::new();
    let words = format!("{SHORT} --title Rehearsal --tag ARTIST=Ana --chunks c --timeslice 100ms -o -");
    let outcome = run(&mut folder.mediarec(&words));
    folder.write("pipe.webm", &outcome.stdout);
    let tags = probe(&folder.path("pipe.webm")).tags();
    assert_eq!(
        (&tags["title"], &tags["ARTIST"]),
        (&"Rehearsal".into(), &"Ana".into())
    );
    let mut chunks: Vec<_> = fs::read_dir(folder.path("c"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "webm"))
        .collect();
    chunks.sort();
    let whole: Vec<u8> = chunks.iter().flat_map(|chunk| fs::read(chunk).unwrap()).collect();
    assert!(chunks.len() > 1 && whole == outcome.stdout);
}

fn try_to_record(folder: &Folder, words: &str, epoch: Option<&str>) -> Outcome {
    let mut command = folder.mediarec(&format!("{SHORT} -o a.webm --force {words}"));
    if let Some(epoch) = epoch {
        command.env("SOURCE_DATE_EPOCH", epoch);
    }
    run(&mut command)
}

#[test]
fn the_date_is_that_of_the_environment_or_left_out() {
    let folder = Folder::new();
    for (words, epoch, date) in [
        ("--reproducible", None, None),
        ("--reproducible", Some(""), None),
        ("--reproducible", Some("1700000000"), Some("2023-11-14T22:13:20Z")),
        ("", Some("978307200"), Some("2001-01-01T00:00:00Z")),
        ("", Some("0"), Some("1970-01-01T00:00:00Z")),
    ] {
        let outcome = try_to_record(&folder, words, epoch);
        assert_eq!(
            (outcome.code, &*outcome.stderr),
            (Some(0), ""),
            "{words} {epoch:?}"
        );
        assert_clean(&folder.path("a.webm"));
        let report = json(&folder, "inspect --json a.webm");
        assert_eq!(report["date"].as_str(), date, "{words} {epoch:?}");
        let probed = probe(&folder.path("a.webm")).tags();
        let seen = probed["creation_time"]
            .as_str()
            .map(|text| text.replace(".000000", ""));
        assert_eq!(seen.as_deref(), date, "{words} {epoch:?}");
    }
}

#[test]
fn what_is_no_tag_and_no_date_is_a_usage_error_that_says_what_is() {
    let folder = Folder::new();
    let large = format!("--tag A={}", "x".repeat(70_000));
    for (words, epoch, said) in [
        ("--tag ARTIST", None, "such as ARTIST=Ana"),
        ("--tag =Ana", None, "such as ARTIST=Ana"),
        (&*large, None, "the maximum is 65536"),
        (
            "--reproducible",
            Some("now"),
            "SOURCE_DATE_EPOCH is 'now'; set it to seconds since 1970",
        ),
        ("", Some("1e9"), "seconds since 1970"),
    ] {
        let outcome = try_to_record(&folder, words, epoch);
        assert_eq!(outcome.code, Some(2), "{epoch:?}");
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        assert!(folder.names().is_empty());
    }
}

#[test]
fn with_reproducible_the_same_input_gives_the_same_bytes() {
    let folder = Folder::new();
    ffmpeg(
        &folder,
        "-f lavfi -i testsrc2=s=320x180:d=2 -pix_fmt yuv420p v.y4m",
    );
    write_wav(
        &folder.path("s.wav"),
        cd_like(44_100, 2),
        88_200,
        tone(440.0, 0.5, 44_100),
    );
    folder.record("--input v.y4m --input s.wav -o in.webm");
    for words in [
        "--input v.y4m --input s.wav --title T --tag A=b",
        "--input v.y4m --input s.wav --mime video/webm;codecs=vp9,opus --threads 4",
        "--input v.y4m --mime video/webm;codecs=vp9",
        "--input in.webm",
        "--input in.webm --reencode",
        "--input in.webm --input s.wav --timeslice 500ms --duration 1500ms",
        "--input s.wav --mime audio/x-matroska;codecs=pcm",
        "--fake-devices=unpaced --duration 1s",
    ] {
        for name in ["1", "2"] {
            // The date, if there was one, would have nanoseconds: they differ.
            folder.record(&format!("{words} --reproducible --force -o {name}"));
        }
        assert!(folder.read("1") == folder.read("2"), "{words}");
    }
    for name in ["1", "2"] {
        folder.record(&format!("--input in.webm --force -o {name}"));
    }
    assert!(
        folder.read("1") != folder.read("2"),
        "without it they have their dates"
    );
}

fn header_of(options: MediaRecorderOptions) -> Header {
    let mut file = Cursor::new(Vec::new());
    let recorder = MediaRecorder::new(&unpaced(), options).unwrap();
    let mut recording = recorder.start(None).unwrap();
    recording.write_to(&mut file, |_| {}).unwrap();
    Reader::new(&file.get_ref()[..]).unwrap().header().clone()
}

#[test]
fn the_library_writes_what_its_options_say_and_by_default_the_date_only() {
    let _alone = alone();
    let before = SystemTime::now();
    let header = header_of(lasting(200));
    assert_eq!((&*header.title, header.tags), ("", Vec::new()));
    let date = header.date.unwrap();
    assert!(before <= date && date <= SystemTime::now());

    let tags = vec![SimpleTag {
        name: "ARTIST".to_owned(),
        value: "Ana".to_owned(),
    }];
    let at = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 5);
    let header = header_of(MediaRecorderOptions {
        title: "Rehearsal".to_owned(),
        tags: tags.clone(),
        date: RecordingDate::At(at),
        ..lasting(200)
    });
    assert_eq!(
        (&*header.title, header.tags, header.date),
        ("Rehearsal", tags, Some(at))
    );
    let header = header_of(MediaRecorderOptions {
        date: RecordingDate::Omitted,
        ..lasting(200)
    });
    assert_eq!(header.date, None);
}

#[test]
fn the_constructor_refuses_texts_that_cannot_be_written() {
    for (title, name) in [("a\0b", "A"), ("", ""), (&*"x".repeat(70_000), "A")] {
        let options = MediaRecorderOptions {
            title: title.to_owned(),
            tags: vec![SimpleTag {
                name: name.to_owned(),
                value: String::new(),
            }],
            ..Default::default()
        };
        let error = MediaRecorder::new(&unpaced(), options).err().unwrap();
        assert_eq!(error.name(), "TypeError");
    }
}
