//! Fake cameras and microphones: first-class devices that need no hardware.
//!
//! The picture shows colour bars, something that moves, a frame counter, a clock, and the counter once more
//! as a code that machines read ([`read_frame_number`]). For the first 100 ms of every second the whole
//! picture is white, and in the same instant the microphones beep, so that whoever has the file can measure
//! how far sound and picture are apart.
mod catalogue;
mod code;
mod painter;
mod text;
mod tone;

pub use code::read_frame_number;

use crate::clock::{Clock, Timestamp};
use crate::devices::constraints::{Candidate, MediaTrackSettings, Selection};
use crate::devices::fit::Fitter;
use crate::devices::info::MediaDeviceInfo;
use crate::devices::source::{FrameSender, Pace, Source};
use crate::devices::track::{Feed, Opened, TrackKind};
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, Color, VideoFormat, VideoFrame, frames_to_duration};
use crate::picture::PicturePool;
use catalogue::{CameraMode, FakeMicrophone};
use painter::Painter;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tone::Tone;

/// A live device gives its first frame this long after it was opened, so that a recorder that starts at once
/// has it.
const WARM_UP: Duration = Duration::from_millis(5);

/// A live device that is later than this was stopped, and does not make up for it.
const STANDSTILL: Duration = Duration::from_millis(500);

/// How long flash and beep last, from the beginning of every second.
const SIGNAL: Duration = Duration::from_millis(100);

/// Blocks a second that a microphone delivers.
const BLOCKS_PER_SECOND: u32 = 100;

/// The fake devices of one session; clones are the same devices.
#[derive(Clone, Debug, Default)]
pub struct FakeDevices {
    unpaced: bool,
    /// Where every device's counting starts: the first opening.
    epoch: Arc<OnceLock<Timestamp>>,
}

impl FakeDevices {
    /// Devices that follow a script.
    ///
    /// `""` is devices as they are by [`default`](Self::default), in real time; `"unpaced"` is devices that give
    /// frames as fast as they are taken, none lost, still stamped as in real time.
    ///
    /// # Errors
    /// `Type` for anything else.
    pub fn from_spec(spec: &str) -> Result<Self> {
        match spec {
            "" => Ok(Self::default()),
            "unpaced" => Ok(Self {
                unpaced: true,
                ..Self::default()
            }),
            other => Err(Error::type_error(format!(
                "fake devices know no script '{other}'; say nothing for devices in real time, or 'unpaced'"
            ))),
        }
    }

    pub(crate) fn list() -> Vec<MediaDeviceInfo> {
        catalogue::list()
    }

    /// All that the devices of a kind can deliver.
    pub(crate) fn candidates(kind: TrackKind) -> Vec<Candidate> {
        match kind {
            TrackKind::Video => catalogue::camera_candidates().0,
            TrackKind::Audio => catalogue::microphone_candidates(),
        }
    }

    /// Opens the device behind a candidate of [`candidates`](Self::candidates).
    pub(crate) fn open(&self, kind: TrackKind, clock: &Clock, selection: &Selection) -> Result<Opened> {
        match kind {
            TrackKind::Video => {
                let (_, modes) = catalogue::camera_candidates();
                self.open_camera(modes[selection.candidate], clock, &selection.settings)
            }
            TrackKind::Audio => self.open_microphone(&catalogue::MICROPHONES[selection.candidate], clock),
        }
    }

    fn open_camera(
        &self,
        chosen: CameraMode,
        clock: &Clock,
        settings: &MediaTrackSettings,
    ) -> Result<Opened> {
        let CameraMode { camera, mode } = chosen;
        let native = VideoFormat {
            width: mode.width,
            height: mode.height,
            frame_duration: Some(frames_to_duration(1, mode.frame_rate)),
            color: Color::BT601,
        };
        let (width, height) = (
            settings.width.unwrap_or(mode.width),
            settings.height.unwrap_or(mode.height),
        );
        let fitter = Fitter::new(native, width, height, settings.frame_rate)?;
        let format = fitter.format();
        let ticks = self.ticks(clock, mode.frame_rate);
        let source = Source::spawn("camera", self.pace(), move |sender| {
            run_camera(sender, ticks, native, fitter)
        })?;
        Ok(Opened {
            label: camera.label.into(),
            feed: Feed::Video(format, source),
        })
    }

    fn open_microphone(&self, microphone: &FakeMicrophone, clock: &Clock) -> Result<Opened> {
        let format = AudioFormat {
            sample_rate: microphone.sample_rate,
            channels: microphone.channels,
        };
        let ticks = self.ticks(clock, BLOCKS_PER_SECOND);
        let source = Source::spawn("microphone", self.pace(), move |sender| {
            run_microphone(sender, ticks, format);
            Ok(())
        })?;
        Ok(Opened {
            label: microphone.label.into(),
            feed: Feed::Audio(format, source),
        })
    }

    fn pace(&self) -> Pace {
        if self.unpaced { Pace::Patient } else { Pace::Live }
    }

