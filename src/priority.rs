//! The priority of a thread: audio goes before everything else where the system allows it.

/// Lets the calling thread, and those that it starts, run before others on a busy machine. The system may refuse, as it
/// does to most users without a limit of their own for it (`RLIMIT_NICE`); then the priority stays as it is.
pub(crate) fn raise_for_audio() {
    #[cfg(target_os = "linux")]
    {
        /// What sound servers and browsers ask for.
        const NICE: i32 = -11;
        // Without an id it is the calling thread, not the process: setpriority(2), "C library/kernel differences".
        let raised = rustix::process::setpriority_process(None, NICE);
        tracing::debug!(?raised, "priority of an audio thread");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use rustix::process::getpriority_process;

    #[test]
    fn only_the_thread_that_asks_for_it_is_raised_if_any() {
        let others = getpriority_process(None).unwrap();
        let raised = std::thread::spawn(|| {
            raise_for_audio();
            getpriority_process(None).unwrap()
        });
        assert!(raised.join().unwrap() <= others);
        assert_eq!(getpriority_process(None).unwrap(), others);
    }
}
