//! What a capture thread fills and recorders listen to: frames fan out into one bounded queue a listener.
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};
use crossbeam_channel::{Receiver, SendTimeoutError, Sender, TrySendError, bounded};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How often a thread that waits for room in a queue looks whether anybody still wants the frame.
const LOOK_AROUND: Duration = Duration::from_millis(50);

/// What happens when a listener's queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// The world does not wait: the newest frame is dropped and counted.
    Live,
    /// The source waits, for room and for its first listener: nothing is lost.
    Patient,
}

/// The listeners' end of a source.
pub(crate) struct Source<T> {
    shared: Arc<Shared<T>>,
}

/// The capture thread's end of a source.
pub(crate) struct FrameSender<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    pace: Pace,
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    sinks: Vec<Sink<T>>,
    /// Set by the last track that let go: the thread is to end.
    stopped: bool,
    /// Set when the thread has ended, for whatever reason.
    ended: bool,
    failure: Option<Arc<Error>>,
}

struct Sink<T> {
    queue: Sender<T>,
    tally: Arc<Tally>,
}

/// What one listener and the source know of each other besides the frames.
#[derive(Debug, Default)]
struct Tally {
    dropped: AtomicU64,
    closed: AtomicBool,
}

impl<T> Clone for Sink<T> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            tally: self.tally.clone(),
        }
    }
}

impl<T> Sink<T> {
    fn send_patiently(&self, mut frame: T) {
        while !self.tally.closed.load(Ordering::SeqCst) {
            match self.queue.send_timeout(frame, LOOK_AROUND) {
                Err(SendTimeoutError::Timeout(back)) => frame = back,
                Ok(()) | Err(SendTimeoutError::Disconnected(_)) => return,
            }
        }
    }
}

impl<T> Shared<T> {
    // Every change of the state is whole before a panic could strike.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone + Send + 'static> Source<T> {
    /// Runs `capture` on a thread of its own until it returns; an error of it is the source's failure.
    ///
    /// # Errors
    /// `Unknown` when the system gives no thread.
    pub(crate) fn spawn(
        name: &str,
        pace: Pace,
        capture: impl FnOnce(&FrameSender<T>) -> Result<()> + Send + 'static,
    ) -> Result<Self> {
        let shared = Arc::new(Shared {
            pace,
            state: Mutex::new(State {
                sinks: Vec::new(),
                stopped: false,
                ended: false,
                failure: None,
            }),
            changed: Condvar::new(),
        });
        let sender = FrameSender {
            shared: shared.clone(),
        };
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let result = capture(&sender);
                sender.shared.lock().failure = result.err().map(Arc::new);
            })
            .map_err(|e| Error::unknown("the system gives no thread for capturing", e))?;
        Ok(Self { shared })
    }

    pub(crate) fn pace(&self) -> Pace {
        self.shared.pace
    }

    /// A queue of `capacity` frames that gets every frame from now on.
    pub(crate) fn listen(&self, capacity: usize) -> Listener<T> {
        let (queue, frames) = bounded(capacity);
        let tally = Arc::<Tally>::default();
        let mut state = self.shared.lock();
        if !state.ended {
            let tally = tally.clone();
            state.sinks.push(Sink { queue, tally });
            self.shared.changed.notify_all();
        }
        Listener {
            frames,
            hold: Hold {
                shared: self.shared.clone(),
                tally,
            },
        }
    }

    /// Tells the thread to end; frames that are in queues stay there.
    pub(crate) fn stop(&self) {
        let mut state = self.shared.lock();
        state.stopped = true;
        state.sinks.clear();
        self.shared.changed.notify_all();
    }

    pub(crate) fn has_ended(&self) -> bool {
        let state = self.shared.lock();
        state.ended || state.stopped
    }

    /// Why the source ended by itself before its time.
    pub(crate) fn failure(&self) -> Option<Arc<Error>> {
        self.shared.lock().failure.clone()
    }
}

/// The last of the listeners' ends gone, nobody can listen any more.
impl<T> Drop for Source<T> {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.changed.notify_all();
    }
}

impl<T: Clone> FrameSender<T> {
    /// Hands one frame to every listener; false means that the source is to end.
    pub(crate) fn send(&self, frame: &T) -> bool {
        match self.shared.pace {
            Pace::Live => self.send_or_drop(frame),
            Pace::Patient => self.send_all(frame),
        }
    }

    fn send_or_drop(&self, frame: &T) -> bool {
        let mut state = self.shared.lock();
        state
            .sinks
            .retain(|sink| match sink.queue.try_send(frame.clone()) {
                Ok(()) => true,
                Err(TrySendError::Full(_)) => {
                    sink.tally.dropped.fetch_add(1, Ordering::Relaxed);
                    true
                }
                Err(TrySendError::Disconnected(_)) => false,
            });
        !state.stopped
    }

    fn send_all(&self, frame: &T) -> bool {
        let Some(sinks) = self.wait_for_listeners() else {
            return false;
        };
        for sink in sinks {
            sink.send_patiently(frame.clone());
        }
        !self.shared.lock().stopped
    }

    /// Waits until somebody listens; false when the source is to end.
    pub(crate) fn wait_for_listener(&self) -> bool {
        self.wait_for_listeners().is_some()
    }

