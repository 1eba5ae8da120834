//! Calls that may never return: each runs on a thread of its own, which is abandoned after a timeout.
use crossbeam_channel::bounded;
use std::thread::Builder;
use std::time::Duration;

/// Returns the result of `call`, or `None` if it did not return within `timeout`; its thread is abandoned then.
pub(super) fn call_with_timeout<T: Send + 'static>(
    timeout: Duration,
    call: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (sender, result) = bounded(1);
    Builder::new()
        .name("audio-call".into())
        .spawn(move || sender.send(call()))
        .ok()?;
    result.recv_timeout(timeout).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::never;

    #[test]
    fn a_call_that_never_returns_is_left_behind() {
        assert_eq!(call_with_timeout(Duration::from_secs(60), || 7), Some(7));
        let stuck = call_with_timeout(Duration::from_millis(1), || never::<()>().recv());
        assert_eq!(stuck, None);
    }
}
