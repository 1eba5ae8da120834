//! The delay and the pre-roll of Opus, which every file has to say (RFC 7845, 4.2 and 4.6; Matroska codec mapping, `A_OPUS`).
use crate::webm::opus_head::OpusHead;
use crate::webm::track::Track;
use std::time::Duration;

/// `SeekPreRoll` of Opus.
pub(super) const SEEK_PRE_ROLL: Duration = Duration::from_millis(80);

/// The delay that an Opus track has and does not say.
pub(super) fn missing(track: &Track) -> Option<Duration> {
    let is_silent = track.codec_id == "A_OPUS" && track.codec_delay.is_zero();
    let head = OpusHead::parse(&track.codec_private).filter(|_| is_silent)?;
    Some(Duration::from_nanos(head.delay())).filter(|delay| !delay.is_zero())
}

/// Whether an Opus track does not say how much before the point that is sought must be decoded.
pub(super) fn lacks_pre_roll(track: &Track) -> bool {
    track.codec_id == "A_OPUS" && track.seek_pre_roll.is_zero()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_opus_that_does_not_say_its_delay_is_given_one() {
        let mut track = Track {
            codec_id: "A_OPUS".to_owned(),
            codec_private: b"OpusHead\x01\x02\x38\x01\x80\xBB\0\0\0\0\0".to_vec(),
            ..Track::default()
        };
        assert_eq!(missing(&track), Some(Duration::from_micros(6_500)));
        track.codec_delay = Duration::from_millis(1);
        assert_eq!(missing(&track), None);
        track.codec_delay = Duration::ZERO;
        track.codec_private.truncate(11);
        assert_eq!(missing(&track), None);
    }
}
