//! Fake cameras and microphones: first-class devices that need no hardware.
//!
//! The picture shows colour bars, something that moves, a frame counter, a clock, and the counter once more
//! as a code that machines read ([`read_frame_number`]). For the first 100 ms of every second the whole
//! picture is white, and in the same instant the microphones beep, so that whoever has the file can measure
//! how far sound and picture are apart.
mod camera;
mod catalogue;
mod code;
mod controls;
mod microphone;
mod painter;
mod script;
mod text;
mod ticks;
mod tone;

pub use code::read_frame_number;

use crate::clock::{Clock, Timestamp};
use crate::constraints::{Control, ControlValue, Property};
use crate::devices::backend::CaptureBackend;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, Color, VideoFormat, VideoFrame, frames_to_duration};
use crate::streams::Capture;
use crate::sync::Mutex;
use camera::OpenCamera;
use catalogue::{CAMERAS, MICROPHONES};
use controls::FakeControls;
use microphone::{BLOCKS_PER_SECOND, OpenMicrophone};
use script::Script;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use ticks::Ticks;

/// A live device gives its first frame this long after it was opened, so that a recorder that starts at once
/// has it.
const WARM_UP: Duration = Duration::from_millis(5);

/// Flash and beep last that part of a second, from its beginning.
const SIGNALS_PER_SECOND: u64 = 10;

/// The fake devices of one session; clones are the same devices.
#[derive(Clone, Debug, Default)]
pub struct FakeDevices {
    script: Arc<Script>,
    /// Where every device's counting starts, and that of the script: the first opening, or the first watch.
    epoch: Arc<OnceLock<Timestamp>>,
    controls: FakeControls,
    /// How far each device of the unpaced kind has come: its time does not go back when it is opened in another mode.
    delivered: Arc<Mutex<BTreeMap<String, Arc<AtomicU64>>>>,
}

impl FakeDevices {
    /// Devices that follow a script: things that happen to them, separated by commas. Times count from the first
    /// opening of a device.
    ///
    /// | item | what happens |
    /// |---|---|
    /// | `unplug=camera1@3s`, `plug=camera1@5s` | the device goes, and comes |
    /// | `mute=mic1@1s..2s` | it is muted, as by a switch |
    /// | `stall=mic1@3s` | it gives nothing, and says nothing |
    /// | `resize=camera1:640x480@2s` | its pictures take another size |
    /// | `skew=mic1:1000ppm` | its clock is fast |
    /// | `busy=camera2`, `deny=camera1` | opening it fails |
    /// | `unpaced` | devices give frames as fast as they are taken, none lost, stamped as in real time |
    /// | `none` | there are no devices |
    ///
    /// A span `@1s..2s` ends; a moment `@1s` lasts for ever. Devices are `camera1`, `camera2`, `mic1`, `mic2`.
    ///
    /// # Errors
    /// `Type` for anything else.
    pub fn from_spec(spec: &str) -> Result<Self> {
        Ok(Self {
            script: Arc::new(Script::parse(spec)?),
            ..Self::default()
        })
    }

    fn open(&self, name: &str, clock: &Clock, rate: u32) -> Result<(Scene, Ticks)> {
        self.script.check_opening(name, self.elapsed(clock))?;
        let scene = Scene {
            script: self.script.clone(),
            device: name.to_owned(),
        };
        let given = self.delivered.lock().entry(name.to_owned()).or_default().clone();
        let (epoch, live) = (self.epoch(clock), !self.script.unpaced);
        let ticks = Ticks::new(clock, epoch, rate, scene.skew(), live, given);
        Ok((scene, ticks))
    }

    fn epoch(&self, clock: &Clock) -> Timestamp {
        let warm_up = if self.script.unpaced {
            Duration::ZERO
        } else {
            WARM_UP
        };
        *self.epoch.get_or_init(|| clock.now() + warm_up)
    }

    /// How far the script is.
    fn elapsed(&self, clock: &Clock) -> Duration {
        self.epoch
            .get()
            .map_or(Duration::ZERO, |epoch| clock.now() - *epoch)
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
        let mode = camera.ok_or_else(|| not_there(name))?.modes[mode];
        let format = VideoFormat {
            width: mode.width,
            height: mode.height,
            frame_duration: Some(frames_to_duration(1, mode.frame_rate)),
            color: Color::BT601,
        };
        // The other camera has none.
        let controls = (name == CAMERAS[0].name).then(|| self.controls.clone());
        let (scene, ticks) = self.open(name, clock, mode.frame_rate)?;
        Ok(Box::new(OpenCamera::new(scene, ticks, format, controls)))
    }

    fn open_microphone(
        &self,
        device: &CaptureDevice,
        _: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<AudioBlock>>> {
        let name = &device.hardware_id;
        let microphone = MICROPHONES.iter().find(|microphone| microphone.name == name);
        let microphone = microphone.ok_or_else(|| not_there(name))?;
        let format = AudioFormat {
            sample_rate: microphone.sample_rate,
            channels: microphone.channels,
        };
        let (scene, ticks) = self.open(name, clock, BLOCKS_PER_SECOND)?;
        Ok(Box::new(OpenMicrophone::new(scene, ticks, format)))
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

    /// The script's time begins now, if it has not begun.
    fn on_watch(&self, clock: &Clock) {
        self.epoch(clock);
    }
}

/// The script, as one device plays in it.
struct Scene {
    script: Arc<Script>,
    device: String,
}

impl Scene {
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

    fn skew(&self) -> i32 {
        self.script.skew(&self.device)
    }
}

fn not_there(name: &str) -> Error {
    Error::not_readable(format!("there is no fake device {name}"))
}

/// Whether flash and beep are on, `since_epoch` after the epoch.
fn signal_is_on(since_epoch: Duration) -> bool {
    u64::from(since_epoch.subsec_nanos()) * SIGNALS_PER_SECOND < 1_000_000_000
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
        let stream = devices
            .get_user_media(&MediaStreamConstraints::new(false, true))
            .unwrap();
        let track = &stream.tracks()[0];
        let Feed::Video(feed) = track.feed() else {
            panic!("a camera gives pictures")
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
        assert_eq!(FakeDevices::from_spec("explode").unwrap_err().name(), "TypeError");
    }
}
