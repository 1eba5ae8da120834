//! What the packets of a track tell of it, if its header is lost: the codec, the size of its frames, its channels.
use crate::media::av1_sequence;
use crate::media::obu::Obu;
use crate::media::opus_packet_duration;
use crate::webm::frame_size;
use crate::webm::opus_head::OpusHead;
use crate::webm::repair::opus_delay;
use crate::webm::repair::survey::{PacketSample, TrackSample};
use crate::webm::track::{Track, TrackType};
use std::time::Duration;

const OPUS_RATE: f64 = 48_000.0;
/// The delay of libopus at 48 kHz, which all browsers encode with: 312 samples.
const OPUS_DELAY: Duration = Duration::from_micros(6_500);
/// Fewer packets do not tell audio from anything else.
const MIN_AUDIO: usize = 4;

/// The track of these packets; `None` if they are not of VP8, VP9, AV1 or Opus, or if no video frame is a key frame.
pub(super) fn track(sample: &TrackSample, tick: Duration) -> Option<Track> {
    let found = video(&sample.packets).or_else(|| opus(&sample.packets, tick))?;
    Some(Track {
        number: sample.number,
        ..found
    })
}

fn video(packets: &[PacketSample]) -> Option<Track> {
    let is_of = |codec: &&str| *codec != "V_AV1" || packets.iter().all(|packet| is_av1(packet.data));
    let codec_ids = ["V_VP8", "V_VP9", "V_AV1"].into_iter().filter(is_of);
    let mut found = codec_ids.flat_map(|codec_id| {
        let sized = packets.iter().filter_map(move |packet| {
            let size = frame_size::of_key_frame(codec_id, packet.data)?;
            Some((codec_id, size, packet.data))
        });
        sized.filter(|(_, (width, height), _)| *width > 0 && *height > 0)
    });
    let (codec_id, (width, height), key) = found.next()?;
    let private = if codec_id == "V_AV1" {
        av1_sequence::codec_private(key)
    } else {
        None
    };
    Some(Track {
        kind: TrackType::Video,
        codec_id: codec_id.to_owned(),
        codec_private: private.unwrap_or_default(),
        width,
        height,
        ..Track::default()
    })
}

/// Whether a packet is a sequence of OBUs to its last byte (AV1 specification, 5.3).
fn is_av1(mut packet: &[u8]) -> bool {
    const FORBIDDEN_OR_RESERVED: u8 = 0x81;
    while let Some(&head) = packet.first() {
        let obu = Obu::first(packet).filter(|obu| matches!(obu.kind, 1..=8 | 15));
        let Some(obu) = obu.filter(|_| head & FORBIDDEN_OR_RESERVED == 0) else {
            return false;
        };
        packet = obu.behind;
    }
    true
}

/// Any bytes may be Opus, but packets that are not of Opus do not say how far they are apart.
fn opus(packets: &[PacketSample], tick: Duration) -> Option<Track> {
    const STEREO: u8 = 4;
    let durations: Option<Vec<Duration>> = packets
        .iter()
        .map(|packet| opus_packet_duration(packet.data))
        .collect();
    let durations = durations.filter(|_| packets.len() >= MIN_AUDIO)?;
    let steps = packets.windows(2).zip(&durations);
    let goes_on = |(pair, duration): &(&[PacketSample], &Duration)| {
        let step = u32::try_from(pair[1].time - pair[0].time).ok();
        let step = step.and_then(|step| tick.checked_mul(step));
        step.is_some_and(|step| step.abs_diff(**duration) <= tick)
    };
    // Nothing is sent for some packets of silence, and some may be lost.
    let right = steps.filter(goes_on).count();
    if right * 4 < (packets.len() - 1) * 3 {
        return None;
    }
    let is_stereo = |packet: &PacketSample| packet.data[0] & STEREO != 0;
    let channels = if packets.iter().any(is_stereo) { 2 } else { 1 };
    Some(Track {
        kind: TrackType::Audio,
        codec_id: "A_OPUS".to_owned(),
        codec_private: OpusHead::of(channels, OPUS_DELAY)?,
        codec_delay: OPUS_DELAY,
        seek_pre_roll: opus_delay::SEEK_PRE_ROLL,
        sample_rate: OPUS_RATE,
        channels,
        ..Track::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICK: Duration = Duration::from_millis(1);
    const VP8: &[u8] = &[0x10, 2, 0, 0x9D, 1, 0x2A, 0x40, 1, 0xF0, 0];
    const VP9: &[u8] = &[0x82, 0x49, 0x83, 0x42, 0x10, 0x13, 0xF0, 0x0E, 0xF0];
    /// A sequence header of libaom, and a frame.
    const AV1: &[u8] = &[
        0x0A, 0x0B, 0x00, 0x00, 0x00, 0x04, 0x3C, 0xFF, 0xBC, 0xDA, 0xF9, 0x00, 0x40, 0x32, 1, 0,
    ];

    fn found(packets: &[(i64, &[u8])]) -> Option<Track> {
        let packet = |&(time, data)| PacketSample {
            time,
            clusters: 1,
            data,
        };
        let sample = TrackSample {
            number: 3,
            packets: packets.iter().map(packet).collect(),
        };
        track(&sample, TICK)
    }

    #[test]
    fn video_says_its_codec_and_size_in_key_frames() {
        for (codec_id, key) in [("V_VP8", VP8), ("V_VP9", VP9), ("V_AV1", AV1)] {
            let inter: &[u8] = &[0x32, 1, 0];
            let track = found(&[(0, inter), (33, key), (66, inter)]).unwrap();
            assert_eq!(
                (&*track.codec_id, track.width, track.height),
                (codec_id, 320, 240)
            );
            assert_eq!((track.number, track.kind), (3, TrackType::Video));
            assert_eq!(found(&[(0, inter), (33, inter)]), None);
        }
    }

    #[test]
    fn audio_is_opus_if_its_packets_last_as_long_as_they_are_apart() {
        let stereo: &[u8] = &[0xFC, 1, 2];
        let track = found(&[(0, stereo), (20, stereo), (40, stereo), (61, stereo)]).unwrap();
        assert_eq!((&*track.codec_id, track.channels), ("A_OPUS", 2));
        assert_eq!(
            OpusHead::parse(&track.codec_private).map(|head| head.pre_skip),
            Some(312)
        );
        let mono: &[u8] = &[0x78, 1];
        let track = found(&[(5, mono), (25, mono), (44, mono), (64, mono), (84, mono)]);
        assert_eq!(track.map(|track| track.channels), Some(1));
        assert_eq!(
            found(&[(0, stereo), (40, stereo), (60, stereo), (110, stereo)]),
            None
        );
        assert_eq!(found(&[(0, stereo), (20, stereo), (40, stereo)]), None);
        assert_eq!(found(&[(0, stereo), (20, stereo), (40, &[]), (60, stereo)]), None);
    }

    #[test]
    fn other_packets_are_no_av1() {
        for packet in [
            &[0x0A, 0x0B, 0][..],
            &[0x0A],
            &[0x80, 0],
            &[0x4A, 0],
            &[0x32, 5, 0],
            &[0x0E],
        ] {
            assert!(!is_av1(packet), "{packet:?}");
        }
        assert!(is_av1(AV1));
        assert!(is_av1(&[0x12, 0, 0x30, 1, 2, 3]));
    }
}
