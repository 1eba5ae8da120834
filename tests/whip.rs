//! `--whip`: what is recorded reaches a media server that is not ours, and the recording never suffers.
use crate::judges::assert_clean;
use crate::peers::Peer;
use crate::util::{Folder, Outcome, Running, has, run, wait_until};
use nix::sys::signal::Signal;
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// Frames that cost a busy machine next to nothing.
const RECORD: &str = "record --fake-devices --width 160 --height 120 --frame-rate 15 -o a.webm";

/// The number before these words in the line of what was sent.
fn number_before(outcome: &Outcome, words: &str) -> u64 {
    let line = outcome.stderr.lines().find(|line| line.contains(": sent to"));
    let line = line.unwrap_or_else(|| panic!("{}", outcome.stderr));
    let before = line
        .split(words)
        .next()
        .filter(|before| before.len() < line.len());
    let number = before.and_then(|before| before.trim_end().rsplit(' ').next());
    number.map_or(0, |number| number.parse().unwrap_or_else(|_| panic!("{line}")))
}

#[test]
fn a_media_server_decodes_every_frame_that_was_sent_and_is_told_of_the_end() {
    let folder = Folder::new();
    let Some(endpoint) = Peer::start(&folder, "whip_endpoint.py", "--token s3cret") else {
        return;
    };
    let port = endpoint.port();
    let mut command = folder.mediarec(&format!(
        "{RECORD} --duration 4s --whip http://127.0.0.1:{port}/redirect"
    ));
    let outcome = run(command.env("MEDIAREC_WHIP_TOKEN", "s3cret"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("sending to http://127.0.0.1"),
        "{}",
        outcome.stderr
    );
    assert_clean(&folder.path("a.webm"));
    let session = &endpoint.sessions(1)[0];
    assert_eq!(session["end"], "delete", "{session}");
    assert_eq!(session["tracks"]["video"]["size"], serde_json::json!([160, 120]));
    let decoded = session["tracks"]["video"]["frames"].as_u64().unwrap();
    let sent = number_before(&outcome, "video frames");
    // Its jitter buffer gives out a frame when the next one is there.
    assert!(
        sent > 20 && (sent - 1..=sent).contains(&decoded),
        "{decoded} of {sent}: {session}"
    );
    let heard = session["tracks"]["audio"]["frames"].as_u64().unwrap();
    let sent = number_before(&outcome, "audio packets");
    assert!(sent > 100 && heard + 10 >= sent, "{heard} of {sent}: {session}");
}

#[test]
fn a_server_that_is_busy_is_asked_again_when_it_said_and_gets_the_rest() {
    let folder = Folder::new();
    let Some(endpoint) = Peer::start(&folder, "whip_endpoint.py", "--status 503,1") else {
        return;
    };
    let port = endpoint.port();
    let outcome = run(&mut folder.mediarec(&format!(
        "{RECORD} --duration 4s --events e --whip http://127.0.0.1:{port}/whip"
    )));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("(503 Service Unavailable); the recording goes on"),
        "{}",
        outcome.stderr
    );
    assert!(has(&folder.events("e"), "warning"));
    assert!(number_before(&outcome, "video frames") > 10, "{}", outcome.stderr);
    assert!(endpoint.sessions(1)[0]["tracks"]["video"]["frames"].as_u64() > Some(10));
}

#[test]
fn a_wrong_token_and_a_server_that_is_not_there_are_told_and_the_file_is_whole() {
    let folder = Folder::new();
    let Some(endpoint) = Peer::start(&folder, "whip_endpoint.py", "--token s3cret") else {
        return;
    };
    let port = endpoint.port();
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for (port, said) in [(port, "wants a token (401)"), (nobody, "cannot be reached")] {
        let words = format!("{RECORD} --force --duration 1s --whip http://127.0.0.1:{port}/whip");
        let outcome = run(&mut folder.mediarec(&words));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("nothing was sent to"),
            "{}",
            outcome.stderr
        );
        assert_clean(&folder.path("a.webm"));
    }
}

#[test]
fn a_stop_does_not_wait_for_a_server_that_never_answers() {
    let folder = Folder::new();
    // It takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let running = Running::start(&mut folder.mediarec(&format!(
        "{RECORD} --events e --whip http://127.0.0.1:{port}/whip"
    )));
    wait_until("the start", || has(&folder.events("e"), "dataavailable"));
    let stopped = Instant::now();
    running.signal(Signal::SIGTERM);
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        stopped.elapsed() < Duration::from_millis(2500),
        "{:?}",
        stopped.elapsed()
    );
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn what_webrtc_cannot_carry_is_refused_before_anything_is_recorded() {
    let folder = Folder::new();
    let whip = "--whip http://127.0.0.1:1/whip";
    for (words, code, said) in [
        ("record -o b.webm --input a.y4m", 2, "add --realtime"),
        ("record -o b.webm --fake-devices --whip ftp://a/", 2, "is no URL"),
        (
            "record -o b.webm --fake-devices --ice-server ftp:a",
            2,
            "is no ICE server",
        ),
        (
            "record --fake-devices --mime audio/x-matroska;codecs=pcm -o b.mka",
            7,
            "VP8, VP9, AV1 and Opus can",
        ),
    ] {
        let whip = if words.contains("--whip") { "" } else { whip };
        let outcome = run(&mut folder.mediarec(&format!("{words} {whip} --duration 1s")));
        assert_eq!(outcome.code, Some(code), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{words}: {}", outcome.stderr);
    }
}
