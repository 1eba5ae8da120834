//! `--listen`: what another program publishes is recorded as it is, and in sync.
use crate::browser::{Browser, Kind};
use crate::judges::{assert_clean, assert_plays, flashes_and_beeps, probe};
use crate::listening::Listening;
use crate::peers::{Peer, clip};
use crate::turn_server::{PASSWORD, RELAYED_FROM, TurnServer, USER};
use crate::util::{Folder, Running, has, run, wait_until};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::fs;
use std::net::TcpListener;
use std::time::{Duration, Instant};

#[test]
fn what_our_own_publisher_sends_is_recorded_frame_by_frame_and_in_sync() {
    let folder = Folder::new();
    let listening = Listening::start(&folder, "-v -o in.webm");
    let words = "record --fake-devices --width 160 --height 120 --frame-rate 15 --duration 8s -o out.webm";
    let sent = run(&mut folder.mediarec(&format!("{words} --whip {}", listening.url)));
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    let (code, said) = listening.end(&folder);
    assert_eq!(code, Some(0), "{said}");
    assert_clean(&folder.path("in.webm"));
    let number = |text: &str, words: &str| {
        let before = text.split(words).next().unwrap().trim_end();
        before
            .rsplit(' ')
            .next()
            .unwrap()
            .parse::<u64>()
            .unwrap_or_else(|_| panic!("{text}"))
    };
    let line = sent
        .stderr
        .lines()
        .find(|line| line.contains(": sent to"))
        .unwrap();
    for what in ["audio packets", "video frames"] {
        assert_eq!(number(line, what), number(&said, what), "{what}: {line}\n{said}");
    }
    // Each packet is as it was sent. In the end all are later or earlier by the same time, audio and video; before the first
    // reports of the sender it is by how late they have come.
    let (before, after) = (packets(&folder, "out.webm"), packets(&folder, "in.webm"));
    let last_shift = |kind: &str| {
        let mut sent = before.iter().filter(|packet| packet.0 == kind);
        let of_kind: Vec<_> = after.iter().filter(|packet| packet.0 == kind).collect();
        // Silence is the same again and again: the next one is meant.
        let shifts = of_kind.iter().map(|packet| {
            let sent = sent.find(|sent| sent.2 == packet.2);
            packet.1 - sent.unwrap_or_else(|| panic!("{packet:?} was not sent")).1
        });
        shifts.last().unwrap()
    };
    let (audio, video) = (last_shift("audio"), last_shift("video"));
    assert!((audio - video).abs() < 0.02, "{audio} {video}");
}

/// Stream, time in seconds and hash of every packet.
fn packets(folder: &Folder, name: &str) -> Vec<(String, f64, String)> {
    let words = "-v error -show_data_hash md5 -show_entries packet=codec_type,pts_time,data_hash -of json";
    let listed = run(&mut folder.program("ffprobe", &format!("{words} {name}")));
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let packet = |packet: &Value| {
        let text = |name: &str| {
            packet[name]
                .as_str()
                .unwrap_or_else(|| panic!("{packet}"))
                .to_owned()
        };
        (
            text("codec_type"),
            text("pts_time").parse().unwrap(),
            text("data_hash"),
        )
    };
    listed["packets"].as_array().unwrap().iter().map(packet).collect()
}

#[test]
fn a_track_whose_first_key_frame_comes_after_seconds_is_recorded_too() {
    let folder = Folder::new();
    let made = "record --fake-devices=unpaced --width 160 --height 120 --frame-rate 15 --keyframe-interval 5s --duration 11s -o made.webm";
    assert_eq!(run(&mut folder.mediarec(made)).code, Some(0));
    // It has begun, with its first key frame, before anybody listens.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let words = "record --input made.webm --realtime --events p -o out.webm";
    let publisher = Running::start(&mut folder.mediarec(&format!("{words} --whip http://{free}/live")));
    wait_until("the first try", || has(&folder.events("p"), "warning"));
    let listening = Listening::at(&free.to_string(), &folder, "-o in.webm");
    let sent = publisher.wait();
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    let (code, said) = listening.end(&folder);
    assert_eq!(code, Some(0), "{said}");
    let video = probe(&folder.path("in.webm")).packets("video").len();
    assert!((30..=95).contains(&video), "{video}: {said}");
}

