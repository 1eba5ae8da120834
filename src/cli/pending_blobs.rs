//! Blobs that wait to be written together: a fast source has more of them ready than are worth a system call each.
use crate::cli::outputs::Outputs;
use mediarec::recorder::{BlobEvent, RecordingStats};
use std::io::{self, IoSlice};

/// Size in bytes at which they are written, whatever else is ready. Larger writes are no faster.
const FULL: usize = 1 << 20;

/// Blobs in the order of the recording.
#[derive(Default)]
pub struct PendingBlobs {
    blobs: Vec<BlobEvent>,
    size: usize,
}

impl PendingBlobs {
    pub fn add(&mut self, blob: BlobEvent) {
        self.size += blob.data.bytes.len();
        self.blobs.push(blob);
    }

    pub fn is_empty(&self) -> bool {
        self.blobs.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.size >= FULL
    }

    /// Writes them to the file, and sets the statistics, of which these are the latest, to those of the last whole blob.
    ///
    /// # Errors
    /// Those of the system. What precedes the blob that could not be written is in the file.
    pub fn write(
        &mut self,
        outputs: &mut Outputs,
        so_far: &RecordingStats,
        written: &mut RecordingStats,
    ) -> io::Result<()> {
        self.size = 0;
        let blobs = std::mem::take(&mut self.blobs);
        let bytes = blobs.iter().map(|blob| IoSlice::new(&blob.data.bytes));
        if outputs.write_together(&bytes.collect::<Vec<_>>()).is_ok() {
            if let Some(last) = blobs.last() {
                *written = as_of(so_far.clone(), last);
            }
            return Ok(());
        }
        // One after the other, to know how many of them there is room for.
        for blob in blobs {
            outputs.write(&blob.data.bytes)?;
            *written = as_of(so_far.clone(), &blob);
        }
        Ok(())
    }
}

/// The statistics of what is written up to the end of this blob: of what follows, more may be muxed already.
pub fn as_of(mut stats: RecordingStats, blob: &BlobEvent) -> RecordingStats {
    stats.duration = blob.duration;
    for (track, &packets) in stats.tracks.iter_mut().zip(&blob.packets) {
        track.packets = packets;
    }
    stats
}
