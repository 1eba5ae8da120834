//! Records what a program draws: a square that crosses the picture, for three seconds, into the file that is named.
//!
//!     cargo run --example canvas -- canvas.webm
use mediarec::clock::Clock;
use mediarec::picture::PixelFormat;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions};
use mediarec::streams::Canvas;
use std::error::Error;
use std::fs::File;
use std::thread;
use std::time::Duration;

const WIDTH: usize = 320;
const HEIGHT: usize = 180;
const SIDE: usize = 40;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "canvas.webm".into());
    let canvas = Canvas::new(WIDTH as u32, HEIGHT as u32, &Clock::monotonic())?;
    // Every drawing is a frame.
    let stream = canvas.capture_stream(None)?;
    let recorder = MediaRecorder::new(&stream, MediaRecorderOptions::default())?;
    let mut recording = recorder.start(Some(Duration::from_millis(200)))?;

    thread::spawn(move || {
        for step in 0..90 {
            canvas
                .draw(PixelFormat::Rgba, &picture(step * 3))
                .expect("the picture is as large as the canvas");
            thread::sleep(Duration::from_millis(33));
        }
        recorder.stop();
    });

    let mut file = File::create(&path)?;
    recording.write_to(&mut file, |_| {})?;
    println!("{path}: {:.1} s", recording.stats().duration.as_secs_f64());
    Ok(())
}

/// A white square on blue, so far from the left.
fn picture(left: usize) -> Vec<u8> {
    let mut rgba = Vec::with_capacity(WIDTH * HEIGHT * 4);
    for row in 0..HEIGHT {
        for column in 0..WIDTH {
            let inside =
                (left..left + SIDE).contains(&column) && (HEIGHT / 2..HEIGHT / 2 + SIDE).contains(&row);
            rgba.extend(if inside {
                [255, 255, 255, 255]
            } else {
                [0, 40, 120, 255]
            });
        }
    }
    rgba
}
