//! Flags for devices that are lost, and for a default device that changes.
use crate::cli::values::parse_length;
use clap::{Args, ValueEnum};
use std::time::Duration;

/// What becomes of a track whose device is lost.
#[derive(Args, Clone, Debug, Default)]
pub struct LostArgs {
    /// What to do when a device is unplugged or fails [default: stop]
    ///
    /// stop ends its track, and with the last track the recording, with exit code 6. wait records black frames or silence
    /// until the same device is back, for as long as it takes or for --reconnect. switch opens another device that fits the
    /// constraints at once, if there is one, and waits otherwise; a device named by --camera or --microphone is never
    /// replaced. Gaps are in the events, and counted. With --input whep+https://…, wait connects again to a media server that is
    /// lost or leaves, and nothing is recorded until it is back
    #[arg(long, value_name = "WHAT", value_enum, hide_short_help = true)]
    pub on_lost: Option<OnLostArg>,
    /// Wait this long for a lost device [default: 60s]
    ///
    /// Then its track ends. Without --on-lost it is --on-lost wait for this long
    #[arg(
        long,
        value_name = "DUR",
        value_parser = parse_length,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "60s",
        hide_short_help = true
    )]
    pub reconnect: Option<Duration>,
    /// Move to another microphone when it becomes the system's default
    ///
    /// For microphones that were not chosen by name or ID. The recording goes on with the new one within half a second
    #[arg(long, hide_short_help = true)]
    pub follow_default: bool,
}

/// What becomes of a track whose device is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnLostArg {
    /// Its track ends
    Stop,
    /// It is waited for
    Wait,
    /// Another device takes its place
    Switch,
}
