//! `--input whep+http://…`: what a media server gives out is recorded as it is, and the server is told of the end.
use crate::judges::{assert_clean, assert_plays, probe};
use crate::peers::{Peer, clip};
use crate::util::{Folder, Running, has, run, wait_until};
use nix::sys::signal::Signal;
use std::net::TcpListener;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// An endpoint that plays twenty seconds of audio and video; `None` without aiortc.
fn endpoint(folder: &Folder, words: &str) -> Option<Peer> {
    clip(folder);
    let file = folder.path("clip.webm");
    Peer::start(folder, "whep_endpoint.py", &format!("{} {words}", file.display()))
}

#[test]
fn a_media_server_is_recorded_until_a_stop_and_is_told_of_it() {
    let folder = Folder::new();
    let Some(endpoint) = endpoint(&folder, "--token s3cret") else {
        return;
    };
    let url = format!("whep+http://127.0.0.1:{}/redirect", endpoint.port());
    let mut command = folder.mediarec(&format!("record --input {url} --events e -o in.webm"));
    let running = Running::start(command.env("MEDIAREC_WHEP_TOKEN", "s3cret"));
    wait_until("media", || has(&folder.events("e"), "dataavailable"));
    sleep(Duration::from_secs(4));
    let stopped = Instant::now();
    running.signal(Signal::SIGTERM);
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        stopped.elapsed() < Duration::from_millis(2_500),
        "{:?}",
        stopped.elapsed()
    );
    assert_eq!(endpoint.lines()[1..], ["deleted"]);
    assert_clean(&folder.path("in.webm"));
    assert_plays(&folder.path("in.webm"));
    let probe = probe(&folder.path("in.webm"));
    let (audio, video) = (probe.packets("audio").len(), probe.packets("video").len());
    assert!(audio > 100 && video > 30, "{audio} {video}");
}

#[test]
fn a_media_server_that_says_goodbye_ends_the_recording() {
    let folder = Folder::new();
    let Some(endpoint) = endpoint(&folder, "") else {
        return;
    };
    let url = format!("whep+http://127.0.0.1:{}/leave", endpoint.port());
    let outcome = run(&mut folder.mediarec(&format!("record --input {url} -o in.webm")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_clean(&folder.path("in.webm"));
}

#[test]
fn h264_of_a_media_server_is_recorded_into_matroska() {
    let folder = Folder::new();
    let Some(endpoint) = endpoint(&folder, "--codec H264") else {
        return;
    };
    let url = format!("whep+http://127.0.0.1:{}/leave", endpoint.port());
    let outcome = run(&mut folder.mediarec(&format!("record --input {url} -o in.mkv")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_clean(&folder.path("in.mkv"));
    assert_plays(&folder.path("in.mkv"));
    let probe = probe(&folder.path("in.mkv"));
    assert_eq!(probe.streams("video")[0]["codec_name"], "h264");
    assert!(probe.packets("video").len() > 15);
}

#[test]
fn a_server_that_refuses_or_talks_nonsense_is_an_error_that_says_what_to_do() {
    let folder = Folder::new();
    let Some(endpoint) = endpoint(&folder, "--token s3cret") else {
        return;
    };
    let port = endpoint.port();
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for (url, token, code, said) in [
        (format!("127.0.0.1:{port}/whep"), "", 5, "wants a token (401)"),
        (format!("127.0.0.1:{port}/whep"), "wrong", 5, "check --whep-token"),
        (
            format!("127.0.0.1:{port}/nothing"),
            "",
            6,
            "check the URL of --input",
        ),
        (
            format!("127.0.0.1:{port}/broken"),
            "",
            6,
            "the answer of the other side cannot be used",
        ),
        (format!("127.0.0.1:{nobody}/whep"), "", 6, "cannot be reached"),
    ] {
        let mut command = folder.mediarec(&format!("record --input whep+http://{url} -o in.webm"));
        if !token.is_empty() {
            command.env("MEDIAREC_WHEP_TOKEN", token);
        }
        let outcome = run(&mut command);
        assert_eq!(outcome.code, Some(code), "{url}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{url}: {}", outcome.stderr);
        assert!(!folder.path("in.webm").exists(), "{url}");
    }
    for (words, said) in [
        ("--input whep+ftp://a/ -o a.webm", "is no URL"),
        ("--input whep+http://a/ --input b.webm -o a.webm", "alone"),
        ("--input whep+http://a/ --sandbox -o a.webm", "needs the network"),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("record {words}")));
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{words}: {}", outcome.stderr);
    }
}

#[test]
fn a_server_that_sends_nothing_is_given_up() {
    let folder = Folder::new();
    let Some(endpoint) = endpoint(&folder, "") else {
        return;
    };
    let url = format!("whep+http://127.0.0.1:{}/silent", endpoint.port());
    let outcome = run(&mut folder.mediarec(&format!("record --input {url} -o in.webm")));
    assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("no media has come"), "{}", outcome.stderr);
}

#[test]
fn a_server_that_is_killed_and_started_again_is_recorded_again_after_a_gap() {
    let folder = Folder::new();
    let Some(first) = endpoint(&folder, "") else {
        return;
    };
    let port = first.port();
    let url = format!("whep+http://127.0.0.1:{port}/whep");
    let mut command = folder.mediarec(&format!(
        "record --input {url} --on-lost wait --events e -o in.webm"
    ));
    let running = Running::start(&mut command);
    wait_until("media", || has(&folder.events("e"), "dataavailable"));
    sleep(Duration::from_secs(2));
    drop(first);
    wait_until("the loss", || has(&folder.events("e"), "lost"));
    let _second = endpoint(&folder, &format!("--port {port}")).unwrap();
    wait_until("its return", || has(&folder.events("e"), "back"));
    sleep(Duration::from_secs(3));
    running.signal(Signal::SIGTERM);
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("nothing is recorded until it is back"),
        "{}",
        outcome.stderr
    );
    assert_clean(&folder.path("in.webm"));
    assert_plays(&folder.path("in.webm"));
    let probe = probe(&folder.path("in.webm"));
    for kind in ["audio", "video"] {
        let times = probe.times(kind);
        let gap = times
            .windows(2)
            .position(|pair| pair[1] - pair[0] > 5_000)
            .unwrap_or_else(|| panic!("{kind}: {times:?}"));
        assert!(
            gap > 10 && times.len() > gap + 20,
            "{kind}: {gap} of {}",
            times.len()
        );
        assert!(probe.packets(kind)[gap + 1].key, "{kind}");
    }
}
