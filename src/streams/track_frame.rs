//! `TrackFrame`: what sources deliver, and how it is adapted to the settings of one track.
use crate::clock::Timestamp;
use crate::constraints::{Candidate, Control, MediaTrackSettings};
use crate::error::Result;
use crate::media::{
    AudioBlock, AudioFormat, Frame, Picture, VideoFormat, VideoFrame, duration_to_frames, frames_to_duration,
};
use crate::picture::adapter::VideoAdapter;
use crate::sound::ChannelStrip;
use std::sync::Arc;
use std::time::Duration;

/// The longest filler block of silence: a process that was suspended overnight must not allocate hours of it at once.
const MAX_FILLER: Duration = Duration::from_secs(1);

/// How far apart the black frames are that fill a gap in media time.
const FILLER_INTERVAL: Duration = Duration::from_millis(40);

/// How far a video frame is behind a filler at least: files have times in milliseconds, each of one frame.
const MIN_DISTANCE: Duration = Duration::from_millis(1);

/// A video frame or a block of audio.
pub(crate) trait TrackFrame: Frame {
    /// Adapts a source's frames to one track's settings.
    type Adapter: Send;

    /// The settings that a device with these controls can deliver in this mode.
    fn candidates(
        label: &str,
        rank: usize,
        mode: &MediaTrackSettings,
        controls: &[Control],
    ) -> Vec<Candidate>;

    /// The mode of a device whose frames have this format. What a format does not tell is taken from `previous`.
    fn mode(format: Self::Format, previous: &MediaTrackSettings) -> MediaTrackSettings;

    /// Creates the adapter from frames of this format, captured in this mode, to frames with these settings.
    ///
    /// # Errors
    /// `Type` if the settings cannot be produced from this mode.
    fn adapter(
        format: Self::Format,
        mode: &MediaTrackSettings,
        settings: &MediaTrackSettings,
    ) -> Result<Self::Adapter>;

    /// The format of the adapter's output.
    fn format(adapter: &Self::Adapter) -> Self::Format;

    /// Adapts a frame. Returns `None` if the track's frame rate leaves it out.
    ///
    /// # Errors
    /// `NotReadable` if this frame cannot be adapted.
    fn adapt(self, adapter: &mut Self::Adapter) -> Result<Option<Self>>;

    /// The same frame in black, or the same block as silence.
    fn blank(self, adapter: &mut Self::Adapter) -> Self;

    /// What a channel strip makes of a block of audio; video as it is.
    fn processed(self, strip: &ChannelStrip) -> Self;

    /// The format of what it makes.
    fn processed_format(format: Self::Format, strip: &ChannelStrip) -> Self::Format;

    /// An empty frame that ends at `at`, from which the first [filler](Self::filler) is derived if no real frame precedes
    /// it.
    fn empty(format: Self::Format, at: Timestamp) -> Self;

    /// The frame that fills the gap between this one and `now`; `None` if there is no gap. Long gaps take several.
    fn filler(&self, now: Timestamp) -> Option<Self>;

    /// The first of the fillers between this frame and another one at `next`, in media time; `None` if there is no gap.
    fn filler_before(&self, next: Timestamp) -> Option<Self>;

    /// When it was captured; of a block of audio, its first sample.
    fn captured(&self) -> Timestamp;

    /// The end of a block of audio; the time of a video frame, whose duration is not known until the next.
    fn end(&self) -> Timestamp;

    /// What is left of it behind a frame that has this end; `None` if nothing.
    fn behind(self, end: Timestamp) -> Option<Self>;
}

impl TrackFrame for VideoFrame {
    type Adapter = VideoAdapter;

    fn candidates(
        label: &str,
        rank: usize,
        mode: &MediaTrackSettings,
        controls: &[Control],
    ) -> Vec<Candidate> {
        let of_mode = Candidate::of_mode(label, rank, mode).into_iter();
        of_mode
            .map(|candidate| candidate.with_controls(controls))
            .collect()
    }

