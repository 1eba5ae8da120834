//! A recording that waits for publishers, for the tests of `--listen`.
use crate::util::{Folder, Running, wait_until};
use std::fs;

/// A recording that waits for publishers.
pub struct Listening {
    pub running: Running,
    pub url: String,
}

impl Listening {
    pub fn start(folder: &Folder, words: &str) -> Self {
        Self::at("127.0.0.1:0", folder, words)
    }

    pub fn at(address: &str, folder: &Folder, words: &str) -> Self {
        let mut command = folder.mediarec(&format!("record --listen whip://{address}/live {words}"));
        let running = Running::start(command.stderr(fs::File::create(folder.path("said")).unwrap()));
        let said = || fs::read_to_string(folder.path("said")).unwrap();
        wait_until("the URL", || {
            said().contains("publisher at") && said().ends_with('\n')
        });
        let url = said()
            .split("publisher at ")
            .nth(1)
            .unwrap()
            .split([',', '\n'])
            .next()
            .unwrap()
            .to_owned();
        Self { running, url }
    }

    /// Its exit code and what it said.
    pub fn end(self, folder: &Folder) -> (Option<i32>, String) {
        let code = self.running.wait().code;
        (code, fs::read_to_string(folder.path("said")).unwrap())
    }
}
