//! `--canvas`: raw video on standard input, alone, with media files, or with a microphone.
use crate::cli::device_tracks::{DeviceTracks, FAKE_DEVICES};
use crate::cli::source_plan::CanvasPlan;
use mediarec::clock::Clock;
use mediarec::error::{Error, Result};
use mediarec::files::open_files;
use mediarec::streams::{MediaStream, MediaStreamTrack, ReadyState, TrackEvent};
use std::io;
use std::thread;

/// Opens everything; the video of standard input is the first track.
///
/// # Errors
/// Those of `RawVideo::open`, `open_files` and `get_user_media`.
pub fn open(plan: &CanvasPlan, audio: Option<&DeviceTracks>, clock: &Clock) -> Result<MediaStream> {
    let video = plan.raw.open("stdin", io::stdin(), plan.read_rate, clock)?;
    let mut tracks = vec![video.clone()];
    if !plan.inputs.is_empty() {
        tracks.extend(open_files(&plan.inputs, plan.read_rate, clock)?.tracks());
    }
    if let Some(audio) = audio {
        let audio = audio.open(false, FAKE_DEVICES)?.tracks();
        tracks.extend(audio.iter().cloned());
        stop_with(video, audio)?;
    }
    Ok(MediaStream::new(tracks))
}

/// Stops microphones, which never end by themselves, when the video ends.
fn stop_with(video: MediaStreamTrack, audio: Vec<MediaStreamTrack>) -> Result<()> {
    let wait = move || {
        let mut events = video.events();
        if video.ready_state() == ReadyState::Live {
            events.find(|event| matches!(event, TrackEvent::Ended));
        }
        audio.iter().for_each(MediaStreamTrack::stop);
    };
    let thread = thread::Builder::new().name("canvas-end".into()).spawn(wait);
    thread.map(drop).map_err(|error| Error::Unknown {
        message: "cannot start a thread".into(),
        source: Some(error.into()),
    })
}
