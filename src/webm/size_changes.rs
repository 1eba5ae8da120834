//! Changes of the frame size within a track.
use crate::webm::block::Block;
use crate::webm::frame_size;
use crate::webm::track::Track;
use crate::webm::track_stats::seconds;
use serde::Serialize;

/// Maximum number of changes that are listed; all are counted.
const LISTED: usize = 100;

/// A change of the frame size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SizeChange {
    /// Time stamp of the key frame that begins it, in seconds.
    pub time: f64,
    /// New width in pixels.
    pub width: u32,
    /// New height in pixels.
    pub height: u32,
}

/// The changes of one track.
#[derive(Debug, Default)]
pub(super) struct SizeChanges {
    codec_id: String,
    /// Width and height at present, as the header says at first; `None` if it is unknown.
    size: Option<(u32, u32)>,
    pub(super) count: u64,
    /// The first of them.
    pub(super) listed: Vec<SizeChange>,
}

impl SizeChanges {
    /// Finds the changes of a track with this description.
    pub(super) fn of(track: &Track) -> Self {
        let size = (track.width, track.height);
        Self {
            codec_id: track.codec_id.clone(),
            size: Some(size).filter(|&size| size != (0, 0)),
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, block: &Block) {
        let Some(size) = frame_size::of_key_frame(&self.codec_id, &block.data) else {
            return;
        };
        if self.size.replace(size).is_none_or(|before| before == size) {
            return;
        }
        self.count += 1;
        if self.listed.len() < LISTED {
            let (width, height) = size;
            self.listed.push(SizeChange {
                time: seconds(block),
                width,
                height,
            });
        }
    }
}
