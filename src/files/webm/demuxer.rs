//! Demultiplexes a file whose tracks are read by a thread each: the thread whose queue is empty reads for all.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::streams::omitted::Omitted;
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::webm::{Block, Header, Reader, TrackType};
use bytes::Bytes;
use std::collections::VecDeque;
use std::error::Error as _;
use std::io::Read;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Duration;

/// Maximum size of queued blocks in bytes: how far apart blocks of the same time may be in a file.
const MAX_QUEUED_BYTES: usize = 32 << 20;

/// When a track takes no further block from its queue at a time.
const MAX_BATCH_BYTES: usize = 1 << 20;
const MAX_BATCH_BLOCKS: usize = 64;

/// A file that starts later than this is part of a longer one, such as a live stream joined late; its times are counted
/// from its own start.
const MAX_START: Duration = Duration::from_secs(10);

/// A file being read.
pub(super) struct Demuxer<R> {
    state: Mutex<State<R>>,
    changed: Condvar,
    /// What the file has that is not recorded.
    omitted: Arc<Omitted>,
}

/// Reads the blocks of one track. Once this is dropped, they are discarded.
pub(super) struct TrackBlocks<R> {
    demuxer: Arc<Demuxer<R>>,
    index: usize,
    /// Taken from the queue in one go.
    batch: VecDeque<Block>,
}

struct State<R> {
    /// `None` while a thread reads, without holding the lock.
    reader: Option<Reader<R>>,
    queues: Vec<Queue>,
    /// Size of the blocks in all queues.
    queued_bytes: usize,
    /// Subtracted from all times; set by the first block.
    start: Option<Duration>,
    ended: bool,
    /// Why blocks are missing, if any are.
    failure: Option<String>,
}

struct Queue {
    number: u64,
    blocks: VecDeque<Block>,
    consumer: ConsumerState,
}

/// The consumer of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ConsumerState {
    /// None yet: blocks are queued as long as there is room.
    Pending,
    Active,
    /// None any more: blocks are discarded.
    Gone,
    /// Abandoned, because the next block was too far away for the other tracks to wait.
    Abandoned,
}

impl<R: Read> Demuxer<R> {
    /// One reader for each of these track numbers.
    pub(super) fn open(reader: Reader<R>, numbers: impl IntoIterator<Item = u64>) -> Vec<TrackBlocks<R>> {
        let queues = numbers.into_iter().map(|number| Queue {
            number,
            blocks: VecDeque::new(),
            consumer: ConsumerState::Pending,
        });
        let queues: Vec<_> = queues.collect();
        let count = queues.len();
        let demuxer = Arc::new(Self {
            state: Mutex::new(State {
                reader: Some(reader),
                queues,
                queued_bytes: 0,
                start: None,
                ended: false,
                failure: None,
            }),
            changed: Condvar::new(),
            omitted: Arc::default(),
        });
        let track = |index| TrackBlocks {
            demuxer: demuxer.clone(),
            index,
            batch: VecDeque::new(),
        };
        (0..count).map(track).collect()
    }

    /// Reads until this track has a block, the file ends, or the track is abandoned.
    fn wait_for_block(&self, track: usize) -> MutexGuard<'_, State<R>> {
        let mut state = self.lock();
        while state.needs_block(track) {
            let Some(mut reader) = state.reader.take() else {
                state = self.changed.wait(state);
                continue;
            };
            drop(state);
            let mut blocks = Vec::new();
            // If this thread panicked, the others would wait forever.
            let read = panic::catch_unwind(AssertUnwindSafe(|| read_on(&mut reader, &mut blocks)));
            let read = read.unwrap_or_else(|_| {
                Err(Error::not_readable(
                    "reading the file panicked; please report this",
                ))
            });
            state = self.lock();
            for block in blocks {
                state.enqueue(block, track);
            }
            match read {
                Ok(Progress::More) => {}
                Ok(Progress::AnotherRecording) => state.end(Some(another_recording())),
                Ok(Progress::End) => {
                    if let Some(omitted) = omitted(reader.header()) {
                        self.omitted.set_elements(omitted);
                    }
                    state.end(how_it_ended(&reader));
                }
                Err(error) => state.end(Some(with_cause(&error))),
            }
            state.reader = Some(reader);
            self.changed.notify_all();
        }
        state
    }

    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock()
    }
}

impl<R> State<R> {
    fn needs_block(&self, track: usize) -> bool {
        let queue = &self.queues[track];
        let open = matches!(queue.consumer, ConsumerState::Pending | ConsumerState::Active);
        queue.blocks.is_empty() && open && !self.ended
    }

    /// Adds a block to its queue; `reading_for` is the track whose thread read it.
    fn enqueue(&mut self, mut block: Block, reading_for: usize) {
        let Some(queue) = self.queues.iter_mut().find(|queue| queue.number == block.track) else {
            return;
        };
        let begin = block.time - Timestamp::ZERO;
        let start = *self
            .start
            .get_or_insert(if begin > MAX_START { begin } else { Duration::ZERO });
        block.time = Timestamp::ZERO + begin.saturating_sub(start);
        match queue.consumer {
            ConsumerState::Gone => return,
            ConsumerState::Abandoned => {
                self.failure.get_or_insert_with(|| {
                    "its tracks are interleaved too far apart, so blocks of one are missing; \
                     ffmpeg -i IN -c copy OUT.webm interleaves them"
                        .into()
                });
                return;
            }
            ConsumerState::Pending | ConsumerState::Active => {}
        }
        self.queued_bytes += block.data.len();
        queue.blocks.push_back(block);
        if self.queued_bytes > MAX_QUEUED_BYTES {
            self.make_room(reading_for);
        }
    }