#[test]
fn media_goes_over_ipv6_too() {
    let folder = Folder::new();
    if TcpListener::bind("[::1]:0").is_err() {
        eprintln!("left out: this machine has no IPv6");
        return;
    }
    let listening = Listening::at("[::1]:0", &folder, "-o in.webm");
    assert!(listening.url.starts_with("http://[::1]:"), "{}", listening.url);
    let words = "record --fake-devices --width 160 --height 120 --frame-rate 15 --duration 3s -o out.webm";
    let sent = run(&mut folder.mediarec(&format!("{words} --whip {}", listening.url)));
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    let (code, said) = listening.end(&folder);
    assert_eq!(code, Some(0), "{said}");
    assert_clean(&folder.path("in.webm"));
    assert!(probe(&folder.path("in.webm")).packets("video").len() > 20);
}

#[test]
fn with_lost_datagrams_the_file_is_clean_and_what_is_missing_is_counted() {
    let folder = Folder::new();
    let listening = Listening::start(&folder, "-v -o in.webm");
    let port = listening.url.split([':', '/']).nth(4).unwrap();
    let proxy = Peer::start(&folder, "lossy_proxy.py", &format!("{port} 0.05 0.05"));
    let Some(proxy) = proxy else {
        return;
    };
    let words = "record --fake-devices --width 160 --height 120 --frame-rate 15 --duration 8s -o out.webm";
    let sent = run(&mut folder.mediarec(&format!("{words} --whip http://127.0.0.1:{}/live", proxy.port())));
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    assert!(sent.stderr.contains("requests to send again"), "{}", sent.stderr);
    let (code, said) = listening.end(&folder);
    assert_eq!(code, Some(0), "{said}");
    assert_clean(&folder.path("in.webm"));
    assert_plays(&folder.path("in.webm"));
    assert!(
        said.contains("audio packets copied (") && said.contains("dropped)"),
        "{said}"
    );
}

#[test]
fn a_publisher_with_the_token_is_recorded_in_segments_with_a_pause_and_others_are_refused() {
    let folder = Folder::new();
    clip(&folder);
    let listening = Listening::start(
        &folder,
        "--listen-token s3cret-token --events e --segment-time 2s -o in-%i.webm",
    );
    let args = format!("{} {} 8", listening.url, folder.path("clip.webm").display());
    let Some(refused) = Peer::start(&folder, "whip_publisher.py", &args) else {
        return;
    };
    let said = || fs::read_to_string(folder.path("peer.err")).unwrap();
    wait_until("the refusal", || said().contains("401"));
    drop(refused);
    let publisher = Peer::start(
        &folder,
        "whip_publisher.py",
        &format!("{args} --token s3cret-token"),
    )
    .unwrap();
    wait_until("media", || has(&folder.events("e"), "dataavailable"));
    let second = Folder::new();
    let _second = Peer::start(
        &second,
        "whip_publisher.py",
        &format!("{args} --token s3cret-token"),
    )
    .unwrap();
    wait_until("the refusal", || {
        fs::read_to_string(second.path("peer.err"))
            .unwrap()
            .contains("503")
    });
    listening.running.signal(Signal::SIGUSR1);
    wait_until("the pause", || has(&folder.events("e"), "pause"));
    std::thread::sleep(Duration::from_millis(500));
    listening.running.signal(Signal::SIGUSR2);
    wait_until("the goodbye", || publisher.lines() == ["200"]);
    let (code, said) = listening.end(&folder);
    assert_eq!(code, Some(0), "{said}");
    let files: Vec<String> = folder
        .names()
        .into_iter()
        .filter(|name| name.starts_with("in-"))
        .collect();
    assert!(files.len() >= 2, "{files:?}");
    for file in &files {
        assert_clean(&folder.path(file));
    }
    let packets: usize = files
        .iter()
        .map(|file| probe(&folder.path(file)).packets("audio").len())
        .sum();
    assert!(packets > 200, "{packets}");
}

