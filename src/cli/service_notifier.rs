//! Tells a service manager how the recording is: that it has started, goes on, and ends.
use crate::cli::notify_socket::NotifySocket;
use crate::cli::progress::clock as clock_text;
use crate::cli::readable::printable;
use indicatif::HumanBytes;
use mediarec::clock::{Clock, Timestamp};
use mediarec::recorder::{RecordingState, RecordingStats};
use mediarec::streams::MediaStreamTrack;
use std::env;
use std::ffi::OsStr;
use std::process;
use std::time::Duration;

/// How often there is something to do at most, however often it is called.
const INTERVAL: Duration = Duration::from_millis(100);

/// How often the status is told.
const STATUS_INTERVAL: Duration = Duration::from_secs(1);

/// Tells a service manager about this process, or nobody.
///
/// It has no thread: what a session does not reach is not told, so that the manager's watchdog ends a recording that hangs.
pub struct ServiceNotifier(Option<Service>);

struct Service {
    socket: NotifySocket,
    clock: Clock,
    /// When to look again.
    next: Timestamp,
    is_ready: bool,
    is_stopping: bool,
    status: String,
    next_status: Timestamp,
    watchdog: Option<Watchdog>,
}

/// The recording shows that it goes on.
struct Watchdog {
    interval: Duration,
    next: Timestamp,
    /// How much was written at the last time.
    written: Duration,
}

/// What is told of a recording.
pub struct ServiceReport<'a> {
    pub state: RecordingState,
    pub written: &'a RecordingStats,
    /// The file that is being written, if there is one.
    pub file: Option<&'a str>,
    pub tracks: &'a [MediaStreamTrack],
}

impl ServiceNotifier {
    /// For the service manager that has started this process, if one has.
    pub fn from_environment() -> Self {
        let name = env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty());
        let watchdog = || {
            let value = |name| env::var(name).ok();
            watchdog_interval(value("WATCHDOG_USEC"), value("WATCHDOG_PID"), process::id())
        };
        name.map_or(Self(None), |name| {
            Self::new(&name, watchdog(), Clock::monotonic())
        })
    }

    fn new(name: &OsStr, watchdog: Option<Duration>, clock: Clock) -> Self {
        let opened = NotifySocket::open(name);
        if let Err(error) = &opened {
            tracing::debug!(?name, %error, "the service manager is not told anything");
        }
        Self(opened.ok().map(|socket| Service {
            socket,
            clock,
            next: Timestamp::ZERO,
            is_ready: false,
            is_stopping: false,
            status: String::new(),
            next_status: Timestamp::ZERO,
            watchdog: watchdog.map(|interval| Watchdog {
                interval,
                next: Timestamp::ZERO,
                written: Duration::ZERO,
            }),
        }))
    }

    /// Tells what is new. To be called whenever the session has done something, or has waited for it.
    pub fn update(&mut self, report: &ServiceReport) {
        let Some(service) = &mut self.0 else {
            return;
        };
        let now = service.clock.now();
        if report.state == RecordingState::Inactive {
            service.ready(report);
            service.stopping();
        } else if now >= service.next {
            service.next = now + INTERVAL;
            service.ready(report);
            service.show_status(now, report);
            service.feed_watchdog(now, report);
        }
    }

    /// Nobody: another part of the process tells.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Tells how a server is that waits for what it records. To be called again and again.
    #[cfg(all(feature = "network", feature = "preview"))]
    pub fn serving(&mut self, status: &str) {
        let Some(service) = &mut self.0 else {
            return;
        };
        if !service.is_ready {
            service.is_ready = service.tell("READY=1");
        }
        service.tell_status(status);
        let now = service.clock.now();
        if let Some(watchdog) = service.watchdog.as_ref().filter(|watchdog| now >= watchdog.next)
            && service.tell("WATCHDOG=1")
        {
            let next = now + watchdog.interval;
            service.watchdog = service
                .watchdog
                .take()
                .map(|watchdog| Watchdog { next, ..watchdog });
        }
    }

    /// Tells how it ended, or why it could not start. This is what `systemctl status` shows from then on.
    pub fn conclude(&mut self, text: &str) {
        if let Some(service) = &mut self.0 {
            service.stopping();
            service.tell_status(text);
        }
    }
}

