//! Flags of `mediarec record` for alarms.
use crate::cli::alarms::parse::parse_alarm;
use clap::Args;
use mediarec::recorder::Alarm;

/// Alarm flags.
#[derive(Args, Debug)]
#[command(next_help_heading = "Alarms")]
pub struct AlarmArgs {
    /// Warn when nothing is heard, seen or new
    ///
    /// A list of silence=DUR, level=DB:DUR, frozen=DUR, black=DUR and dropped=PCT, such as
    /// silence=30s,level=-50dB:20s,frozen=10s,black=30s,dropped=5%; may be repeated. silence is digital silence: all samples are
    /// 0. level is a peak below DB. frozen is no new picture: the frames are the same, or there are none. black is a picture that
    /// is black but for noise. dropped is the share of dropped frames in the last 10 s. Each is raised when it has lasted for
    /// DUR, and cleared when it is over; both are a message on standard error and an event. Pauses do not count, nor tracks
    /// that are muted by a key or a command
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        value_parser = parse_alarm,
        hide_short_help = true
    )]
    pub alarm: Vec<Alarm>,
    /// Shell command to run when an alarm is raised or cleared
    ///
    #[cfg_attr(unix, doc = "$1 is its name, such as silence, and $2 is raised or cleared.")]
    /// The environment variables are `MEDIAREC_ALARM_NAME`,
    /// `_STATE`, `_LABEL` and `_KIND` of the track, `_SINCE`, `_AT`, `_DURATION`, `_THRESHOLD`, `_MEASURED` and `_UNIT`;
    /// otherwise as --on-chunk
    #[arg(long, value_name = "CMD", requires = "alarm", hide_short_help = true)]
    pub on_alarm: Option<String>,
    /// Exit with code 9 if an alarm was raised
    ///
    /// The recording goes on until its regular end, so nothing is lost. Other failures keep their codes
    #[arg(long, requires = "alarm", hide_short_help = true)]
    pub alarm_exit: bool,
}
