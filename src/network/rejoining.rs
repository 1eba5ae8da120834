//! A connection that is made again after the other side was lost.
use crate::error::{Error, Result};
use std::thread;
use std::time::{Duration, Instant};
use tracing::debug;

/// How long to wait before the second try, and before all later ones at most.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(8));

/// How often it is looked whether anybody wants the connection.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Makes connections `C` to the same other side.
pub(super) struct Rejoining<C> {
    connect: Box<dyn FnMut() -> Result<C> + Send>,
    /// How long it is tried, since it was lost.
    wait: Duration,
    /// Since when it is lost, and how long to wait before the next try.
    lost: Option<(Instant, Duration)>,
}

impl<C> Rejoining<C> {
    pub(super) fn new(wait: Duration, connect: impl FnMut() -> Result<C> + Send + 'static) -> Self {
        Self {
            connect: Box::new(connect),
            wait,
            lost: None,
        }
    }

    /// A new connection, which may fail like the one before; `None` if there is none in time, or nobody wants one any more.
    pub(super) fn next(&mut self, is_wanted: impl Fn() -> bool) -> Option<C> {
        loop {
            let (since, pause) = self.lost.unwrap_or((Instant::now(), Duration::ZERO));
            self.lost = Some((since, (pause * 2).clamp(BACKOFF.0, BACKOFF.1)));
            let next = Instant::now() + pause;
            while Instant::now() < next && is_wanted() {
                thread::sleep(POLL_INTERVAL);
            }
            if !is_wanted() || since.elapsed() > self.wait {
                return None;
            }
            match (self.connect)() {
                Ok(connection) => return Some(connection),
                // These do not pass.
                Err(Error::NotAllowed { .. } | Error::NotSupported { .. } | Error::Abort { .. }) => {
                    return None;
                }
                Err(error) => debug!(%error, "not connected again"),
            }
        }
    }

    /// Media has come: the next loss is another one.
    pub(super) fn has_media(&mut self) {
        self.lost = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_first_try_is_made_at_once_and_what_does_not_pass_ends_them() {
        let mut results = vec![Err(Error::not_supported("no")), Ok(1)];
        let mut rejoining = Rejoining::new(Duration::from_secs(60), move || results.pop().unwrap());
        assert_eq!(rejoining.next(|| true), Some(1));
        rejoining.has_media();
        assert_eq!(rejoining.next(|| true), None);
    }

    #[test]
    fn nothing_is_tried_that_nobody_wants_or_that_is_too_late() {
        let never = || -> Result<u32> { panic!("a try") };
        assert_eq!(
            Rejoining::new(Duration::from_secs(60), never).next(|| false),
            None
        );
        let failing = || -> Result<u32> { Err(Error::not_readable("gone")) };
        assert_eq!(
            Rejoining::new(Duration::from_millis(1), failing).next(|| true),
            None
        );
    }
}
