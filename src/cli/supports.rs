//! `mediarec supports`: which types can be recorded.
use crate::cli::args::supports::SupportsArgs;
use crate::cli::stdout;
use mediarec::error::{Error, Result};
use mediarec::recorder::{MediaRecorder, VideoConfiguration};
use std::process::ExitCode;

/// Prints a line a type; the exit code is 0 when all of them can be recorded, else 1.
///
/// Without a word about pictures the answers are those of `isTypeSupported`, which knows nothing of levels; so it is
/// added where usual pictures would be refused.
///
/// # Errors
/// `Type` for a frame rate that is none; those of standard output.
pub fn run(args: &SupportsArgs) -> anyhow::Result<ExitCode> {
    let video = asked_video(args);
    let (mut lines, mut all) = (String::new(), true);
    for wanted in &args.types {
        let verdict = match &video {
            Some(video) => MediaRecorder::check_video(wanted, video),
            None => MediaRecorder::check_type(wanted),
        };
        if let Err(error @ Error::Type { .. }) = verdict {
            return Err(error.into());
        }
        all &= verdict.is_ok();
        lines += &line(wanted, verdict, video.is_none());
    }
    stdout::print(lines)?;
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn line(wanted: &str, verdict: Result<()>, of_type_only: bool) -> String {
    let reservation = of_type_only.then(|| reservation(wanted)).flatten();
    match (verdict, reservation) {
        (Err(reason), _) => format!("{wanted}  not supported: {reason}\n"),
        (Ok(()), Some(reason)) => format!("{wanted}  supported, but not for usual pictures: {reason}\n"),
        (Ok(()), None) => format!("{wanted}  supported\n"),
    }
}

/// Why the usual pictures cannot be recorded as a type that holds pictures.
fn reservation(wanted: &str) -> Option<Error> {
    let is_sound = wanted.trim_start().to_ascii_lowercase().starts_with("audio/");
    let refused = MediaRecorder::check_video(wanted, &VideoConfiguration::default()).err();
    refused.filter(|_| !is_sound)
}

fn asked_video(args: &SupportsArgs) -> Option<VideoConfiguration> {
    let usual = VideoConfiguration::default();
    let asked = args.width.or(args.height).or(args.video_bitrate).is_some() || args.frame_rate.is_some();
    asked.then(|| VideoConfiguration {
        width: args.width.unwrap_or(usual.width),
        height: args.height.unwrap_or(usual.height),
        framerate: args.frame_rate.unwrap_or(usual.framerate),
        bitrate: args.video_bitrate.unwrap_or(usual.bitrate),
    })
}