impl Service {
    /// The recording has started when its first data is written. While it is paused there is none to wait for.
    fn ready(&mut self, report: &ServiceReport) {
        let has_started = !report.written.duration.is_zero() || report.state == RecordingState::Paused;
        if has_started && !self.is_ready && !self.is_stopping {
            self.is_ready = self.tell("READY=1");
        }
    }

    fn stopping(&mut self) {
        if !self.is_stopping {
            self.is_stopping = true;
            self.tell("STOPPING=1");
        }
    }

    fn show_status(&mut self, now: Timestamp, report: &ServiceReport) {
        if self.is_ready && now >= self.next_status {
            self.next_status = now + STATUS_INTERVAL;
            self.tell_status(&status(report));
        }
    }

    fn tell_status(&mut self, text: &str) {
        // A line break, as in the name of a file, would begin another message.
        let text = printable(text);
        if text != self.status && self.tell(&format!("STATUS={text}")) {
            self.status = text;
        }
    }

    /// Running is not enough: while it records, something must have been written since the last time.
    fn feed_watchdog(&mut self, now: Timestamp, report: &ServiceReport) {
        let written = report.written.duration;
        let is_due = |watchdog: &Watchdog| {
            let goes_on = report.state == RecordingState::Paused || written > watchdog.written;
            now >= watchdog.next && goes_on
        };
        if self.is_ready && self.watchdog.as_ref().is_some_and(is_due) && self.tell("WATCHDOG=1") {
            self.watchdog = self.watchdog.take().map(|watchdog| Watchdog {
                next: now + watchdog.interval,
                written,
                ..watchdog
            });
        }
    }

    /// Whether the manager has got it. If not, the recording goes on all the same.
    fn tell(&self, message: &str) -> bool {
        let sent = self.socket.send(message);
        if let Err(error) = &sent {
            tracing::debug!(message, %error, "the service manager was not told");
        }
        sent.is_ok()
    }
}

/// One line for people.
fn status(report: &ServiceReport) -> String {
    let stats = report.written;
    let dropped: u64 = stats.tracks.iter().map(|track| track.dropped).sum();
    let mut text = format!(
        "{} {}, {}, {dropped} dropped",
        report.state.as_str(),
        clock_text(stats.duration),
        HumanBytes(stats.bytes)
    );
    if let Some(file) = report.file {
        text.push_str(", ");
        text.push_str(file);
    }
    for track in report.tracks.iter().filter(|track| track.muted()) {
        text.push_str(", nothing from ");
        text.push_str(track.label());
    }
    text
}

