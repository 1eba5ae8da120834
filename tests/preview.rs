//! `--preview`: the page and what is beside it, who may look, and that a recording is the same with viewers and without.
use crate::judges::{assert_clean, assert_plays};
use crate::preview_client::Page;
use crate::util::{Folder, count, is_in_own_process, run, wait_until};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Frames that cost a busy machine next to nothing.
const RECORD: &str = "record --fake-devices --width 160 --height 120 --preview=127.0.0.1:0 -o a.webm";

#[test]
fn the_page_the_picture_the_state_and_the_metrics_are_there_and_the_buttons_do_what_they_say() {
    let folder = Folder::new();
    let page = Page::of(
        &folder,
        &format!("{RECORD} --events e --segment-time 1h -o a-%i.webm").replace(" -o a.webm", ""),
    );
    page.wait_for_media();
    let html = page.gets("/");
    assert!(
        html.status == 200 && html.head.contains("content-security-policy: default-src 'none'"),
        "{}",
        html.head
    );
    for (path, kind) in [
        ("/page.js", "text/javascript"),
        ("/style.css", "text/css"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        assert!(page.gets(path).head.contains(kind), "{path}");
    }
    let picture = page.gets("/snapshot.jpg");
    assert!(
        picture.head.contains("image/jpeg") && picture.body.starts_with(&[0xff, 0xd8]),
        "{}",
        picture.head
    );
    assert!(
        String::from_utf8(page.gets("/metrics").body)
            .unwrap()
            .contains("mediarec_recording 1\n")
    );
    assert_eq!(
        page.status()["preview"],
        json!({"viewers": 0, "control": true, "mark": true, "split": true, "saveHistory": false})
    );
    assert_eq!(page.posts("/pause", "").json(), json!({"state": "paused"}));
    assert_eq!(page.status()["state"], "paused");
    assert_eq!(page.posts("/resume", "").json(), json!({"state": "recording"}));
    assert!(page.posts("/mark", "goal").json()["mediaTime"].is_number());
    assert_eq!(page.posts("/split", "").status, 200);
    assert_eq!(page.posts("/save-history", "").status, 404);
    assert_eq!(page.posts("/stop", "").status, 200);
    assert_eq!(page.running.wait().code, Some(0));
    assert!(
        folder
            .events("e")
            .iter()
            .any(|event| event["type"] == "mark" && event["text"] == "goal")
    );
}

#[test]
fn the_stream_and_the_events_end_with_the_recording_and_the_stream_is_a_clean_file() {
    let folder = Folder::new();
    let page = Page::of(&folder, RECORD);
    page.wait_for_media();
    let (mut stream, mut events) = (
        page.send(&format!(
            "GET /stream.webm HTTP/1.0\r\nHost: {}\r\n\r\n",
            page.address
        )),
        page.send(&format!("GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", page.address)),
    );
    let asked = Instant::now();
    stream.read_exact(&mut [0; 1]).unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5));
    wait_until("a second", || page.status()["mediaTime"].as_f64() > Some(1.5));
    page.posts("/stop", "");
    let (mut bytes, mut text) = (Vec::new(), String::new());
    stream.read_to_end(&mut bytes).unwrap();
    events.read_to_string(&mut text).unwrap();
    assert_eq!(page.running.wait().code, Some(0));
    assert!(text.contains("\"state\":\"recording\""), "{text}");
    let begin = bytes
        .windows(4)
        .position(|four| four == [0x1a, 0x45, 0xdf, 0xa3])
        .unwrap();
    fs::write(folder.path("seen.webm"), &bytes[begin..]).unwrap();
    assert_plays(&folder.path("seen.webm"));
    assert_eq!(run(&mut folder.mediarec("check seen.webm")).code, Some(0));
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn other_websites_other_hosts_wrong_requests_and_paths_are_refused_and_the_recording_goes_on() {
    let folder = Folder::new();
    let page = Page::of(&folder, RECORD);
    let status = |method, path, headers| page.asks(method, path, headers, "").status;
    assert_eq!(status("POST", "/stop", "Origin: http://evil.example\r\n"), 403);
    assert_eq!(status("POST", "/stop", "Sec-Fetch-Site: cross-site\r\n"), 403);
    assert_eq!(status("GET", "/status.json", "Host: evil.example\r\n"), 421);
    assert_eq!(status("DELETE", "/", ""), 405);
    for path in [
        "/../../etc/passwd",
        "/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/a.webm",
        "/page/index.html",
        "/stop",
    ] {
        assert_eq!(status("GET", path, ""), 404, "{path}");
    }
    assert_eq!(page.posts("/mark", &"x".repeat(5000)).status, 413);
    for wrong in [
        "\r\n\r\n",
        "GET\r\n\r\n",
        "\0\x01\x02",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\r\n\r\n",
    ] {
        let mut stream = page.send(wrong);
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{wrong:?}"
        );
    }
    let huge = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nX: {}\r\n\r\n",
        page.address,
        "x".repeat(100_000)
    );
    let _ = page.connect().write_all(huge.as_bytes());
    assert_eq!(page.status()["state"], "recording");
    wait_until("data", || page.status()["size"].as_u64() > Some(0));
    page.posts("/stop", "");
    assert_eq!(page.running.wait().code, Some(0));
}