    /// Discards the queues of tracks without a consumer; if that is not enough, abandons the track that is read for.
    fn make_room(&mut self, reading_for: usize) {
        for index in 0..self.queues.len() {
            if self.queues[index].consumer == ConsumerState::Pending && index != reading_for {
                self.close(index, ConsumerState::Gone);
            }
        }
        if self.queued_bytes > MAX_QUEUED_BYTES && self.queues[reading_for].blocks.is_empty() {
            self.close(reading_for, ConsumerState::Abandoned);
        }
    }

    fn close(&mut self, track: usize, consumer: ConsumerState) {
        let queue = &mut self.queues[track];
        queue.consumer = consumer;
        let dropped: usize = queue.blocks.drain(..).map(|block| block.data.len()).sum();
        self.queued_bytes -= dropped;
    }

    fn end(&mut self, failure: Option<String>) {
        self.ended = true;
        if failure.is_some() {
            self.failure = failure;
        }
    }
}

impl<R: Read> TrackBlocks<R> {
    /// Returns the data of the next block without consuming it; `None` at the end.
    pub(super) fn peek(&self) -> Option<Bytes> {
        let state = self.demuxer.wait_for_block(self.index);
        let first = state.queues[self.index].blocks.front()?;
        Some(first.data.clone())
    }

    /// What the file has that is not recorded.
    pub(super) fn omitted(&self) -> &Arc<Omitted> {
        &self.demuxer.omitted
    }

    /// Marks the track as having a consumer.
    pub(super) fn start(&self) {
        let mut state = self.demuxer.lock();
        let consumer = &mut state.queues[self.index].consumer;
        if *consumer == ConsumerState::Pending {
            *consumer = ConsumerState::Active;
        }
    }

    /// Returns the next block, or `None` at the end of the track or after an error: see [`Self::failure`].
    pub(super) fn next(&mut self) -> Option<Block> {
        if self.batch.is_empty() {
            self.take_batch();
        }
        self.batch.pop_front()
    }

    /// Whether [`next`](Self::next) need not wait.
    pub(super) fn has_next(&self) -> bool {
        !self.batch.is_empty()
    }

    fn take_batch(&mut self) {
        let mut state = self.demuxer.wait_for_block(self.index);
        let mut bytes = 0;
        while bytes < MAX_BATCH_BYTES
            && self.batch.len() < MAX_BATCH_BLOCKS
            && let Some(block) = state.queues[self.index].blocks.pop_front()
        {
            bytes += block.data.len();
            self.batch.push_back(block);
        }
        state.queued_bytes -= bytes;
    }

    /// Returns the error of the file, if there was one so far.
    ///
    /// # Errors
    /// `NotReadable` if it is cut off, damaged, cannot be read further, or has tracks too far apart.
    pub(super) fn failure(&self) -> Result<()> {
        match &self.demuxer.lock().failure {
            Some(message) => Err(Error::not_readable(message.clone())),
            None => Ok(()),
        }
    }
}

impl<R> Drop for TrackBlocks<R> {
    fn drop(&mut self) {
        let mut state = self.demuxer.state.lock();
        let consumer = state.queues[self.index].consumer;
        // Keep an abandoned track: if one of its blocks is found later, that is reported.
        if consumer != ConsumerState::Abandoned {
            state.close(self.index, ConsumerState::Gone);
        }
    }
}

/// What follows the blocks that were read.
enum Progress {
    More,
    AnotherRecording,
    End,
}

/// Reads the next block, and those that come with it in the same read of the source.
fn read_on<R: Read>(reader: &mut Reader<R>, blocks: &mut Vec<Block>) -> Result<Progress> {
    let Some(block) = reader.next_block()? else {
        return Ok(Progress::End);
    };
    let mut next = Some(block);
    while let Some(block) = next {
        if reader.recordings() > 1 {
            return Ok(Progress::AnotherRecording);
        }
        blocks.push(block);
        next = reader.next_buffered_block()?;
    }
    Ok(Progress::More)
}

fn how_it_ended<R: Read>(reader: &Reader<R>) -> Option<String> {
    match (reader.is_cut_off(), reader.damaged()) {
        (true, _) => Some(format!("the file is truncated after {} bytes", reader.position())),
        (false, 0) => None,
        (false, 1) => Some("the file is damaged: 1 byte is invalid".into()),
        (false, bytes) => Some(format!("the file is damaged: {bytes} bytes are invalid")),
    }
}

fn another_recording() -> String {
    "the file is several recordings in a row: only the first is recorded; record them one at a time".into()
}

/// Counts what a recording of the file does not have; `None` if that is nothing.
fn omitted(header: &Header) -> Option<String> {
    let others = header
        .tracks
        .iter()
        .filter(|track| track.kind == TrackType::Other);
    let counts = [
        (header.tag_count, "tag"),
        (header.chapters, "chapter"),
        (header.attachments, "attachment"),
        (others.count() as u64, "track that is neither audio nor video"),
    ];
    let counted = counts.iter().filter(|(count, _)| *count > 0);
    let texts: Vec<String> = counted
        .map(|(count, noun)| match (count, noun.strip_prefix("track ")) {
            (1, _) => format!("1 {noun}"),
            (_, Some(rest)) => format!("{count} tracks {}", rest.replace(" is ", " are ")),
            (_, None) => format!("{count} {noun}s"),
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn with_cause(error: &Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
