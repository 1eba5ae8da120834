//! `--canvas`: raw pictures on standard input, alone, with media files, or with a microphone.
use crate::cli::args::record::SourceArgs;
use crate::cli::plan::{FAKE_DEVICES, devices, open_devices};
use crate::cli::wishes::Wishes;
use mediarec::clock::Clock;
use mediarec::devices::MediaDevices;
use mediarec::error::{Error, Result};
use mediarec::files::{Input, RawVideo, Reading, open_files};
use mediarec::streams::{MediaStream, MediaStreamTrack, ReadyState, TrackEvent};
use std::io;
use std::thread;

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
