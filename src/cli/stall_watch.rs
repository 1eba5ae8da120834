//! Notices that the session's thread waits for an output, and tells the user while it does: that thread cannot.
use crate::cli::events::EventLog;
use crate::cli::message_line::MessageLine;
use crate::cli::outputs::Outputs;
use crate::cli::progress::Progress;
use crate::cli::warnings::Warning;
use mediarec::recorder::MediaRecorder;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often it looks. It counts looks, not time: a process that was stopped has not waited for its output.
const INTERVAL: Duration = Duration::from_millis(250);

/// The session's thread takes a turn ten times a second, unless it waits. Missing for so many looks, it is stalled.
const LOOKS: u32 = 8;

/// Watches the session's thread until it is dropped.
pub struct StallWatch {
    turns: Arc<AtomicU64>,
    /// Dropped to end the thread.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Whom to tell of which output.
struct StallReport {
    /// Its name in messages.
    output: String,
    line: MessageLine,
    events: EventLog,
    recorder: MediaRecorder,
}

impl StallWatch {
    pub fn start(
        outputs: &Outputs,
        progress: &Progress,
        events: &EventLog,
        recorder: &MediaRecorder,
    ) -> Self {
        let report = StallReport {
            output: outputs.names(),
            line: progress.messages(),
            events: events.clone(),
            recorder: recorder.clone(),
        };
        let turns = Arc::new(AtomicU64::new(0));
        let (end, ended) = channel();
        let watched = turns.clone();
        let watch = move || watch(&watched, &ended, report);
        // Without it a stall is only not told.
        let thread = thread::Builder::new()
            .name("stall-watch".into())
            .spawn(watch)
            .ok();
        Self {
            turns,
            end: Some(end),
            thread,
        }
    }

    /// The session's thread takes its next turn.
    pub fn turn(&self) {
        self.turns.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for StallWatch {
    fn drop(&mut self) {
        self.end = None;
        // Nothing may be reported any more. It waits for nothing but its interval.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn watch(turns: &AtomicU64, ended: &Receiver<()>, mut report: StallReport) {
    let mut stalls = Stalls::default();
    while ended.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
        match stalls.look(turns.load(Ordering::Relaxed)) {
            Some(Change::Begins) => report.begins(stalls.is_first()),
            Some(Change::Ends(time)) if stalls.is_first() => {
                report.say(&format!(
                    "{} takes data again, after {:.1} s",
                    report.output,
                    time.as_secs_f64()
                ));
            }
            _ => {}
        }
    }
    if let Some(summary) = stalls.summary() {
        report.say(&format!("{} {summary}", report.output));
    }
}

impl StallReport {
    fn begins(&mut self, is_first: bool) {
        let warning = Warning {
            reason: "stalledOutput",
            message: format!(
                "{} has taken no data for {} s: audio and video wait in memory, up to 20 s of video",
                self.output,
                (INTERVAL * LOOKS).as_secs()
            ),
        };
        if is_first {
            self.say(&warning.message);
        }
        self.events
            .warning(warning.reason, &warning.message, self.recorder.state());
    }

    fn say(&self, message: &str) {
        self.line.say(message);
    }
}

/// The stalls so far; pure, as it is told when to look.
#[derive(Default)]
struct Stalls {
    turns: u64,
    /// Looks since the last turn.
    looks: u32,
    count: u32,
    /// Of those that are over.
    time: Duration,
}

#[derive(Debug, PartialEq, Eq)]
enum Change {
    Begins,
    /// After this time.
    Ends(Duration),
}

impl Stalls {
    fn look(&mut self, turns: u64) -> Option<Change> {
        if turns == self.turns {
            self.looks += 1;
            let begins = self.looks == LOOKS;
            self.count += u32::from(begins);
            return begins.then_some(Change::Begins);
        }
        let time = INTERVAL * std::mem::take(&mut self.looks);
        self.turns = turns;
        (time >= INTERVAL * LOOKS).then(|| {
            self.time += time;
            Change::Ends(time)
        })
    }

    const fn is_first(&self) -> bool {
        self.count == 1
    }

    /// What is said at the end; one stall was told when it was over.
    fn summary(&self) -> Option<String> {
        let (count, time) = (self.count, self.time.as_secs_f64());
        (count > 1).then(|| format!("took no data for {time:.1} s in all, {count} times"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_begins_after_two_seconds_without_a_turn_and_ends_with_the_next() {
        let mut stalls = Stalls::default();
        assert!((1..50).all(|turns| stalls.look(turns).is_none()));
        let looks: Vec<_> = (1..=12).filter(|_| stalls.look(49).is_some()).collect();
        assert_eq!(looks, [8]);
        assert_eq!(stalls.look(50), Some(Change::Ends(Duration::from_secs(3))));
        assert_eq!((stalls.look(51), stalls.summary()), (None, None));
        assert_eq!((1..=8).filter(|_| stalls.look(51).is_some()).count(), 1);
        assert_eq!(stalls.look(52), Some(Change::Ends(Duration::from_secs(2))));
        assert_eq!(
            stalls.summary().as_deref(),
            Some("took no data for 5.0 s in all, 2 times")
        );
    }

    #[test]
    fn a_process_that_was_stopped_is_not_stalled() {
        let mut stalls = Stalls::default();
        // However long that was, it is one look.
        assert_eq!(
            (stalls.look(1), stalls.look(1), stalls.look(2)),
            (None, None, None)
        );
    }
}
