//! What sources give: pictures or sound, and how one track's share is made of it.
use crate::clock::Timestamp;
use crate::devices::constraints::{Candidate, MediaTrackSettings};
use crate::devices::fit::Fitter;
use crate::devices::track::TrackKind;
use crate::error::Result;
use crate::media::{AudioBlock, AudioFormat, VideoFormat, VideoFrame, duration_to_frames};
use std::fmt::Debug;

/// A frame of pictures, or a block of sound.
pub(crate) trait Medium: Clone + Send + Sync + 'static {
    /// The shape of a source's frames.
    type Format: Copy + PartialEq + Send + Sync + Debug;
    /// Makes a source's frames into one track's.
    type Shaper: Send;

    const KIND: TrackKind;

    /// What a device can deliver in this mode.
    fn candidates(label: &str, rank: usize, mode: &MediaTrackSettings) -> Vec<Candidate>;

    /// The mode that a device is in whose frames have this format; what a format does not tell is as it `was`.
    fn mode(format: Self::Format, was: &MediaTrackSettings) -> MediaTrackSettings;

    /// From frames of this format to frames as the settings have them.
    ///
    /// # Errors
    /// `Type` when they cannot be made.
    fn shaper(format: Self::Format, settings: &MediaTrackSettings) -> Result<Self::Shaper>;

    /// The format of what the shaper gives.
    fn format(shaper: &Self::Shaper) -> Self::Format;

    /// None for a frame that the track leaves out.
    ///
    /// # Errors
    /// `NotReadable` when it cannot be made of this frame.
    fn shape(self, shaper: &mut Self::Shaper) -> Result<Option<Self>>;

    /// The same in black, or silent.
    fn blank(self, shaper: &mut Self::Shaper) -> Self;

    /// What stands for nothing, from the end of this one to `now`; None when there is no room for it.
    fn stand_in(&self, now: Timestamp) -> Option<Self>;
}

impl Medium for VideoFrame {
    type Format = VideoFormat;
    type Shaper = Fitter;

    const KIND: TrackKind = TrackKind::Video;

    fn candidates(label: &str, rank: usize, mode: &MediaTrackSettings) -> Vec<Candidate> {
        Candidate::of_mode(label, rank, mode)
    }

    fn mode(format: VideoFormat, was: &MediaTrackSettings) -> MediaTrackSettings {
        let rate = format.frame_duration.map(|length| 1.0 / length.as_secs_f64());
        // Nanoseconds know a rate to a millionth, and people know it by its round number.
        let rate = rate.map(|rate| (rate * 1000.0).round() / 1000.0);
        let frame_rate = was.frame_rate.filter(|was| Some(*was) == rate).or(rate);
        MediaTrackSettings {
            frame_rate,
            ..was.clone()
        }
        .sized(format.width, format.height)
    }

    fn shaper(format: VideoFormat, settings: &MediaTrackSettings) -> Result<Fitter> {
        let width = settings.width.unwrap_or(format.width);
        let height = settings.height.unwrap_or(format.height);
        Fitter::new(format, width, height, settings.frame_rate)
    }

    fn format(shaper: &Fitter) -> VideoFormat {
        shaper.format()
    }

    fn shape(self, shaper: &mut Fitter) -> Result<Option<Self>> {
        shaper.fit(self)
    }

    fn blank(mut self, shaper: &mut Fitter) -> Self {
        self.picture = shaper.black();
        self
    }

    fn stand_in(&self, now: Timestamp) -> Option<Self> {
        (now > self.time).then(|| Self {
            time: now,
            ..self.clone()
        })
    }
}

impl Medium for AudioBlock {
    type Format = AudioFormat;
    type Shaper = AudioFormat;

    const KIND: TrackKind = TrackKind::Audio;

    fn candidates(label: &str, rank: usize, mode: &MediaTrackSettings) -> Vec<Candidate> {
        vec![Candidate::fixed(label, rank, mode.clone())]
    }

    fn mode(format: AudioFormat, was: &MediaTrackSettings) -> MediaTrackSettings {
        MediaTrackSettings {
            sample_rate: Some(format.sample_rate),
            channel_count: Some(format.channels.into()),
            ..was.clone()
        }
    }

    fn shaper(format: AudioFormat, _: &MediaTrackSettings) -> Result<AudioFormat> {
        Ok(format)
    }

    fn format(shaper: &AudioFormat) -> AudioFormat {
        *shaper
    }

    fn shape(self, _: &mut AudioFormat) -> Result<Option<Self>> {
        Ok(Some(self))
    }

    fn blank(mut self, _: &mut AudioFormat) -> Self {
        self.samples.fill(0.0);
        self
    }

    fn stand_in(&self, now: Timestamp) -> Option<Self> {
        let end = self.time + self.duration();
        let frames = duration_to_frames(now - end, self.sample_rate) as usize;
        (frames > 0).then(|| Self {
            time: end,
            samples: vec![0.0; frames * usize::from(self.channels)],
            ..*self
        })
    }
}
