//! Threads for calls that may never return: they are given a deadline and then left behind.
use crossbeam_channel::bounded;
use std::thread::Builder;
use std::time::Duration;

/// What `work` returns, if it does so in time; else None, and its thread is left behind.
pub(super) fn within<T: Send + 'static>(
    deadline: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (done, result) = bounded(1);
    Builder::new()
        .name("sound-call".into())
        .spawn(move || done.send(work()))
        .ok()?;
    result.recv_timeout(deadline).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::never;

    #[test]
    fn a_call_that_never_returns_is_left_behind() {
        assert_eq!(within(Duration::from_secs(60), || 7), Some(7));
        let stuck = within(Duration::from_millis(1), || never::<()>().recv());
        assert_eq!(stuck, None);
    }
}
