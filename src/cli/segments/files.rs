//! The files of segments. What cannot be written yet, as its folder is gone, waits in memory.
use crate::cli::output::{Output, OutputOptions};
use crate::cli::segments::{CompleteSegment, Segments};
use crate::cli::stop_request::StopRequest;
use crate::cli::target::Target;
use mediarec::clock::{Clock, Timestamp};
use mediarec::recorder::{RecordingStats, SegmentEvent};
use mediarec::webm::SeekIndex;
use std::collections::VecDeque;
use std::io;
use std::time::{Duration, SystemTime};

/// How often it is tried to create a file that could not be created.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// Maximum size in bytes of what waits.
const MAX_WAITING: usize = 64 << 20;

/// The files of a recording in segments.
pub struct SegmentFiles {
    pub segments: Segments,
    options: OutputOptions,
    stop: StopRequest,
    clock: Clock,
    /// Whether the output is the file of a segment that is not finished yet.
    is_open: bool,
    /// Where that segment ends, if it is known: it could not be written, or what follows it is not.
    end_of_open: Option<End>,
    /// Segments that have no file yet, the last of which is the current one.
    waiting: VecDeque<Waiting>,
    next_try: Timestamp,
    /// Why the last try failed.
    error: Option<anyhow::Error>,
    /// What was written before the first segment that could not be written as a whole.
    saved: Option<RecordingStats>,
    has_given_up: bool,
    /// What is complete and was not reported yet, with what to tell the user.
    complete: Vec<(CompleteSegment, Vec<String>)>,
    /// What else to tell the user.
    messages: VecDeque<String>,
}

/// A segment that has no file yet.
struct Waiting {
    /// What was to be written, piece by piece: of a file that cannot be written to its end, whole ones are kept.
    blobs: Vec<Vec<u8>>,
    begin: Duration,
    start: SystemTime,
    /// What was written before it.
    before: RecordingStats,
    /// Set when it is complete.
    end: Option<End>,
}

/// The end of a segment: what finalizes its file, and the media time.
struct End {
    index: SeekIndex,
    time: Duration,
}

impl SegmentFiles {
    pub fn new(segments: Segments, options: OutputOptions, stop: &StopRequest) -> Self {
        Self {
            segments,
            options,
            stop: stop.clone(),
            clock: Clock::monotonic(),
            is_open: false,
            end_of_open: None,
            waiting: VecDeque::new(),
            next_try: Timestamp::ZERO,
            error: None,
            saved: None,
            has_given_up: false,
            complete: Vec::new(),
            messages: VecDeque::new(),
        }
    }

    /// Creates the file of the segment that begins after this much media, at this time.
    pub fn open(&mut self, begin: Duration, start: SystemTime) -> anyhow::Result<Output> {
        let target = Target::File {
            path: self.segments.begin(begin, start),
            overwrite: self.segments.overwrites(),
        };
        let output = Output::create(&target, self.options, &self.stop)?;
        self.is_open = true;
        Ok(output)
    }

    /// Whether the output is the file of a segment that is not finished yet.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// The index of that file, if its segment has ended; otherwise it is that of the whole recording.
    pub fn index_of_open(&self) -> Option<&SeekIndex> {
        self.end_of_open.as_ref().map(|end| &end.index)
    }

    /// Writes to the current segment.
    ///
    /// # Errors
    /// Those of the system; if too much waits, why no file can be created.
    pub fn write(&mut self, output: &mut Output, bytes: &[u8]) -> io::Result<()> {
        let Some(current) = self.waiting.back_mut() else {
            return output.write(bytes);
        };
        current.blobs.push(bytes.to_vec());
        if self.clock.now() >= self.next_try {
            self.try_again(output)?;
        }
        let blobs = self.waiting.iter().flat_map(|waiting| &waiting.blobs);
        let size: usize = blobs.map(Vec::len).sum();
        if size > MAX_WAITING {
            return Err(self.give_up());
        }
        Ok(())
    }

    /// The current segment ends where this event says.
    ///
    /// # Errors
    /// Those of the system; what was written of it plays.
    pub fn end(&mut self, output: &mut Output, event: &SegmentEvent) -> io::Result<()> {
        let end = End {
            index: event.index.clone(),
            time: event.begin,
        };
        match self.waiting.back_mut() {
            Some(current) => {
                current.end = Some(end);
                Ok(())
            }
            None => self.finish(output, end),
        }
    }

    /// The current segment ends where this event says, and cannot be written. What follows is not written either.
    pub fn abandon(&mut self, event: &SegmentEvent) {
        self.end_of_open.get_or_insert_with(|| End {
            index: event.index.clone(),
            time: event.begin,
        });
    }

    fn finish(&mut self, output: &mut Output, end: End) -> io::Result<()> {
        let End { index, time } = self.end_of_open.insert(end);
        output.finalize(index)?;
        let time = *time;
        self.completed(output, time);
        Ok(())
    }

    /// The file of the current segment is finished.
    pub fn completed(&mut self, output: &Output, end: Duration) {
        self.is_open = false;
        self.end_of_open = None;
        let complete = self.segments.complete(end, output.size());
        self.complete.push(complete);
    }

    /// The next segment begins after this much media, at this time, with all this written before it. It gets its file with
    /// its first data: until then a kill would leave an empty one.
    pub fn begin(&mut self, begin: Duration, start: SystemTime, before: &RecordingStats) {
        if self.waiting.is_empty() {
            self.next_try = Timestamp::ZERO;
        }
        self.waiting.push_back(Waiting {
            blobs: Vec::new(),
            begin,
            start,
            before: before.clone(),
            end: None,
        });
    }