#[test]
fn h264_is_recorded_into_matroska_as_it_is_and_refused_for_webm_with_what_to_do() {
    let folder = Folder::new();
    clip(&folder);
    let publish = |listening: &Listening| {
        let clip = folder.path("clip.webm");
        let words = format!("{} {} 6 --codec H264", listening.url, clip.display());
        Peer::start(&folder, "whip_publisher.py", &words)
    };
    let listening = Listening::start(&folder, "-v -o in.mkv");
    let Some(_publisher) = publish(&listening) else {
        return;
    };
    let (code, said) = listening.end(&folder);
    assert_eq!(code, Some(0), "{said}");
    let file = folder.path("in.mkv");
    assert_clean(&file);
    assert_plays(&file);
    let (probed, sent) = (probe(&file), probe(&folder.path("clip.webm")));
    let (video, source) = (probed.streams("video")[0], sent.streams("video")[0]);
    assert_eq!(video["codec_name"], "h264");
    assert_eq!(
        (&video["width"], &video["height"]),
        (&source["width"], &source["height"])
    );
    assert!(
        probed.packets("video").len() > 40 && probed.packets("audio").len() > 150,
        "{said}"
    );

    let listening = Listening::start(&folder, "-o in.webm");
    let _publisher = publish(&listening);
    let (code, said) = listening.end(&folder);
    assert_eq!(code, Some(7), "{said}");
    assert!(
        said.contains("WebM cannot contain avc1 video; -o NAME.mkv (or --mime video/x-matroska) records it"),
        "{said}"
    );
}

#[test]
fn a_publisher_that_vanishes_ends_the_recording_in_some_seconds_and_the_file_is_whole() {
    let folder = Folder::new();
    clip(&folder);
    let listening = Listening::start(&folder, "-o in.webm");
    let args = format!(
        "{} {} 2 --vanish",
        listening.url,
        folder.path("clip.webm").display()
    );
    let Some(mut publisher) = Peer::start(&folder, "whip_publisher.py", &args) else {
        return;
    };
    publisher.wait();
    let gone = Instant::now();
    let (code, said) = listening.end(&folder);
    assert!(gone.elapsed() < Duration::from_secs(15), "{:?}", gone.elapsed());
    assert_eq!(code, Some(6), "{said}");
    assert!(said.contains("the publisher is gone"), "{said}");
    assert_clean(&folder.path("in.webm"));
}

#[test]
fn a_stop_ends_the_recording_and_the_publisher_is_told() {
    let folder = Folder::new();
    clip(&folder);
    let listening = Listening::start(&folder, "--events e -o in.webm");
    let args = format!("{} {} 30", listening.url, folder.path("clip.webm").display());
    let Some(_publisher) = Peer::start(&folder, "whip_publisher.py", &args) else {
        return;
    };
    wait_until("media", || has(&folder.events("e"), "dataavailable"));
    std::thread::sleep(Duration::from_millis(500));
    let stopped = Instant::now();
    listening.running.signal(Signal::SIGTERM);
    let (code, said) = listening.end(&folder);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        stopped.elapsed() < Duration::from_millis(2_500),
        "{:?}",
        stopped.elapsed()
    );
    assert_clean(&folder.path("in.webm"));
}

