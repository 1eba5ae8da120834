//! One file, several tracks, each read by a thread of its own: whoever has no block left reads on for all.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::webm::{Block, Reader};
use bytes::Bytes;
use std::collections::VecDeque;
use std::error::Error as _;
use std::io::Read;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of blocks that wait while another track's next one is looked for: how far apart tracks may lie in a file.
const MOST_WAITING: usize = 32 << 20;

/// What begins later than this was cut out of something longer, such as a live stream that was joined: it counts
/// from its own beginning.
const LATEST_START: Duration = Duration::from_secs(10);

/// A file that is being read.
pub(super) struct Demuxer<R> {
    state: Mutex<State<R>>,
    changed: Condvar,
}

/// One track's way into the file; its blocks pass by once this is gone.
pub(super) struct TrackBlocks<R> {
    demuxer: Arc<Demuxer<R>>,
    index: usize,
}

struct State<R> {
    /// None while one of the tracks' threads reads, without the lock.
    reader: Option<Reader<R>>,
    queues: Vec<Queue>,
    /// Bytes in all queues.
    waiting: usize,
    /// What is subtracted from every time; known with the first block.
    start: Option<Duration>,
    ended: bool,
    /// Why not everything is there, once that is known.
    failure: Option<String>,
}

struct Queue {
    number: u64,
    blocks: VecDeque<Block>,
    listener: ListenerState,
}

/// Who takes a track's blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ListenerState {
    /// Nobody yet: they wait as long as there is room.
    Expected,
    Present,
    /// Nobody any more: they pass by.
    Gone,
    /// Nobody, because it took too long to find the next one: the others could not wait for it.
    GivenUp,
}

impl<R: Read> Demuxer<R> {
    /// A way into the file for each of these tracks, given by their numbers.
    pub(super) fn open(reader: Reader<R>, numbers: impl IntoIterator<Item = u64>) -> Vec<TrackBlocks<R>> {
        let queues = numbers.into_iter().map(|number| Queue {
            number,
            blocks: VecDeque::new(),
            listener: ListenerState::Expected,
        });
        let queues: Vec<_> = queues.collect();
        let count = queues.len();
        let demuxer = Arc::new(Self {
            state: Mutex::new(State {
                reader: Some(reader),
                queues,
                waiting: 0,
                start: None,
                ended: false,
                failure: None,
            }),
            changed: Condvar::new(),
        });
        let track = |index| TrackBlocks {
            demuxer: demuxer.clone(),
            index,
        };
        (0..count).map(track).collect()
    }

    /// Reads until this track has a block, the file ends, or it is not worth looking further.
    fn wait_for_block(&self, track: usize) -> MutexGuard<'_, State<R>> {
        let mut state = self.lock();
        while state.is_hungry(track) {
            let Some(mut reader) = state.reader.take() else {
                state = self.changed.wait(state);
                continue;
            };
            drop(state);
            // The others must not wait for ever for a thread that is gone.
            let read = panic::catch_unwind(AssertUnwindSafe(|| reader.next_block())).unwrap_or_else(|_| {
                Err(Error::not_readable(
                    "reading the file panicked; please report this",
                ))
            });
            state = self.lock();
            match read {
                Ok(Some(block)) => state.take_in(block, track),
                Ok(None) => state.end(how_it_ended(&reader)),
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
    fn is_hungry(&self, track: usize) -> bool {
        let queue = &self.queues[track];
        let open = matches!(queue.listener, ListenerState::Expected | ListenerState::Present);
        queue.blocks.is_empty() && open && !self.ended
    }

    /// Puts a block where it belongs; `hungry` is the track for which it was read.
    fn take_in(&mut self, mut block: Block, hungry: usize) {
        let Some(queue) = self.queues.iter_mut().find(|queue| queue.number == block.track) else {
            return;
        };
        let begin = block.time - Timestamp::ZERO;
        let start = *self.start.get_or_insert(if begin > LATEST_START {
            begin
        } else {
            Duration::ZERO
        });
        block.time = Timestamp::ZERO + begin.saturating_sub(start);
        match queue.listener {
            ListenerState::Gone => return,
            ListenerState::GivenUp => {
                self.failure.get_or_insert_with(|| {
                    "its tracks lie too far apart in it, so that some of one is missing; \
                     ffmpeg -i IN -c copy OUT.webm puts them together"
                        .into()
                });
                return;
            }
            ListenerState::Expected | ListenerState::Present => {}
        }
        self.waiting += block.data.len();
        queue.blocks.push_back(block);
        if self.waiting > MOST_WAITING {
            self.make_room(hungry);
        }
    }

    /// What nobody listens to goes first; if that is not enough, nobody waits for the hungry track any more.
    fn make_room(&mut self, hungry: usize) {
        for index in 0..self.queues.len() {
            if self.queues[index].listener == ListenerState::Expected && index != hungry {
                self.close(index, ListenerState::Gone);
            }
        }
        if self.waiting > MOST_WAITING && self.queues[hungry].blocks.is_empty() {
            self.close(hungry, ListenerState::GivenUp);
        }
    }

    fn close(&mut self, track: usize, listener: ListenerState) {
        let queue = &mut self.queues[track];
        queue.listener = listener;
        let dropped: usize = queue.blocks.drain(..).map(|block| block.data.len()).sum();
        self.waiting -= dropped;
    }

    fn end(&mut self, failure: Option<String>) {
        self.ended = true;
        if failure.is_some() {
            self.failure = failure;
        }
    }
}

impl<R: Read> TrackBlocks<R> {
    /// The data of the first block, which stays there; None when there is none.
    pub(super) fn peek(&self) -> Option<Bytes> {
        let state = self.demuxer.wait_for_block(self.index);
        let first = state.queues[self.index].blocks.front()?;
        Some(first.data.clone())
    }

    /// From now on somebody wants this track's blocks.
    pub(super) fn begin(&self) {
        let mut state = self.demuxer.lock();
        let listener = &mut state.queues[self.index].listener;
        if *listener == ListenerState::Expected {
            *listener = ListenerState::Present;
        }
    }

    /// The next block; None at the end, which may be that of the file or an early one: see [`Self::failure`].
    pub(super) fn next(&self) -> Option<Block> {
        let mut state = self.demuxer.wait_for_block(self.index);
        let block = state.queues[self.index].blocks.pop_front()?;
        state.waiting -= block.data.len();
        Some(block)
    }

    /// What is wrong with the file, so far.
    ///
    /// # Errors
    /// `NotReadable` when it is cut off, damaged, cannot be read further, or has tracks too far apart.
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
        let listener = state.queues[self.index].listener;
        // Whom nobody waited for is still to be told of, should one of his blocks come after all.
        if listener != ListenerState::GivenUp {
            state.close(self.index, ListenerState::Gone);
        }
    }
}

fn how_it_ended<R: Read>(reader: &Reader<R>) -> Option<String> {
    match (reader.is_cut_off(), reader.damaged()) {
        (true, _) => Some(format!("it is cut off after {} bytes", reader.position())),
        (false, 0) => None,
        (false, 1) => Some("it is damaged: 1 byte makes no sense".into()),
        (false, bytes) => Some(format!("it is damaged: {bytes} bytes make no sense")),
    }
}

fn with_cause(error: &Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
