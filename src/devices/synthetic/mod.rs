//! Fake cameras and microphones, which need no hardware.
//!
//! The cameras show color bars, a moving box, a frame counter, a clock, and the frame counter as a machine-readable code
//! ([`read_frame_number`]). For the first 100 ms of every second the frame is white, and the microphones beep at the same
//! time, so that the offset of audio and video can be measured in a recording.
mod camera;
mod catalogue;
mod code;
mod controls;
mod loss;
mod microphone;
mod noise;
mod painter;
mod script;
mod signal;
mod speaker;
mod text;
mod timer;
mod tone;

pub use code::read_frame_number;

use crate::clock::{Clock, Timestamp};
use crate::constraints::{Control, ControlValue, Property};
use crate::devices::backend::CaptureBackend;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::error::{Error, Result};
use crate::media::{
    AudioBlock, AudioFormat, Color, PixelAspect, VideoFormat, VideoFrame, frames_to_duration,
};
use crate::streams::{Capture, Playback, PlaybackQueue};
use crate::sync::Mutex;
use camera::OpenCamera;
use catalogue::{CAMERAS, MICROPHONES};
use controls::FakeControls;
use microphone::{BLOCKS_PER_SECOND, OpenMicrophone};
use script::Script;
use signal::Signal;
use speaker::OpenSpeaker;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use timer::FrameTimer;

/// A live device delivers its first frame this long after opening, so that a recorder that starts at once receives it.
const WARM_UP: Duration = Duration::from_millis(5);

/// Flash and beep last one over this of every second, from its beginning.
const SIGNAL_FRACTION: u64 = 10;

/// Two cameras, two microphones and a speaker for one session. Clones are the same devices.
///
/// A script ([`FromStr`](#impl-FromStr-for-FakeDevices)) makes things happen to them:
///
/// ```
/// use mediarec::devices::synthetic::FakeDevices;
///
/// let devices: FakeDevices = "unplug=camera1@3s,mute=mic1@1s..2s".parse()?;
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct FakeDevices {
    script: Arc<Script>,
    /// Time zero of all devices and of the script: when a device is opened or the list is watched for the first time.
    epoch: Arc<OnceLock<Timestamp>>,
    controls: FakeControls,
    /// The progress of unpaced devices, by name: time does not go back when a device is opened in another mode.
    progress: Arc<Mutex<BTreeMap<String, Arc<AtomicU64>>>>,
}

impl FakeDevices {
    /// Creates devices that follow a script, as [`FromStr`] does.
    ///
    /// # Errors
    /// `Type` for invalid syntax, an unknown device, or a value out of range.
    pub fn from_spec(spec: &str) -> Result<Self> {
        spec.parse()
    }

    fn open(&self, name: &str, clock: &Clock, rate: u32) -> Result<(DeviceScript, FrameTimer)> {
        let progress = self.progress.lock().entry(name.to_owned()).or_default().clone();
        self.script
            .check_opening(name, self.opening_time(name, &progress, clock))?;
        let script = DeviceScript {
            script: self.script.clone(),
            device: name.to_owned(),
        };
        let (epoch, live) = (self.epoch(clock), !self.script.unpaced);
        let timer = FrameTimer::new(clock, epoch, rate, script.skew(), live, progress);
        Ok((script, timer))
    }

    /// Returns the time of the script at which a device is opened. An unpaced device that was open before goes on where it
    /// was, or when it is plugged in next: nothing else would make its time pass.
    fn opening_time(&self, name: &str, progress: &AtomicU64, clock: &Clock) -> Duration {
        let so_far = Duration::from_nanos(progress.load(Ordering::SeqCst));
        if !self.script.unpaced || so_far.is_zero() {
            return self.elapsed(clock);
        }
        let at = self.script.present_from(name, so_far).unwrap_or(so_far);
        progress.store(u64::try_from(at.as_nanos()).unwrap_or(u64::MAX), Ordering::SeqCst);
        at
    }

    fn epoch(&self, clock: &Clock) -> Timestamp {
        let warm_up = if self.script.unpaced {
            Duration::ZERO
        } else {
            WARM_UP
        };
        *self.epoch.get_or_init(|| clock.now() + warm_up)
    }

