//! What every file of a recording has in common: its type and what it says about itself.
use crate::error::Result;
use crate::media::TrackInfo;
use crate::recorder::calendar::Calendar;
use crate::webm::{DocType, Metadata, WebmWriter};
use std::sync::Arc;
use std::time::Duration;

/// The container of a recording's files.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    pub(crate) doc_type: DocType,
    /// That of the first file.
    pub(crate) metadata: Metadata,
    pub(crate) calendar: Arc<Calendar>,
}

impl Container {
    /// Begins a file of these tracks, this long after the start of the recording.
    ///
    /// # Errors
    /// `NotSupported` for tracks that the container cannot have.
    pub(crate) fn begin(&self, tracks: &[TrackInfo], elapsed: Duration) -> Result<WebmWriter> {
        let start = self.metadata.date;
        let metadata = Metadata {
            date: start.map(|start| self.calendar.moved_on(start, elapsed)),
            ..self.metadata.clone()
        };
        WebmWriter::with_metadata(self.doc_type, tracks, &metadata)
    }
}
