//! `Reconnecting`: a capture whose device may be lost and come back, and which may move to another one.
use crate::clock::{Clock, Timestamp};
use crate::devices::claim::Claim;
use crate::devices::default_watch::DefaultWatch;
use crate::devices::on_lost::OnLost;
use crate::devices::reopening::{Reopened, Reopening};
use crate::devices::replacement::{Place, Replacement, Search};
use crate::error::{Error, Result};
use crate::streams::source::Backpressure;
use crate::streams::track_frame::TrackFrame;
use crate::streams::{Capture, CaptureEvent};
use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tracing::debug;

/// The pause after the first attempt to open a device; it doubles with each, up to `MAX_PAUSE`.
const MIN_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause: how soon a device that is back is noticed.
const MAX_PAUSE: Duration = Duration::from_secs(1);
/// How long an attempt may take; then it is abandoned, and another one made.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(8);
/// How long the system may take to name another default device after that was lost.
const NEW_DEFAULT_TIMEOUT: Duration = Duration::from_secs(2);

/// Returns a function that opens a device, and keeps its track supplied as the session's options say.
pub(super) fn opening<T: TrackFrame>(
    replacement: Replacement<T>,
) -> impl FnOnce() -> Result<Box<dyn Capture<T>>> + Send + 'static {
    move || {
        let capture = replacement.opener.open(&replacement.device, replacement.mode)?;
        let follows = replacement.opener.follows_default() && replacement.is_default();
        if replacement.opener.on_lost() == OnLost::Stop && !follows {
            return Ok(capture);
        }
        Ok(Box::new(Reconnecting::new(replacement, capture, follows)))
    }
}

struct Reconnecting<T: TrackFrame> {
    replacement: Replacement<T>,
    claim: Option<Claim>,
    /// The open device; `None` while it is lost.
    open: Option<Box<dyn Capture<T>>>,
    format: T::Format,
    /// Frames that earlier devices lost.
    lost_before: u64,
    default: Option<DefaultWatch>,
    /// Whether another device is the default, and not open yet.
    moves: bool,
    loss: Option<Loss>,
    attempt: Option<(Reopening<T>, Timestamp)>,
    backoff: Backoff,
    /// Told when its first frame is there.
    back: Option<CaptureEvent>,
    events: VecDeque<CaptureEvent>,
}

/// When and why the device was lost.
struct Loss {
    at: Timestamp,
    error: Arc<Error>,
}

/// When the next attempt is due. In real time, whatever the session's clock is.
struct Backoff {
    clock: Clock,
    next: Timestamp,
    pause: Duration,
}

impl Backoff {
    fn new() -> Self {
        let clock = Clock::monotonic();
        Self {
            next: clock.now(),
            pause: MIN_PAUSE,
            clock,
        }
    }

    /// Makes the next attempt due at once.
    fn reset(&mut self) {
        self.next = self.clock.now();
        self.pause = MIN_PAUSE;
    }

    /// An attempt has failed.
    fn delay(&mut self) {
        self.next = self.clock.now() + self.pause;
        self.pause = (self.pause * 2).min(MAX_PAUSE);
    }

    /// How long it is until the next attempt.
    fn left(&self) -> Duration {
        self.next - self.clock.now()
    }
}

impl<T: TrackFrame> Reconnecting<T> {
    fn new(replacement: Replacement<T>, open: Box<dyn Capture<T>>, follows: bool) -> Self {
        let (opener, device) = (&replacement.opener, &replacement.device);
        let start = || {
            DefaultWatch::start(
                Arc::clone(opener.backend()),
                opener.clock().clone(),
                device.hardware_id.clone(),
            )
        };
        Self {
            default: follows.then(start).flatten(),
            claim: opener.claim(device),
            format: open.format(),
            open: Some(open),
            replacement,
            lost_before: 0,
            moves: false,
            loss: None,
            attempt: None,
            backoff: Backoff::new(),
            back: None,
            events: VecDeque::new(),
        }
    }

    /// Closes the lost device. It is opened again from now on.
    fn lose(&mut self, error: Error) {
        debug!(%error, "a device was lost");
        if let Some(lost) = self.open.take() {
            self.lost_before += lost.lost();
        }
        self.back = None;
        // One that was lost again before its first frame was never back.
        if self.loss.is_none() {
            let error = Arc::new(error);
            self.events.push_back(CaptureEvent::Lost(Arc::clone(&error)));
            let at = self.backoff.clock.now();
            self.loss = Some(Loss { at, error });
            self.backoff.reset();
        } else {
            self.backoff.delay();
        }
    }

    /// Waits for the device.
    fn wait(&mut self, timeout: Duration) -> Result<()> {
        let left = self.backoff.left();
        if self.attempt.is_some() || left.is_zero() {
            self.attempt(timeout)?;
        } else {
            thread::sleep(left.min(timeout));
        }
        self.check_timeout()
    }

