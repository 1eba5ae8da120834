//! Ends the wait for the next event of a recording early.
use crossbeam_channel::{Receiver, Sender, bounded, never};

/// Ends the wait of [`Recording::next_timeout`](crate::recorder::Recording::next_timeout) early, from any thread.
///
/// It is for programs whose thread that takes the events has other things to do, too.
#[derive(Clone, Debug)]
pub struct Waker(Sender<()>);

impl Waker {
    /// Makes the wait in progress return, or the next one if there is none. Does nothing when the recording is gone.
    pub fn wake(&self) {
        // A full channel has a wake already.
        let _ = self.0.try_send(());
    }
}

/// What the wakers of a recording send.
pub(crate) struct Wakes {
    waker: Option<Waker>,
    receiver: Receiver<()>,
}

impl Wakes {
    /// Nothing can be sent yet, so that a recording without wakers has nothing to check.
    pub(crate) fn none() -> Self {
        Self {
            waker: None,
            receiver: never(),
        }
    }

    pub(crate) const fn receiver(&self) -> &Receiver<()> {
        &self.receiver
    }

    /// A sender to this receiver.
    pub(crate) fn waker(&mut self) -> Waker {
        if let Some(waker) = &self.waker {
            return waker.clone();
        }
        let (sender, receiver) = bounded(1);
        self.receiver = receiver;
        self.waker.insert(Waker(sender)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_wakers_wake_and_many_wakes_at_once_are_one() {
        let mut wakes = Wakes::none();
        let both = [wakes.waker(), wakes.waker()];
        assert!(wakes.receiver().is_empty());
        both.iter().for_each(Waker::wake);
        assert_eq!(wakes.receiver().len(), 1);
        drop(wakes);
        both[0].wake();
    }
}
