//! What a track says of itself: what can be restored, and what makes it useless.
use crate::webm::opus_head::OpusHead;
use crate::webm::repair::opus_delay;
use crate::webm::repair::repairs::Repair;
use crate::webm::track::{Track, TrackType};

/// Restores what is lost of a track's header, and returns what that was.
pub(super) fn restore(track: &mut Track) -> Vec<Repair> {
    let mut repairs = Vec::new();
    if track.codec_id == "A_OPUS" && OpusHead::parse(&track.codec_private).is_none() {
        let head = OpusHead::of(track.channels, track.codec_delay);
        repairs.extend(head.is_some().then_some(Repair::CodecPrivate));
        track.codec_private = head.unwrap_or_else(|| std::mem::take(&mut track.codec_private));
    }
    if track.codec_id == "V_VP9" && !is_list_of_features(&track.codec_private) {
        // It may be left out.
        track.codec_private.clear();
        repairs.push(Repair::CodecPrivate);
    }
    if opus_delay::lacks_pre_roll(track) {
        track.seek_pre_roll = opus_delay::SEEK_PRE_ROLL;
        repairs.push(Repair::SeekPreRoll);
    }
    repairs
}

/// VP9 codec mapping: ID, size and value of each feature.
fn is_list_of_features(private: &[u8]) -> bool {
    private.chunks(3).all(|feature| matches!(feature, [1..=4, 1, _]))
}

/// Why nothing of a track can be decoded, and nothing in the file tells what is missing.
pub(super) fn flaw(track: &Track) -> Option<&'static str> {
    let is_video = track.codec_id.starts_with("V_");
    let is_audio = track.codec_id.starts_with("A_");
    match track.kind {
        TrackType::Other if is_video || is_audio => Some("has another type than its codec"),
        TrackType::Video if !is_video => Some("has no video codec"),
        TrackType::Audio if !is_audio => Some("has no audio codec"),
        TrackType::Video if track.width == 0 || track.height == 0 => Some("has no size"),
        TrackType::Audio if track.sample_rate.is_nan() || track.sample_rate <= 0.0 => {
            Some("has no sample rate")
        }
        TrackType::Audio if track.channels == 0 => Some("has no channels"),
        TrackType::Audio if track.codec_id == "A_VORBIS" && track.codec_private.is_empty() => {
            Some("has no CodecPrivate, which Vorbis cannot be decoded without")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn audio(codec: &str) -> Track {
        Track {
            kind: TrackType::Audio,
            codec_id: codec.to_owned(),
            sample_rate: 48_000.0,
            channels: 2,
            ..Track::default()
        }
    }

    #[test]
    fn the_header_of_opus_is_made_again_of_what_the_track_says() {
        let mut track = Track {
            codec_delay: Duration::from_micros(6_500),
            seek_pre_roll: Duration::from_millis(80),
            ..audio("A_OPUS")
        };
        assert_eq!(restore(&mut track), [Repair::CodecPrivate]);
        assert_eq!(track.codec_private, b"OpusHead\x01\x02\x38\x01\x80\xBB\0\0\0\0\0");
        assert_eq!(restore(&mut track), []);
    }

    #[test]
    fn a_codec_private_of_vp9_that_is_none_is_left_out() {
        let mut track = Track {
            kind: TrackType::Video,
            codec_id: "V_VP9".to_owned(),
            codec_private: vec![1, 1, 0, 2, 1, 10],
            ..Track::default()
        };
        assert_eq!(restore(&mut track), []);
        track.codec_private = vec![9, 9, 9];
        assert_eq!(restore(&mut track), [Repair::CodecPrivate]);
        assert!(track.codec_private.is_empty());
    }

    #[test]
    fn what_makes_a_track_useless_is_said() {
        assert_eq!(flaw(&audio("A_PCM/INT/LIT")), None);
        assert_eq!(flaw(&audio("V_VP8")), Some("has no audio codec"));
        assert!(flaw(&audio("A_VORBIS")).is_some_and(|why| why.contains("CodecPrivate")));
        let silent = Track {
            channels: 0,
            ..audio("A_OPUS")
        };
        assert_eq!(flaw(&silent), Some("has no channels"));
    }
}
