//! All outputs of a recording: the file or the segments, and the chunk files.
use crate::cli::chunk_files::ChunkFiles;
use crate::cli::chunks::{Chunk, Chunks};
use crate::cli::free_space::free_space;
use crate::cli::history_files::HistoryFiles;
use crate::cli::hook::Hook;
use crate::cli::output::Output;
use crate::cli::segments::CompleteSegment;
use crate::cli::segments::files::SegmentFiles;
use crate::cli::stop_request::StopRequest;
use crate::cli::upload::finished_file::FinishedFile;
use crate::cli::upload::uploads::Uploads;
use crate::cli::write_failure::write_failure;
use indicatif::HumanBytes;
use jiff::Timestamp;
use mediarec::error::Error;
use mediarec::recorder::{RecordingStats, SegmentEvent};
use mediarec::webm::SeekIndex;
use std::io::{self, IoSlice};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// All outputs of a recording.
pub struct Outputs {
    pub output: Output,
    /// Whether `output` is written, not only chunk files.
    pub has_file: bool,
    pub chunks: Option<ChunkFiles>,
    /// Runs after each chunk file.
    pub hook: Option<Hook>,
    pub segments: Option<SegmentFiles>,
    pub history: Option<HistoryFiles>,
    pub uploads: Option<Uploads>,
    /// Bytes of the disk that stay free.
    pub min_free: Option<u64>,
}

