//! The files of segments. What cannot be written yet, as its folder is gone, waits in memory.
use crate::cli::output::{Output, OutputOptions};
use crate::cli::plan::Target;
use crate::cli::segments::{Complete, Segments};
use crate::cli::stop_request::StopRequest;
use mediarec::clock::{Clock, Timestamp};
use mediarec::recorder::SegmentEvent;
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
    /// Whether the output is the file of a segment that is not complete yet.
    is_open: bool,
    /// Segments that have no file yet, the last of which is the current one.
    waiting: VecDeque<Waiting>,
    next_try: Timestamp,
    /// Why the last try failed.
    error: Option<anyhow::Error>,
    /// What is complete and was not reported yet, with what to tell the user.
    complete: Vec<(Complete, Vec<String>)>,
}

/// A segment that has no file yet.
struct Waiting {
    bytes: Vec<u8>,
    begin: Duration,
    start: SystemTime,
    /// Set when it is complete: what finalizes it, and the media time of its end.
    end: Option<(SeekIndex, Duration)>,
}

impl SegmentFiles {
    pub fn new(segments: Segments, options: OutputOptions, stop: &StopRequest) -> Self {
        Self {
            segments,
            options,
            stop: stop.clone(),
            clock: Clock::monotonic(),
            is_open: false,
            waiting: VecDeque::new(),
            next_try: Timestamp::ZERO,
            error: None,
            complete: Vec::new(),
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

    /// Whether the output is the file of a segment that is not complete yet.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Writes to the current segment.
    ///
    /// # Errors
    /// Those of the system; if too much waits, why no file can be created.
    pub fn write(&mut self, output: &mut Output, bytes: &[u8]) -> io::Result<()> {
        let Some(current) = self.waiting.back_mut() else {
            return output.write(bytes);
        };
        current.bytes.extend_from_slice(bytes);
        if self.clock.now() >= self.next_try {
            self.try_again(output)?;
        }
        let size: usize = self.waiting.iter().map(|waiting| waiting.bytes.len()).sum();
        if size > MAX_WAITING {
            return Err(self.give_up());
        }
        Ok(())
    }

    /// The current segment ends at this media time.
    ///
    /// # Errors
    /// Those of the system; what was written of it plays.
    pub fn end(&mut self, output: &mut Output, index: &SeekIndex, end: Duration) -> io::Result<()> {
        if let Some(current) = self.waiting.back_mut() {
            current.end = Some((index.clone(), end));
            return Ok(());
        }
        self.finish(output, index, end)
    }

    fn finish(&mut self, output: &mut Output, index: &SeekIndex, end: Duration) -> io::Result<()> {
        output.finalize(index)?;
        self.completed(output, end);
        Ok(())
    }

    /// The file of the current segment is finished.
    pub fn completed(&mut self, output: &Output, end: Duration) {
        self.is_open = false;
        let complete = self.segments.complete(end, output.size());
        self.complete.push(complete);
    }

    /// Begins the next segment. Returns what to tell the user: its file may have to wait.
    pub fn begin(&mut self, output: &mut Output, event: &SegmentEvent) -> Vec<String> {
        if self.waiting.is_empty() {
            match self.open(event.begin, event.start) {
                Ok(opened) => {
                    *output = opened;
                    return self.segments.retain();
                }
                Err(error) => {
                    self.next_try = self.clock.now() + RETRY_INTERVAL;
                    self.error = Some(error);
                }
            }
        }
        let is_first = self.waiting.is_empty();
        self.waiting.push_back(Waiting {
            bytes: Vec::new(),
            begin: event.begin,
            start: event.start,
            end: None,
        });
        let error = self.error.as_ref().filter(|_| is_first);
        let message = error.map(|error| format!("{error:#}; until then it is kept in memory, up to 64 MB"));
        message.into_iter().collect()
    }

    /// Creates the files of all segments that wait for them, if that is possible by now.
    fn try_again(&mut self, output: &mut Output) -> io::Result<()> {
        while let Some(first) = self.waiting.front() {
            match self.open(first.begin, first.start) {
                Ok(opened) => *output = opened,
                Err(error) => {
                    self.next_try = self.clock.now() + RETRY_INTERVAL;
                    self.error = Some(error);
                    return Ok(());
                }
            }
            let Some(first) = self.waiting.pop_front() else {
                return Ok(());
            };
            output.write(&first.bytes)?;
            if let Some((index, end)) = first.end {
                self.finish(output, &index, end)?;
            }
        }
        Ok(())
    }

    /// The last try, at the end of the recording.
    ///
    /// # Errors
    /// Why a segment still has no file.
    pub fn settle(&mut self, output: &mut Output) -> io::Result<()> {
        self.try_again(output)?;
        if self.waiting.is_empty() {
            Ok(())
        } else {
            Err(self.give_up())
        }
    }

    fn give_up(&mut self) -> io::Error {
        self.waiting.clear();
        let why = self.error.take().map(|error| format!("{error:#}"));
        io::Error::other(why.unwrap_or_default())
    }

    /// What is complete and was not reported yet, with what to tell the user.
    pub fn take_complete(&mut self) -> Vec<(Complete, Vec<String>)> {
        std::mem::take(&mut self.complete)
    }
}
