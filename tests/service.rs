//! `record` under a service manager, which it tells how it is: `sd_notify(3)`. And the files in docs/service,
//! with which services and containers start it.
use crate::judges::assert_clean;
use crate::util::{Folder, Running, ffmpeg, has, run, wait_until};
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use std::fs::{self, File};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

const SMALL: &str = "record --fake-devices --width 160 --height 120";

/// What a service manager hears, and when.
struct Manager {
    socket: UnixDatagram,
    heard: Vec<(Instant, String)>,
}

impl Manager {
    fn new(socket: UnixDatagram) -> Self {
        socket.set_nonblocking(true).unwrap();
        Self {
            socket,
            heard: Vec::new(),
        }
    }

    fn listen(folder: &Folder) -> Self {
        Self::new(UnixDatagram::bind(folder.path("notify")).unwrap())
    }

    fn hear(&mut self) {
        let mut buffer = [0; 4096];
        while let Ok(length) = self.socket.recv(&mut buffer) {
            let message = std::str::from_utf8(&buffer[..length]).unwrap();
            self.heard.push((Instant::now(), message.to_owned()));
        }
    }

    fn wait_for(&mut self, message: &str) {
        wait_until(message, || {
            self.hear();
            self.heard.iter().any(|(_, heard)| heard == message)
        });
    }

