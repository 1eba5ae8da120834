//! Events for whoever subscribed to them, in the order in which they happened.
use crate::sync::{Mutex, MutexGuard};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::time::Duration;

/// What one subscriber has yet to hear. As an iterator it waits for the next event, and ends when there can be
/// none any more.
#[derive(Debug)]
pub struct Events<E>(Receiver<E>);

impl<E> Events<E> {
    /// The next event that is there already.
    #[must_use]
    pub fn try_next(&self) -> Option<E> {
        self.0.try_recv().ok()
    }

    /// The next event, if one comes within this time.
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

/// Those who want to hear of something; None once there is nothing more to hear.
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

    /// Tells everybody who still listens.
    pub(crate) fn notify(&self, event: &E) {
        if let Some(senders) = self.lock().as_mut() {
            senders.retain(|sender| sender.send(event.clone()).is_ok());
        }
    }

    /// Nothing more will be told: whoever waits for it need not.
    pub(crate) fn close(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Sender<E>>>> {
        self.0.lock()
    }
}
