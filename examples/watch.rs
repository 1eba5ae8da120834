//! Watches a recording while it is made: a second consumer gets the packets that are encoded anyway, and makes a file of its own
//! that begins where it joined.
//!
//! ```sh
//! cargo run --example watch
//! ```
use mediarec::clock::Timestamp;
use mediarec::constraints::MediaStreamConstraints;
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::error::Result;
use mediarec::media::Packet;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent, Subscription};
use mediarec::webm::{DocType, WebmWriter};
use std::thread;
use std::time::Duration;

/// Bytes that may wait for the consumer, before it loses some.
const MAX_WAITING: usize = 8 << 20;

fn main() -> Result<()> {
    let devices = MediaDevices::new(FakeDevices::from_spec("unpaced")?);
    let stream = devices.get_user_media(&MediaStreamConstraints::audio_video())?;
    let options = MediaRecorderOptions {
        max_duration: Some(Duration::from_secs(3)),
        ..Default::default()
    };
    let mut recording = MediaRecorder::new(&stream, options)?.start(None)?;
    // Could be any time later, from any thread.
    let subscription = recording.broadcast().subscribe(MAX_WAITING);
    let viewer = thread::spawn(move || watch(subscription));
    let mut recorded = 0;
    for event in recording {
        if let RecorderEvent::DataAvailable(blob) = event {
            recorded += blob.data.bytes.len();
        }
    }
    match viewer.join() {
        Ok(watched) => println!("{recorded} bytes recorded, {} watched", watched?),
        Err(_) => println!("{recorded} bytes recorded, and the viewer panicked"),
    }
    Ok(())
}

/// Returns the size of its file.
fn watch(subscription: Subscription) -> Result<u64> {
    let mut webm = WebmWriter::new(DocType::Webm, subscription.tracks())?;
    let mut origin = None;
    for packet in subscription {
        let origin = *origin.get_or_insert(packet.time);
        webm.write(&Packet {
            time: Timestamp::ZERO + (packet.time - origin),
            ..packet
        })?;
        // Here they would be sent to somebody.
        let _bytes = webm.take();
    }
    Ok(webm.position())
}
