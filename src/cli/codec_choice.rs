//! `--mime auto`: the codec is chosen when the sources are open.
use mediarec::error::Result;
use mediarec::media::MediaFormat;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, VideoConfiguration};
use mediarec::streams::MediaStream;

/// The value of `--mime`.
pub const AUTO: &str = "auto";

/// Returns the type to record this stream of devices as; `None` if it has no video.
///
/// # Errors
/// Those of [`MediaRecorder::best_type`].
pub fn best_type(options: &MediaRecorderOptions, stream: &MediaStream) -> Result<Option<String>> {
    let tracks = stream.tracks();
    let videos: Vec<VideoConfiguration> = tracks
        .iter()
        .filter_map(|track| configuration(track.format()))
        .collect();
    let Some(hardest) = videos
        .iter()
        .copied()
        .max_by(|a, b| pixel_rate(a).total_cmp(&pixel_rate(b)))
    else {
        return Ok(None);
    };
    // Tracks share the machine.
    let all = VideoConfiguration {
        framerate: hardest.framerate * videos.len() as f64,
        bitrate: options.video_bits_per_second.unwrap_or(hardest.bitrate),
        ..hardest
    };
    MediaRecorder::best_type(&options.mime_type, &all).map(Some)
}

fn configuration(format: MediaFormat) -> Option<VideoConfiguration> {
    let MediaFormat::Video(format) = format else {
        return None;
    };
    let usual = VideoConfiguration::default();
    Some(VideoConfiguration {
        width: format.width,
        height: format.height,
        framerate: format
            .frame_duration
            .map_or(usual.framerate, |duration| 1.0 / duration.as_secs_f64()),
        ..usual
    })
}

fn pixel_rate(video: &VideoConfiguration) -> f64 {
    f64::from(video.width) * f64::from(video.height) * video.framerate
}
