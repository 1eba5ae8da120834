//! The shortest recording: a canvas that fades in, to `canvas.webm`. It needs no feature of the crate.
use mediarec::{Canvas, MediaRecorder, MediaRecorderOptions, clock::Clock, picture::PixelFormat};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let canvas = Canvas::new(64, 64, &Clock::monotonic())?;
    let recorder = MediaRecorder::new(&canvas.capture_stream(None)?, MediaRecorderOptions::default())?;
    let mut recording = recorder.start(None)?;
    for shade in 0..25 {
        canvas.draw(PixelFormat::Rgba, &[shade * 10; 64 * 64 * 4])?;
        std::thread::sleep(std::time::Duration::from_millis(40));
    }
    recorder.stop();
    Ok(recording.write_to(&mut std::fs::File::create("canvas.webm")?, |_| {})?)
}
