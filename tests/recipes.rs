//! docs/recipes.md: every recipe runs as it is printed, in bash, with fake devices, and with files of the names that it reads.
//!
//! A comment at each says what to expect: `leaves` the files that it makes, `ctrl-c` that the reader stops it, `devices` the
//! script of the fake devices, `feature` and `port` what it needs, `prints` a text that is printed, `to fix` that the file is as a
//! pipe leaves it.
use crate::judges::assert_plays;
use crate::util::{Folder, Outcome, Running, run, wait_until};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::env;
use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

/// How to make the files that recipes read.
const INPUTS: [(&str, &str); 11] = [
    (
        "clip.webm",
        "mediarec record -q --width 160 --duration 2s -o clip.webm",
    ),
    (
        "live.webm",
        "mediarec record -q --width 160 --duration 2s --live -o live.webm",
    ),
    (
        "browser.webm",
        "mediarec record -q --width 160 --duration 2s --live -o browser.webm",
    ),
    (
        "crashed.webm",
        "mediarec record -q --width 160 --duration 2s --live -o - | head -c 30000 >crashed.webm",
    ),
    (
        "morning.webm",
        "mediarec record -q --width 160 --duration 2s -o morning.webm",
    ),
    (
        "afternoon.webm",
        "mediarec record -q --width 160 --duration 2s -o afternoon.webm",
    ),
    (
        "chunks/",
        "mediarec record -q --width 160 --duration 2s --timeslice 500ms --chunks chunks",
    ),
    (
        "clip.y4m",
        "ffmpeg -v error -f lavfi -i testsrc=duration=2:size=160x120 -pix_fmt yuv420p clip.y4m",
    ),
    (
        "clip.wav",
        "ffmpeg -v error -f lavfi -i sine=duration=2:sample_rate=48000 clip.wav",
    ),
    (
        "music.wav",
        "ffmpeg -v error -f lavfi -i sine=duration=4:sample_rate=48000 music.wav",
    ),
    (
        "in.mp4",
        "ffmpeg -v error -f lavfi -i testsrc=duration=2:size=160x120 -f lavfi -i sine=duration=2 -pix_fmt yuv420p in.mp4",
    ),
];

struct Recipe {
    chapter: String,
    heading: String,
    script: String,
    /// What the comment says.
    expected: Vec<String>,
}

impl Recipe {
    /// All of the page, in order.
    fn all() -> Vec<Self> {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recipes.md");
        let page = fs::read_to_string(page).unwrap();
        let chapters = page.split("\n## ").skip(1);
        chapters.flat_map(Self::of_chapter).collect()
    }

    fn of_chapter(text: &str) -> impl Iterator<Item = Self> {
        let chapter = text.lines().next().unwrap().to_owned();
        text.split("\n### ").skip(1).map(move |recipe| {
            let heading = recipe.lines().next().unwrap().to_owned();
            let scripts = recipe.split("```sh\n").skip(1);
            let script: String = scripts.map(|block| block.split("```").next().unwrap()).collect();
            let comment = recipe
                .split("<!-- test: ")
                .nth(1)
                .and_then(|rest| rest.split(" -->").next());
            let comment = comment.unwrap_or_else(|| panic!("{heading}: no comment says what to expect"));
            assert!(!script.is_empty(), "{heading}");
            Self {
                chapter: chapter.clone(),
                heading,
                script,
                expected: comment.split("; ").map(str::to_owned).collect(),
            }
        })
    }

    /// What is expected of this kind, or of this kind of place.
    fn get(&self, kind: &str) -> Option<&str> {
        let mut found = self.expected.iter().filter_map(|text| text.strip_prefix(kind));
        found.next().map(str::trim)
    }

    /// Whether there is all that it needs.
    fn is_possible(&self) -> bool {
        let has_feature = match self.get("feature") {
            None => true,
            Some("network") => cfg!(all(feature = "network", feature = "preview")),
            Some("preview") => cfg!(feature = "preview"),
            Some("upload") => cfg!(feature = "upload"),
            Some(other) => panic!("{}: {other}", self.heading),
        };
        let is_free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
        // Others who work on this machine may have it.
        has_feature && self.get("port").is_none_or(|port| is_free(port.parse().unwrap()))
    }

    /// A shell, in a process group as of a terminal, in which `mediarec` is ours and has fake devices.
    fn shell(&self, folder: &Folder, script: &str) -> Command {
        let mut bash = folder.program("bash", "-euo pipefail -c");
        let ours = Path::new(env!("CARGO_BIN_EXE_mediarec")).parent().unwrap();
        let others = env::var_os("PATH").unwrap();
        let path = env::join_paths([ours.to_owned()].into_iter().chain(env::split_paths(&others)));
        bash.arg(script)
            .env("PATH", path.unwrap())
            // Without time, where it is not the point.
            .env("MEDIAREC_FAKE_DEVICES", self.get("devices").unwrap_or("unpaced"))
            .env("SDL_VIDEODRIVER", "dummy")
            .env("SDL_AUDIODRIVER", "dummy")
            .process_group(0);
        bash
    }

