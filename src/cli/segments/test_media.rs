//! A recording for the unit tests of segments.
use mediarec::clock::Timestamp;
use mediarec::media::{AudioFormat, MediaFormat, Packet, TrackInfo};
use mediarec::webm::{DocType, SeekIndex, WebmWriter};
use std::time::Duration;

/// A live Matroska file of so many packets of 20 ms, and its index.
pub fn file(packets: u64) -> (Vec<u8>, SeekIndex) {
    let track = TrackInfo {
        format: MediaFormat::Audio(AudioFormat {
            sample_rate: 48_000,
            channels: 2,
        }),
        codec_id: "A_PCM/INT/LIT".into(),
        codec_private: Vec::new(),
        codec_delay: Duration::ZERO,
        seek_pre_roll: Duration::ZERO,
        name: String::new(),
        elements: None,
    };
    let mut writer = WebmWriter::new(DocType::Matroska, &[track]).unwrap();
    for number in 0..packets {
        let packet = Packet {
            track: 0,
            time: Timestamp::from_millis(20 * number),
            duration: Duration::from_millis(20),
            key: true,
            padding: Duration::ZERO,
            early: Duration::ZERO,
            data: vec![0; 3840].into(),
            side_data: None,
        };
        writer.write(&packet).unwrap();
    }
    (writer.take(), writer.into_index())
}
