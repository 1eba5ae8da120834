//! `--canvas`: raw pictures on standard input, alone, with media files, or with a microphone.
use crate::cli::args::SourceArgs;
use crate::cli::plan::{FAKE_DEVICES, devices, open_devices};
use crate::cli::wishes::Wishes;
use mediarec::clock::Clock;
use mediarec::devices::MediaDevices;
use mediarec::error::{Error, Result};
use mediarec::files::{Input, RawVideo, ReadRate, open_files};
use mediarec::picture::PixelFormat;
use mediarec::streams::{MediaStream, MediaStreamTrack, ReadyState, TrackEvent};
use std::io;
use std::str::FromStr;
use std::thread;

/// What `--canvas` says: `WxH[@FPS][:FORMAT]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CanvasArg(pub RawVideo);

/// Without `@FPS`.
const USUAL_RATE: f64 = 30.0;

impl FromStr for CanvasArg {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        const HELP: &str = "give WIDTHxHEIGHT, a rate and a layout, such as 640x360@25:rgba";
        let (rest, format) = text.split_once(':').unwrap_or((text, "rgba"));
        let (size, rate) = match rest.split_once('@') {
            Some((size, rate)) => (size, parse_rate(rate).ok_or(HELP)?),
            None => (rest, USUAL_RATE),
        };
        let (width, height) = size.split_once('x').ok_or(HELP)?;
        let pixel_format = match format {
            "rgba" => PixelFormat::Rgba,
            "bgra" => PixelFormat::Bgra,
            "i420" => PixelFormat::I420,
            "nv12" => PixelFormat::Nv12,
            other => {
                return Err(format!(
                    "'{other}' is no layout; there are rgba, bgra, i420 and nv12"
                ));
            }
        };
        Ok(Self(RawVideo {
            width: width.parse().map_err(|_| HELP)?,
            height: height.parse().map_err(|_| HELP)?,
            frame_rate: rate,
            pixel_format,
        }))
    }
}

/// `25`, `29.97`, `30000/1001`.
fn parse_rate(text: &str) -> Option<f64> {
    let (above, below) = text.split_once('/').unwrap_or((text, "1"));
    Some(above.parse::<f64>().ok()? / below.parse::<f64>().ok()?)
}

/// The canvas, and what is recorded beside it.
#[derive(Debug)]
pub struct CanvasSources {
    raw: RawVideo,
    reading: ReadRate,
    pub inputs: Vec<Input>,
    clock: Clock,
    sound: Option<(MediaDevices, Wishes)>,
}

impl CanvasSources {
    /// # Errors
    /// `Type` for what cannot be recorded beside a canvas.
    pub fn new(raw: RawVideo, args: &SourceArgs, inputs: Vec<Input>, reading: ReadRate) -> Result<Self> {
        if inputs.contains(&Input::Stdin) {
            return Err(Error::Type {
                message: "standard input carries the canvas; --input needs the name of a file".into(),
            });
        }
        let clock = Clock::monotonic();
        let wanted = !args.constraints.audio.is_empty() || args.constraints.microphone.is_some();
        let sound = if wanted {
            let devices = devices(&args.backend, clock.clone())?;
            let wishes = Wishes::new(&args.constraints, true, &devices)?;
            Some((devices, wishes))
        } else {
            None
        };
        // A microphone does not wait for pictures, nor do pictures run ahead of it.
        let reading = if sound.is_some() {
            ReadRate::Realtime
        } else {
            reading
        };
        Ok(Self {
            raw,
            reading,
            inputs,
            clock,
            sound,
        })
    }

    /// Opens everything; the pictures' track is the first.
    ///
    /// # Errors
    /// Those of `RawVideo::open`, `open_files` and `get_user_media`.
    pub fn open(&self) -> Result<MediaStream> {
        let pictures = self.raw.open("stdin", io::stdin(), self.reading, &self.clock)?;
        let mut tracks = vec![pictures.clone()];
        if !self.inputs.is_empty() {
            tracks.extend(open_files(&self.inputs, self.reading, &self.clock)?.tracks());
        }
        if let Some((devices, wishes)) = &self.sound {
            let sound = open_devices(devices, wishes, false, FAKE_DEVICES)?.tracks();
            tracks.extend(sound.iter().cloned());
            stop_with(pictures, sound)?;
        }
        Ok(MediaStream::new(tracks))
    }
}

/// Sound that never ends by itself ends with the pictures.
fn stop_with(pictures: MediaStreamTrack, sound: Vec<MediaStreamTrack>) -> Result<()> {
    let wait = move || {
        let mut events = pictures.events();
        if pictures.ready_state() == ReadyState::Live {
            events.find(|event| matches!(event, TrackEvent::Ended));
        }
        sound.iter().for_each(MediaStreamTrack::stop);
    };
    let thread = thread::Builder::new().name("canvas-end".into()).spawn(wait);
    thread.map(drop).map_err(|error| Error::Unknown {
        message: "the system gives no thread to wait for the canvas's end".into(),
        source: Some(error.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canvas_is_a_size_and_may_have_a_rate_and_a_layout() {
        let raw = |frame_rate, pixel_format| {
            Ok(CanvasArg(RawVideo {
                width: 64,
                height: 36,
                frame_rate,
                pixel_format,
            }))
        };
        assert_eq!("64x36".parse(), raw(30.0, PixelFormat::Rgba));
        assert_eq!("64x36@25".parse(), raw(25.0, PixelFormat::Rgba));
        assert_eq!("64x36:i420".parse(), raw(30.0, PixelFormat::I420));
        assert_eq!(
            "64x36@30000/1001:nv12".parse(),
            raw(30_000.0 / 1001.0, PixelFormat::Nv12)
        );
        for wrong in [
            "",
            "64",
            "64x",
            "x36",
            "-1x3",
            "64x36@",
            "64x36@a",
            "64x36:yuv",
            "64x36:",
        ] {
            assert!(wrong.parse::<CanvasArg>().is_err(), "{wrong}");
        }
    }
}