    fn mode(format: VideoFormat, previous: &MediaTrackSettings) -> MediaTrackSettings {
        let rate = format.frame_duration.map(|length| 1.0 / length.as_secs_f64());
        // A duration in nanoseconds gives the rate only to about a millionth: round to 1/1000.
        let rate = rate.map(|rate| (rate * 1000.0).round() / 1000.0);
        let is_same = |previous: &f64| rate.is_none_or(|rate| (rate - previous).abs() < 0.001);
        // A camera that slows down in low light has no constant frame rate, but it does have a nominal one.
        let frame_rate = previous.frame_rate.filter(is_same).or(rate);
        MediaTrackSettings {
            frame_rate,
            ..previous.clone()
        }
        .sized(format.width, format.height)
    }

    fn adapter(
        format: VideoFormat,
        mode: &MediaTrackSettings,
        settings: &MediaTrackSettings,
    ) -> Result<VideoAdapter> {
        let width = settings.width.unwrap_or(format.width);
        let height = settings.height.unwrap_or(format.height);
        if settings.frame_rate == mode.frame_rate {
            // Every frame passes, whatever the intervals.
            return VideoAdapter::new(format, width, height, None);
        }
        let nominal = mode.frame_rate.map(|rate| Duration::from_secs_f64(1.0 / rate));
        let source = VideoFormat {
            frame_duration: format.frame_duration.or(nominal),
            ..format
        };
        let adapter = VideoAdapter::new(source, width, height, settings.frame_rate)?;
        Ok(match format.frame_duration {
            Some(_) => adapter,
            None => adapter.without_constant_rate(),
        })
    }

    fn format(adapter: &VideoAdapter) -> VideoFormat {
        adapter.format()
    }

    fn adapt(self, adapter: &mut VideoAdapter) -> Result<Option<Self>> {
        adapter.adapt(self)
    }

    fn blank(mut self, adapter: &mut VideoAdapter) -> Self {
        self.picture = adapter.black();
        self
    }

    fn processed(self, _: &ChannelStrip) -> Self {
        self
    }

    fn processed_format(format: VideoFormat, _: &ChannelStrip) -> VideoFormat {
        format
    }

    fn empty(format: VideoFormat, at: Timestamp) -> Self {
        Self {
            time: at,
            duration: format.frame_duration,
            picture: Arc::new(Picture::new(format.width, format.height)),
        }
    }

    fn filler(&self, now: Timestamp) -> Option<Self> {
        (now > self.time).then(|| Self {
            time: now,
            ..self.clone()
        })
    }

    fn filler_before(&self, next: Timestamp) -> Option<Self> {
        let time = self.time + FILLER_INTERVAL;
        (time + MIN_DISTANCE <= next).then(|| Self { time, ..self.clone() })
    }

    fn captured(&self) -> Timestamp {
        self.time
    }

    fn end(&self) -> Timestamp {
        self.time
    }

    fn behind(self, end: Timestamp) -> Option<Self> {
        (self.time >= end + MIN_DISTANCE).then_some(self)
    }
}

impl TrackFrame for AudioBlock {
    type Adapter = AudioFormat;

    fn candidates(label: &str, rank: usize, mode: &MediaTrackSettings, _: &[Control]) -> Vec<Candidate> {
        vec![Candidate::fixed(label, rank, mode.clone())]
    }

    fn mode(format: AudioFormat, previous: &MediaTrackSettings) -> MediaTrackSettings {
        MediaTrackSettings {
            sample_rate: Some(format.sample_rate),
            channel_count: Some(format.channels.into()),
            ..previous.clone()
        }
    }

    fn adapter(format: AudioFormat, _: &MediaTrackSettings, _: &MediaTrackSettings) -> Result<AudioFormat> {
        Ok(format)
    }

    fn format(adapter: &AudioFormat) -> AudioFormat {
        *adapter
    }

    fn adapt(self, _: &mut AudioFormat) -> Result<Option<Self>> {
        Ok(Some(self))
    }

