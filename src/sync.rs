//! Locks without poisoning: whatever changes under one is whole again before anything could panic, so a panic elsewhere
//! is no reason to refuse the data.
use std::sync::atomic::{AtomicUsize, Ordering};
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

/// A condition variable for such a mutex. What is waited for must change while the mutex is locked.
#[derive(Debug, Default)]
pub(crate) struct Condvar {
    condvar: sync::Condvar,
    /// Changed while the mutex is locked: whoever changes the condition knows of everybody who saw it before.
    waiting: AtomicUsize,
}

impl Condvar {
    pub(crate) const fn new() -> Self {
        Self {
            condvar: sync::Condvar::new(),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Wakes all threads that wait. If none does, this is no system call.
    pub(crate) fn notify_all(&self) {
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.condvar.notify_all();
        }
    }

    pub(crate) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.counted(|condvar| condvar.wait(guard).unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for a notification, but not longer than `timeout`; may also return early.
    pub(crate) fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> MutexGuard<'a, T> {
        self.counted(|condvar| {
            let waited = condvar.wait_timeout(guard, timeout);
            waited.unwrap_or_else(PoisonError::into_inner).0
        })
    }

    /// Waits while `condition` holds; returns `false` if it still does after `timeout`.
    pub(crate) fn wait_while_for<T>(
        &self,
        guard: MutexGuard<'_, T>,
        timeout: Duration,
        condition: impl FnMut(&mut T) -> bool,
    ) -> bool {
        let (_guard, result) = self.counted(|condvar| {
            let waited = condvar.wait_timeout_while(guard, timeout, condition);
            waited.unwrap_or_else(PoisonError::into_inner)
        });
        !result.timed_out()
    }

    /// Called, and returns, with the mutex locked.
    fn counted<R>(&self, wait: impl FnOnce(&sync::Condvar) -> R) -> R {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let result = wait(&self.condvar);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        result
    }
}
