//! `mediarec serve`: several programs publish at once, and each is recorded to its own file.
use crate::judges::{assert_clean, probe};
use crate::peers::{Peer, clip};
use crate::util::{Folder, Running, has, run, wait_until};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// An offer of audio, which nobody connects by.
const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
    a=extmap-allow-mixed\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
    a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=ice-options:trickle\r\na=fingerprint:sha-256 \
    7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08\r\n\
    a=setup:actpass\r\na=mid:0\r\na=sendonly\r\na=msid:s t\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n\
    a=fmtp:111 minptime=10;useinbandfec=1\r\na=ssrc:1001 cname:c\r\n";

struct Serving {
    running: Running,
    port: u16,
}

impl Serving {
    fn start(folder: &Folder, words: &str) -> Self {
        let mut command = folder.mediarec(&format!("serve whip://127.0.0.1:0/live {words}"));
        // With an arena for each thread, what glibc keeps depends on how many there were at once: up to 13 MB.
        command.env("MALLOC_ARENA_MAX", "1");
        let running = Running::start(command.stderr(fs::File::create(folder.path("said")).unwrap()));
        let said = || said(folder);
        wait_until("the URL", || {
            said().contains("/live/NAME") && said().ends_with('\n')
        });
        let port = said()
            .split("127.0.0.1:")
            .nth(1)
            .unwrap()
            .split('/')
            .next()
            .unwrap()
            .parse();
        let port = port.unwrap();
        Self { running, port }
    }

    fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/live/{name}", self.port)
    }

    /// The status of the answer to a request, and the path of the session.
    fn ask(&self, method: &str, path: &str, kind: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &&str| line.to_lowercase().starts_with("location: ");
        let location = answer
            .lines()
            .find(header)
            .map(|line| line["location: ".len()..].to_owned());
        (status, location.unwrap_or_default())
    }
}

fn said(folder: &Folder) -> String {
    fs::read_to_string(folder.path("said")).unwrap_or_default()
}

/// Demands that a file is whole, whatever times a busy machine has given its packets.
fn assert_whole(folder: &Folder, name: &str) {
    let checked = run(&mut folder.mediarec(&format!("check {name}")));
    assert_eq!(checked.code, Some(0), "{}", checked.text());
    let probe = probe(&folder.path(name));
    for kind in ["audio", "video"] {
        assert!(probe.packets(kind).len() > 5, "{kind} of {name}");
        assert!(
            probe.times(kind).windows(2).all(|pair| pair[0] < pair[1]),
            "{kind} of {name}"
        );
    }
}

fn files(folder: &Folder, name: &str) -> Vec<String> {
    let mut names = folder.names();
    names.retain(|file| file.starts_with(name));
    names
}

/// A recording that publishes itself.
fn publishing(folder: &Folder, url: &str, seconds: u32) -> Running {
    let words = "record --fake-devices --width 160 --height 120 --frame-rate 15 --force -q";
    let name = url.rsplit('/').next().unwrap();
    Running::start(&mut folder.mediarec(&format!(
        "{words} --duration {seconds}s -o out-{name}.webm --whip {url}"
    )))
}

#[test]
fn publishers_are_recorded_at_once_each_to_its_own_file_and_a_signal_finishes_all() {
    let folder = Folder::new();
    clip(&folder);
    let serving = Serving::start(
        &folder,
        "--max-publishers 3 --events e -o rec/%{name}/%Y%m%d-%i.webm",
    );
    fs::create_dir(folder.path("rec")).unwrap();
    let hall = publishing(&folder, &serving.url("hall"), 5);
    let desk = publishing(&folder, &serving.url("desk"), 30);
    let args = format!(
        "{} {} 30",
        serving.url("guest"),
        folder.path("clip.webm").display()
    );
    let guest = Peer::start(&folder, "whip_publisher.py", &args);
    let recorded = |name: &str| said(&folder).contains(&format!("{name} is recorded to"));
    wait_until("both", || {
        recorded("hall") && recorded("desk") && (guest.is_none() || recorded("guest"))
    });
    // One name is one publisher, and there is room for three.
    assert_eq!(serving.ask("POST", "/live/desk", "application/sdp", OFFER).0, 503);
    if guest.is_some() {
        assert_eq!(serving.ask("POST", "/live/more", "application/sdp", OFFER).0, 503);
    }
    assert_eq!(hall.wait().code, Some(0));
    wait_until("the end of the first", || said(&folder).contains("rec/hall/"));
    // Its place is free again.
    let again = publishing(&folder, &serving.url("hall"), 30);
    wait_until("the first again", || {
        said(&folder).matches("hall is recorded to").count() == 2
    });
    sleep(Duration::from_secs(1));
    let stopped = Instant::now();
    serving.running.signal(Signal::SIGINT);
    let outcome = serving.running.wait();
    assert!(
        stopped.elapsed() < Duration::from_millis(2_500),
        "{:?}",
        stopped.elapsed()
    );
    assert_eq!(outcome.code, Some(0), "{}", said(&folder));
    let mut count = 0;
    for name in ["hall", "desk", "guest"] {
        for entry in fs::read_dir(folder.path(&format!("rec/{name}")))
            .into_iter()
            .flatten()
        {
            let path = entry.unwrap().path();
            assert_clean(&path);
            assert!(probe(&path).packets("audio").len() > 20, "{}", path.display());
            count += 1;
        }
    }
    assert_eq!(count, 3 + usize::from(guest.is_some()), "{}", said(&folder));
    let events = folder.events("e");
    let starts = |name: &str| {
        let is_start = |event: &&Value| event["type"] == "start" && event["publisher"] == name;
        events.iter().filter(is_start).count()
    };
    assert_eq!((starts("hall"), starts("desk")), (2, 1));
    drop((desk, again));
}

