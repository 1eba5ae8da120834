//! The face that every backend shows: which devices there are, and what an opened one gives.
use crate::clock::Clock;
use crate::constraints::{Control, ControlValue, MediaTrackSettings, Property};
use crate::devices::info::MediaDeviceKind;
use crate::error::Result;
use crate::streams::frame::Frame;
use crate::streams::source::{FrameSender, Ready};
use std::sync::Arc;
use std::time::Duration;

/// A device as its backend knows it, before ids are made for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Device {
    pub(crate) kind: MediaDeviceKind,
    /// Tells the device from all others and survives replugging and renumbering. It is never shown, only hashed.
    pub(crate) hardware: String,
    /// The same for all devices of one physical unit, such as a webcam's camera and microphone; None when it
    /// cannot be told. Of a USB device it is "usb:" and the kernel's name of where it is plugged in, as "usb:1-2.4":
    /// the name of the nearest folder with a vendor above what `/sys/class/…/device` leads to.
    pub(crate) unit: Option<String>,
    /// A name for people.
    pub(crate) label: String,
    /// What a user may call it besides its id and label: `/dev/video0`, the name of a server's source.
    pub(crate) names: Vec<String>,
    /// Whether the system prefers it to others of its kind.
    pub(crate) is_default: bool,
    /// What it can be opened as, without ids; nothing for an output.
    pub(crate) modes: Vec<MediaTrackSettings>,
    /// What can be set on it while it is open.
    pub(crate) controls: Controls,
}

/// The controls of a device, and what sets them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Controls {
    /// With what they stand at now.
    pub(crate) list: Vec<Control>,
    /// None of a device without controls.
    pub(crate) panel: Option<Panel>,
}

/// Sets what can be set on a device while it is open; it is called from any thread.
pub(crate) trait ControlPanel: Send + Sync {
    /// Sets one control to a value in its range.
    ///
    /// # Errors
    /// `NotReadable` when the device refuses.
    fn set(&self, property: Property, value: &ControlValue) -> Result<()>;
}

/// A panel that clones of its device share.
#[derive(Clone)]
pub(crate) struct Panel(pub(crate) Arc<dyn ControlPanel>);

/// The way to a device does not tell it from others.
impl PartialEq for Panel {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::fmt::Debug for Panel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Panel")
    }
}

/// An opened device. It lives on its capture thread and is closed there, by being dropped.
pub(crate) trait Capture {
    /// `VideoFrame` or `AudioBlock`, stamped at capture on the session's clock.
    type Output: Frame;

    /// Waits at most so long for what comes next; None when nothing came. An error is the device's end.
    ///
    /// # Errors
    /// `NotReadable` when the device was unplugged or is broken.
    fn read(&mut self, wait: Duration) -> Result<Option<Self::Output>>;

    /// Frames, or blocks, that the device or its driver has lost since it was opened.
    fn lost(&self) -> u64;

    /// Whether it is muted, by a switch of its own for example, and gives nothing real.
    fn is_muted(&self) -> bool {
        false
    }

    /// The format of what was read last, if it is not that of what was read before.
    fn new_format(&mut self) -> Option<<Self::Output as Frame>::Format> {
        None
    }
}

impl<T: Frame> Capture for Box<dyn Capture<Output = T>> {
    type Output = T;

    fn read(&mut self, wait: Duration) -> Result<Option<T>> {
        (**self).read(wait)
    }

    fn lost(&self) -> u64 {
        (**self).lost()
    }

    fn is_muted(&self) -> bool {
        (**self).is_muted()
    }

    fn new_format(&mut self) -> Option<T::Format> {
        (**self).new_format()
    }
}

/// How long a device may give nothing before its tracks are muted.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long to wait at once: how soon a stop is noticed, and how often something stands in for nothing.
const LOOK_AROUND: Duration = Duration::from_millis(40);

/// A source that captures from a device until nobody wants more of it.
pub(crate) fn ready<T: Frame>(
    format: T::Format,
    device: impl Capture<Output = T> + 'static,
    clock: &Clock,
) -> Ready<T> {
    let clock = clock.clone();
    Ready {
        format,
        body: Box::new(move |sender| run(device, format, sender, &clock)),
    }
}

