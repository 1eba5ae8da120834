//! `DefaultWatch`: notices when another microphone becomes the system's default.
use crate::clock::Clock;
use crate::devices::backend::CaptureBackend;
use crate::devices::info::MediaDeviceKind;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};
use std::convert::Infallible;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How often the system is asked.
const INTERVAL: Duration = Duration::from_millis(150);

/// Asks the system on a thread of its own, as that may take a while. Dropping it ends the thread.
pub(super) struct DefaultWatch {
    changes: Receiver<String>,
    _stop: Sender<Infallible>,
}

impl DefaultWatch {
    /// Watches from now on; `current` is the default microphone now, by its hardware id. Returns `None` if no thread can be
    /// started.
    pub(super) fn start(backend: Arc<dyn CaptureBackend>, clock: Clock, current: String) -> Option<Self> {
        let (sender, changes) = unbounded();
        let (stop, stopped) = bounded(0);
        thread::Builder::new()
            .name("default-device".into())
            .spawn(move || watch(&*backend, &clock, current, &sender, &stopped))
            .ok()?;
        Some(Self { changes, _stop: stop })
    }

    /// The hardware id of the default microphone, if that is another one than at the last call.
    pub(super) fn change(&self) -> Option<String> {
        self.changes.try_iter().last()
    }
}

fn watch(
    backend: &dyn CaptureBackend,
    clock: &Clock,
    mut current: String,
    changes: &Sender<String>,
    stopped: &Receiver<Infallible>,
) {
    while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
        let Ok(Some(default)) = backend.default_device(MediaDeviceKind::AudioInput, clock) else {
            continue;
        };
        if default != current {
            current.clone_from(&default);
            let _ = changes.send(default);
        }
    }
}
