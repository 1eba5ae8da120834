//! Which sources are to be recorded: devices, media files, or raw video on standard input.
use crate::cli::args::canvas::CanvasArg;
use crate::cli::args::record::SourceArgs;
use crate::cli::backend::Backend;
use crate::cli::device_flag;
use crate::cli::listen::plan::ListenPlan;
use crate::cli::lost_devices;
use crate::cli::track_requests::TrackRequests;
use crate::cli::whep::plan::WhepPlan;
use mediarec::devices::SessionOptions;
use mediarec::error::{Error, Result};
use mediarec::files::{FileOptions, Input, RawVideo, ReadRate};
use mediarec::media::TrackKind;
use std::path::Path;

/// The sources of a recording; nothing is opened yet.
#[derive(Debug)]
pub enum SourcePlan {
    /// Tracks of devices.
    Devices {
        backend: Backend,
        requests: TrackRequests,
        session: SessionOptions,
        explain: bool,
    },
    /// Files, in the order of their tracks.
    Files(Vec<Input>, FileOptions),
    /// Raw video on standard input, and what is recorded with it.
    Canvas(CanvasPlan),
    /// A program that sends over the network.
    Listen(ListenPlan),
    /// A media server that is asked for it.
    Whep(WhepPlan),
}

/// Raw video on standard input, and what is recorded with it.
#[derive(Debug)]
pub struct CanvasPlan {
    pub raw: RawVideo,
    pub read_rate: ReadRate,
    pub inputs: Vec<Input>,
    /// Microphones.
    pub audio: Option<(Backend, TrackRequests)>,
    pub session: SessionOptions,
}

impl SourcePlan {
    /// `audio_only`: the container holds no video; `constraints` is the content of `--constraints`.
    ///
    /// # Errors
    /// `Type` for invalid values, and for flags that do not go together.
    pub fn new(args: &SourceArgs, audio_only: bool, constraints: Option<&str>) -> Result<Self> {
        if args.input.is_empty() && args.canvas.is_none() {
            return Ok(Self::Devices {
                backend: Backend::new(&args.backend)?,
                requests: TrackRequests::new(&args.constraints, constraints, audio_only)?,
                session: lost_devices::session(&args.lost)?,
                explain: args.constraints.explain,
            });
        }
        let inputs = args.input.iter().map(|path| input(path)).collect();
        let read_rate = if args.realtime {
            ReadRate::Realtime
        } else {
            ReadRate::Unpaced
        };
        if let Some(CanvasArg(raw)) = args.canvas {
            return CanvasPlan::new(raw, args, inputs, read_rate).map(Self::Canvas);
        }
        // Not a conflict in the definition: with a canvas there may be files and a microphone.
        device_flag::refuse(args, "--input")?;
        let leave_out = match (
            args.constraints.leave_out.no_video,
            args.constraints.leave_out.no_audio,
        ) {
            (true, _) => Some(TrackKind::Video),
            (_, true) => Some(TrackKind::Audio),
            _ => None,
        };
        Ok(Self::Files(
            inputs,
            FileOptions {
                read_rate,
                exclude: leave_out,
            },
        ))
    }

    /// Leaves out the video of files, unless their audio is left out: then nothing would be left.
    pub fn leave_out_video(&mut self) {
        if let Self::Files(_, options) = self {
            options.exclude.get_or_insert(TrackKind::Video);
        }
    }

    /// The files among the sources.
    pub fn files(&self) -> &[Input] {
        match self {
            Self::Devices { .. } | Self::Listen(_) | Self::Whep(_) => &[],
            Self::Files(inputs, _) => inputs,
            Self::Canvas(canvas) => &canvas.inputs,
        }
    }

    /// Whether standard input is a source.
    pub fn reads_stdin(&self) -> bool {
        matches!(self, Self::Canvas(_)) || self.files().contains(&Input::Stdin)
    }
}

impl CanvasPlan {
    fn new(raw: RawVideo, args: &SourceArgs, inputs: Vec<Input>, read_rate: ReadRate) -> Result<Self> {
        if inputs.contains(&Input::Stdin) {
            return Err(Error::Type {
                message: "standard input is the canvas; give --input the name of a file".into(),
            });
        }
        let has_audio = !args.constraints.audio.is_empty() || args.constraints.microphone.is_some();
        let audio = if has_audio {
            let requests = TrackRequests::new(&args.constraints, None, true)?;
            Some((Backend::new(&args.backend)?, requests))
        } else {
            None
        };
        // A microphone does not wait for video, and video must not run ahead of it.
        let read_rate = if has_audio { ReadRate::Realtime } else { read_rate };
        Ok(Self {
            raw,
            read_rate,
            inputs,
            audio,
            session: lost_devices::session(&args.lost)?,
        })
    }
}

fn input(path: &Path) -> Input {
    match path.to_str() {
        Some("-") => Input::Stdin,
        _ => Input::Path(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Command;
    use crate::cli::args::tests::parsed;

    fn plan(line: &str) -> Result<SourcePlan> {
        let Command::Record(args) = parsed(&format!("record {line}")) else {
            unreachable!("it is record");
        };
        SourcePlan::new(
            &args.source,
            false,
            args.source.constraints.constraints.as_deref(),
        )
    }

    #[test]
    fn without_flags_the_machines_devices_are_recorded() {
        let SourcePlan::Devices {
            backend,
            requests,
            explain,
            ..
        } = plan("").unwrap()
        else {
            panic!("no devices");
        };
        let has_native = cfg!(any(feature = "camera", feature = "microphone"));
        assert_eq!(matches!(backend, Backend::Fake(_)), !has_native);
        assert!(requests.include(TrackKind::Video) && requests.include(TrackKind::Audio));
        assert!(!explain);
    }

    #[test]
    fn files_keep_their_order_and_may_leave_a_kind_out() {
        let plan = plan("--input a.y4m --input - --realtime --no-audio").unwrap();
        assert!(plan.reads_stdin());
        let SourcePlan::Files(inputs, options) = plan else {
            panic!("no files");
        };
        assert_eq!(inputs, [Input::Path("a.y4m".into()), Input::Stdin]);
        assert_eq!(options.read_rate, ReadRate::Realtime);
        assert_eq!(options.exclude, Some(TrackKind::Audio));
    }

    #[test]
    fn constraints_are_not_for_files() {
        for (flags, named) in [("--aspect-ratio 1", "--aspect-ratio"), ("--explain", "--explain")] {
            let error = plan(&format!("--input a.wav {flags}")).unwrap_err();
            assert!(error.to_string().contains(named), "{error}");
        }
    }

    #[test]
    fn a_microphone_makes_a_canvas_real_time() {
        let read_rate = |line: &str| match plan(line).unwrap() {
            SourcePlan::Canvas(canvas) => (canvas.read_rate, canvas.audio.is_some()),
            _ => panic!("no canvas"),
        };
        assert_eq!(read_rate("--canvas 64x36"), (ReadRate::Unpaced, false));
        assert_eq!(
            read_rate("--canvas 64x36 --input a.wav"),
            (ReadRate::Unpaced, false)
        );
        assert_eq!(read_rate("--canvas 64x36 --audio"), (ReadRate::Realtime, true));
        assert!(plan("--canvas 64x36 --input -").is_err());
    }
}
