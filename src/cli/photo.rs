//! `mediarec photo`: a still picture from a camera, as a file.
use crate::cli::args::photo::PhotoArgs;
use crate::cli::backend::Backend;
use crate::cli::device_tracks::{DeviceTracks, FAKE_DEVICES};
use crate::cli::output::terminal_error;
use crate::cli::output_path::check_is_new;
use crate::cli::track_requests::TrackRequests;
use crate::cli::{constraints_json, descriptor, stderr, stdout};
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

/// Time for a camera to adjust its exposure; fake ones need none.
const SETTLE_TIME: Duration = Duration::from_secs(1);

/// Where the photo is written.
enum Target {
    Stdout,
    File(PathBuf),
}

/// Takes a photo. The file is created only when there is data to write.
///
/// # Errors
/// Those of `getUserMedia`, of `takePhoto`, and of the output.
pub fn run(args: &PhotoArgs) -> anyhow::Result<()> {
    let (target, image_type) = target(args.output.as_deref())?;
    if let Target::File(path) = &target
        && !args.force
        && descriptor::number(path).is_none()
    {
        check_is_new(path)?;
    }
    if !args.constraints.audio.is_empty() || args.constraints.microphone.is_some() {
        return Err(usage("a photo has no audio; remove --audio and --microphone").into());
    }
    let settle_time = match args.settle {
        Some(settle_time) => settle_time,
        None if args.backend.fake_devices.is_some() => Duration::ZERO,
        None => SETTLE_TIME,
    };
    let devices = Backend::new(&args.backend)?.devices(Clock::monotonic());
    let json = constraints_json::read(args.constraints.constraints.as_deref())?;
    let requests = TrackRequests::new(&args.constraints, json.as_deref(), false)?.of_one_video();
    let stream = DeviceTracks::new(devices, requests)?.open(args.constraints.explain, FAKE_DEVICES)?;
    let track = stream.video_tracks().into_iter().next();
    let track = track.ok_or_else(|| usage("a photo needs a camera; remove --no-video"))?;
    prefer_largest_size(&track)?;
    let capture = ImageCapture::new(&track)?;
    if !settle_time.is_zero() {
        // The first frame may take longer than the exposure.
        capture.grab_frame()?;
        let clock = Clock::monotonic();
        let until = clock.now() + settle_time;
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
                .with_context(|| format!("cannot write {}", path.display()))?;
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

/// Unless a size was requested, the photo is as large as the camera can; this has no influence on which camera is selected.
fn prefer_largest_size(track: &MediaStreamTrack) -> Result<()> {
    let mut constraints = track.get_constraints();
    let basic = &mut constraints.basic;
    if basic.width.is_some() || basic.height.is_some() || basic.aspect_ratio.is_some() {
        return Ok(());
    }
    basic.width = Some(Constrain::ideal(u32::MAX));
    basic.height = Some(Constrain::ideal(u32::MAX));
    track.apply_constraints(&constraints)
}

fn target(output: Option<&Path>) -> Result<(Target, ImageType)> {
    let Some(path) = output else {
        let name = format!("mediarec-{}.jpg", jiff::Zoned::now().strftime("%Y%m%d-%H%M%S"));
        return Ok((Target::File(name.into()), ImageType::Jpeg));
    };
    if descriptor::is_stdout(path) {
        if io::stdout().is_terminal() {
            return Err(terminal_error("a photo"));
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
            return Err(usage(format!("unknown image type .{other}; use .jpg or .png")));
        }
    };
    Ok((Target::File(path.to_owned()), image_type))
}

/// Writes a whole file; a new one is removed if that fails.
fn write(path: &Path, bytes: &[u8], overwrite: bool) -> io::Result<()> {
    if let Some(number) = descriptor::number(path) {
        return descriptor::duplicate(number)?.write_all(bytes);
    }
    // Pipes and devices are written to as they are.
    if overwrite || (path.exists() && !path.is_file()) {
        return fs::write(path, bytes);
    }
    let mut file = File::create_new(path)?;
    file.write_all(bytes).inspect_err(|_| {
        // If this fails too, the first error is the one to report.
        let _ = fs::remove_file(path);
    })
}
