//! `mediarec photo`: one picture of a camera, as a file.
use crate::cli::args::photo::PhotoArgs;
use crate::cli::backend::Backend;
use crate::cli::device_tracks::{DeviceTracks, FAKE_DEVICES};
use crate::cli::output::check_is_new;
use crate::cli::track_requests::TrackRequests;
use crate::cli::{constraints_json, stderr, stdout};
use anyhow::Context;
use mediarec::clock::Clock;
use mediarec::constraints::Constrain;
use mediarec::error::{Error, Result};
use mediarec::picture::ImageType;
use mediarec::streams::{ImageCapture, MediaStreamTrack};
use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a camera is given to find its exposure; fake ones have none to find.
const SETTLING: Duration = Duration::from_secs(1);

/// Where the picture goes.
enum Target {
    Stdout,
    File(PathBuf),
}

/// Takes a photo as the arguments say. The file is made when there is something to put into it.
///
/// # Errors
/// Those of `getUserMedia`, of `takePhoto`, and of the output.
pub fn run(args: &PhotoArgs) -> anyhow::Result<()> {
    let (target, image_type) = target(args.output.as_deref())?;
    if let Target::File(path) = &target
        && !args.force
    {
        check_is_new(path)?;
    }
    if !args.constraints.audio.is_empty() || args.constraints.microphone.is_some() {
        return Err(usage("a photo has no sound; leave --audio and --microphone out").into());
    }
    let backend = Backend::new(&args.backend)?;
    let settling = match (&backend, args.settle) {
        (_, Some(settling)) => settling,
        (Backend::Fake(_), None) => Duration::ZERO,
        (_, None) => SETTLING,
    };
    let devices = backend.devices(Clock::monotonic());
    let json = constraints_json::read(args.constraints.constraints.as_deref())?;
    let requests = TrackRequests::new(&args.constraints, json.as_deref(), false)?.of_one_video();
    let stream = DeviceTracks::new(devices, requests)?.open(args.constraints.explain, FAKE_DEVICES)?;
    let track = stream.video_tracks().into_iter().next();
    let track = track.ok_or_else(|| usage("a photo needs a camera; leave --no-video out"))?;
    take_all_of_it(&track)?;
    let capture = ImageCapture::new(&track)?;
    if !settling.is_zero() {
        // The first frame may take longer than the exposure.
        capture.grab_frame()?;
        let clock = Clock::monotonic();
        let until = clock.now() + settling;
        while clock.now() < until {
            capture.grab_frame()?;
        }
    }
    let photo = capture.take_photo_as(image_type, None)?;
    track.stop();
    match target {
        Target::Stdout => stdout::print(&photo.bytes),
        Target::File(path) => {
            write(&path, &photo.bytes, args.force)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            if args.output.is_none() {
                stderr::say(format_args!("mediarec: {}", path.display()));
            }
            Ok(())
        }
    }
}

fn usage(message: impl Into<String>) -> Error {
    Error::Type {
        message: message.into(),
    }
}

/// Without a word on the size a photo is as large as the camera can; which camera it is, that does not decide.
fn take_all_of_it(track: &MediaStreamTrack) -> Result<()> {
    let mut asked = track.get_constraints();
    let basic = &mut asked.basic;
    if basic.width.is_some() || basic.height.is_some() || basic.aspect_ratio.is_some() {
        return Ok(());
    }
    basic.width = Some(Constrain::ideal(u32::MAX));
    basic.height = Some(Constrain::ideal(u32::MAX));
    track.apply_constraints(&asked)
}

fn target(output: Option<&Path>) -> Result<(Target, ImageType)> {
    let Some(path) = output else {
        let name = format!("mediarec-{}.jpg", jiff::Zoned::now().strftime("%Y%m%d-%H%M%S"));
        return Ok((Target::File(name.into()), ImageType::Jpeg));
    };
    if path == Path::new("-") {
        if io::stdout().is_terminal() {
            return Err(usage(
                "a photo is not for a terminal; name a file with -o FILE or pipe it on",
            ));
        }
        return Ok((Target::Stdout, ImageType::Jpeg));
    }
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase());
    let image_type = match extension.as_deref() {
        None | Some("jpg" | "jpeg") => ImageType::Jpeg,
        Some("png") => ImageType::Png,
        Some(other) => {
            return Err(usage(format!("photos are .jpg or .png, not .{other}")));
        }
    };
    Ok((Target::File(path.to_owned()), image_type))
}

/// Writes a whole file, or leaves none behind that is new.
fn write(path: &Path, bytes: &[u8], overwrite: bool) -> io::Result<()> {
    // A pipe or a device is written to as it is.
    if overwrite || (path.exists() && !path.is_file()) {
        return fs::write(path, bytes);
    }
    let mut file = File::create_new(path)?;
    file.write_all(bytes).inspect_err(|_| {
        // What could not be written cannot be worth more than the error.
        let _ = fs::remove_file(path);
    })
}
