//! Messages on standard error while there may be a status line.
use crate::cli::stderr;
use indicatif::ProgressBar;

/// Prints messages, above the status line if there is one.
#[derive(Clone)]
pub struct MessageLine(pub Option<ProgressBar>);

impl MessageLine {
    pub fn say(&self, message: &str) {
        let say = || stderr::say(format_args!("mediarec: {message}"));
        match &self.0 {
            Some(bar) if stderr::has_room() => bar.suspend(say),
            _ => say(),
        }
    }
}
