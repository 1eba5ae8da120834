//! Sends a recording away in chunks of half a second, as they come, over TCP to whoever listens there; here that is a
//! thread of its own.
//!
//! ```sh
//! cargo run --example upload_chunks
//! ```
//!
//! Each chunk is whole Clusters that begin with a key frame, so that a listener may join at any of them.
use mediarec::constraints::MediaStreamConstraints;
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent};
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

const CHUNK: Duration = Duration::from_millis(500);

fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || receive(&listener));
    let sent = upload(&mut TcpStream::connect(address)?)?;
    let received = server.join().map_err(|_| "the listener panicked")??;
    println!("{sent} bytes sent, {} received", received.len());
    if received.len() != sent || !received.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
        return Err("what was received is not what was sent".into());
    }
    Ok(())
}

/// Records two seconds into anything that takes bytes.
fn upload(to: &mut impl Write) -> Result<usize, Box<dyn Error>> {
    // As fast as they are sent; `FakeDevices::default()` gives them in real time, as other devices do.
    let devices = MediaDevices::new(FakeDevices::from_spec("unpaced")?);
    let stream = devices.get_user_media(&MediaStreamConstraints::audio_video())?;
    let options = MediaRecorderOptions {
        max_duration: Some(Duration::from_secs(2)),
        video_key_frame_interval_duration: Some(CHUNK),
        ..Default::default()
    };
    let recorder = MediaRecorder::new(&stream, options)?;
    let mut sent = 0;
    recorder.start(Some(CHUNK))?.stream_to(to, |event| {
        if let RecorderEvent::DataAvailable(blob) = event {
            let (size, key) = (blob.data.bytes.len(), blob.key_frame == Some(true));
            sent += size;
            println!(
                "{:6.0} ms: {size} bytes, begins with a key frame: {key}",
                blob.timecode
            );
        }
    })?;
    Ok(sent)
}

fn receive(listener: &TcpListener) -> io::Result<Vec<u8>> {
    let (mut stream, _) = listener.accept()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(bytes)
}
