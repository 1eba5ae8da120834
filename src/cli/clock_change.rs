//! What is said when the machine was suspended or the system's clock was set.
use humantime::format_duration;
use mediarec::recorder::ClockChange;
use std::time::Duration;

/// The message, of one sentence or two.
pub fn message(change: &ClockChange) -> String {
    let suspended = (!change.suspended.is_zero()).then(|| {
        let length = format_duration(rounded(change.suspended));
        format!("the machine was suspended for {length}: nothing of that time is recorded")
    });
    let set = (change.set_by != 0.0).then(|| {
        let length = Duration::try_from_secs_f64(change.set_by.abs()).unwrap_or(Duration::MAX);
        let length = format_duration(rounded(length));
        let direction = if change.set_by < 0.0 { "back" } else { "forward" };
        format!("the system's clock was set {direction} by {length}: times in the recording do not change")
    });
    let sentences: Vec<String> = suspended.into_iter().chain(set).collect();
    sentences.join("; ")
}

/// To milliseconds, or to seconds if it is long.
fn rounded(length: Duration) -> Duration {
    const LONG: Duration = Duration::from_secs(10);
    if length < LONG {
        return Duration::from_millis((length.as_secs_f64() * 1e3).round() as u64);
    }
    Duration::from_secs(length.as_secs_f64().round() as u64)
}