    /// Returns the time of the script.
    fn elapsed(&self, clock: &Clock) -> Duration {
        self.epoch
            .get()
            .map_or(Duration::ZERO, |epoch| clock.now() - *epoch)
    }
}

impl FromStr for FakeDevices {
    type Err = Error;

    /// Creates devices that follow a script: a comma-separated list of events. Times count from the first opening of a
    /// device.
    ///
    /// | item | effect |
    /// |---|---|
    /// | `unplug=camera1@3s`, `plug=camera1@5s` | the device is unplugged, and plugged in |
    /// | `mute=mic1@1s..2s` | the device is muted, as by a hardware switch |
    /// | `stall=mic1@3s` | it delivers nothing, without an error |
    /// | `resize=camera1:640x480@2s` | its frames change to another size; 16 to 8192 pixels per side |
    /// | `skew=mic1:1000ppm` | its clock is fast, or slow if negative; at most 100000 ppm |
    /// | `black=camera1@2s`, `freeze=camera1@2s` | its frames are black, with noise; it repeats a frame |
    /// | `still=camera1` | its frames show nothing that moves, and have noise |
    /// | `lose=camera1:5%` | it loses frames |
    /// | `silence=mic1@2s`, `noise=mic1:-60dB` | its samples are 0; they are noise with this peak, −120 to 0 dBFS |
    /// | `busy=camera2`, `deny=camera1` | opening it fails: in use, or permission denied |
    /// | `default=mic2@3s` | it becomes the system's default device |
    /// | `unpaced` | devices deliver frames as fast as they are read, without loss, with timestamps as in real time |
    /// | `none` | there are no devices |
    ///
    /// `@1s..2s` is a time span; the effect of `@1s` does not end. Devices are `camera1`, `camera2`, `mic1` and `mic2`, and
    /// `speaker1` for the effects that it can have: `unplug`, `plug`, `busy` and `deny`.
    ///
    /// # Errors
    /// `Type` for invalid syntax, an unknown device, or a value out of range.
    fn from_str(script: &str) -> Result<Self> {
        Ok(Self {
            script: Arc::new(script.parse()?),
            ..Self::default()
        })
    }
}

impl CaptureBackend for FakeDevices {
    fn devices(&self, kind: MediaDeviceKind, clock: &Clock) -> Result<Vec<CaptureDevice>> {
        let elapsed = self.elapsed(clock);
        let mut devices = catalogue::devices();
        devices.retain(|device| {
            device.kind == kind
                && !self.script.no_devices
                && self.script.is_present(&device.hardware_id, elapsed)
        });
        let names = devices.iter().map(|device| &*device.hardware_id);
        if let Some(default) = self.script.default_of(names, elapsed).map(str::to_owned) {
            for device in &mut devices {
                device.is_default = device.hardware_id == default;
            }
        }
        Ok(devices)
    }

