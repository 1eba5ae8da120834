//! `mediarec supports`: whether MIME types can be recorded.
use crate::cli::args::supports::SupportsArgs;
use crate::cli::stdout;
use mediarec::error::{Error, Result};
use mediarec::recorder::{MediaRecorder, VideoConfiguration};
use std::process::ExitCode;

/// Prints one line per type; the exit code is 0 if all of them are supported, else 1.
///
/// Without a video size or rate the answers are those of `isTypeSupported`, which does not check levels; a note is added
/// to types whose level does not fit 720p.
///
/// # Errors
/// `Type` for an invalid frame rate; those of standard output.
pub fn run(args: &SupportsArgs) -> anyhow::Result<ExitCode> {
    let video = requested_video(args);
    let (mut lines, mut all) = (String::new(), true);
    for mime_type in &args.types {
        let verdict = match &video {
            Some(video) => MediaRecorder::check_video(mime_type, video),
            None => MediaRecorder::check_type(mime_type),
        };
        if let Err(error @ Error::Type { .. }) = verdict {
            return Err(error.into());
        }
        all &= verdict.is_ok();
        lines += &line(mime_type, verdict, video.is_none());
    }
    stdout::print(lines)?;
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn line(mime_type: &str, verdict: Result<()>, of_type_only: bool) -> String {
    let reservation = of_type_only.then(|| reservation(mime_type)).flatten();
    match (verdict, reservation) {
        (Err(reason), _) => format!("{mime_type}  not supported: {reason}\n"),
        (Ok(()), Some(reason)) => {
            format!("{mime_type}  supported, but not for 1280x720 at 30 fps: {reason}\n")
        }
        (Ok(()), None) => format!("{mime_type}  supported\n"),
    }
}

/// Why video of the default configuration cannot be recorded as this type, if it is a video type.
fn reservation(mime_type: &str) -> Option<Error> {
    let is_audio = mime_type.trim_start().to_ascii_lowercase().starts_with("audio/");
    let refused = MediaRecorder::check_video(mime_type, &VideoConfiguration::default()).err();
    refused.filter(|_| !is_audio)
}

fn requested_video(args: &SupportsArgs) -> Option<VideoConfiguration> {
    let default = VideoConfiguration::default();
    let is_requested =
        args.width.or(args.height).or(args.video_bitrate).is_some() || args.frame_rate.is_some();
    is_requested.then(|| VideoConfiguration {
        width: args.width.unwrap_or(default.width),
        height: args.height.unwrap_or(default.height),
        framerate: args.frame_rate.unwrap_or(default.framerate),
        bitrate: args.video_bitrate.unwrap_or(default.bitrate),
    })
}
