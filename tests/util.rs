//! A folder that goes away with its test, and programs that run in it and cannot hang for good.
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use signal_hook::consts::{SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGXFSZ};
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Once};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// An empty folder of a test's own.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("mediarec-tests-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("the folder for temporary files can be written");
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Puts a file there.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Puts a copy of `source` there that may be executed. Another process writes it: while this one had it open for
    /// writing, a child that another test starts would hold it open, too, and then nobody may execute it (ETXTBSY).
    pub fn install(&self, name: &str, source: impl AsRef<Path>) -> PathBuf {
        let path = self.path(name);
        let mut install = Command::new("install");
        let status = install
            .args(["-m", "755"])
            .arg(source.as_ref())
            .arg(&path)
            .status();
        assert!(status.unwrap().success());
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Its length in bytes; 0 while there is none.
    pub fn size(&self, name: &str) -> u64 {
        fs::metadata(self.path(name)).map_or(0, |metadata| metadata.len())
    }

    /// The names of what is in it, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// `mediarec` in this folder; the words are its arguments.
    pub fn mediarec(&self, words: &str) -> Command {
        self.program(env!("CARGO_BIN_EXE_mediarec"), words)
    }

    /// Any program in this folder, without standard input and without settings for `mediarec` from outside.
    pub fn program(&self, name: &str, words: &str) -> Command {
        let mut command = Command::new(name);
        command
            .args(words.split_whitespace())
            .current_dir(&self.0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("MEDIAREC_") || name == "SOURCE_DATE_EPOCH" {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs `mediarec` and demands that it succeeds and has nothing to say.
    pub fn record(&self, words: &str) -> Outcome {
        let outcome = run(&mut self.mediarec(&format!("record {words}")));
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{words}");
        outcome
    }

    /// The events that a recording has written so far; a line that is not whole yet is left out.
    pub fn events(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.path(name)).unwrap_or_default();
        let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
        parse_events(whole)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that failed may have left things that cannot be removed; that is not its news.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The file of this name among the broken files of the repository.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Every line is one object.
pub fn parse_events(lines: &str) -> Vec<Value> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// Whether an event of this type is among them.
pub fn has(events: &[Value], name: &str) -> bool {
    events.iter().any(|event| event["type"] == name)
}

/// The only event of this type.
pub fn only<'a>(events: &'a [Value], name: &str) -> &'a Value {
    let mut found = events.iter().filter(|event| event["type"] == name);
    let event = found.next().unwrap_or_else(|| panic!("no {name} in {events:#?}"));
    assert!(found.next().is_none(), "more than one {name}");
    event
}

/// How many events of this name a recording with `--events e` has written so far.
pub fn count(folder: &Folder, name: &str) -> usize {
    let events = folder.events("e");
    events.iter().filter(|event| event["type"] == name).count()
}

/// How a program ended and what it said.
#[derive(Debug)]
pub struct Outcome {
    /// None when a signal ended it.
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Outcome {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("it prints UTF-8")
    }
}

/// Runs this test once more in a process without any other, whose threads and memory are its own; true in there.
pub fn is_in_own_process(test: &str) -> bool {
    const MARK: &str = "MEDIAREC_TEST_ALONE";
    if std::env::var_os(MARK).is_some() {
        return true;
    }
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this).args(["--exact", test]).env(MARK, "1").output();
    let printed = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(printed.contains("1 passed"), "{printed}");
    false
}

/// What these tests were started to ignore, as by `nohup` or behind a shell's `&`, their children would ignore too, unless it is
/// handled here: handlers end with an exec, and then the signal has its default.
fn handle_what_is_ignored() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.map_or(0, |hex| u64::from_str_radix(hex.trim(), 16).unwrap());
        for signal in [
            SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP, SIGXFSZ,
        ] {
            if mask >> (signal - 1) & 1 == 1 {
                signal_hook::flag::register(signal, Arc::default()).unwrap();
            }
        }
    });
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Outcome {
    Running::start(command).wait()
}