#[test]
fn an_address_for_others_needs_the_token_that_is_printed_and_control_can_be_switched_off() {
    let folder = Folder::new();
    let words = RECORD.replace("127.0.0.1:0", "0.0.0.0:0");
    let page = Page::of(&folder, &format!("{words} --preview-control no"));
    assert!(
        page.token.starts_with("?token=") && page.token.len() > 30,
        "{}",
        page.token
    );
    assert_eq!(page.gets("/").status, 401);
    assert_eq!(page.gets(&format!("/{}", page.token)).status, 200);
    assert_eq!(
        page.gets(&format!("/status.json{}", &page.token[..20])).status,
        401
    );
    assert_eq!(page.posts("/stop", "").status, 401);
    assert_eq!(page.posts(&format!("/stop{}", page.token), "").status, 404);
}

#[test]
fn a_port_that_is_taken_is_an_error_before_anything_is_recorded() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let outcome = run(&mut folder.mediarec(&format!("record --fake-devices --preview={address} -o a.webm")));
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("listens at"), "{}", outcome.stderr);
    assert!(!folder.path("a.webm").exists());
}

#[test]
fn a_thousand_connections_and_viewers_that_stall_leave_the_recording_and_its_stop_alone() {
    let folder = Folder::new();
    let page = Page::of(&folder, RECORD);
    page.wait_for_media();
    let stalled: Vec<TcpStream> = (0..2).map(|_| page.stream()).collect();
    for _ in 0..1000 {
        let stream = page.send(&format!(
            "GET /stream.webm HTTP/1.1\r\nHost: {}\r\n\r\n",
            page.address
        ));
        drop(stream);
    }
    // Meanwhile there may be no room for another one.
    wait_until("the others to be gone", || {
        let status = page.status_if_there_is_room();
        status.is_some_and(|status| status["preview"]["viewers"] == 2)
    });
    let begun = Instant::now();
    page.running.signal(nix::sys::signal::Signal::SIGINT);
    assert_eq!(page.running.wait().code, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    drop(stalled);
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn a_thousand_connections_at_once_are_refused_but_for_a_hundred_and_the_recording_goes_on() {
    if !is_in_own_process(
        "preview::a_thousand_connections_at_once_are_refused_but_for_a_hundred_and_the_recording_goes_on",
    ) {
        return;
    }
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, all).unwrap();
    let folder = Folder::new();
    let page = Page::of(&folder, &format!("{RECORD} --events e"));
    page.wait_for_media();
    let viewers: Vec<TcpStream> = (0..100).map(|_| page.stream()).collect();
    let crowd: Vec<TcpStream> = (0..900).map(|_| page.connect()).collect();
    for mut stream in &crowd {
        let mut answer = Vec::new();
        // It may be reset before the answer was read.
        let _ = stream.read_to_end(&mut answer);
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 503"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    let descriptors = fs::read_dir(format!("/proc/{}/fd", page.running.id())).unwrap();
    assert!(descriptors.count() < 200);
    let before = count(&folder, "dataavailable");
    wait_until("more data", || count(&folder, "dataavailable") > before + 5);
    drop((viewers, crowd));
    wait_until("room", || page.status_if_there_is_room().is_some());
    page.posts("/stop", "");
    assert_eq!(page.running.wait().code, Some(0));
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn without_a_file_the_page_is_all() {
    let folder = Folder::new();
    let page = Page::of(
        &folder,
        "preview --fake-devices --width 160 --height 120 --listen 127.0.0.1:0",
    );
    page.wait_for_media();
    assert_eq!(page.status()["file"], Value::Null);
    page.posts("/stop", "");
    assert_eq!(page.running.wait().code, Some(0));
    assert_eq!(folder.names(), ["said"]);
}

#[test]
fn a_recording_has_the_same_bytes_with_viewers_that_come_and_go_as_without() {
    let folder = Folder::new();
    let words = "--fake-devices=unpaced --width 320 --height 180 --duration 20s --reproducible";
    folder.record(&format!("{words} -o alone.webm"));
    let mut page = Page::of(
        &folder,
        &format!("record {words} --preview=127.0.0.1:0 -o watched.webm"),
    );
    let request = format!("GET /stream.webm HTTP/1.1\r\nHost: {}\r\n\r\n", page.address);
    let (mut stalled, mut seen) = (Vec::new(), 0);
    while page.running.is_running() {
        // It may end at any moment.
        let Ok(mut stream) = TcpStream::connect(page.address) else {
            break;
        };
        let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
        if stream.write_all(request.as_bytes()).is_ok() && stream.read_exact(&mut [0; 2000]).is_ok() {
            seen += 1;
        }
        if stalled.len() < 10 {
            stalled.push(stream);
        }
    }
    assert_eq!(page.running.wait().code, Some(0));
    assert!(seen >= 10, "{seen}");
    assert!(folder.read("alone.webm") == folder.read("watched.webm"));
}
