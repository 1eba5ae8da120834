//! Locks without poisoning: whatever changes under one is whole again before anything could panic, so a panic elsewhere
//! is no reason to refuse the data.
use std::sync::{self, PoisonError};
use std::time::Duration;

pub(crate) use std::sync::MutexGuard;

/// A mutex whose lock cannot fail.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A condition variable for such a mutex.
#[derive(Debug, Default)]
pub(crate) struct Condvar(sync::Condvar);

impl Condvar {
    pub(crate) const fn new() -> Self {
        Self(sync::Condvar::new())
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }

    pub(crate) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.0.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a notification, but not longer than `timeout`; may also return early.
    pub(crate) fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> MutexGuard<'a, T> {
        let waited = self.0.wait_timeout(guard, timeout);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Waits while `condition` holds; returns `false` if it still does after `timeout`.
    pub(crate) fn wait_while_for<T>(
        &self,
        guard: MutexGuard<'_, T>,
        timeout: Duration,
        condition: impl FnMut(&mut T) -> bool,
    ) -> bool {
        let waited = self.0.wait_timeout_while(guard, timeout, condition);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}
