//! Messages on standard error while there may be a status line.
use crate::cli::preview::picture_screen::PictureScreen;
use crate::cli::stderr;
use indicatif::ProgressBar;

/// Prints messages, above the status line if there is one.
#[derive(Clone)]
pub enum MessageLine {
    /// There is none.
    Plain,
    AboveBar(ProgressBar),
    AbovePicture(PictureScreen),
}

impl MessageLine {
    pub fn say(&self, message: &str) {
        let say = || stderr::say(format_args!("mediarec: {message}"));
        match self {
            Self::AboveBar(bar) if stderr::has_room() => bar.suspend(say),
            Self::AbovePicture(screen) => screen.say(format!("mediarec: {message}")),
            Self::AboveBar(_) | Self::Plain => say(),
        }
    }
}
