//! Opens the sources of a recording.
use crate::cli::backend::Backend;
use crate::cli::canvas;
use crate::cli::device_tracks::DeviceTracks;
use crate::cli::listen::listener;
use crate::cli::listen::plan::ListenPlan;
use crate::cli::source_plan::{CanvasPlan, SourcePlan};
use crate::cli::track_requests::TrackRequests;
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
    /// Those of `get_user_media`, `open_files` and `RawVideo::open`.
    pub fn open(&self) -> Result<MediaStream> {
        match self {
            Self::Devices(devices, explain) => devices.open(*explain, ALTERNATIVE),
            Self::Files(inputs, options) => open_files(inputs, *options, &Clock::monotonic()),
            Self::Canvas(canvas, audio, clock) => canvas::open(canvas, audio.as_ref(), clock),
            Self::Listen(plan, clock) => listener::open(plan, clock),
        }
    }
}
