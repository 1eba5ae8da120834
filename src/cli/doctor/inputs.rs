//! Cameras and microphones: each is opened for a second, as a recording would.
use crate::cli::device_names::device_names;
use crate::cli::device_tracks::open_device;
use crate::cli::doctor::finding::Finding;
use crate::cli::doctor::sample::{Fault, Sample};
use mediarec::devices::{MediaDeviceInfo, MediaDeviceKind, MediaDevices};
use mediarec::error::Result;
use mediarec::media::TrackKind;
use mediarec::streams::MediaStreamTrack;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long a device is listened to once it delivers, and how long it may take until then.
const LISTEN: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(4);

/// Frames that may wait to be looked at.
const QUEUE: usize = 32;

/// Tries all inputs of a kind, one after the other: cameras share the bandwidth of their bus.
pub fn look(devices: &MediaDevices, kind: MediaDeviceKind) -> Vec<Finding> {
    let subject = subject(kind);
    let listed = match devices
        .check_listing(kind)
        .and_then(|()| devices.enumerate_devices())
    {
        Ok(listed) => listed,
        Err(error) => return vec![Finding::error(subject, None, &error)],
    };
    let own: Vec<_> = listed.into_iter().filter(|device| device.kind == kind).collect();
    if own.is_empty() {
        return vec![missing(kind)];
    }
    let named = own.iter().zip(device_names(&own));
    named
        .map(|(device, name)| look_at(devices, device, &name))
        .collect()
}

const fn subject(kind: MediaDeviceKind) -> &'static str {
    match kind {
        MediaDeviceKind::VideoInput => "camera",
        MediaDeviceKind::AudioInput => "microphone",
        MediaDeviceKind::AudioOutput => "speaker",
    }
}

fn missing(kind: MediaDeviceKind) -> Finding {
    let (subject, flag) = match kind {
        MediaDeviceKind::VideoInput => ("camera", "--no-video"),
        _ => ("microphone", "--no-audio"),
    };
    Finding::problem(
        subject,
        format!("there is no {subject}"),
        format!(
            "Plug one in, pass it to the container or virtual machine, or record without: mediarec record {flag}"
        ),
    )
}

fn look_at(devices: &MediaDevices, device: &MediaDeviceInfo, name: &str) -> Finding {
    let subject = subject(device.kind);
    match try_out(devices, device) {
        Ok(trial) => trial.finding(subject, name),
        Err(error) => Finding::error(subject, Some(name), &error),
    }
}

/// What trying a device has shown.
struct Trial {
    opened_in: Duration,
    sample: Sample,
    /// It delivered nothing at the end: muted by a switch of its own or by the system, or it hangs.
    is_muted: bool,
    mode: Mode,
}

enum Mode {
    Video { size: String, rate: Option<f64> },
    Audio { rate: u32, channels: u32 },
}

fn try_out(devices: &MediaDevices, device: &MediaDeviceInfo) -> Result<Trial> {
    let is_video = device.kind == MediaDeviceKind::VideoInput;
    let kind = if is_video {
        TrackKind::Video
    } else {
        TrackKind::Audio
    };
    let start = Instant::now();
    let track = open_device(devices, kind, &device.device_id)?;
    let opened_in = start.elapsed();
    let settings = track.get_settings();
    let mode = if is_video {
        Mode::Video {
            size: format!(
                "{}x{}",
                settings.width.unwrap_or_default(),
                settings.height.unwrap_or_default()
            ),
            rate: settings.frame_rate,
        }
    } else {
        Mode::Audio {
            rate: settings.sample_rate.unwrap_or_default(),
            channels: settings.channel_count.unwrap_or_default(),
        }
    };
    let sample = sample(&track, is_video)?;
    let is_muted = track.muted();
    track.stop();
    Ok(Trial {
        opened_in,
        sample,
        is_muted,
        mode,
    })
}