    fn run(&self) {
        let folder = Folder::new();
        let is_read = |name: &str| self.script.split([' ', '\n']).any(|word| word.starts_with(name));
        for (_, make) in INPUTS.iter().filter(|(name, _)| is_read(name)) {
            self.assert_succeeds(&run(&mut self.shell(&folder, make)));
        }
        let running = Running::start(&mut self.shell(&folder, &self.script));
        let group = Pid::from_raw(running.id().try_into().unwrap());
        let has_ctrl_c = self.get("ctrl-c").is_some();
        if has_ctrl_c {
            wait_until("data", || self.left(&folder).iter().any(|path| is_large(path)));
            thread::sleep(Duration::from_millis(300));
            killpg(group, Signal::SIGINT).unwrap();
        }
        let outcome = running.wait();
        // What it has left in the background; mostly nothing.
        let _ = killpg(group, Signal::SIGKILL);
        // ffplay fails when it is interrupted.
        if !has_ctrl_c || self.get("to fix").is_none() {
            self.assert_succeeds(&outcome);
        }
        // The output of hooks is on standard error.
        let printed = outcome.text().to_owned() + &outcome.stderr;
        let is_printed = self.get("prints").is_none_or(|text| printed.contains(text));
        assert!(is_printed, "{}: {printed}", self.heading);
        self.judge(&folder);
    }

    fn assert_succeeds(&self, outcome: &Outcome) {
        let told = (outcome.code, &outcome.stderr);
        assert_eq!(outcome.code, Some(0), "{}: {told:?}", self.heading);
    }

    /// The patterns of names that it leaves.
    fn leaves(&self) -> Vec<&str> {
        let names = self.get("leaves").expect("a comment says what is left");
        names.split(' ').filter(|name| *name != "nothing").collect()
    }

    /// The files that are there.
    fn left(&self, folder: &Folder) -> Vec<PathBuf> {
        let list = format!(
            "shopt -s nullglob; for name in {}; do echo \"$name\"; done",
            self.leaves().join(" ")
        );
        let listed = run(folder.program("bash", "-c").arg(list));
        let paths = listed.text().lines().map(|name| folder.path(name));
        paths.filter(|path| path.exists()).collect()
    }

    fn judge(&self, folder: &Folder) {
        let left = self.left(folder);
        assert!(left.len() >= self.leaves().len(), "{}: {left:?}", self.heading);
        for path in left.iter().filter(|path| path.is_file()) {
            if self.get("to fix").is_some() {
                self.assert_succeeds(&run(folder.mediarec("fix").arg(path)));
            }
            assert!(
                fs::metadata(path).unwrap().len() > 0,
                "{}: {}",
                self.heading,
                path.display()
            );
            let is_chunk = path.parent().unwrap().ends_with("live");
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("webm" | "weba" | "mka") if !is_chunk => {
                    assert_plays(path);
                    self.assert_succeeds(&run(folder.mediarec("inspect").arg(path)));
                }
                Some("mp4" | "wav") => assert_plays(path),
                _ => {}
            }
        }
    }
}

fn is_large(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.len() > 50_000)
}

/// Runs the recipes of a chapter, one after the other.
fn run_chapter(chapter: &str) {
    for recipe in Recipe::all().iter().filter(|recipe| recipe.chapter == chapter) {
        if recipe.is_possible() {
            recipe.run();
        } else {
            eprintln!("left out: {}", recipe.heading);
        }
    }
}

/// A test for each chapter, so that they run side by side, and one that none is forgotten.
macro_rules! chapters {
    ($($test:ident: $chapter:literal,)*) => {
        $(#[test]
        fn $test() {
            run_chapter($chapter);
        })*

        #[test]
        fn every_recipe_is_numbered_and_in_a_chapter_that_is_run() {
            let recipes = Recipe::all();
            assert!(recipes.len() >= 30, "{}", recipes.len());
            for (index, recipe) in recipes.iter().enumerate() {
                assert!(recipe.heading.starts_with(&format!("{}. ", index + 1)), "{}", recipe.heading);
                assert!([$($chapter),*].contains(&&*recipe.chapter), "{}", recipe.chapter);
            }
        }
    };
}

chapters! {
    recipes_instead_of_ffmpeg_run_as_printed: "Instead of ffmpeg",
    recipes_instead_of_arecord_and_parec_run_as_printed: "Instead of arecord and parec",
    recipes_instead_of_gstreamer_run_as_printed: "Instead of GStreamer",
    recipes_instead_of_obs_run_as_printed: "Instead of OBS",
    recipes_instead_of_a_web_page_run_as_printed: "Instead of a web page",
    recipes_of_pipes_run_as_printed: "Pipes",
    recipes_that_choose_devices_run_as_printed: "Choose devices",
    recipes_of_long_recordings_run_as_printed: "Long recordings",
    recipes_for_unwatched_recordings_run_as_printed: "When nobody watches",
    recipes_of_scripts_run_as_printed: "Scripts",
    recipes_of_files_run_as_printed: "Files",
    recipes_of_photos_run_as_printed: "Photos",
    recipes_of_the_network_run_as_printed: "Over the network",
}
