//! `mediarec supports`: whether MIME types can be recorded.
use crate::cli::args::supports::SupportsArgs;
use crate::cli::stdout;
use mediarec::error::{Error, Result};
use mediarec::recorder::{EncodingInfo, MediaRecorder, VideoConfiguration};
use serde::Serialize;
use std::process::ExitCode;

/// Prints one line per type, or a JSON array; the exit code is 0 if all of them are supported, else 1.
///
/// Lines without a video size or rate do not check levels; a note is added to types whose level does not fit 720p.
///
/// # Errors
/// `Type` for an invalid frame rate; those of standard output.
pub fn run(args: &SupportsArgs) -> anyhow::Result<ExitCode> {
    let video = requested_video(args);
    if args.json {
        return print_json(&args.types, video);
    }
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
    let refused = MediaRecorder::check_video(mime_type, &VideoConfiguration::default()).err();
    refused.filter(|_| !is_audio(mime_type))
}

fn is_audio(mime_type: &str) -> bool {
    mime_type.trim_start().to_ascii_lowercase().starts_with("audio/")
}

/// The answer to one type in JSON, with the names of Media Capabilities.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(rename = "type")]
    mime_type: &'a str,
    supported: bool,
    smooth: bool,
    power_efficient: bool,
    /// What the answer is about; `None` for audio.
    video: Option<Video>,
    /// Why it is not supported.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct Video {
    width: u32,
    height: u32,
    framerate: f64,
    bitrate: u32,
}

fn print_json(types: &[String], video: Option<VideoConfiguration>) -> anyhow::Result<ExitCode> {
    let answers = types.iter().map(|mime_type| {
        let video = video.or_else(|| (!is_audio(mime_type)).then(VideoConfiguration::default));
        answer(mime_type, video)
    });
    let answers = answers.collect::<Result<Vec<_>>>()?;
    stdout::print(serde_json::to_string_pretty(&answers)? + "\n")?;
    let all = answers.iter().all(|answer| answer.supported);
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn answer(mime_type: &str, video: Option<VideoConfiguration>) -> Result<Answer<'_>> {
    let EncodingInfo {
        supported,
        smooth,
        power_efficient,
    } = MediaRecorder::encoding_info(mime_type, video.as_ref())?;
    let verdict = match &video {
        Some(video) => MediaRecorder::check_video(mime_type, video),
        None => MediaRecorder::check_type(mime_type),
    };
    let reason = verdict.err().map(|error| error.to_string());
    Ok(Answer {
        mime_type,
        supported,
        smooth,
        power_efficient,
        video: video.map(|video| Video {
            width: video.width,
            height: video.height,
            framerate: video.framerate,
            bitrate: video.bitrate,
        }),
        reason: reason.or_else(|| (!supported).then(|| "its codec string cannot be encoded".to_owned())),
    })
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