/// Reads on another thread, as a device that delivers nothing would not let this one go on.
fn sample(track: &MediaStreamTrack, is_video: bool) -> Result<Sample> {
    let (sender, receiver) = mpsc::sync_channel(QUEUE);
    let add: Box<dyn FnOnce() + Send> = if is_video {
        let frames = track.video_frames(QUEUE)?;
        Box::new(move || send_all(frames, &sender, Sample::add_video))
    } else {
        let blocks = track.audio_blocks(QUEUE)?;
        Box::new(move || send_all(blocks, &sender, Sample::add_audio))
    };
    // Without one, nothing is received, which is what is said then.
    let _ = thread::Builder::new().name("doctor".into()).spawn(add);
    let mut sample = Sample::default();
    let mut until = Instant::now() + PATIENCE;
    let mut is_first = true;
    while let Ok(add) = receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
        add(&mut sample);
        if std::mem::take(&mut is_first) {
            until = until.min(Instant::now() + LISTEN);
        }
    }
    Ok(sample)
}

/// What a frame changes.
type Change = Box<dyn FnOnce(&mut Sample) + Send>;

/// Passes on what frames change, until the track has ended or nobody listens.
fn send_all<T: Send + 'static>(
    frames: impl Iterator<Item = T>,
    sender: &mpsc::SyncSender<Change>,
    add: fn(&mut Sample, &T),
) {
    for frame in frames {
        let change: Change = Box::new(move |sample| add(sample, &frame));
        if sender.send(change).is_err() {
            return;
        }
    }
}

impl Trial {
    fn finding(&self, subject: &'static str, label: &str) -> Finding {
        let mode = self.mode.to_string();
        let fault = match self.mode {
            // Black frames and silence that stand for nothing.
            _ if self.is_muted => Some(Fault::Nothing),
            Mode::Video { rate, .. } => self.sample.video_fault(rate),
            Mode::Audio { rate, .. } => self.sample.audio_fault(f64::from(rate)),
        };
        match fault {
            Some(fault) => fault_finding(subject, label, fault, &mode),
            None => Finding::ok(subject, format!("{label}: {mode}, {}", self.observed())),
        }
    }

    fn observed(&self) -> String {
        let opened = format!("opened in {:.2} s", self.opened_in.as_secs_f64());
        match self.mode {
            Mode::Video { .. } => opened,
            Mode::Audio { .. } => format!("peak {:.0} dBFS, {opened}", self.sample.peak_db()),
        }
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, text: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Video { size, rate } => {
                let rate = rate.map_or(String::new(), |rate| {
                    format!(" at {rate:.4} fps").replace(".0000", "")
                });
                write!(text, "{size}{rate}")
            }
            Self::Audio { rate, channels } => write!(
                text,
                "{rate} Hz, {channels} channel{}",
                if *channels == 1 { "" } else { "s" }
            ),
        }
    }
}

/// What is wrong with a device that could be opened.
fn fault_finding(subject: &'static str, label: &str, fault: Fault, mode: &str) -> Finding {
    match fault {
        Fault::Nothing => Finding::problem(
            subject,
            format!("{label}: it was opened ({mode}) and delivers nothing"),
            "It may be muted: look for a switch or key of its own; if there is none, unplug it and plug it in again",
        ),
        Fault::Black => Finding::problem(
            subject,
            format!("{label}: its picture is black"),
            "Open the lens cover or privacy shutter, and look for a switch or key that turns the camera off",
        ),
        Fault::Silent => Finding::problem(subject, format!("{label}: it is silent, it may be muted"), SILENT),
        Fault::FewFrames(rate) => Finding::warning(
            subject,
            format!("{label}: it delivers {rate:.1} frames per second ({mode})"),
            "Most cameras are slower in the dark: turn on a light; or plug it into a port of its own, or request a smaller size",
        ),
        Fault::WrongRate(rate) => Finding::warning(
            subject,
            format!("{label}: it delivers {rate:.0} samples per second ({mode})"),
            "Recordings follow its clock, so audio and video stay together; another rate may be right: mediarec record \
             --sample-rate 44100",
        ),
    }
}

#[cfg(target_os = "linux")]
const SILENT: &str = "Unmute it in the audio settings, or by: pactl set-source-mute @DEFAULT_SOURCE@ 0 (ALSA: alsamixer -c 0 -V capture)";
#[cfg(not(target_os = "linux"))]
const SILENT: &str = "Unmute it in the audio settings";
