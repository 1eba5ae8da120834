//! Tracks and packets like those of encoders, for tests: their data is meaningless.
use crate::clock::Timestamp;
use crate::media::{
    AudioFormat, Color, MediaFormat, Packet, PixelAspect, TrackInfo, VideoFormat, frames_to_duration,
};
use crate::webm::doc_type::DocType;
use crate::webm::seek_index::SeekIndex;
use crate::webm::writer::WebmWriter;
use std::time::Duration;

pub(super) fn video_track() -> TrackInfo {
    TrackInfo {
        format: MediaFormat::Video(VideoFormat {
            width: 64,
            height: 48,
            frame_duration: None,
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        }),
        codec_id: "V_VP8".into(),
        codec_private: Vec::new(),
        codec_delay: Duration::ZERO,
        seek_pre_roll: Duration::ZERO,
        name: "Camera".to_owned(),
        elements: None,
    }
}

pub(super) fn audio_track() -> TrackInfo {
    TrackInfo {
        format: MediaFormat::Audio(AudioFormat {
            sample_rate: 48_000,
            channels: 2,
        }),
        codec_id: "A_OPUS".into(),
        codec_private: b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0".to_vec(),
        codec_delay: Duration::from_micros(6_500),
        seek_pre_roll: Duration::from_millis(80),
        name: String::new(),
        elements: None,
    }
}

/// A video frame at 30 frames per second.
pub(super) fn frame(track: usize, number: u64, key: bool) -> Packet {
    Packet {
        track,
        time: Timestamp::ZERO + frames_to_duration(number, 30),
        duration: frames_to_duration(1, 30),
        key,
        padding: Duration::ZERO,
        early: Duration::ZERO,
        data: vp8_like(number, if key { 400 } else { 90 }).into(),
        side_data: None,
    }
}

/// An audio packet of 20 ms.
pub(super) fn audio(track: usize, number: u64) -> Packet {
    Packet {
        track,
        time: Timestamp::from_millis(20 * number),
        duration: Duration::from_millis(20),
        key: true,
        padding: Duration::ZERO,
        early: Duration::ZERO,
        data: opus_like(number).into(),
        side_data: None,
    }
}

/// `seconds` of video (track 0, a key frame each second) and audio (track 1, the last packet
/// padded so that it ends with the video), in container order.
pub(super) fn packets(seconds: u64) -> Vec<Packet> {
    let frames = (0..seconds * 30).map(|number| frame(0, number, number % 30 == 0));
    let mut packets: Vec<_> = (0..=seconds * 50).map(|number| audio(1, number)).collect();
    if let Some(last) = packets.last_mut() {
        last.padding = Duration::from_micros(13_500);
    }
    packets.extend(frames);
    packets.sort_by_key(|packet| (packet.time, packet.track == 0));
    packets
}

/// A live file with these packets, and its index.
pub(super) fn write(tracks: &[TrackInfo], packets: &[Packet]) -> (Vec<u8>, SeekIndex) {
    let mut writer = WebmWriter::new(DocType::Webm, tracks).unwrap();
    for packet in packets {
        writer.write(packet).unwrap();
    }
    (writer.take(), writer.into_index())
}

/// A live file of `seconds` of video and audio, and its index.
pub(super) fn live(seconds: u64) -> (Vec<u8>, SeekIndex) {
    write(&[video_track(), audio_track()], &packets(seconds))
}

/// The same file, finalized.
pub(super) fn finalized(seconds: u64) -> Vec<u8> {
    let (live, index) = self::live(seconds);
    let mut file = std::io::Cursor::new(live);
    index.finalize(&mut file, 0, |_| Ok(())).unwrap();
    file.into_inner()
}

/// Meaningless but for its first byte, which says that the frame is shown (RFC 6386, 9.1).
fn vp8_like(number: u64, length: usize) -> Vec<u8> {
    let mut data = vec![number.to_le_bytes()[0]; length];
    data[0] |= 0x10;
    data
}

/// Meaningless but for its first byte, which says that it is one frame of 20 ms (RFC 6716, 3.1).
fn opus_like(number: u64) -> Vec<u8> {
    let mut data = vec![number.to_le_bytes()[0]; 30];
    data[0] = 0xFC;
    data
}
