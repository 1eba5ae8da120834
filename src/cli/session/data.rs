//! The data of a running recording, on its way to the outputs.
use crate::cli::outputs::unwritable;
use crate::cli::pending_blobs::as_of;
use crate::cli::session::Session;
use crate::cli::session_end::SessionEnd;
use mediarec::recorder::{BlobEvent, RecordingState, RecordingStats};
use std::io;

impl Session {
    /// Whether nobody waits for a single blob, so that those that are ready are written together.
    pub(super) fn gathers_data(&self) -> bool {
        !self.events.is_written() && self.outputs.takes_blobs_together() && !self.output_failed()
    }

    /// Adds a blob to what is written next.
    pub(super) fn gather(&mut self, mut blob: BlobEvent) {
        self.hold_header(&mut blob);
        // What is to be overwritten stays until there is something to write.
        if !blob.data.bytes.is_empty() {
            self.pending.add(blob);
        }
    }

    /// Writes a blob at once.
    pub(super) fn on_data(&mut self, mut blob: BlobEvent, stats: RecordingStats) {
        self.hold_header(&mut blob);
        let is_end = blob.data.bytes.is_empty() && self.recorder.state() == RecordingState::Inactive;
        // The last chunk is reported at the stop. After a failed write, further data is useless.
        if is_end || self.output_failed() {
            return;
        }
        if let Some(ended) = self.chunks.end_before(&blob) {
            self.on_chunk(&ended);
        }
        if let Some(files) = &mut self.outputs.chunks
            && let Err(error) = files.write(&blob.data.bytes)
        {
            let name = files.name();
            self.on_write_error(error, &name);
            return;
        }
        match self.outputs.write(&blob.data.bytes) {
            Ok(()) => {
                self.written = as_of(stats, &blob);
                self.chunks.add(&blob);
            }
            Err(error) => {
                let name = self.outputs.unwritten();
                self.on_write_error(error, &name);
            }
        }
    }

    /// Takes what precedes the first packet from its blob, and puts it before the data of the next that has one.
    fn hold_header(&mut self, blob: &mut BlobEvent) {
        let bytes = &mut blob.data.bytes;
        if blob.duration.is_zero() {
            self.header.append(bytes);
        } else if !self.header.is_empty() {
            bytes.splice(..0, std::mem::take(&mut self.header));
        }
    }

    /// Writes what was gathered.
    pub(super) fn write_pending(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let so_far = self.recording.stats();
        if let Err(error) = self.pending.write(&mut self.outputs, &so_far, &mut self.written) {
            let name = self.outputs.unwritten();
            self.on_write_error(error, &name);
        }
    }

    pub(super) fn on_write_error(&mut self, error: io::Error, name: &str) {
        self.recorder.stop();
        if error.kind() == io::ErrorKind::BrokenPipe {
            self.end = SessionEnd::ReaderClosed;
            return;
        }
        let error = unwritable(error, name);
        self.events.error(&error);
        self.end = SessionEnd::OutputFailed(error);
    }
}