    /// Creates the files of all segments that wait for them, if that is possible by now.
    fn try_again(&mut self, output: &mut Output) -> io::Result<()> {
        while let Some(first) = self.waiting.front() {
            match self.open(first.begin, first.start) {
                Ok(opened) => *output = opened,
                Err(error) => {
                    self.postpone(error);
                    return Ok(());
                }
            }
            let Some(first) = self.waiting.pop_front() else {
                return Ok(());
            };
            self.error = None;
            self.end_of_open = first.end;
            self.saved = Some(first.before);
            for blob in &first.blobs {
                output.write(blob)?;
            }
            if let Some(end) = self.end_of_open.take() {
                self.finish(output, end)?;
            }
            self.saved = None;
        }
        self.messages.extend(self.segments.retain());
        Ok(())
    }

    fn postpone(&mut self, error: anyhow::Error) {
        self.next_try = self.clock.now() + RETRY_INTERVAL;
        if self.error.is_none() {
            self.messages
                .push_back(format!("{error:#}; until then it is kept in memory, up to 64 MB"));
        }
        self.error = Some(error);
    }

    /// What to tell the user next.
    pub fn message(&mut self) -> Option<String> {
        self.messages.pop_front()
    }

    /// The last try, at the end of the recording.
    ///
    /// # Errors
    /// Why a segment still has no file.
    pub fn settle(&mut self, output: &mut Output) -> io::Result<()> {
        // One whose first data did not come.
        self.waiting.retain(|waiting| !waiting.blobs.is_empty());
        if !self.waiting.is_empty() {
            self.try_again(output)?;
        }
        if self.waiting.is_empty() {
            Ok(())
        } else {
            Err(self.give_up())
        }
    }

    fn give_up(&mut self) -> io::Error {
        self.saved = self.waiting.drain(..).next().map(|first| first.before);
        self.has_given_up = true;
        let why = self.error.take().map(|error| format!("{error:#}; "));
        io::Error::other(format!(
            "{}what was kept in memory is lost",
            why.unwrap_or_default()
        ))
    }

    /// Whether a segment has got no file, for good.
    pub fn has_given_up(&self) -> bool {
        self.has_given_up
    }

    /// What was written before the first segment that could not be written as a whole, if there is one.
    pub fn saved(&self) -> Option<&RecordingStats> {
        self.saved.as_ref()
    }

    /// What is complete and was not reported yet, with what to tell the user.
    pub fn take_complete(&mut self) -> Vec<(CompleteSegment, Vec<String>)> {
        std::mem::take(&mut self.complete)
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::name_pattern::NamePattern;
    use crate::cli::segments::SegmentPlan;
    use crate::cli::segments::test_media::file;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn files(pattern: &std::path::Path) -> SegmentFiles {
        let plan = SegmentPlan {
            pattern: NamePattern::new(pattern).unwrap(),
            list: None,
            command: None,
            keep: Vec::new(),
            overwrite: true,
        };
        let options = OutputOptions {
            live: false,
            fsync: None,
        };
        SegmentFiles::new(Segments::new(&plan).unwrap(), options, &StopRequest::new())
    }

    #[test]
    fn a_segment_has_no_file_before_there_is_data_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = files(&folder.path().join("%i.mkv"));
        let mut output = files.open(Duration::ZERO, SystemTime::UNIX_EPOCH).unwrap();
        let (bytes, _) = file(3);
        files.write(&mut output, &bytes).unwrap();
        let end = Duration::from_millis(60);
        files.completed(&output, end);
        files.begin(end, SystemTime::UNIX_EPOCH, &RecordingStats::default());
        let next = folder.path().join("1.mkv");
        assert!(!next.exists());
        files.write(&mut output, &bytes).unwrap();
        assert_eq!(fs::read(&next).unwrap(), bytes);
        // And none if there is none.
        files.completed(&output, 2 * end);
        files.begin(2 * end, SystemTime::UNIX_EPOCH, &RecordingStats::default());
        files.settle(&mut output).unwrap();
        assert!(!files.is_open() && !folder.path().join("2.mkv").exists());
    }

    #[test]
    fn a_segment_that_waited_and_cannot_be_written_keeps_its_own_index() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("d");
        let mut files = files(&missing.join("%i.mkv"));
        assert!(files.open(Duration::ZERO, SystemTime::UNIX_EPOCH).is_err());
        files.waiting.push_back(Waiting {
            blobs: Vec::new(),
            begin: Duration::ZERO,
            start: SystemTime::UNIX_EPOCH,
            before: RecordingStats::default(),
            end: None,
        });
        let mut output = Output::create(&Target::Nowhere, files.options, &StopRequest::new()).unwrap();
        let (bytes, index) = file(3);
        files.write(&mut output, &bytes).unwrap();
        files.waiting.back_mut().unwrap().end = Some(End {
            index,
            time: Duration::from_millis(60),
        });
        fs::create_dir(&missing).unwrap();
        symlink("/dev/full", missing.join("0.mkv")).unwrap();
        assert!(files.settle(&mut output).is_err());
        assert!(files.is_open());
        let index = files.index_of_open().unwrap();
        assert_eq!(index.duration(), Timestamp::from_millis(60));
    }
}