#[test]
fn a_publisher_that_is_killed_loses_no_file_and_others_go_on() {
    let folder = Folder::new();
    let serving = Serving::start(&folder, "--events e");
    let dead = publishing(&folder, &serving.url("dead"), 60);
    let live = publishing(&folder, &serving.url("live"), 60);
    let is_recorded = |name: &str| {
        let is_data = |event: &Value| event["type"] == "dataavailable" && event["publisher"] == name;
        folder.events("e").iter().any(is_data)
    };
    wait_until("both", || is_recorded("dead") && is_recorded("live"));
    sleep(Duration::from_secs(1));
    let killed = Instant::now();
    dead.signal(Signal::SIGKILL);
    wait_until("the end of one", || has(&folder.events("e"), "stop"));
    assert!(
        killed.elapsed() < Duration::from_secs(15),
        "{:?}",
        killed.elapsed()
    );
    assert!(
        said(&folder).contains("the publisher is gone"),
        "{}",
        said(&folder)
    );
    assert_whole(&folder, &files(&folder, "dead-")[0]);
    serving.running.signal(Signal::SIGTERM);
    assert_eq!(serving.running.wait().code, Some(0), "{}", said(&folder));
    assert_whole(&folder, &files(&folder, "live-")[0]);
    let last = |name: &str| {
        let mut events = folder.events("e");
        events.retain(|event| event["type"] == "stop" && event["publisher"] == name);
        events[0]["duration"].as_f64().unwrap()
    };
    assert!(
        last("live") > last("dead") + 4.0,
        "{} {}",
        last("live"),
        last("dead")
    );
    drop(live);
}

#[test]
fn requests_are_answered_as_rfc_9725_says() {
    let folder = Folder::new();
    let serving = Serving::start(&folder, "");
    let sdp = "application/sdp";
    for (method, path, kind, body, expected) in [
        ("POST", "/live", sdp, OFFER, 404),
        ("POST", "/live/a/b/c", sdp, OFFER, 404),
        ("POST", "/live/..%2fetc", sdp, OFFER, 404),
        ("POST", "/live/.hidden", sdp, OFFER, 404),
        ("POST", "/live/hall", "text/plain", OFFER, 415),
        ("POST", "/live/hall", sdp, "v=0", 400),
        ("GET", "/live/hall", sdp, "", 405),
        ("DELETE", "/live/hall/1", sdp, "", 404),
    ] {
        let (status, _) = serving.ask(method, path, kind, body);
        assert_eq!(status, expected, "{method} {path}");
    }
    let (status, session) = serving.ask("POST", "/live/hall", sdp, OFFER);
    assert_eq!(status, 201);
    assert!(session.starts_with("/live/hall/"), "{session}");
    let frag = "application/trickle-ice-sdpfrag";
    let candidate = "a=ice-ufrag:abcd\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n";
    for (kind, body, expected) in [
        (frag, candidate, 204),
        (frag, "a=end-of-candidates\r\n", 204),
        (frag, "{}", 400),
        (
            frag,
            "a=ice-ufrag:other\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n",
            422,
        ),
        (sdp, candidate, 415),
    ] {
        assert_eq!(serving.ask("PATCH", &session, kind, body).0, expected, "{body}");
    }
    assert_eq!(serving.ask("DELETE", &session, sdp, "").0, 200);
    serving.running.signal(Signal::SIGINT);
    assert_eq!(serving.running.wait().code, Some(0), "{}", said(&folder));
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_offers_leave_nothing_behind() {
    let folder = Folder::new();
    let serving = Serving::start(&folder, "--max-publishers 64 -q");
    let pid = serving.running.id();
    let status = |name: &str| -> u64 {
        let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let publish = |number: usize| {
        let path = format!("/live/p{}", number % 64);
        let mut session = String::new();
        wait_until("a place", || {
            let (status, location) = serving.ask("POST", &path, "application/sdp", OFFER);
            session = location;
            status == 201
        });
        assert_eq!(serving.ask("DELETE", &session, "", "").0, 200);
    };
    (0..200).for_each(publish);
    let is_idle = || status("Threads:") <= 8;
    wait_until("the end of threads", is_idle);
    let before = status("VmRSS:");
    (0..1_000).for_each(publish);
    wait_until("the end of threads", is_idle);
    let after = status("VmRSS:");
    println!("{before} kB after 200 offers, {after} kB after 1,200");
    assert!(after < before + 8_192, "{before} kB, then {after} kB");
    serving.running.signal(Signal::SIGINT);
    assert_eq!(serving.running.wait().code, Some(0), "{}", said(&folder));
    assert_eq!(files(&folder, "p"), Vec::<String>::new());
}
