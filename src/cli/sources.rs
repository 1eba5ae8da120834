//! Opens the sources of a recording.
use crate::cli::backend::Backend;
use crate::cli::canvas;
use crate::cli::device_tracks::DeviceTracks;
use crate::cli::listen::listener;
use crate::cli::listen::plan::ListenPlan;
use crate::cli::source_plan::{CanvasPlan, SourcePlan};
use crate::cli::track_requests::TrackRequests;
use crate::cli::whep::plan::WhepPlan;
use crate::cli::whep::whep_input::WhepInput;
use mediarec::clock::Clock;
use mediarec::devices::SessionOptions;
use mediarec::error::Result;
use mediarec::files::{FileOptions, Input, open_files};
use mediarec::streams::MediaStream;

/// Suggested where no device can be opened.
const ALTERNATIVE: &str = "--fake-devices and --input FILE work without any";

/// Sources whose devices were looked up.
#[derive(Debug)]
pub enum Sources<'a> {
    Devices(DeviceTracks, bool),
    Files(&'a [Input], FileOptions),
    Canvas(&'a CanvasPlan, Option<DeviceTracks>, Clock),
    Listen(&'a ListenPlan, Clock),
    Whep(&'a WhepPlan, Clock),
}

/// What was opened.
pub struct Opened {
    pub stream: MediaStream,
    /// The session at a media server that the stream comes from.
    pub whep: Option<WhepInput>,
}

impl<'a> Sources<'a> {
    /// Looks up the devices that were named.
    ///
    /// # Errors
    /// Those of [`DeviceTracks::new`].
    pub fn new(plan: &'a SourcePlan) -> Result<Self> {
        let clock = Clock::monotonic();
        let look_up = |backend: &Backend, requests: &TrackRequests, session: &SessionOptions| {
            let devices = backend.session(clock.clone(), session.clone());
            DeviceTracks::new(devices, requests.clone())
        };
        Ok(match plan {
            SourcePlan::Devices {
                backend,
                requests,
                session,
                explain,
            } => Self::Devices(look_up(backend, requests, session)?, *explain),
            SourcePlan::Files(inputs, options) => Self::Files(inputs, *options),
            SourcePlan::Listen(plan) => Self::Listen(plan, clock),
            SourcePlan::Whep(plan) => Self::Whep(plan, clock),
            SourcePlan::Canvas(canvas) => {
                let audio = canvas.audio.as_ref();
                let audio = audio.map(|(backend, requests)| look_up(backend, requests, &canvas.session));
                Self::Canvas(canvas, audio.transpose()?, clock)
            }
        })
    }

    /// Opens all of them as one stream.
    ///
    /// # Errors
    /// Those of `get_user_media`, `open_files`, `RawVideo::open` and `Player::open`.
    pub fn open(&self) -> Result<Opened> {
        let stream = match self {
            Self::Devices(devices, explain) => devices.open(*explain, ALTERNATIVE)?,
            Self::Files(inputs, options) => open_files(inputs, *options, &Clock::monotonic())?,
            Self::Canvas(canvas, audio, clock) => canvas::open(canvas, audio.as_ref(), clock)?,
            Self::Listen(plan, clock) => listener::open(plan, clock)?,
            Self::Whep(plan, clock) => {
                let (whep, stream) = WhepInput::open(plan, clock)?;
                let whep = Some(whep);
                return Ok(Opened { stream, whep });
            }
        };
        Ok(Opened { stream, whep: None })
    }
}
