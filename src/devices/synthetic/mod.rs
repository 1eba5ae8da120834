//! Fake cameras and microphones: first-class devices that need no hardware.
//!
//! The picture shows colour bars, something that moves, a frame counter, a clock, and the counter once more
//! as a code that machines read ([`read_frame_number`]). For the first 100 ms of every second the whole
//! picture is white, and in the same instant the microphones beep, so that whoever has the file can measure
//! how far sound and picture are apart.
mod camera;
mod catalogue;
mod code;
mod knobs;
mod microphone;
mod painter;
mod script;
mod text;
mod ticks;
mod tone;

pub use code::read_frame_number;

use crate::clock::{Clock, Timestamp};
use crate::devices::capture::{Device, ready};
use crate::devices::open_device::ModeOpener;
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, Color, VideoFormat, VideoFrame, frames_to_duration};
use crate::streams::source::Backpressure;
use camera::OpenCamera;
use catalogue::{CAMERAS, MICROPHONES};
use knobs::Knobs;
use microphone::{BLOCKS_PER_SECOND, OpenMicrophone};
use script::Script;
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
    knobs: Knobs,
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

    /// The script's time begins now, if it has not begun.
    pub(super) fn begin(&self, clock: &Clock) {
        self.epoch(clock);
    }

    /// Those that are plugged in.
    pub(super) fn devices(&self, clock: &Clock) -> Vec<Device> {
        let elapsed = self.elapsed(clock);
        let mut devices = catalogue::devices();
        for device in &mut devices {
            device.controls = self.knobs.controls(&device.hardware);
        }
        devices.retain(|device| !self.script.no_devices && self.script.is_present(&device.hardware, elapsed));
        devices
    }

    pub(super) fn camera(&self, device: &Device, clock: &Clock) -> Box<ModeOpener<VideoFrame>> {
        let (fakes, name, clock) = (self.clone(), device.hardware.clone(), clock.clone());
        // Of all the modes that it is opened in: time does not go back where one follows another.
        let given = Arc::<AtomicU64>::default();
        Box::new(move |mode| {
            let (fakes, name, clock) = (fakes.clone(), name.clone(), clock.clone());
            let given = given.clone();
            Box::new(move || {
                let camera = CAMERAS.iter().find(|camera| camera.name == name);
                let mode = camera.ok_or_else(|| not_there(&name))?.modes[mode];
                let format = VideoFormat {
                    width: mode.width,
                    height: mode.height,
                    frame_duration: Some(frames_to_duration(1, mode.frame_rate)),
                    color: Color::BT601,
                };
                // The other camera has none.
                let knobs = (name == CAMERAS[0].name).then(|| fakes.knobs.clone());
                let (scene, ticks) = fakes.open(name, &clock, mode.frame_rate, given)?;
                Ok(ready(
                    format,
                    OpenCamera::new(scene, ticks, format, knobs),
                    &clock,
                ))
            })
        })
    }

    pub(super) fn microphone(&self, device: &Device, clock: &Clock) -> Box<ModeOpener<AudioBlock>> {
        let (fakes, name, clock) = (self.clone(), device.hardware.clone(), clock.clone());
        Box::new(move |_| {
            let (fakes, name, clock) = (fakes.clone(), name.clone(), clock.clone());
            Box::new(move || {
                let microphone = MICROPHONES.iter().find(|microphone| microphone.name == name);
                let microphone = microphone.ok_or_else(|| not_there(&name))?;
                let format = AudioFormat {
                    sample_rate: microphone.sample_rate,
                    channels: microphone.channels,
                };
                let (scene, ticks) = fakes.open(name, &clock, BLOCKS_PER_SECOND, Arc::default())?;
                Ok(ready(format, OpenMicrophone::new(scene, ticks, format), &clock))
            })
        })
    }

    pub(super) fn backpressure(&self) -> Backpressure {
        if self.script.unpaced {
            Backpressure::Block
        } else {
            Backpressure::DropNewest
        }
    }

    fn open(&self, name: String, clock: &Clock, rate: u32, given: Arc<AtomicU64>) -> Result<(Scene, Ticks)> {
        self.script.check_opening(&name, self.elapsed(clock))?;
        let scene = Scene {
            script: self.script.clone(),
            device: name,
        };
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
    use crate::devices::{Backend, MediaDevices};
    use crate::streams::ReadyState;
    use crate::streams::track::Feed;

    #[test]
    fn the_list_has_microphones_first_and_the_default_speaker_twice() {
        let list: Vec<(String, &str)> = MediaDevices::new(Backend::Fake(FakeDevices::default()))
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
        let devices = MediaDevices::with_clock(
            Backend::Fake(FakeDevices::from_spec("unpaced").unwrap()),
            Clock::manual(),
        );
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
