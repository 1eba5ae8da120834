//! What a recording does when the machine was suspended or the system's clock was set.
use super::Recording;
use crate::recorder::clock_watch::ClockWatch;
use crate::recorder::recorder_event::RecorderEvent;

impl Recording {
    /// Tells of a change, and lets segments that are aligned to the system's time follow it.
    pub(super) fn check_clock(&mut self) {
        let Some((change, leap, now)) = self.clock_watch.as_mut().and_then(ClockWatch::check) else {
            return;
        };
        let elapsed = self.timeline.elapsed();
        self.calendar.leap(elapsed, leap);
        if let Some(schedule) = &self.schedule {
            schedule.align(elapsed, now.system);
        }
        self.events.push_back(RecorderEvent::ClockChange(change));
    }
}