    fn hear_for(&mut self, time: Duration) {
        let begin = Instant::now();
        while begin.elapsed() < time {
            self.hear();
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it has heard by now, with the statuses without their text.
    fn messages(&mut self) -> Vec<&str> {
        self.hear();
        let short = |text: &'static str, message: &str| message.starts_with(text).then_some(text);
        let messages = self.heard.iter().map(|(_, message)| &**message);
        messages
            .map(|message| short("STATUS=", message).unwrap_or(message))
            .collect()
    }

    fn last(&mut self) -> &str {
        self.hear();
        &self.heard.last().unwrap().1
    }

    /// The longest time without a sign of life.
    fn longest_silence(&self) -> Duration {
        let alive = self.heard.iter().filter(|(_, message)| message == "WATCHDOG=1");
        let times: Vec<Instant> = alive.map(|&(time, _)| time).collect();
        times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap()
    }
}

/// `mediarec` as a service with a watchdog of this many seconds.
fn service(folder: &Folder, words: &str, watchdog: u64) -> Command {
    let mut command = folder.mediarec(words);
    command
        .env("NOTIFY_SOCKET", folder.path("notify"))
        .env("WATCHDOG_USEC", (watchdog * 1_000_000).to_string());
    command
}

#[test]
fn a_manager_is_told_when_it_has_started_how_it_goes_on_and_when_it_stops() {
    let folder = Folder::new();
    let mut manager = Manager::listen(&folder);
    let running = Running::start(&mut service(&folder, &format!("{SMALL} -o a.webm"), 10));
    manager.wait_for("READY=1");
    assert!(folder.size("a.webm") > 0);
    manager.hear_for(Duration::from_millis(1500));
    running.signal(Signal::SIGTERM);
    assert_eq!(running.wait().code, Some(0));
    let messages = manager.messages();
    assert_eq!(&messages[..3], ["READY=1", "STATUS=", "WATCHDOG=1"]);
    assert_eq!(&messages[messages.len() - 2..], ["STOPPING=1", "STATUS="]);
    for once in ["READY=1", "WATCHDOG=1", "STOPPING=1"] {
        assert_eq!(messages.iter().filter(|&&message| message == once).count(), 1);
    }
    let statuses = messages.iter().filter(|&&message| message == "STATUS=").count();
    assert!((3..=5).contains(&statuses), "{messages:?}");
    let first = &manager.heard[1].1;
    assert!(first.starts_with("STATUS=recording 00:00:0"), "{first}");
    assert!(first.ends_with(" dropped, a.webm"), "{first}");
    let last = manager.last();
    assert!(
        last.starts_with("STATUS=recorded ") && last.contains("a.webm"),
        "{last}"
    );
}

#[test]
fn the_watchdog_hears_of_a_recording_and_of_a_pause_in_time() {
    let folder = Folder::new();
    let mut manager = Manager::listen(&folder);
    let running = Running::start(&mut service(
        &folder,
        &format!("{SMALL} -o a.webm --start-paused"),
        1,
    ));
    manager.wait_for("READY=1");
    manager.hear_for(Duration::from_millis(1500));
    running.signal(Signal::SIGUSR2);
    manager.hear_for(Duration::from_millis(1500));
    running.signal(Signal::SIGUSR1);
    manager.hear_for(Duration::from_millis(1500));
    running.signal(Signal::SIGTERM);
    assert_eq!(running.wait().code, Some(0));
    let silence = manager.longest_silence();
    assert!(silence < Duration::from_secs(1), "{silence:?}");
    let messages = manager.messages();
    let alive = messages
        .iter()
        .filter(|&&message| message == "WATCHDOG=1")
        .count();
    assert!((6..=10).contains(&alive), "{messages:?}");
}

#[test]
fn a_recording_that_waits_for_a_device_is_alive_and_says_for_which() {
    let folder = Folder::new();
    let mut manager = Manager::listen(&folder);
    let devices = "--fake-devices=unplug=camera1@500ms..3s --on-lost wait";
    let words = format!("record {devices} --no-audio --width 160 --height 120 --duration 4s -o a.webm");
    let running = Running::start(&mut service(&folder, &words, 1));
    manager.wait_for("STOPPING=1");
    assert_eq!(running.wait().code, Some(0));
    let silence = manager.longest_silence();
    assert!(silence < Duration::from_secs(1), "{silence:?}");
    let waits = |message: &str| message.contains(", nothing from Fake camera 1");
    assert!(manager.heard.iter().any(|(_, message)| waits(message)));
}

#[test]
fn a_recording_whose_reader_does_not_read_shows_no_life() {
    let folder = Folder::new();
    let mut manager = Manager::listen(&folder);
    mkfifo(&folder.path("fifo"), Mode::S_IRWXU).unwrap();
    let words = "record --fake-devices --video-bitrate 8M -o fifo";
    let running = Running::start(&mut service(&folder, words, 1));
    let reader = File::open(folder.path("fifo")).unwrap();
    manager.wait_for("READY=1");
    // The pipe is full soon.
    manager.hear_for(Duration::from_secs(4));
    let last = manager.heard.last().unwrap().0;
    assert!(last.elapsed() > Duration::from_secs(1), "{:?}", manager.heard);
    running.signal(Signal::SIGTERM);
    // It gives the reader up, as without a manager.
    assert_eq!(running.wait().code, Some(8));
    drop(reader);
}

#[test]
fn a_recording_that_cannot_start_says_why_and_is_never_ready() {
    let folder = Folder::new();
    let mut manager = Manager::listen(&folder);
    let outcome = run(&mut service(
        &folder,
        &format!("{SMALL} --camera none -o a.webm"),
        1,
    ));
    assert_eq!(outcome.code, Some(4));
    assert_eq!(manager.messages(), ["STOPPING=1", "STATUS="]);
    let why = outcome.stderr.strip_prefix("mediarec: ").unwrap().trim_end();
    assert_eq!(manager.last(), format!("STATUS={why}"));
}

#[test]
fn a_short_recording_of_files_has_started_all_the_same() {
    let folder = Folder::new();
    ffmpeg(&folder, "-f lavfi -i sine=duration=0.1 -c:a libopus in.webm");
    let mut manager = Manager::listen(&folder);
    let outcome = run(&mut service(&folder, "record --input in.webm -o a.webm", 1));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    let mut messages = manager.messages();
    messages.retain(|message| message.ends_with("=1"));
    messages.retain(|&message| message != "WATCHDOG=1");
    assert_eq!(messages, ["READY=1", "STOPPING=1"]);
}

#[test]
fn a_manager_that_is_not_there_or_does_not_read_changes_nothing() {
    let folder = Folder::new();
    let words = format!("{SMALL} --duration 1s --force -o a.webm");
    let quiet = |name: &str| {
        let outcome = run(folder.mediarec(&words).env("NOTIFY_SOCKET", name));
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{name}");
    };
    for name in ["/nowhere/notify", "@nobody", "@", "", "notify", "vsock:2:9"] {
        quiet(name);
    }
    let listener = UnixDatagram::bind(folder.path("notify")).unwrap();
    let filler = UnixDatagram::unbound().unwrap();
    filler.set_nonblocking(true).unwrap();
    while filler.send_to(b"X=1", folder.path("notify")).is_ok() {}
    quiet(folder.path("notify").to_str().unwrap());
    drop(listener);
}

#[cfg(target_os = "linux")]
#[test]
fn a_manager_with_an_abstract_socket_is_told_too() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;
    let folder = Folder::new();
    let name = format!("mediarec-test-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let mut manager = Manager::new(UnixDatagram::bind_addr(&address).unwrap());
    let words = format!("{SMALL} --duration 300ms -o a.webm");
    let outcome = run(folder.mediarec(&words).env("NOTIFY_SOCKET", format!("@{name}")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(manager.messages()[0], "READY=1");
    assert!(!manager.messages().contains(&"WATCHDOG=1"));
}

#[test]
fn commands_are_not_taken_for_the_service() {
    let folder = Folder::new();
    let manager = Manager::listen(&folder);
    for (words, hook) in [
        ("--segment-time 300ms -o %i.webm", "--on-segment"),
        ("--timeslice 300ms --chunks c", "--on-chunk"),
    ] {
        let mut command = service(&folder, &format!("{SMALL} --duration 1s {words}"), 1);
        let outcome = run(command.args([hook, "env >>told"]).env("WATCHDOG_PID", "1"));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let told = String::from_utf8(folder.read("told")).unwrap();
        assert!(told.contains("MEDIAREC_") && told.contains("PATH="), "{told}");
        assert!(
            !told.contains("NOTIFY_SOCKET") && !told.contains("WATCHDOG_"),
            "{told}"
        );
        fs::remove_file(folder.path("told")).unwrap();
    }
    drop(manager);
}

#[test]
fn other_commands_than_record_are_no_service() {
    let folder = Folder::new();
    let mut manager = Manager::listen(&folder);
    for words in [
        "list-devices --fake-devices",
        "photo --fake-devices -o a.jpg",
        "constraints",
    ] {
        assert_eq!(run(&mut service(&folder, words, 1)).code, Some(0));
    }
    assert!(manager.messages().is_empty());
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_mediarec");

/// A file of docs/service.
fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs/service")
        .join(name);
    // Any disk is large enough for the tests.
    fs::read_to_string(path).unwrap().replace("5G", "1M")
}

/// What follows a line's beginning, with the lines that continue it.
fn value(text: &str, begin: &str) -> String {
    let after = text.split_once(&format!("\n{begin}")).unwrap().1;
    let after = after.replace("\\\n", " ");
    after.lines().next().unwrap().to_owned()
}

#[test]
fn systemd_has_nothing_to_say_against_the_unit() {
    let folder = Folder::new();
    let unit = document("mediarec@.service").replace("/usr/local/bin/mediarec", PROGRAM);
    let path = folder.write("mediarec@.service", unit);
    let output = Command::new("systemd-analyze").arg("verify").arg(path).output();
    let Ok(output) = output else {
        eprintln!("left out: systemd-analyze is not installed");
        return;
    };
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), &*said), (Some(0), ""));
}

/// Runs a recording, asks how it is, and stops it.
fn assert_segments_are_recorded(folder: &Folder, command: &mut Command, ctl: &mut Command) {
    let running = Running::start(command.env("MEDIAREC_EVENTS", "e"));
    wait_until("data", || has(&folder.events("e"), "dataavailable"));
    let status = run(ctl);
    assert_eq!(status.code, Some(0), "{}", status.stderr);
    assert!(status.text().starts_with("recording"), "{}", status.text());
    running.signal(Signal::SIGTERM);
    let outcome = running.wait();
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    let events = folder.events("e");
    let segments = events.iter().filter(|event| event["type"] == "segment");
    let files: Vec<&str> = segments.map(|event| event["file"].as_str().unwrap()).collect();
    assert!(!files.is_empty());
    for file in files {
        assert_clean(&folder.path(file));
    }
}

#[test]
fn the_command_of_the_unit_records() {
    let folder = Folder::new();
    let unit = document("mediarec@.service");
    fs::create_dir_all(folder.path("mediarec/lobby")).unwrap();
    let run_folder = folder.path("");
    let command = value(&unit, "ExecStart=/usr/local/bin/mediarec ")
        .replace("%t", run_folder.to_str().unwrap())
        .replace("%i", "lobby")
        .replace("%%", "%");
    let script = format!("exec \"$0\" {command} --fake-devices --width 160 --height 120");
    let mut shell = folder.program("sh", "-c");
    let mut ctl = folder.mediarec("ctl mediarec/lobby/control status");
    assert_segments_are_recorded(&folder, shell.args([&script, PROGRAM]), &mut ctl);
    assert!(folder.size("segments.csv") > 0);
}

#[test]
fn the_command_and_the_health_check_of_the_container_work() {
    let folder = Folder::new();
    let container = document("Containerfile").replace("/run/mediarec/control", "control");
    let words = |begin: &str| -> Vec<String> {
        let value = value(&container, begin);
        serde_json::from_str(&value[value.find('[').unwrap()..]).unwrap()
    };
    let mut record = folder.mediarec("");
    record.args(words("CMD ")).env("MEDIAREC_CONTROL", "control");
    record
        .env("MEDIAREC_FAKE_DEVICES", "1")
        .env("MEDIAREC_WIDTH", "160");
    let health = words("HEALTHCHECK ");
    assert_eq!(health[0], "mediarec");
    let mut ctl = folder.mediarec("");
    assert_segments_are_recorded(&folder, &mut record, ctl.args(&health[1..]));
    // It does not run any more.
    assert_eq!(run(&mut ctl).code, Some(3));
}