    fn open_camera(
        &self,
        device: &CaptureDevice,
        mode: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<VideoFrame>>> {
        let name = &device.hardware_id;
        let camera = CAMERAS.iter().find(|camera| camera.name == name);
        let mode = camera.ok_or_else(|| no_such_device(name))?.modes[mode];
        let format = VideoFormat {
            width: mode.width,
            height: mode.height,
            frame_duration: Some(frames_to_duration(1, mode.frame_rate)),
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        // The other camera has no controls.
        let controls = (name == CAMERAS[0].name).then(|| self.controls.clone());
        let (script, timer) = self.open(name, clock, mode.frame_rate)?;
        Ok(Box::new(OpenCamera::new(script, timer, format, controls)))
    }

    fn open_speaker(
        &self,
        device: &CaptureDevice,
        queue: &PlaybackQueue,
        clock: &Clock,
    ) -> Result<Box<dyn Playback>> {
        let name = &device.hardware_id;
        self.script.check_opening(name, self.elapsed(clock))?;
        let script = DeviceScript {
            script: self.script.clone(),
            device: name.clone(),
        };
        let speaker = OpenSpeaker::start(script, clock, self.epoch(clock), queue)?;
        Ok(Box::new(speaker))
    }

    fn open_microphone(
        &self,
        device: &CaptureDevice,
        _: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<AudioBlock>>> {
        let name = &device.hardware_id;
        let microphone = MICROPHONES.iter().find(|microphone| microphone.name == name);
        let microphone = microphone.ok_or_else(|| no_such_device(name))?;
        let format = AudioFormat {
            sample_rate: microphone.sample_rate,
            channels: microphone.channels,
        };
        let (script, timer) = self.open(name, clock, BLOCKS_PER_SECOND)?;
        Ok(Box::new(OpenMicrophone::new(script, timer, format)))
    }

    fn controls(&self, device: &CaptureDevice) -> Vec<Control> {
        self.controls.list(&device.hardware_id)
    }

    fn set_control(&self, _: &CaptureDevice, property: Property, value: &ControlValue) -> Result<()> {
        self.controls.set(property, value);
        Ok(())
    }

    fn is_live(&self) -> bool {
        !self.script.unpaced
    }

    /// Starts the time of the script, if it has not started.
    fn on_watch(&self, clock: &Clock) {
        self.epoch(clock);
    }
}

/// The part of the script about one device.
struct DeviceScript {
    script: Arc<Script>,
    device: String,
}

impl DeviceScript {
    fn check_presence(&self, at: Duration) -> Result<()> {
        if self.script.is_present(&self.device, at) {
            Ok(())
        } else {
            Err(script::unplugged(&self.device))
        }
    }

    fn is_muted(&self, at: Duration) -> bool {
        self.script.is_muted(&self.device, at)
    }

    fn is_stalled(&self, at: Duration) -> bool {
        self.script.is_stalled(&self.device, at)
    }

    fn size(&self, at: Duration) -> Option<(u32, u32)> {
        self.script.size(&self.device, at)
    }

    fn signal(&self, at: Duration) -> Option<Signal> {
        self.script.signal(&self.device, at)
    }

    fn loses(&self, number: u64, at: Duration) -> bool {
        self.script.loses(&self.device, number, at)
    }

    fn skew(&self) -> i32 {
        self.script.skew(&self.device)
    }
}

fn no_such_device(name: &str) -> Error {
    Error::not_readable(format!("there is no fake device '{name}'"))
}

/// Returns whether flash and beep are on at this time after the epoch.
fn signal_is_on(since_epoch: Duration) -> bool {
    u64::from(since_epoch.subsec_nanos()) * SIGNAL_FRACTION < 1_000_000_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraints::MediaStreamConstraints;
    use crate::devices::MediaDevices;
    use crate::streams::ReadyState;
    use crate::streams::track::Feed;

    #[test]
    fn the_list_has_microphones_first_and_the_default_speaker_twice() {
        let list: Vec<(String, &str)> = MediaDevices::new(FakeDevices::default())
            .enumerate_devices()
            .unwrap()
            .into_iter()
            .map(|d| (d.label, d.kind.as_str()))
            .collect();
        let expected = [
            ("Fake microphone 1", "audioinput"),
            ("Fake microphone 2", "audioinput"),
            ("Fake camera 1 (user)", "videoinput"),
            ("Fake camera 2 (environment)", "videoinput"),
            ("Default: Fake speaker", "audiooutput"),
            ("Fake speaker", "audiooutput"),
        ];
        assert_eq!(list, expected.map(|(label, kind)| (label.to_owned(), kind)));
    }

    #[test]
    fn unpaced_devices_give_every_frame_with_its_exact_time_and_number() {
        let devices = MediaDevices::with_clock(FakeDevices::from_spec("unpaced").unwrap(), Clock::manual());
        let stream = devices.get_user_media(&MediaStreamConstraints::video()).unwrap();
        let track = &stream.tracks()[0];
        let Feed::Video(feed) = track.feed() else {
            panic!("a camera delivers video")
        };
        let listener = feed.listen(1);
        for (number, frame) in (0..40u32).zip(listener.frames()) {
            assert_eq!(
                frame.time,
                Timestamp::ZERO + frames_to_duration(number.into(), 30)
            );
            let picture = &frame.picture;
            assert_eq!(
                read_frame_number(picture.planes()[0], picture.width(), picture.height()),
                Some(number)
            );
        }
        track.stop();
        assert_eq!(track.ready_state(), ReadyState::Ended);
    }

    #[test]
    fn an_unknown_script_is_a_type_error() {
        assert_eq!("explode".parse::<FakeDevices>().unwrap_err().name(), "TypeError");
    }
}
