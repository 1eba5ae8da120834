//! Which codecs go over the network, and how they are offered.
use crate::error::{Error, Result};
use crate::media::{MediaFormat, TrackInfo};
use crate::webm;
use str0m::RtcConfig;
use str0m::format::{Codec, FormatParams};
use str0m::media::{Frequency, MediaKind, Pt};

/// Payload type of Opus, unless the offer of the other side has its own.
const OPUS_PAYLOAD_TYPE: u8 = 111;

/// The codec of a track as WebRTC names it.
///
/// # Errors
/// `NotSupported` for codecs, and numbers of channels, that WebRTC does not carry.
pub(super) fn of(info: &TrackInfo) -> Result<Codec> {
    let codec = match &*info.codec_id {
        "V_VP8" => Codec::Vp8,
        "V_VP9" => Codec::Vp9,
        "V_AV1" => Codec::Av1,
        "A_OPUS" => Codec::Opus,
        other => {
            return Err(Error::not_supported(format!(
                "{} cannot be sent by WebRTC; VP8, VP9, AV1 and Opus can",
                webm::codec_name(other)
            )));
        }
    };
    match info.format {
        MediaFormat::Audio(format) if format.channels > 2 => Err(Error::not_supported(format!(
            "WebRTC sends mono and stereo, not {} channels; add --channel-count 2",
            format.channels
        ))),
        _ => Ok(codec),
    }
}

/// The codec's ID in a file; `None` if none of ours has it.
pub(super) const fn id(codec: Codec) -> Option<&'static str> {
    match codec {
        Codec::Vp8 => Some("V_VP8"),
        Codec::Vp9 => Some("V_VP9"),
        Codec::Av1 => Some("V_AV1"),
        Codec::H264 => Some("V_MPEG4/ISO/AVC"),
        Codec::Opus => Some("A_OPUS"),
        _ => None,
    }
}

/// Accepts what can be recorded.
pub(super) fn accepting(config: RtcConfig, h264: bool) -> RtcConfig {
    config
        .clear_codecs()
        .enable_opus(true, false)
        .enable_vp8(true)
        .enable_vp9(true)
        .enable_av1(true)
        .enable_h264(h264)
}

/// Whether the video of an offer (SDP) has no other codec of ours than H.264, which WebM may not contain.
pub(super) fn has_only_h264(offer: &str) -> bool {
    let mut codecs = offer.lines().filter_map(|line| {
        let (_, codec) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
        codec.split('/').next()
    });
    !codecs.any(|codec| {
        ["VP8", "VP9", "AV1"]
            .iter()
            .any(|ours| codec.eq_ignore_ascii_case(ours))
    })
}

pub(super) const fn kind(codec: Codec) -> MediaKind {
    match codec {
        Codec::Opus => MediaKind::Audio,
        _ => MediaKind::Video,
    }
}

/// Its name, for messages.
pub(super) const fn name(codec: Codec) -> &'static str {
    match codec {
        Codec::Vp8 => "VP8",
        Codec::Vp9 => "VP9",
        Codec::Av1 => "AV1",
        Codec::H264 => "H.264",
        Codec::Opus => "Opus",
        _ => "another codec",
    }
}

/// Offers the codecs of these tracks and no other: what is encoded already cannot be changed for the receiver.
pub(super) fn offering(config: RtcConfig, tracks: &[TrackInfo]) -> RtcConfig {
    let has = |id: &str| tracks.iter().any(|track| track.codec_id == id);
    let mut config = config
        .clear_codecs()
        .enable_vp8(has("V_VP8"))
        .enable_vp9(has("V_VP9"))
        .enable_av1(has("V_AV1"));
    if has("A_OPUS") {
        let is_stereo =
            |track: &TrackInfo| matches!(track.format, MediaFormat::Audio(format) if format.channels == 2);
        let stereo = tracks.iter().any(is_stereo).then_some(true);
        let params = FormatParams {
            min_p_time: Some(10),
            use_inband_fec: Some(true),
            stereo,
            sprop_stereo: stereo,
            ..FormatParams::default()
        };
        config.codec_config().add_config(
            Pt::new_with_value(OPUS_PAYLOAD_TYPE),
            None,
            Codec::Opus,
            Frequency::FORTY_EIGHT_KHZ,
            Some(2),
            params,
        );
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::AudioFormat;
    use std::time::Duration;

    fn audio(codec_id: &'static str, channels: u16) -> TrackInfo {
        TrackInfo {
            format: MediaFormat::Audio(AudioFormat {
                sample_rate: 48_000,
                channels,
            }),
            codec_id: codec_id.into(),
            codec_private: Vec::new(),
            codec_delay: Duration::ZERO,
            seek_pre_roll: Duration::ZERO,
            name: String::new(),
            elements: None,
        }
    }

    #[test]
    fn h264_is_taken_where_nothing_else_is_offered() {
        let offer = |codecs: &[&str]| {
            let lines = codecs
                .iter()
                .map(|codec| format!("a=rtpmap:96 {codec}/90000\r\n"));
            format!(
                "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n{}",
                lines.collect::<String>()
            )
        };
        assert!(has_only_h264(&offer(&["H264", "rtx"])));
        assert!(!has_only_h264(&offer(&["H264", "vp8"])));
        assert!(!has_only_h264(&offer(&["AV1"])));
    }

    #[test]
    fn what_webrtc_does_not_carry_is_named_with_what_it_does() {
        assert_eq!(of(&audio("A_OPUS", 2)).unwrap(), Codec::Opus);
        let message = |info: &TrackInfo| of(info).unwrap_err().to_string();
        assert!(message(&audio("A_OPUS", 6)).contains("not 6 channels"));
        assert!(message(&audio("A_PCM/INT/LIT", 1)).contains("VP8, VP9, AV1 and Opus can"));
    }
}
