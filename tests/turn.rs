//! `--ice-server turn:…`: media takes the way through a TURN server where a firewall leaves no other.
use crate::judges::{assert_clean, assert_plays, probe};
use crate::peers::{Peer, clip};
use crate::turn_server::{PASSWORD, RELAYED_FROM, TurnServer, USER, free_port};
use crate::util::{Folder, Outcome, Running, has, run, wait_until};
use nix::sys::signal::Signal;
use std::net::{TcpListener, UdpSocket};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// Frames that cost a busy machine next to nothing.
const RECORD: &str = "record --fake-devices --width 160 --height 120 --frame-rate 15 -o a.webm";

/// The command with the user of the TURN server, whose password is in the environment; all that it does is logged.
fn as_user(command: &mut Command) -> &mut Command {
    command
        .env("MEDIAREC_ICE_USERNAME", USER)
        .env("MEDIAREC_ICE_CREDENTIAL", PASSWORD)
        .env("MEDIAREC_LOG", "trace")
}

fn assert_keeps_the_secret(outcome: &Outcome) {
    let words = String::from_utf8_lossy(&outcome.stdout) + &*outcome.stderr;
    assert!(!words.contains(PASSWORD), "the password is told");
    assert!(words.contains("turn"), "nothing was logged: {words}");
}

#[test]
fn a_media_server_behind_a_firewall_is_reached_through_a_turn_server_by_udp_and_by_tcp() {
    for transport in ["", "?transport=tcp"] {
        let folder = Folder::new();
        let firewall = format!("--only-from {RELAYED_FROM}");
        let (Some(endpoint), Some(turn)) = (
            Peer::start(&folder, "whip_endpoint.py", &firewall),
            TurnServer::start(&folder, ""),
        ) else {
            return;
        };
        let (port, url) = (endpoint.port(), turn.url());
        let mut command = folder.mediarec(&format!(
            "{RECORD} --duration 4s --whip http://127.0.0.1:{port}/whip --ice-server {url}{transport}"
        ));
        let outcome = run(as_user(&mut command));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_keeps_the_secret(&outcome);
        assert_clean(&folder.path("a.webm"));
        let session = &endpoint.sessions(1)[0];
        assert_eq!(session["end"], "delete", "{session}");
        assert!(
            session["tracks"]["video"]["frames"].as_u64() > Some(20),
            "{session}"
        );
        assert!(
            session["tracks"]["audio"]["frames"].as_u64() > Some(100),
            "{session}"
        );
        assert!(turn.passed_on() > 150, "{}", turn.log());
    }
}

#[test]
fn a_media_server_behind_a_firewall_is_recorded_through_a_turn_server() {
    let folder = Folder::new();
    clip(&folder);
    let words = format!(
        "{} --only-from {RELAYED_FROM}",
        folder.path("clip.webm").display()
    );
    let (Some(endpoint), Some(turn)) = (
        Peer::start(&folder, "whep_endpoint.py", &words),
        TurnServer::start(&folder, ""),
    ) else {
        return;
    };
    let url = format!("whep+http://127.0.0.1:{}/whep", endpoint.port());
    let mut command = folder.mediarec(&format!(
        "record --input {url} --ice-server {} --events e -o in.webm",
        turn.url()
    ));
    let running = Running::start(as_user(&mut command));
    wait_until("media", || has(&folder.events("e"), "dataavailable"));
    sleep(Duration::from_secs(3));
    running.signal(Signal::SIGTERM);
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_keeps_the_secret(&outcome);
    assert_clean(&folder.path("in.webm"));
    assert_plays(&folder.path("in.webm"));
    assert!(probe(&folder.path("in.webm")).packets("video").len() > 20);
    turn.passed_on();
}

#[test]
fn a_turn_server_that_does_not_help_is_told_with_what_to_do_and_the_recording_is_whole() {
    let folder = Folder::new();
    let (Some(endpoint), Some(turn)) = (
        Peer::start(&folder, "whip_endpoint.py", ""),
        TurnServer::start(&folder, "user-quota=1"),
    ) else {
        return;
    };
    let silent_udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let silent_tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = silent_udp.local_addr().unwrap();
    let silent_by_tcp = format!("turn:{}?transport=tcp", silent_tcp.local_addr().unwrap());
    let nobody = free_port();
    let port = endpoint.port();
    for (url, password, said) in [
        (
            turn.url(),
            "wrong",
            "refuses the user (401); check --ice-username",
        ),
        (
            format!("{}?transport=tcp", turn.url()),
            "wrong",
            "refuses the user (401)",
        ),
        (format!("turn:{silent}"), PASSWORD, "does not answer"),
        (silent_by_tcp, PASSWORD, "does not answer"),
        (format!("turn:127.0.0.1:{nobody}"), PASSWORD, "cannot be reached"),
        (
            format!("turn:127.0.0.1:{nobody}?transport=tcp"),
            PASSWORD,
            "cannot be reached",
        ),
        // The second finds that the user has one address already.
        (
            format!("{0} --ice-server {0}?transport=tcp", turn.url()),
            PASSWORD,
            "gives the user no more addresses (486)",
        ),
    ] {
        let mut command = folder.mediarec(&format!(
            "{RECORD} --force --duration 6s --whip http://127.0.0.1:{port}/whip --ice-server {url}"
        ));
        let outcome = run(as_user(&mut command).env("MEDIAREC_ICE_CREDENTIAL", password));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{url}: {}", outcome.stderr);
        assert!(
            outcome.stderr.contains("going on without it"),
            "{}",
            outcome.stderr
        );
        // There is a direct way.
        assert!(outcome.stderr.contains("sent to http"), "{}", outcome.stderr);
        assert_keeps_the_secret(&outcome);
        assert_clean(&folder.path("a.webm"));
    }
}

#[test]
fn a_url_that_is_no_ice_server_and_a_turn_server_without_a_user_are_usage_errors() {
    let folder = Folder::new();
    for (words, said) in [
        (
            "--ice-server turn:a",
            "--ice-username and MEDIAREC_ICE_CREDENTIAL",
        ),
        ("--ice-server turn:alice:s3cret@a", "no name and no password"),
        ("--ice-server turns:a --ice-username a", "turn:a?transport=tcp"),
        ("--ice-server http://a", "is no ICE server"),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("{RECORD} --whip http://127.0.0.1:1/whip {words}")));
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{words}: {}", outcome.stderr);
        assert!(!outcome.stderr.contains("s3cret"), "{}", outcome.stderr);
    }
    let outcome = run(&mut folder.mediarec(&format!("{RECORD} --ice-server stun:a")));
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
}
