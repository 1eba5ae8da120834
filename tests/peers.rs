//! Other programs that speak WebRTC, on the loopback interface: aiortc, which `script/setup --test` installs.
use crate::util::{Folder, ffmpeg, wait_until};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A script of aiortc's that runs; it ends with the test.
pub struct Peer {
    child: Child,
    output: PathBuf,
}

/// The interpreter that has aiortc; `None` if it is not installed, which fails the test where `script/setup` installs it.
fn python() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/aiortc/bin/python");
    if path.exists() {
        return Some(path);
    }
    let is_debian =
        fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"));
    assert!(
        !is_debian,
        "aiortc is not installed; script/setup --test installs it"
    );
    eprintln!("left out: aiortc is not installed; script/setup --test says how");
    None
}

impl Peer {
    /// Starts a script of `tests/network`, with these arguments.
    pub fn start(folder: &Folder, script: &str, words: &str) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/network")
            .join(script);
        let output = folder.path("peer.out");
        let child = Command::new(python()?)
            .arg(script)
            .args(words.split_whitespace())
            .stdin(Stdio::null())
            .stdout(fs::File::create(&output).unwrap())
            .stderr(fs::File::create(folder.path("peer.err")).unwrap())
            .spawn()
            .unwrap();
        Some(Self { child, output })
    }

    /// What it has printed so far, whole lines only.
    pub fn lines(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.output).unwrap_or_default();
        let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
        whole.lines().map(str::to_owned).collect()
    }

    /// Waits for its end.
    #[cfg(feature = "preview")]
    pub fn wait(&mut self) {
        wait_until("the end of the script", || {
            self.child.try_wait().unwrap().is_some()
        });
    }

    /// The port that an endpoint prints first.
    pub fn port(&self) -> u16 {
        wait_until("the port of the endpoint", || !self.lines().is_empty());
        self.lines()[0].parse().unwrap()
    }

    /// What it has said of this many sessions.
    pub fn sessions(&self, count: usize) -> Vec<Value> {
        wait_until("the end of the session", || self.lines().len() > count);
        let lines = self.lines();
        lines[1..]
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A clip for aiortc to send.
pub fn clip(folder: &Folder) {
    ffmpeg(
        folder,
        "-f lavfi -i testsrc=size=160x120:rate=15:duration=20 -f lavfi -i sine=duration=20 -c:v libvpx -deadline realtime \
         -cpu-used 8 -c:a libopus clip.webm",
    );
}
