//! Lines on the control socket, whoever sends them and however badly: no client delays the recording or another client.
use crate::control_client::{Client, RECORD, live, record_on};
use crate::judges::assert_clean;
use crate::steering::validated;
use crate::util::{Folder, Running, has, wait_until};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::io::{BufRead, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A stop ends within 2 s whatever happens; the rest is the busy machine's.
const STOP_TIME: Duration = Duration::from_secs(5);

#[test]
fn garbage_is_answered_with_what_is_wrong_and_the_recording_goes_on() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    let mut client = Client::of(&folder);
    for (line, what) in [
        ("stop", "not a JSON object"),
        ("{\"command\":\"pau", "EOF while parsing"),
        ("[]", "not a JSON object"),
        ("{}", "missing field `command`"),
        ("{\"command\":\"jump\"}", "unknown variant `jump`"),
        ("{\"command\":\"stop\",\"now\":true}", "unknown field `now`"),
        ("{\"command\":\"mute\",\"kind\":\"all\"}", "unknown variant `all`"),
        ("{\"command\":\"stop\",\"id\":{}}", "id is neither"),
        ("\u{0}\u{7f}ü", "not a JSON object"),
        (&"[".repeat(60_000), "recursion limit"),
        (&"x".repeat(1 << 20), "longer than 65536 bytes"),
    ] {
        let answer = client.sends(line);
        assert_eq!(answer["error"]["name"], "TypeError");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(what) || line.starts_with("[["), "{message}");
    }
    client.send(b"\xff\xfe\n");
    assert_eq!(client.answer()["error"]["name"], "TypeError");
    // Empty lines are no requests; an end of a line may have a carriage return.
    client.send("\n  \n{\"command\":\"status\",\"id\":1.5}\r\n");
    let answer = client.answer();
    assert_eq!(
        (&answer["id"], &answer["result"]["state"]),
        (&1.5.into(), &"recording".into())
    );
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn a_request_without_the_end_of_its_line_is_done_when_the_client_has_no_more() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    let mut half = Client::of(&folder);
    half.send("{\"command\":\"sto");
    let mut client = Client::of(&folder);
    record_on(&mut client, 0.2);
    half.send("p\"}");
    record_on(&mut client, 0.2);
    half.0.get_mut().shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(half.answer()["result"]["state"], "inactive");
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn clients_that_do_not_read_or_send_half_lines_delay_nobody() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    let mut deaf = Client::of(&folder);
    let stream = deaf.0.get_mut();
    stream
        .set_write_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    let status = "{\"command\":\"status\"}\n".repeat(1000);
    let blocked = (0..1000).find_map(|_| stream.write_all(status.as_bytes()).err());
    assert_eq!(blocked.unwrap().kind(), ErrorKind::WouldBlock);
    let mut half = Client::of(&folder);
    half.send("{\"command\":\"st");
    let mut client = Client::of(&folder);
    record_on(&mut client, 0.3);
    let begin = Instant::now();
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
    assert!(begin.elapsed() < STOP_TIME, "{:?}", begin.elapsed());
    assert_clean(&folder.path("a.webm"));
    assert!(half.is_closed());
}

#[test]
fn sixteen_clients_are_served_at_once_and_one_more_is_told_so() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    let mut clients: Vec<Client> = (0..16).map(|_| Client::of(&folder)).collect();
    for client in &mut clients {
        assert_eq!(client.does("status")["state"], "recording");
    }
    let mut surplus = Client::of(&folder);
    let answer = surplus.answer();
    assert_eq!(answer["error"]["name"], "NotReadableError");
    assert!(surplus.is_closed());
    clients.pop();
    wait_until("room for one", || {
        let mut next = Client::of(&folder);
        let _ = next.0.get_mut().write_all(b"{\"command\":\"status\"}\n");
        next.answer().get("result").is_some()
    });
    let threads: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            thread::spawn(move || {
                for _ in 0..20 {
                    client.does("pause");
                    client.does("status");
                    client.does("resume");
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    running.signal(Signal::SIGTERM);
    assert_eq!(running.wait().code, Some(0));
    assert_clean(&folder.path("a.webm"));
    validated(&folder.events("e"));
}

/// Asks so often without waiting; says how long all answers took.
fn flood(client: &mut Client, requests: u64) -> Duration {
    let begin = Instant::now();
    let mut writer = client.0.get_ref().try_clone().unwrap();
    let ask = move || {
        for id in 0..requests {
            let line = format!("{{\"command\":\"status\",\"id\":{id}}}\n");
            writer.write_all(line.as_bytes()).unwrap();
        }
    };
    let asking = thread::spawn(ask);
    let mut line = String::new();
    for id in 0..requests {
        line.clear();
        client.0.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], id);
        assert!(answer["result"]["mediaTime"].is_number(), "{answer}");
    }
    asking.join().unwrap();
    begin.elapsed()
}

#[test]
fn ten_thousand_requests_are_answered_in_their_order() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    let mut client = Client::of(&folder);
    let time = flood(&mut client, 10_000);
    eprintln!("10 000 answers while it records: {time:?}");
    // Nothing else wakes a recording that is paused.
    client.does("pause");
    let begin = Instant::now();
    for _ in 0..100 {
        client.does("status");
    }
    eprintln!("100 answers, one by one, in a pause: {:?}", begin.elapsed());
    let time = flood(&mut client, 1000);
    eprintln!("1 000 answers in a pause: {time:?}");
    assert!(time < Duration::from_secs(30), "{time:?}");
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn a_recording_whose_output_is_not_read_says_so_and_stops_all_the_same() {
    let folder = Folder::new();
    let mut running = Running::start(
        &mut folder.mediarec("record --fake-devices --video-bitrate 8M --control s -o - --events e"),
    );
    wait_until("the start", || has(&folder.events("e"), "start"));
    let mut client = Client::of(&folder);
    wait_until("the output is full", || {
        client
            .requests(&json!({ "command": "status" }))
            .get("error")
            .is_some()
    });
    let (name, message) = client.is_refused(&json!({ "command": "status" }));
    assert_eq!(name, "AbortError", "{message}");
    let begin = Instant::now();
    client.does("stop");
    running.ends();
    assert!(begin.elapsed() < STOP_TIME, "{:?}", begin.elapsed());
    assert!(!folder.path("s").exists());
}

#[test]
fn a_recording_goes_on_while_clients_ask_without_a_pause() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    let is_over = AtomicBool::new(false);
    let ask = || {
        let mut client = Client::of(&folder);
        while !is_over.load(Ordering::Relaxed) {
            flood(&mut client, 50);
        }
    };
    let time = thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(ask);
        }
        let begin = Instant::now();
        record_on(&mut Client::of(&folder), 1.0);
        is_over.store(true, Ordering::Relaxed);
        begin.elapsed()
    });
    eprintln!("1 s of media beside 12 clients: {time:?}");
    assert!(time < Duration::from_secs(5), "{time:?}");
    Client::of(&folder).does("stop");
    assert_eq!(running.wait().code, Some(0));
    assert_clean(&folder.path("a.webm"));
}