    /// The ticks of a device that is opened now.
    fn ticks(&self, clock: &Clock, rate: u32) -> Ticks {
        let warm_up = if self.unpaced { Duration::ZERO } else { WARM_UP };
        let epoch = *self.epoch.get_or_init(|| clock.now() + warm_up);
        Ticks {
            clock: clock.clone(),
            epoch,
            rate,
            // Devices that wait for whoever reads miss nothing.
            next: if self.unpaced {
                0
            } else {
                first_index(clock.now() - epoch, rate)
            },
        }
    }
}

/// When a device has something to give: tick n is exactly n times 1/`rate` of a second after the epoch.
struct Ticks {
    clock: Clock,
    epoch: Timestamp,
    rate: u32,
    next: u64,
}

impl Ticks {
    /// Number of the next tick, and how long after the epoch it is.
    ///
    /// What a live device missed because the whole process stood still never comes, as with any device.
    fn next<T: Clone + Send + 'static>(&mut self, sender: &FrameSender<T>) -> (u64, Duration) {
        let elapsed = self.clock.now() - self.epoch;
        let late = elapsed.saturating_sub(frames_to_duration(self.next, self.rate));
        if sender.pace() == Pace::Live && late > STANDSTILL {
            self.next = first_index(elapsed, self.rate);
        }
        let number = self.next;
        self.next += 1;
        (number, frames_to_duration(number, self.rate))
    }

    /// Waits until then, where the device is live; false when it is to end.
    fn wait_until<T: Clone + Send + 'static>(&self, at: Timestamp, sender: &FrameSender<T>) -> bool {
        sender.pace() == Pace::Patient || sender.wait_until(&self.clock, at)
    }
}

fn run_camera(
    sender: &FrameSender<VideoFrame>,
    mut ticks: Ticks,
    native: VideoFormat,
    mut fitter: Fitter,
) -> Result<()> {
    let pool = PicturePool::new(native.width, native.height);
    let painter = Painter::new(native.width, native.height);
    loop {
        let (number, since_epoch) = ticks.next(sender);
        let mut picture = pool.take();
        painter.paint(&mut picture, number, since_epoch);
        let time = ticks.epoch + since_epoch;
        let frame = VideoFrame {
            time,
            duration: native.frame_duration,
            picture: Arc::new(picture),
        };
        let wanted = fitter.fit(frame)?;
        // Painted ahead of its time, so that it is delivered on the dot.
        if !ticks.wait_until(time, sender) || !wanted.is_none_or(|frame| sender.send(&frame)) {
            return Ok(());
        }
    }
}

fn run_microphone(sender: &FrameSender<AudioBlock>, mut ticks: Ticks, format: AudioFormat) {
    let tone = Tone::new(format);
    let block_frames = u64::from(format.sample_rate / BLOCKS_PER_SECOND);
    loop {
        let (number, since_epoch) = ticks.next(sender);
        let block = AudioBlock {
            time: ticks.epoch + since_epoch,
            sample_rate: format.sample_rate,
            channels: format.channels,
            samples: tone.samples(number * block_frames, block_frames),
        };
        // Sound can be had when it is over.
        if !ticks.wait_until(block.time + block.duration(), sender) || !sender.send(&block) {
            return;
        }
    }
}

/// The first of the things that come `rate` times a second which does not begin before `elapsed`.
fn first_index(elapsed: Duration, rate: u32) -> u64 {
    let index = (elapsed.as_nanos() * u128::from(rate)).div_ceil(1_000_000_000);
    u64::try_from(index).unwrap_or(u64::MAX)
}

/// Whether flash and beep are on, `since_epoch` after the epoch.
fn signal_is_on(since_epoch: Duration) -> bool {
    since_epoch.subsec_nanos() < SIGNAL.subsec_nanos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::constraints::MediaStreamConstraints;
    use crate::devices::{Backend, MediaDevices, ReadyState};

    #[test]
    fn the_list_has_microphones_first_and_the_default_speaker_twice() {
        let list: Vec<(String, &str)> = FakeDevices::list()
            .into_iter()
            .map(|d| (d.device_id, d.kind.as_str()))
            .collect();
        let expected = [
            ("mic1", "audioinput"),
            ("mic2", "audioinput"),
            ("camera1", "videoinput"),
            ("camera2", "videoinput"),
            ("default", "audiooutput"),
            ("speaker1", "audiooutput"),
        ];
        assert_eq!(list, expected.map(|(id, kind)| (id.to_owned(), kind)));
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
        let Feed::Video(_, source) = track.feed() else {
            panic!("a camera gives pictures")
        };
        let listener = source.listen(1);
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

    #[test]
    fn the_first_index_does_not_lie_in_the_past() {
        assert_eq!(first_index(Duration::ZERO, 30), 0);
        assert_eq!(first_index(Duration::from_nanos(1), 30), 1);
        assert_eq!(first_index(Duration::from_secs(1), 30), 30);
    }
}
