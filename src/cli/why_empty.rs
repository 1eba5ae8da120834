//! Why nothing was recorded, as an error.
use mediarec::error::Error;
use mediarec::recorder::TrackStats;

/// Why the recording is empty although nothing failed.
pub fn why_empty(tracks: &[TrackStats], was_stopped: bool) -> Error {
    let message = |why| format!("nothing was recorded: {why}");
    let any = |is_so: fn(&TrackStats) -> bool| tracks.iter().any(is_so);
    if was_stopped {
        Error::Abort {
            message: message("it was stopped before the first frame, or while paused"),
        }
    } else if any(|track| track.encoded > 0) {
        Error::Type {
            message: message("--max-size is too small for the first frame"),
        }
    } else if any(|track| track.captured > 0) {
        Error::Abort {
            message: message("the first frame arrived after --duration, or while paused"),
        }
    } else {
        Error::NotReadable {
            message: message("no source delivered any media"),
            source: None,
        }
    }
}