    /// Starts an attempt to open the device, or looks whether it has succeeded.
    fn attempt(&mut self, timeout: Duration) -> Result<()> {
        let now = self.backoff.clock.now();
        let (attempt, begun) = match self.attempt.take() {
            Some(attempt) => attempt,
            None => (Reopening::start(self.replacement.clone(), self.search())?, now),
        };
        match attempt.wait(timeout) {
            Ok(Some(place)) => self.take_place(place, attempt),
            Ok(None) if now - begun > ATTEMPT_TIMEOUT => {
                attempt.abandon();
                self.backoff.delay();
            }
            Ok(None) => self.attempt = Some((attempt, begun)),
            Err(error) => {
                debug!(%error, "no device was opened in place of a lost one");
                self.backoff.delay();
                self.give_up_without_real_time()?;
            }
        }
        Ok(())
    }

    fn search(&self) -> Search {
        if self.open.is_some() {
            return Search::NewDefault;
        }
        let on_lost = self.replacement.opener.on_lost();
        Search::Lost {
            default: self.default.is_some(),
            same: on_lost != OnLost::Stop,
            others: matches!(on_lost, OnLost::Switch { .. }),
        }
    }

    /// Another device was opened, or the same one.
    fn take_place(&mut self, place: Place, reopening: Reopening<T>) {
        let Place { device, mode, claim } = place;
        debug!(label = device.label, mode, "a device was opened again");
        let switched = device.hardware_id != self.replacement.device.hardware_id;
        if let Some(before) = self.open.take() {
            self.lost_before += before.lost();
        }
        self.back = Some(CaptureEvent::Back {
            label: device.label.clone(),
            switched,
        });
        if switched {
            drop(std::mem::replace(&mut self.claim, claim));
        }
        let controls = std::mem::take(&mut self.replacement.device.controls);
        self.replacement.device = device;
        self.replacement.device.controls = controls;
        self.replacement.mode = mode;
        self.moves = false;
        self.open = Some(Box::new(Reopened::new(reopening, self.format)));
    }

    /// Ends a track that has waited long enough.
    fn check_timeout(&self) -> Result<()> {
        let Some(loss) = self.loss.as_ref().filter(|_| self.open.is_none()) else {
            return Ok(());
        };
        let mut timeout = self.replacement.opener.on_lost().timeout();
        if self.default.is_some() {
            timeout = timeout.map(|timeout| timeout.max(NEW_DEFAULT_TIMEOUT));
        }
        match timeout {
            Some(timeout) if self.backoff.clock.now() - loss.at >= timeout => {
                Err(given_up(loss, self.replacement.opener.on_lost().timeout()))
            }
            _ => Ok(()),
        }
    }

    /// There is nothing to wait for where frames are delivered as fast as they are read.
    fn give_up_without_real_time(&self) -> Result<()> {
        match &self.loss {
            Some(loss) if self.replacement.opener.backpressure() == Backpressure::Block => {
                Err(Error::not_readable(loss.error.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Moves to the device that has become the default, while the present one goes on.
    fn follow_default(&mut self) {
        let Some(default) = self.default.as_ref().and_then(DefaultWatch::change) else {
            return;
        };
        self.moves = default != self.replacement.device.hardware_id;
        self.attempt = None;
        self.backoff.reset();
    }
}

impl<T: TrackFrame> Capture<T> for Reconnecting<T> {
    fn format(&self) -> T::Format {
        self.format
    }

    fn read(&mut self, timeout: Duration) -> Result<Option<T>> {
        self.follow_default();
        let Some(open) = &mut self.open else {
            return self.wait(timeout).map(|()| None);
        };
        let frame = match open.read(timeout) {
            Ok(frame) => frame,
            Err(error) => {
                self.lose(error);
                return Ok(None);
            }
        };
        if frame.is_some() {
            self.format = open.format();
            self.events.extend(self.back.take());
            self.loss = None;
        }
        if self.moves && (self.attempt.is_some() || self.backoff.left().is_zero()) {
            self.attempt(Duration::ZERO)?;
        }
        Ok(frame)
    }

    fn lost(&self) -> u64 {
        self.lost_before + self.open.as_ref().map_or(0, |open| open.lost())
    }

    fn is_muted(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.is_muted())
    }

    fn event(&mut self) -> Option<CaptureEvent> {
        self.events.pop_front()
    }
}

/// The error of a device that did not come back within the time that it was waited for.
fn given_up(loss: &Loss, timeout: Option<Duration>) -> Error {
    Error::not_readable(match timeout {
        Some(timeout) if !timeout.is_zero() => {
            format!(
                "{}; it was not back within {} s",
                loss.error,
                timeout.as_secs_f64()
            )
        }
        _ => loss.error.to_string(),
    })
}

#[cfg(test)]
mod tests;