#[test]
fn flags_of_devices_and_encoders_have_no_place_beside_a_publisher() {
    let folder = Folder::new();
    for (words, code, said) in [
        ("--camera 1", 2, "--camera applies to devices only"),
        ("--input a.webm", 2, "cannot be used with"),
        ("--listen-token short", 2, "needs 8 letters"),
    ] {
        let outcome =
            run(&mut folder.mediarec(&format!("record --listen whip://127.0.0.1:0/ -o a.webm {words}")));
        assert_eq!(outcome.code, Some(code), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{words}: {}", outcome.stderr);
    }
}

#[test]
fn a_page_in_chromium_publishes_its_camera_in_each_codec_and_the_file_plays() {
    let folder = Folder::new();
    let Some(browser) = Browser::start(Kind::Chromium, &folder) else {
        return;
    };
    for (codec, name) in [("video/VP8", "vp8"), ("video/VP9", "vp9"), ("video/AV1", "av1")] {
        let listening = Listening::start(&folder, &format!("--listen-token s3cret-token -v -o {name}.webm"));
        let (width, height) = (320, 240);
        let task = json!({"task": "publish", "url": listening.url, "token": "s3cret-token", "codec": codec,
            "millis": 6000, "width": width, "height": height});
        let answer = browser.ask(task);
        assert_eq!(answer["status"], 200, "{name}: {answer}");
        let (code, said) = listening.end(&folder);
        assert_eq!(code, Some(0), "{name}: {said}");
        assert_clean(&folder.path(&format!("{name}.webm")));
        assert_plays(&folder.path(&format!("{name}.webm")));
        let probe = probe(&folder.path(&format!("{name}.webm")));
        assert_eq!(probe.streams("video")[0]["codec_name"], name);
        // What was sent before the recorder was ready, and while the page said goodbye, may be missing.
        let (sent, came) = (
            answer["sent"]["video"].as_u64().unwrap(),
            probe.packets("video").len() as u64,
        );
        assert!(
            came > 10 && came <= sent + 30 && came + 60 >= sent,
            "{name}: {came} of {sent}: {said}"
        );
    }
}

#[test]
fn what_a_page_in_chromium_shows_and_plays_at_once_is_in_sync() {
    let folder = Folder::new();
    let Some(browser) = Browser::start(Kind::Chromium, &folder) else {
        return;
    };
    let listening = Listening::start(&folder, "--listen-token s3cret-token -v -o claps.webm");
    let task = json!({"task": "publish", "url": listening.url, "token": "s3cret-token", "codec": "video/VP8",
        "millis": 12_000, "width": 320, "height": 240, "claps": true});
    let answer = browser.ask(task);
    assert_eq!(answer["status"], 200, "{answer}");
    let (code, said) = listening.end(&folder);
    assert_eq!(code, Some(0), "{said}");
    let (flashes, beeps) = flashes_and_beeps(&folder.path("claps.webm"));
    let nearest = |flash: f64| {
        beeps
            .iter()
            .map(|beep| beep - flash)
            .min_by(|a, b| a.abs().total_cmp(&b.abs()))
    };
    let mut offsets: Vec<f64> = flashes.iter().filter_map(|flash| nearest(*flash)).collect();
    offsets.sort_by(f64::total_cmp);
    assert!(offsets.len() > 5, "{flashes:?} {beeps:?}");
    // Chromium takes a picture of the canvas every 33 ms.
    assert!(offsets[offsets.len() / 2].abs() < 0.03, "{offsets:?}");
}

#[test]
fn a_publisher_behind_a_firewall_comes_through_a_turn_server() {
    let folder = Folder::new();
    clip(&folder);
    let Some(turn) = TurnServer::start(&folder, "") else {
        return;
    };
    let (server, clip) = (turn.url(), folder.path("clip.webm"));
    let words = format!("--ice-server {server} --ice-username {USER} --ice-credential {PASSWORD} -o in.webm");
    let listening = Listening::start(&folder, &words);
    let words = format!(
        "{} {} 4 --only-from {RELAYED_FROM}",
        listening.url,
        clip.display()
    );
    let Some(_publisher) = Peer::start(&folder, "whip_publisher.py", &words) else {
        return;
    };
    let (code, said) = listening.end(&folder);
    assert_eq!(code, Some(0), "{said}");
    assert_clean(&folder.path("in.webm"));
    assert!(probe(&folder.path("in.webm")).packets("video").len() > 20);
    let log = turn.log();
    assert!(log.contains("CHANNEL_BIND processed, success"), "{log}");
}
