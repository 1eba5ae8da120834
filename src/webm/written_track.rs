//! What the muxer knows of a track.
use crate::media::{MediaFormat, TrackInfo, duration_to_frames};
use crate::webm::track::{Track, TrackType};
use std::time::Duration;

pub(super) struct WrittenTrack {
    kind: TrackType,
    /// In Hz; `None` for others than audio.
    sample_rate: Option<u32>,
    pub(super) codec_delay: Duration,
}

impl WrittenTrack {
    pub(super) fn new(info: &TrackInfo) -> Self {
        let (kind, sample_rate) = match info.format {
            MediaFormat::Video(_) => (TrackType::Video, None),
            MediaFormat::Audio(format) => (TrackType::Audio, Some(format.sample_rate.max(1))),
        };
        Self {
            kind,
            sample_rate,
            codec_delay: info.codec_delay,
        }
    }

    pub(super) fn copied(track: &Track) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates; no rate is as high"
        )]
        let rate = track.sample_rate as u32;
        Self {
            kind: track.kind,
            sample_rate: (track.kind == TrackType::Audio).then_some(rate.max(1)),
            codec_delay: track.codec_delay,
        }
    }

    pub(super) fn is_video(&self) -> bool {
        self.kind == TrackType::Video
    }

    /// `DiscardPadding` in nanoseconds. Rounded up from the exact time, so that players that round and players that
    /// truncate discard the same number of samples.
    pub(super) fn discard_padding(&self, padding: Duration) -> i64 {
        let nanos = self.sample_rate.map_or(padding.as_nanos(), |rate| {
            let frames = u128::from(duration_to_frames(padding, rate));
            (frames * 1_000_000_000).div_ceil(u128::from(rate))
        });
        i64::try_from(nanos).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::test_media;

    #[test]
    fn padding_is_the_same_number_of_samples_however_a_player_rounds() {
        let track = WrittenTrack::new(&test_media::audio_track());
        for frames in 0..2_000 {
            let padding = crate::media::frames_to_duration(frames, 48_000);
            let nanos = i128::from(track.discard_padding(padding));
            let down = nanos * 48_000 / 1_000_000_000;
            let nearest = (nanos * 48_000 + 500_000_000) / 1_000_000_000;
            assert_eq!([down, nearest], [i128::from(frames); 2]);
        }
    }
}