/// A program that runs; it does not outlive its test.
pub struct Running {
    child: Child,
    /// Nobody reads it before [`wait`](Self::wait).
    stdout: Option<ChildStdout>,
    stderr: Option<JoinHandle<String>>,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        handle_what_is_ignored();
        let name = command.get_program().to_owned();
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; script/setup --test installs it", name.display()));
        let stderr = child.stderr.take().map(|mut pipe| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                let _ = pipe.read_to_end(&mut bytes);
                String::from_utf8_lossy(&bytes).into_owned()
            })
        });
        let stdout = child.stdout.take();
        Self {
            child,
            stdout,
            stderr,
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        let id = Pid::from_raw(self.child.id().try_into().expect("process ids are small"));
        kill(id, signal).expect("it still runs");
    }

    /// SIGRTMIN and this many, as a shell sends it: nix has no real-time signals.
    pub fn real_time_signal(&self, number: i32) {
        let signal = match number {
            0 => "RTMIN".to_owned(),
            number => format!("RTMIN+{number}"),
        };
        let kill = format!("kill -s {signal} {}", self.id());
        let status = Command::new("bash").args(["-c", &kill]).status();
        assert!(status.unwrap().success());
    }

    pub fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("standard input was asked for")
    }

    pub fn stdout(&mut self) -> ChildStdout {
        self.stdout.take().expect("standard output is taken once")
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The first lines that it prints.
    pub fn first_lines(&mut self, count: usize) -> Vec<String> {
        let pipe = self.stdout.as_mut().expect("standard output is there");
        BufReader::new(pipe)
            .lines()
            .take(count)
            .map(|line| line.unwrap())
            .collect()
    }

    /// Waits for its end without reading what it prints; says how long that took.
    pub fn ends(&mut self) -> Duration {
        let begin = Instant::now();
        wait_until("its end", || !self.is_running());
        begin.elapsed()
    }

    /// Reads all it prints and waits for its end.
    pub fn wait(mut self) -> Outcome {
        let printed = self.stdout.take().map(|mut pipe| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                let _ = pipe.read_to_end(&mut bytes);
                bytes
            })
        });
        self.ends();
        let code = self.child.wait().unwrap().code();
        Outcome {
            code,
            stdout: printed.map_or(Vec::new(), |thread| thread.join().unwrap()),
            stderr: self
                .stderr
                .take()
                .map_or(String::new(), |thread| thread.join().unwrap()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has mostly ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something is so.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Reads a pipe to its end in a thread, which waits for whoever writes into it.
pub fn drain(path: PathBuf) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || fs::read(path).expect("the pipe can be read"))
}

/// What was read, as soon as the pipe has ended; a program that never opens it ends no pipe.
pub fn drained(reader: JoinHandle<Vec<u8>>) -> Vec<u8> {
    wait_until("the pipe's end", || reader.is_finished());
    reader.join().unwrap()
}

/// Feeds a program's standard input from a thread; what it does not take any more is no matter.
pub fn feed(mut stdin: ChildStdin, bytes: Vec<u8>) -> JoinHandle<()> {
    thread::spawn(move || {
        let _ = stdin.write_all(&bytes);
    })
}

/// Milliseconds since 1970 of an event.
pub fn event_time(event: &Value) -> f64 {
    let text = event["time"].as_str().expect("an event has a time");
    let time: jiff::Timestamp = text.parse().expect("in RFC 3339");
    time.as_millisecond() as f64
}

/// Runs ffmpeg in a folder; it must have nothing to say.
pub fn ffmpeg(folder: &Folder, words: &str) {
    let outcome = run(&mut folder.program("ffmpeg", &format!("-v error -y {words}")));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{words}");
}

pub fn json(folder: &Folder, words: &str) -> Value {
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{words}");
    serde_json::from_slice(&outcome.stdout).expect("it prints JSON")
}
