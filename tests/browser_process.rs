//! A headless browser that runs, whatever it shows.
use crate::util::{Folder, Running};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::env;
use std::fmt::Write;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One browser at a time: they are large, and some of their work is in real time.
static ALONE: Mutex<()> = Mutex::new(());

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Chromium,
    Firefox,
}

/// It ends with its test.
pub struct BrowserProcess {
    pub kind: Kind,
    running: Running,
    /// Its profile and what it says.
    pub home: Folder,
    _alone: MutexGuard<'static, ()>,
}

/// What keeps Firefox from asking and from the network.
const FIREFOX_PREFERENCES: [(&str, &str); 18] = [
    ("media.autoplay.default", "0"),
    ("media.navigator.permission.disabled", "true"),
    ("media.navigator.streams.fake", "true"),
    ("media.gmp-manager.updateEnabled", "false"),
    ("media.gmp-manager.url", "\"\""),
    ("app.update.enabled", "false"),
    ("app.normandy.enabled", "false"),
    ("extensions.update.enabled", "false"),
    ("services.settings.server", "\"\""),
    ("browser.shell.checkDefaultBrowser", "false"),
    ("browser.aboutwelcome.enabled", "false"),
    ("browser.safebrowsing.malware.enabled", "false"),
    ("browser.safebrowsing.phishing.enabled", "false"),
    ("datareporting.policy.dataSubmissionEnabled", "false"),
    ("toolkit.telemetry.reportingpolicy.firstRun", "false"),
    ("network.captive-portal-service.enabled", "false"),
    ("network.connectivity-service.enabled", "false"),
    ("network.dns.disablePrefetch", "true"),
];

const CHROMIUM_FLAGS: &str = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --mute-audio \
    --autoplay-policy=no-user-gesture-required --use-fake-ui-for-media-stream --use-fake-device-for-media-stream";

impl BrowserProcess {
    /// Starts it with these further arguments; `None` if it is not installed, which fails the test where script/setup
    /// installs it.
    pub fn start(kind: Kind, arguments: &[&str]) -> Option<Self> {
        let Some(program) = kind.find() else {
            assert!(
                !is_installed_by_setup(),
                "{kind:?} is not installed; script/setup --test installs it"
            );
            eprintln!("left out: {kind:?} is not installed");
            return None;
        };
        // A test that failed with its browser has nothing to do with the next one.
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let home = Folder::new();
        let running = Running::start(kind.command(&program, &home).args(arguments));
        Some(Self {
            kind,
            running,
            home,
            _alone: alone,
        })
    }

    /// What it has printed.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&self.home.read("stderr")).into_owned()
    }
}

impl Drop for BrowserProcess {
    fn drop(&mut self) {
        // Its helpers, too: the whole group is its own.
        if let Ok(id) = self.running.id().try_into() {
            let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
        }
    }
}

impl Kind {
    /// Where the system has it.
    fn find(self) -> Option<PathBuf> {
        let names = match self {
            Self::Chromium => ["chromium", "chromium-browser"],
            Self::Firefox => ["firefox-esr", "firefox"],
        };
        let path = env::var_os("PATH")?;
        let folders: Vec<PathBuf> = env::split_paths(&path).collect();
        let mut candidates = names
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        candidates.find(|candidate| candidate.is_file())
    }

    /// In a process group of its own, with a fresh profile.
    fn command(self, program: &std::path::Path, home: &Folder) -> Command {
        let words = match self {
            Self::Chromium => format!("{CHROMIUM_FLAGS} --user-data-dir={}", home.path("").display()),
            Self::Firefox => {
                home.write("user.js", user_js());
                format!("--headless --no-remote --profile {}", home.path("").display())
            }
        };
        let mut command = home.program(&program.to_string_lossy(), &words);
        command
            .env("HOME", home.path(""))
            .stdout(Stdio::null())
            .stderr(File::create(home.path("stderr")).unwrap())
            .process_group(0);
        command
    }
}

/// On Debian; Ubuntu has browsers as snaps only, and Homebrew as casks.
fn is_installed_by_setup() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

fn user_js() -> String {
    FIREFOX_PREFERENCES
        .iter()
        .fold(String::new(), |mut text, (name, value)| {
            let _ = writeln!(text, "user_pref(\"{name}\", {value});");
            text
        })
}