    fn wait_for_listeners(&self) -> Option<Vec<Sink<T>>> {
        let mut state = self.shared.lock();
        while state.sinks.is_empty() && !state.stopped {
            state = self
                .shared
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        (!state.stopped).then(|| state.sinks.clone())
    }

    pub(crate) fn pace(&self) -> Pace {
        self.shared.pace
    }

    /// Waits until the clock shows `at`, or until the source is to end: then it says false.
    pub(crate) fn wait_until(&self, clock: &Clock, at: Timestamp) -> bool {
        let mut state = self.shared.lock();
        while !state.stopped {
            let wait = at - clock.now();
            if wait.is_zero() || clock.instant(at).is_none() {
                return true;
            }
            let woken = self.shared.changed.wait_timeout(state, wait);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        false
    }
}

/// However the capture thread ends, by a panic too, its listeners learn of it.
impl<T> Drop for FrameSender<T> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.ended = true;
        state.sinks.clear();
    }
}

/// One listener's queue.
pub(crate) struct Listener<T: Send> {
    frames: Receiver<T>,
    hold: Hold<T>,
}

/// Keeps a listener's queue connected to its source; let go of it and the queue runs dry.
pub(crate) struct Hold<T> {
    shared: Arc<Shared<T>>,
    tally: Arc<Tally>,
}

impl<T> Clone for Hold<T> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            tally: self.tally.clone(),
        }
    }
}

impl<T: Send> Listener<T> {
    /// The frames, oldest first; it ends when the source does or the queue was released, and is empty.
    pub(crate) fn frames(&self) -> impl Iterator<Item = T> + '_ {
        self.frames.iter()
    }

    pub(crate) fn hold(&self) -> Hold<T> {
        self.hold.clone()
    }
}

impl<T: Send> Drop for Listener<T> {
    fn drop(&mut self) {
        self.hold.release();
    }
}

/// What can be done with a listener's queue whatever is in it.
pub(crate) trait Connection: Send + Sync {
    /// No frame comes after those that are in the queue already.
    fn release(&self);

    /// Frames that found the queue full.
    fn dropped(&self) -> u64;
}

impl<T: Send> Connection for Hold<T> {
    fn release(&self) {
        self.tally.closed.store(true, Ordering::SeqCst);
        let mut state = self.shared.lock();
        state.sinks.retain(|sink| !Arc::ptr_eq(&sink.tally, &self.tally));
    }

    fn dropped(&self) -> u64 {
        self.tally.dropped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source whose thread sends the numbers from 0 and is told to go on by `go`.
    fn counting(pace: Pace, count: u32, go: Receiver<()>) -> Source<u32> {
        Source::spawn("counting", pace, move |sender| {
            let _ = go.recv();
            for n in 0..count {
                if !sender.send(&n) {
                    break;
                }
            }
            Ok(())
        })
        .unwrap()
    }

    #[test]
    fn a_live_source_drops_the_newest_and_counts_them() {
        let (start, go) = bounded(1);
        let source = counting(Pace::Live, 10, go);
        let listener = source.listen(4);
        let hold = listener.hold();
        start.send(()).unwrap();
        while !source.has_ended() {
            thread::yield_now();
        }
        assert_eq!(listener.frames().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(hold.dropped(), 6);
    }

    #[test]
    fn a_patient_source_waits_for_a_listener_and_for_room() {
        let (start, go) = bounded(1);
        let source = counting(Pace::Patient, 100, go);
        start.send(()).unwrap();
        let (a, b) = (source.listen(1), source.listen(100));
        let first: Vec<u32> = a.frames().collect();
        assert_eq!(first, (0..100).collect::<Vec<_>>());
        assert_eq!(b.frames().last(), Some(99));
    }

    #[test]
    fn a_released_listener_gets_what_is_queued_and_then_ends() {
        let (start, go) = bounded(1);
        let source = counting(Pace::Patient, 1000, go);
        let listener = source.listen(5);
        start.send(()).unwrap();
        assert_eq!(listener.frames().next(), Some(0));
        listener.hold().release();
        assert!(listener.frames().count() <= 7);
    }

    #[test]
    fn a_stopped_source_ends_its_thread_whatever_it_waits_for() {
        let (start, go) = bounded(1);
        let idle = counting(Pace::Patient, 1, go);
        start.send(()).unwrap();
        idle.stop();
        let clock = Clock::monotonic();
        let (ended, wait) = bounded(1);
        let sleeping = Source::<u32>::spawn("sleeping", Pace::Live, move |sender| {
            ended
                .send(sender.wait_until(&clock, Timestamp::from_millis(3_600_000)))
                .unwrap();
            Ok(())
        })
        .unwrap();
        drop(sleeping);
        assert_eq!(wait.recv(), Ok(false));
    }

    #[test]
    fn a_failed_source_tells_why() {
        let source =
            Source::<u32>::spawn("failing", Pace::Live, |_| Err(Error::not_readable("gone"))).unwrap();
        let listener = source.listen(1);
        assert_eq!(listener.frames().next(), None);
        while source.failure().is_none() {
            thread::yield_now();
        }
        assert_eq!(source.failure().unwrap().name(), "NotReadableError");
    }
}