/// Hands on what the device gives. When it gives nothing its tracks are muted, and black or silence keeps them going.
fn run<T: Frame>(
    mut device: impl Capture<Output = T>,
    mut format: T::Format,
    sender: &FrameSender<T>,
    clock: &Clock,
) -> Result<()> {
    let mut lost = 0;
    let mut previous: Option<T> = None;
    let opened = clock.now();
    let mut fed = opened;
    while sender.is_wanted() {
        let frame = device.read(LOOK_AROUND)?;
        if let Some(new) = device.new_format() {
            format = new;
            sender.set_format(format);
        }
        let now = clock.now();
        let starved = frame.is_none() && now - fed > PATIENCE;
        sender.set_muted(starved || device.is_muted());
        let frame = match frame {
            Some(frame) => {
                fed = now;
                Some(frame)
            }
            None if starved => previous
                .get_or_insert_with(|| T::empty(format, opened))
                .filler(now),
            None => None,
        };
        let total = device.lost();
        if total > lost {
            sender.add_lost(total - lost);
            lost = total;
        }
        if let Some(frame) = frame {
            if !sender.send(&frame) {
                break;
            }
            previous = Some(frame);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::constraints::{MediaTrackCapabilities, MediaTrackConstraints};
    use crate::error::Error;
    use crate::media::{AudioBlock, AudioFormat, Color, VideoFormat, VideoFrame};
    use crate::streams::source::{Backpressure, Source};
    use crate::streams::tap::Tap;
    use std::marker::PhantomData;

    /// A device that gives nothing at all for three seconds of a clock that it moves itself, and ends.
    struct Silent<T>(Clock, PhantomData<T>);

    impl<T: Frame> Capture for Silent<T> {
        type Output = T;

        fn read(&mut self, wait: Duration) -> Result<Option<T>> {
            if self.0.now() >= Timestamp::from_millis(3000) {
                return Err(Error::not_readable("three seconds are over"));
            }
            self.0.advance(wait);
            Ok(None)
        }

        fn lost(&self) -> u64 {
            0
        }
    }

    /// What a track gets of such a device.
    fn fillers<T: Frame>(format: T::Format) -> Vec<T> {
        let clock = Clock::manual();
        let device = Silent(clock.clone(), PhantomData);
        let opener = Box::new(move || Ok(ready::<T>(format, device, &clock)));
        let source = Source::open("silent", Backpressure::Block, opener).unwrap();
        let mode = T::mode(format, &MediaTrackSettings::default());
        let (asked, all) = (
            MediaTrackConstraints::default(),
            MediaTrackCapabilities::default(),
        );
        let tap = Arc::new(Tap::new(format, &mode, asked, all, Vec::new()).unwrap());
        let listener = tap.listen(1000, None);
        assert!(source.attach(&tap));
        listener.frames().collect()
    }

    #[test]
    fn silence_stands_for_a_microphone_that_gives_nothing_from_its_opening_on() {
        let format = AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        };
        let blocks = fillers::<AudioBlock>(format);
        let mut end = Timestamp::ZERO;
        for block in &blocks {
            assert_eq!(block.time, end);
            assert!(block.samples.iter().all(|sample| *sample == 0.0));
            end = block.time + block.duration();
        }
        assert_eq!(end, Timestamp::from_millis(3000));
    }

    #[test]
    fn black_stands_for_a_camera_that_gives_nothing_once_a_second_is_over() {
        let format = VideoFormat {
            width: 32,
            height: 16,
            frame_duration: None,
            color: Color::BT601,
        };
        let frames = fillers::<VideoFrame>(format);
        let times: Vec<u64> = frames.iter().map(|frame| frame.time.round_millis()).collect();
        let expected: Vec<u64> = (1..=75)
            .map(|look| look * 40)
            .filter(|time| *time > 1000)
            .collect();
        assert_eq!(times, expected);
        for frame in &frames {
            assert_eq!((frame.picture.width(), frame.picture.height()), (32, 16));
            assert!(frame.picture.planes()[0].iter().all(|luma| *luma == 16));
        }
    }
}
