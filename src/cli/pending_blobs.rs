//! Blobs that wait to be written together: a fast source has more of them ready than are worth a system call each.
use crate::cli::outputs::Outputs;
use mediarec::recorder::{BlobEvent, RecordingStats};
use std::io::{self, IoSlice};

/// Size in bytes at which they are written, whatever else is ready. Larger writes are no faster.
const FULL: usize = 1 << 20;

/// Blobs in the order of the recording.
#[derive(Default)]
pub struct PendingBlobs {
    blobs: Vec<PendingBlob>,
    size: usize,
}

struct PendingBlob {
    bytes: Vec<u8>,
    /// Statistics of what is written with it.
    written: RecordingStats,
}

impl PendingBlobs {
    pub fn add(&mut self, bytes: Vec<u8>, written: RecordingStats) {
        self.size += bytes.len();
        self.blobs.push(PendingBlob { bytes, written });
    }

    pub fn is_empty(&self) -> bool {
        self.blobs.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.size >= FULL
    }

    /// Writes them to the file, and sets the statistics to those of the last whole blob.
    ///
    /// # Errors
    /// Those of the system. What precedes the blob that could not be written is in the file.
    pub fn write(&mut self, outputs: &mut Outputs, written: &mut RecordingStats) -> io::Result<()> {
        let mut blobs = std::mem::take(&mut self.blobs);
        if blobs.is_empty() {
            return Ok(());
        }
        self.size = 0;
        let slices: Vec<IoSlice> = blobs.iter().map(|blob| IoSlice::new(&blob.bytes)).collect();
        if outputs.write_together(&slices).is_ok() {
            if let Some(last) = blobs.pop() {
                *written = last.written;
            }
            return Ok(());
        }
        // One after the other, to know how many of them there is room for.
        for blob in blobs {
            outputs.write(&blob.bytes)?;
            *written = blob.written;
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
