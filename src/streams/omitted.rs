//! What a media file has and its recording has not.
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is left out of the recording of a media file, shared by all of its tracks.
#[derive(Debug, Default)]
pub(crate) struct Omitted {
    elements: OnceLock<String>,
    frames_without_alpha: AtomicU64,
}

impl Omitted {
    /// Says what is in the file beside audio and video, once it was read to its end.
    pub(crate) fn set_elements(&self, elements: String) {
        // A file has one end.
        let _ = self.elements.set(elements);
    }

    /// Counts a video frame that was decoded without its alpha channel, to be re-encoded.
    pub(crate) fn add_alpha(&self) {
        self.frames_without_alpha.fetch_add(1, Ordering::Relaxed);
    }

    /// All of it in words; `None` if it is nothing.
    pub(crate) fn text(&self) -> Option<String> {
        let alpha = match self.frames_without_alpha.load(Ordering::Relaxed) {
            0 => None,
            frames => Some(format!("the alpha channel of {frames} video frames")),
        };
        let texts: Vec<String> = self.elements.get().cloned().into_iter().chain(alpha).collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    }
}
