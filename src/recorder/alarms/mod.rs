//! Alarms: what is watched for in the tracks of a recording, and when it is reported.
mod alarm;
mod alarm_event;
mod alarm_watch;
mod blackness;
mod condition;
mod drop_window;
mod meter;
mod observation;
mod requested;
mod rule;

pub use alarm::Alarm;
pub use alarm_event::AlarmEvent;
pub(crate) use alarm_watch::{AlarmWatch, Observe, Visibility};
pub(crate) use drop_window::FrameTotals;
pub(crate) use requested::check;
