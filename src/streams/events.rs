//! Event subscriptions: every subscriber receives all events in order.
use crate::sync::{Mutex, MutexGuard};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::time::Duration;

/// A subscription to events, in the order in which they happen.
///
/// As an iterator it blocks until the next event, and ends after the last possible one.
#[derive(Debug)]
pub struct Events<E>(Receiver<E>);

impl<E> Events<E> {
    /// Returns the next event if there is one already. Never blocks.
    #[must_use]
    pub fn try_next(&self) -> Option<E> {
        self.0.try_recv().ok()
    }

    /// Waits up to `wait` for the next event. Returns `None` on timeout, or if there will be no more events.
    #[must_use]
    pub fn next_timeout(&self, wait: Duration) -> Option<E> {
        self.0.recv_timeout(wait).ok()
    }

    pub(crate) fn receiver(&self) -> &Receiver<E> {
        &self.0
    }
}

impl<E> Iterator for Events<E> {
    type Item = E;

    fn next(&mut self) -> Option<E> {
        self.0.recv().ok()
    }
}

/// The subscribers of one kind of event; `None` after [`close`](Self::close).
#[derive(Debug)]
pub(crate) struct Subscribers<E>(Mutex<Option<Vec<Sender<E>>>>);

impl<E> Default for Subscribers<E> {
    fn default() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }
}

impl<E: Clone> Subscribers<E> {
    pub(crate) fn subscribe(&self) -> Events<E> {
        let (sender, receiver) = unbounded();
        if let Some(senders) = self.lock().as_mut() {
            senders.push(sender);
        }
        Events(receiver)
    }

    /// Sends an event to every subscriber that still exists.
    pub(crate) fn notify(&self, event: &E) {
        if let Some(senders) = self.lock().as_mut() {
            senders.retain(|sender| sender.send(event.clone()).is_ok());
        }
    }

    /// Ends all subscriptions, after the events that were sent so far.
    pub(crate) fn close(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Sender<E>>>> {
        self.0.lock()
    }
}