/// How often the manager is to hear from this process: twice as often as it demands, as `sd_watchdog_enabled(3)` advises.
/// `None` if it demands nothing, or of another process.
fn watchdog_interval(usec: Option<String>, pid: Option<String>, own_pid: u32) -> Option<Duration> {
    let usec: u64 = usec?.parse().ok().filter(|&usec| usec > 0)?;
    let is_for_us = pid.is_none_or(|pid| pid.parse() == Ok(own_pid));
    is_for_us.then(|| Duration::from_micros(usec) / 2)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixDatagram;
    use std::path::PathBuf;

    /// A service manager with a watchdog of 2 s, and a recording on a clock of its own.
    struct Manager {
        folder: tempfile::TempDir,
        socket: UnixDatagram,
        notifier: ServiceNotifier,
        clock: Clock,
        written: RecordingStats,
    }

    impl Manager {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("notify");
            let (socket, clock) = (listen(&path), Clock::manual());
            let interval = Some(Duration::from_secs(1));
            let notifier = ServiceNotifier::new(path.as_os_str(), interval, clock.clone());
            Self {
                folder,
                socket,
                notifier,
                clock,
                written: RecordingStats::default(),
            }
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join("notify")
        }

        /// Time passes; this much of it is recorded. Returns what the manager is told.
        fn passes(&mut self, millis: u64, recorded: u64, state: RecordingState) -> Vec<String> {
            self.clock.advance(Duration::from_millis(millis));
            self.written.duration += Duration::from_millis(recorded);
            self.notifier.update(&ServiceReport {
                state,
                written: &self.written,
                file: Some("a\n.webm"),
                tracks: &[],
            });
            received(&self.socket)
        }
    }

    fn listen(path: &std::path::Path) -> UnixDatagram {
        let socket = UnixDatagram::bind(path).unwrap();
        socket.set_nonblocking(true).unwrap();
        socket
    }

    fn received(socket: &UnixDatagram) -> Vec<String> {
        let mut buffer = [0; 1000];
        let mut messages = Vec::new();
        while let Ok(length) = socket.recv(&mut buffer) {
            messages.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
        }
        messages
    }

    use RecordingState::{Inactive, Paused, Recording};
    const NOTHING: Vec<String> = Vec::new();

    #[test]
    fn a_recording_is_ready_with_its_first_data_and_stops_once() {
        let mut manager = Manager::new();
        assert_eq!(manager.passes(5000, 0, Recording), NOTHING);
        let told = manager.passes(100, 60, Recording);
        let status = "STATUS=recording 00:00:00.0, 0 B, 0 dropped, a.webm";
        assert_eq!(told, ["READY=1", status, "WATCHDOG=1"]);
        assert_eq!(manager.passes(10, 0, Inactive), ["STOPPING=1"]);
        assert_eq!(manager.passes(10, 0, Inactive), NOTHING);
        manager.notifier.conclude("recorded 1 s to a\n.webm");
        assert_eq!(received(&manager.socket), ["STATUS=recorded 1 s to a.webm"]);
    }

    #[test]
    fn a_paused_recording_is_ready_and_alive_without_data() {
        let mut manager = Manager::new();
        let told = manager.passes(0, 0, Paused);
        assert_eq!(told[0], "READY=1");
        for _ in 0..3 {
            assert_eq!(manager.passes(1000, 0, Paused), ["WATCHDOG=1"]);
        }
    }

    #[test]
    fn a_recording_that_writes_nothing_is_not_alive_until_it_does() {
        let mut manager = Manager::new();
        manager.passes(0, 60, Recording);
        assert_eq!(manager.passes(1000, 0, Recording), NOTHING);
        assert_eq!(manager.passes(1000, 0, Recording), NOTHING);
        assert_eq!(manager.passes(100, 60, Recording)[0], "WATCHDOG=1");
    }

    #[test]
    fn between_two_times_nothing_is_told_and_the_clock_alone_is_read() {
        let mut manager = Manager::new();
        manager.passes(0, 60, Recording);
        let mut told = Vec::new();
        for _ in 0..200 {
            told.extend(manager.passes(10, 10, Recording));
        }
        let pings = told.iter().filter(|message| *message == "WATCHDOG=1").count();
        assert_eq!((pings, told.len()), (2, 4), "{told:?}");
    }

    #[test]
    fn a_manager_that_is_restarted_or_does_not_read_is_told_later() {
        let mut manager = Manager::new();
        std::fs::remove_file(manager.path()).unwrap();
        assert_eq!(manager.passes(0, 60, Recording), NOTHING);
        manager.socket = listen(&manager.path());
        assert_eq!(manager.passes(100, 60, Recording)[0], "READY=1");
        // Its queue is full.
        let filler = UnixDatagram::unbound().unwrap();
        filler.set_nonblocking(true).unwrap();
        while filler.send_to(b"X=1", manager.path()).is_ok() {}
        let told = manager.passes(1000, 60, Recording);
        assert!(told.iter().all(|message| message == "X=1"), "{told:?}");
        assert_eq!(manager.passes(100, 60, Recording), ["WATCHDOG=1"]);
    }

    #[test]
    fn the_watchdog_is_for_the_process_that_it_names() {
        let interval =
            |usec: &str, pid: Option<&str>| watchdog_interval(Some(usec.into()), pid.map(str::to_owned), 42);
        let half = Some(Duration::from_millis(500));
        assert_eq!(interval("1000000", None), half);
        assert_eq!(interval("1000000", Some("42")), half);
        for (usec, pid) in [
            ("1000000", Some("43")),
            ("1000000", Some("")),
            ("0", None),
            ("x", None),
        ] {
            assert_eq!(interval(usec, pid), None);
        }
        assert_eq!(watchdog_interval(None, None, 42), None);
    }

    #[test]
    fn other_kinds_of_sockets_are_left_alone() {
        for name in ["vsock:2:1234", "relative", ""] {
            assert!(
                ServiceNotifier::new(OsStr::new(name), None, Clock::manual())
                    .0
                    .is_none()
            );
        }
    }
}
