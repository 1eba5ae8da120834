//! Records five seconds, or as many as are said, of the default camera and microphone into a file that players can
//! seek in.
//!
//! ```sh
//! cargo run --example record_to_file -- out.webm 5
//! ```
//!
//! It records the fake devices; `MediaDevices::native()` in their place records the machine's.
use mediarec::constraints::MediaStreamConstraints;
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions};
use std::error::Error;
use std::fs::File;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("say which file to record into")?;
    let seconds: f64 = arguments.next().as_deref().unwrap_or("5").parse()?;

    let devices = MediaDevices::new(FakeDevices::default());
    let stream = devices.get_user_media(&MediaStreamConstraints::audio_video())?;
    let options = MediaRecorderOptions {
        max_duration: Some(Duration::from_secs_f64(seconds)),
        ..Default::default()
    };
    let recorder = MediaRecorder::new(&stream, options)?;

    let mut file = File::create(&path)?;
    // A timeslice of 0: packets are written as they are encoded, and the file can be played at every moment.
    let mut recording = recorder.start(Some(Duration::ZERO))?;
    recording.write_to(&mut file, |_| {})?;
    let stats = recording.stats();
    println!(
        "{:.3} s, {} bytes in {path}",
        stats.duration.as_secs_f64(),
        stats.bytes
    );
    Ok(())
}