    fn blank(mut self, _: &mut AudioFormat) -> Self {
        self.samples = silence(self.samples.len());
        self
    }

    fn processed(mut self, strip: &ChannelStrip) -> Self {
        self.samples = strip.apply(self.samples, self.channels);
        self.channels = strip.channels(self.channels);
        self
    }

    fn processed_format(format: AudioFormat, strip: &ChannelStrip) -> AudioFormat {
        let channels = strip.channels(format.channels);
        AudioFormat { channels, ..format }
    }

    fn empty(format: AudioFormat, at: Timestamp) -> Self {
        Self {
            time: at,
            sample_rate: format.sample_rate,
            channels: format.channels,
            samples: Arc::default(),
        }
    }

    fn filler(&self, now: Timestamp) -> Option<Self> {
        let end = self.time + self.duration();
        let frames = duration_to_frames((now - end).min(MAX_FILLER), self.sample_rate) as usize;
        (frames > 0).then(|| Self {
            time: end,
            samples: silence(frames * usize::from(self.channels)),
            ..*self
        })
    }

    fn filler_before(&self, next: Timestamp) -> Option<Self> {
        self.filler(next)
    }

    fn captured(&self) -> Timestamp {
        self.time
    }

    fn end(&self) -> Timestamp {
        self.time + self.duration()
    }

    fn behind(mut self, end: Timestamp) -> Option<Self> {
        let early = duration_to_frames(end - self.time, self.sample_rate);
        if early >= self.frames() as u64 {
            return None;
        }
        if early > 0 {
            self.time += frames_to_duration(early, self.sample_rate);
            self.samples = self.samples[early as usize * usize::from(self.channels)..].into();
        }
        Some(self)
    }
}

fn silence(samples: usize) -> Arc<[f32]> {
    std::iter::repeat_n(0.0, samples).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Color, PixelAspect};

    /// Numbers of the frames that pass, from a camera of nominally 30 fps whose frames are early and late.
    fn passing(frame_rate: f64) -> Vec<u64> {
        let format = VideoFormat {
            width: 16,
            height: 16,
            frame_duration: None,
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        let mode = MediaTrackSettings::video(16, 16, Some(30.0));
        let settings = MediaTrackSettings {
            frame_rate: Some(frame_rate),
            ..mode.clone()
        };
        let mode = VideoFrame::mode(format, &mode);
        let mut adapter = VideoFrame::adapter(format, &mode, &settings).unwrap();
        let frame = |number: u64| VideoFrame {
            time: Timestamp::from_millis(100 + number * 100 / 3 + (number * 7) % 11),
            duration: None,
            picture: Arc::new(Picture::new(16, 16)),
        };
        (0..30)
            .filter(|number| {
                let given = frame(*number).adapt(&mut adapter).unwrap();
                assert!(given.as_ref().is_none_or(|frame| frame.duration.is_none()));
                given.is_some()
            })
            .collect()
    }

    #[test]
    fn silence_for_hours_comes_in_blocks_of_a_second() {
        let mut block = AudioBlock {
            time: Timestamp::ZERO,
            sample_rate: 48_000,
            channels: 2,
            samples: vec![1.0; 2 * 480].into(),
        };
        let now = Timestamp::ZERO + Duration::from_secs(12 * 3600);
        for seconds in 0..3 {
            block = block.filler(now).unwrap();
            assert_eq!(block.time, Timestamp::from_millis(10 + 1000 * seconds));
            assert_eq!(*block.samples, vec![0.0; 2 * 48_000]);
        }
        assert_eq!(block.filler(block.time + block.duration()), None);
    }

    #[test]
    fn all_frames_of_an_uneven_camera_pass_at_its_own_rate_and_every_third_at_a_third_of_it() {
        assert_eq!(passing(30.0), (0..30).collect::<Vec<u64>>());
        assert_eq!(passing(10.0), (0..30).step_by(3).collect::<Vec<u64>>());
    }
}
