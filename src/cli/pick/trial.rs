//! A device that is open to be looked at or listened to.
use crate::cli::color::Color;
use crate::cli::device_tracks::open_device;
use crate::cli::pick::choice::Candidate;
use crate::cli::preview::terminal_picture::TerminalPicture;
use crate::cli::progress::{bar, decibels};
use crate::cli::readable::printable;
use mediarec::devices::MediaDevices;
use mediarec::media::TrackKind;
use mediarec::streams::MediaStreamTrack;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// Blocks of audio that may wait to be measured.
const QUEUE: usize = 16;

/// A device that is open, or why it is not; dropping it closes the device.
#[derive(Default)]
pub struct Trial {
    track: Option<MediaStreamTrack>,
    failure: Option<String>,
    picture: Option<TerminalPicture>,
    level: Option<Level>,
}

/// The peak of the last block, as the bits of a float.
struct Level(Arc<AtomicU32>);

impl Trial {
    /// Opens the device, if there is one.
    pub fn new(devices: &MediaDevices, kind: TrackKind, device: Option<&Candidate>, color: Color) -> Self {
        let mut trial = Self::default();
        let Some(device) = device else {
            return trial;
        };
        match open_device(devices, kind, &device.id) {
            Ok(track) => {
                match kind {
                    TrackKind::Video => {
                        trial.picture = TerminalPicture::start(std::slice::from_ref(&track), color);
                    }
                    TrackKind::Audio => trial.level = Level::of(&track),
                }
                trial.track = Some(track);
            }
            Err(error) => trial.failure = Some(printable(&error.to_string())),
        }
        trial
    }

    /// Its picture, each line with a line end.
    pub fn picture(&self) -> String {
        self.picture
            .as_ref()
            .map(TerminalPicture::text)
            .unwrap_or_default()
    }

    /// What is said behind its name.
    pub fn remark(&self) -> String {
        match (&self.failure, &self.level) {
            (Some(failure), _) => format!("\n            {failure}"),
            (None, Some(level)) => {
                let peak = f32::from_bits(level.0.load(Ordering::Relaxed));
                format!("  {} {}", bar(peak, peak), decibels(peak))
            }
            (None, None) => String::new(),
        }
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        if let Some(track) = &self.track {
            track.stop();
        }
    }
}

impl Level {
    /// Measures until the track is stopped.
    fn of(track: &MediaStreamTrack) -> Option<Self> {
        let blocks = track.audio_blocks(QUEUE).ok()?;
        let peak = Arc::<AtomicU32>::default();
        let measured = peak.clone();
        let measure = move || {
            for block in blocks {
                let peak = block
                    .samples
                    .iter()
                    .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
                // It falls slowly enough to be seen.
                let last = f32::from_bits(measured.load(Ordering::Relaxed));
                measured.store(peak.max(last * 0.9).to_bits(), Ordering::Relaxed);
            }
        };
        thread::Builder::new().name("level".into()).spawn(measure).ok()?;
        Some(Self(peak))
    }
}