impl Outputs {
    /// Writes to the file.
    ///
    /// # Errors
    /// Those of the system; `BrokenPipe` if the reader has closed its end.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.segments {
            Some(files) => files.write(&mut self.output, bytes),
            None => self.output.write(bytes),
        }
    }

    /// Whether several blobs may be [written together](Self::write_together): only the file is written, and nobody waits
    /// for single blobs.
    pub fn takes_blobs_together(&self) -> bool {
        self.chunks.is_none() && self.segments.is_none() && self.output.is_seekable()
    }

    /// Writes all of these blobs to the file, or none.
    ///
    /// # Errors
    /// Those of the system.
    pub fn write_together(&mut self, blobs: &[IoSlice]) -> io::Result<()> {
        self.output.write_together(blobs)
    }

    /// A segment is complete and the next begins, before which this was written.
    ///
    /// # Errors
    /// Those of the system; what was written plays.
    pub fn next_segment(&mut self, event: &SegmentEvent, before: &RecordingStats) -> io::Result<()> {
        if let Some(files) = &mut self.segments {
            files.end(&mut self.output, event)?;
            files.begin(event.begin, event.start, before);
        }
        Ok(())
    }

    /// A segment ends that could not be written, and so ends what is written.
    pub fn abandon_segment(&mut self, event: &SegmentEvent) {
        if let Some(files) = &mut self.segments {
            files.abandon(event);
        }
    }

    /// The index of the file that is open, if its segment has ended; otherwise it is that of the whole recording.
    pub fn index_of_segment(&self) -> Option<&SeekIndex> {
        self.segments.as_ref().and_then(SegmentFiles::index_of_open)
    }

    /// The recording ends: nothing waits for a file any more.
    ///
    /// # Errors
    /// Why a segment has no file.
    pub fn settle(&mut self) -> io::Result<()> {
        match &mut self.segments {
            Some(files) => files.settle(&mut self.output),
            None => Ok(()),
        }
    }

    /// What was written before the segments that waited for a file in vain, if there are any.
    pub fn saved(&self) -> Option<&RecordingStats> {
        self.segments.as_ref().and_then(SegmentFiles::saved)
    }

    /// The name, in messages, of what could not be written.
    pub fn unwritten(&self) -> String {
        let name = self.output.name();
        match &self.segments {
            Some(files) if files.has_given_up() => format!("what follows {name}"),
            _ => name.to_owned(),
        }
    }

    /// Whether there is a file to be finished.
    pub fn is_open(&self) -> bool {
        self.segments.as_ref().is_none_or(SegmentFiles::is_open)
    }

    /// Makes the file that is open seekable.
    ///
    /// # Errors
    /// `Unknown` if that fails, and it plays all the same, or if it was removed.
    pub fn finalize(&mut self, index: &SeekIndex) -> Result<(), Error> {
        if !self.is_open() {
            return Ok(());
        }
        let finalized = self.output.finalize(index);
        finalized.map_err(|error| self.unseekable(error))?;
        self.check_present()
    }

    /// Makes the part of the file seekable that could be written of a recording with this much media.
    ///
    /// # Errors
    /// As [`finalize`](Self::finalize).
    pub fn salvage(&mut self, index: &SeekIndex, recorded: Duration) -> Result<(), Error> {
        if !self.is_open() {
            return Ok(());
        }
        let salvaged = self.output.salvage(index, self.media_in_file(recorded));
        salvaged.map_err(|error| self.unseekable(error))
    }

    fn unseekable(&self, error: io::Error) -> Error {
        if self.output.damage().is_some() {
            return unwritable(error, self.output.name());
        }
        Error::Unknown {
            message: format!(
                "{} plays, but could not be made seekable; 'mediarec fix' does that once it can be written",
                self.output.name()
            ),
            source: Some(error.into()),
        }
    }

    /// How much of the recording, which has this much media, is in the file that is being written.
    fn media_in_file(&self, recorded: Duration) -> Duration {
        let files = self.segments.as_ref();
        let before = files.map_or(Duration::ZERO, |files| files.segments.begin_of_current());
        recorded.saturating_sub(before)
    }

    /// The last file, which ends at this media time, is finished.
    pub fn complete(&mut self, end: Duration) {
        if let Some(files) = self.segments.as_mut().filter(|files| files.is_open()) {
            files.completed(&self.output, end);
        }
    }

    /// Segments that are complete and were not reported yet, with what to tell the user.
    pub fn take_complete(&mut self) -> Vec<(CompleteSegment, Vec<String>)> {
        self.segments
            .as_mut()
            .map(SegmentFiles::take_complete)
            .unwrap_or_default()
    }

    /// Removes the oldest segment if too little of the disk is free. A single one each time: its room may only become free
    /// when its last reader closes it.
    ///
    /// # Errors
    /// `Unknown` if there is none that can be removed.
    pub fn keep_free(&self) -> Result<(), Error> {
        let (Some(least), Some(path)) = (self.min_free, self.output.path()) else {
            return Ok(());
        };
        let Some(free) = free_space(path).filter(|&free| free < least) else {
            return Ok(());
        };
        let files = self.segments.as_ref();
        if files.and_then(|files| files.segments.remove_oldest()).is_some() {
            return Ok(());
        }
        Err(Error::Unknown {
            message: format!(
                "only {} are free on the disk of {}, less than the {} of --min-free: make room, or lower it",
                HumanBytes(free),
                path.display(),
                HumanBytes(least)
            ),
            source: None,
        })
    }

    /// Whether others have removed the file. Of segments, only what is complete is missed.
    fn is_removed(&self) -> bool {
        self.segments.is_none() && self.output.is_removed()
    }

    /// Checks whether anybody will find the file.
    ///
    /// # Errors
    /// `Unknown` if it was removed.
    pub fn check_present(&self) -> Result<(), Error> {
        if self.is_removed() {
            let name = self.output.name();
            let message = format!("{name} was removed while it was recorded; nothing of it is kept");
            return Err(Error::Unknown {
                message,
                source: None,
            });
        }
        Ok(())
    }

    /// What to tell the user next of segments, the history and commands.
    pub fn message(&mut self) -> Option<String> {
        let message = self.segments.as_mut().and_then(SegmentFiles::message);
        let message = message.or_else(|| self.history.as_mut().and_then(HistoryFiles::message));
        message.or_else(|| {
            self.hooks()
                .filter_map(|hook| hook.as_ref())
                .find_map(Hook::message)
        })
    }

    /// Ends what the recording has besides its files: waits for the remaining commands; after a stop, only until they time out.
    /// Returns the messages to print.
    pub fn finish(&mut self, stop: &StopRequest) -> Vec<String> {
        let hooks: Vec<Hook> = self.hooks().filter_map(Option::take).collect();
        let messages = hooks.into_iter().flat_map(|hook| hook.finish(stop));
        let history = self.history.as_mut().and_then(HistoryFiles::finish);
        messages.chain(history).collect()
    }

    fn hooks(&mut self) -> impl Iterator<Item = &mut Option<Hook>> {
        let of_segments = self.segments.as_mut().map(|files| files.segments.hook());
        std::iter::once(&mut self.hook).chain(of_segments)
    }

    /// A chunk file is complete: runs its command, and uploads it. The recording started at this time, and has this much media
    /// up to the end of the chunk.
    pub fn chunk_complete(&mut self, path: PathBuf, chunk: &Chunk, started: SystemTime, recorded: Duration) {
        if let Some(uploads) = &mut self.uploads {
            let begin = Duration::from_secs_f64(chunk.timecode.max(0.0) / 1000.0);
            uploads.finished(&FinishedFile {
                path: path.clone(),
                start: Timestamp::try_from(started + begin).unwrap_or_default(),
                duration: recorded.saturating_sub(begin),
                size: chunk.size,
            });
        }
        if let Some(hook) = &mut self.hook {
            hook.add(path);
        }
    }

    /// Tells the uploads of the file that is being written, of a recording that started at this time.
    pub fn tell_uploads(&mut self, started: SystemTime) {
        let is_open = self.is_open();
        let (Some(uploads), Some(path)) = (&mut self.uploads, self.output.path()) else {
            return;
        };
        if is_open && !uploads.has_chunks() {
            let files = self.segments.as_ref();
            let start = files.map_or(started, |files| files.segments.start_of_current());
            uploads.writing(path, start);
        }
    }

    /// Uploads a segment, or a clip of the history, unless chunks are uploaded.
    pub fn upload(&mut self, finished: &FinishedFile) {
        if let Some(uploads) = self.uploads.as_mut().filter(|uploads| !uploads.has_chunks()) {
            uploads.finished(finished);
        }
    }

    /// The recording, which started at this time and has this much media, is complete: uploads its file, if it is a single one.
    pub fn end_uploads(&mut self, started: SystemTime, recorded: Duration) {
        let is_single = self.segments.is_none() && !recorded.is_zero();
        if let Some(path) = self.output.path().filter(|_| is_single) {
            let finished = FinishedFile {
                path: path.to_owned(),
                start: Timestamp::try_from(started).unwrap_or_default(),
                duration: recorded,
                size: path.metadata().map_or(0, |metadata| metadata.len()),
            };
            self.upload(&finished);
        }
        if let Some(uploads) = &mut self.uploads {
            uploads.end();
        }
    }

    /// Bytes that are in the files, or in all chunks.
    pub fn size(&self, chunks: &Chunks) -> u64 {
        match &self.segments {
            // The last one is complete by then.
            Some(files) => files.segments.size(),
            None if self.has_file => self.output.size(),
            None => match &self.history {
                Some(history) if self.chunks.is_none() => history.size(),
                _ => chunks.size(),
            },
        }
    }

    /// Name of the file that is being written; `None` if only chunk files are written.
    pub fn file(&self) -> Option<&str> {
        self.has_file.then(|| self.output.name())
    }

    /// Their names in messages.
    pub fn names(&self) -> String {
        let file = self.has_file.then(|| match &self.segments {
            Some(files) => files.segments.names(self.output.name()),
            None => match self.output.damage() {
                Some(damage) => format!("{}, {damage}", self.output.name()),
                None => self.output.name().to_owned(),
            },
        });
        let names: Vec<String> = file
            .into_iter()
            .chain(self.chunks.as_ref().map(ChunkFiles::name))
            .collect();
        if let Some(history) = self.history.as_ref().filter(|_| names.is_empty()) {
            return history.names();
        }
        names.join(" and ")
    }

    /// Removes files and folders that hold nothing.
    pub fn discard(self) {
        self.output.discard();
        if let Some(chunks) = self.chunks {
            chunks.discard();
        }
    }
}

/// The error of an output that cannot be written any more.
pub fn unwritable(error: io::Error, name: &str) -> Error {
    Error::Unknown {
        message: write_failure(error.kind(), name),
        source: Some(error.into()),
    }
}
