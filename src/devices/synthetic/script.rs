//! What happens to fake devices, and when.
use super::catalogue::{CAMERAS, MICROPHONES};
use crate::error::{Error, Result};
use std::time::Duration;

/// A script; without one nothing ever happens.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Script {
    /// Frames come as fast as they are taken.
    pub(super) unpaced: bool,
    /// There is no device at all.
    pub(super) no_devices: bool,
    scenes: Vec<Scene>,
}

/// Something that happens to one device from one moment to another.
#[derive(Clone, Debug, PartialEq)]
struct Scene {
    device: &'static str,
    what: What,
    from: Duration,
    /// None is for ever.
    to: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Unplugged,
    /// Ends what `Unplugged` began; by itself, the device is not there before.
    Plugged,
    Muted,
    Stalled,
    Busy,
    Denied,
    Resized(u32, u32),
    /// Parts per million by which the device's clock is fast.
    Skewed(i32),
}

/// The greatest skew, in ppm: real crystals stay below a hundredth of it.
const MOST_SKEW: i32 = 100_000;

impl Scene {
    fn holds(&self, device: &str, at: Duration) -> bool {
        self.device == device && self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

impl Script {
    /// Reads `unplug=camera1@3s,mute=mic1@1s..2s,…`.
    ///
    /// # Errors
    /// `Type` for what is not understood.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut script = Self::default();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            match item {
                "unpaced" => script.unpaced = true,
                "none" => script.no_devices = true,
                _ => script.scenes.extend(scenes(item)?),
            }
        }
        Ok(script)
    }

    fn find<T>(&self, device: &str, at: Duration, of: impl Fn(What) -> Option<T>) -> Option<T> {
        let mut scenes = self.scenes.iter().filter(|scene| scene.holds(device, at)).rev();
        scenes.find_map(|scene| of(scene.what))
    }

    fn is(&self, what: What, device: &str, at: Duration) -> bool {
        self.find(device, at, |other| (other == what).then_some(()))
            .is_some()
    }

    /// Whether the device is plugged in.
    pub(super) fn is_present(&self, device: &str, at: Duration) -> bool {
        let mut plugging: Vec<&Scene> = self
            .scenes
            .iter()
            .filter(|scene| scene.device == device && matches!(scene.what, What::Plugged | What::Unplugged))
            .collect();
        plugging.sort_by_key(|scene| scene.from);
        let last = plugging.iter().rev().find(|scene| scene.from <= at);
        match last.or(plugging.first()) {
            None => true,
            // Before the first of them it is the other way round.
            Some(scene) => (scene.what == What::Plugged) == (scene.from <= at),
        }
    }

    pub(super) fn is_muted(&self, device: &str, at: Duration) -> bool {
        self.is(What::Muted, device, at)
    }

    pub(super) fn is_stalled(&self, device: &str, at: Duration) -> bool {
        self.is(What::Stalled, device, at)
    }

    /// What keeps the device from being opened.
    ///
    /// # Errors
    /// `NotAllowed` when access is denied, `NotReadable` when somebody else has it or it is not there.
    pub(super) fn check_opening(&self, device: &str, at: Duration) -> Result<()> {
        if self.is(What::Denied, device, at) {
            return Err(Error::NotAllowed {
                message: format!("{device} may not be opened; its script says deny={device}"),
                source: None,
            });
        }
        if self.is(What::Busy, device, at) {
            return Err(Error::not_readable(format!(
                "{device} is in use by somebody else; its script says busy={device}"
            )));
        }
        if !self.is_present(device, at) {
            return Err(unplugged(device));
        }
        Ok(())
    }

    /// The size that a camera has taken of itself.
    pub(super) fn size(&self, device: &str, at: Duration) -> Option<(u32, u32)> {
        self.find(device, at, |what| match what {
            What::Resized(width, height) => Some((width, height)),
            _ => None,
        })
    }

    /// How fast the device's clock is, in ppm.
    pub(super) fn skew(&self, device: &str) -> i32 {
        let skew = self.find(device, Duration::ZERO, |what| match what {
            What::Skewed(ppm) => Some(ppm),
            _ => None,
        });
        skew.unwrap_or(0)
    }
}

pub(super) fn unplugged(device: &str) -> Error {
    Error::not_readable(format!("{device} was unplugged"))
}

/// What is said of one item; the end of a device's absence, or of its presence, is a scene of its own.
fn scenes(item: &str) -> Result<Vec<Scene>> {
    let first = scene(item)?;
    let opposite = match first.what {
        What::Unplugged => Some(What::Plugged),
        What::Plugged => Some(What::Unplugged),
        _ => None,
    };
    let after = opposite.zip(first.to).map(|(what, from)| Scene {
        device: first.device,
        what,
        from,
        to: None,
    });
    Ok([first].into_iter().chain(after).collect())
}

/// `WHAT=DEVICE[:VALUE][@TIME[..TIME]]`.
fn scene(item: &str) -> Result<Scene> {
    let (verb, rest) = item.split_once('=').ok_or_else(|| not_understood(item))?;
    let (object, times) = match rest.split_once('@') {
        Some((object, times)) => (object, Some(times)),
        None => (rest, None),
    };
    let (device, value) = match object.split_once(':') {
        Some((device, value)) => (device, Some(value)),
        None => (object, None),
    };
    let what = match (verb, value) {
        ("unplug", None) => What::Unplugged,
        ("plug", None) => What::Plugged,
        ("mute", None) => What::Muted,
        ("stall", None) => What::Stalled,
        ("busy", None) => What::Busy,
        ("deny", None) => What::Denied,
        ("resize", Some(size)) => parse_size(size).ok_or_else(|| not_understood(item))?,
        ("skew", Some(ppm)) => parse_skew(ppm).ok_or_else(|| not_understood(item))?,
        _ => return Err(not_understood(item)),
    };
    let takes_time = !matches!(what, What::Skewed(_));
    let needs_time = matches!(what, What::Unplugged | What::Plugged | What::Resized(..));
    if (times.is_some() && !takes_time) || (times.is_none() && needs_time) {
        return Err(not_understood(item));
    }
    let (from, to) = match times {
        Some(times) => parse_times(times).ok_or_else(|| not_understood(item))?,
        None => (Duration::ZERO, None),
    };
    Ok(Scene {
        device: known(device, what)?,
        what,
        from,
        to,
    })
}

fn known(name: &str, what: What) -> Result<&'static str> {
    let cameras = CAMERAS.iter().map(|camera| camera.name);
    let microphones = MICROPHONES.iter().map(|microphone| microphone.name);
    let suitable: Vec<&'static str> = match what {
        What::Resized(..) => cameras.collect(),
        What::Skewed(_) => microphones.collect(),
        _ => cameras.chain(microphones).collect(),
    };
    suitable
        .iter()
        .copied()
        .find(|known| *known == name)
        .ok_or_else(|| {
            Error::type_error(format!(
                "no fake device of this kind is called '{name}'; there are {}",
                suitable.join(", ")
            ))
        })
}

fn parse_times(text: &str) -> Option<(Duration, Option<Duration>)> {
    let time = |text: &str| humantime::parse_duration(text).ok();
    match text.split_once("..") {
        None => Some((time(text)?, None)),
        Some((from, to)) => {
            let (from, to) = (time(from)?, time(to)?);
            (from < to).then_some((from, Some(to)))
        }
    }
}

fn parse_size(text: &str) -> Option<What> {
    let (width, height) = text.split_once('x')?;
    let side = |text: &str| text.parse::<u32>().ok().filter(|side| (16..=8192).contains(side));
    Some(What::Resized(side(width)?, side(height)?))
}

fn parse_skew(text: &str) -> Option<What> {
    let ppm: i32 = text.strip_suffix("ppm")?.parse().ok()?;
    (ppm.abs() <= MOST_SKEW).then_some(What::Skewed(ppm))
}

fn not_understood(item: &str) -> Error {
    Error::type_error(format!(
        "fake devices do not understand '{item}'; examples: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, \
         stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, unpaced, none"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn script(text: &str) -> Script {
        Script::parse(text).unwrap()
    }

    #[test]
    fn a_device_is_there_but_between_its_unplugging_and_its_plugging() {
        let script = script("unplug=camera1@3s,plug=camera1@5s,plug=mic2@1s");
        let present = |name, ms| script.is_present(name, at(ms));
        assert_eq!(
            [0, 2999, 3000, 4999, 5000].map(|ms| present("camera1", ms)),
            [true, true, false, false, true]
        );
        assert_eq!([0, 999, 1000].map(|ms| present("mic2", ms)), [false, false, true]);
        assert!(present("camera2", 3000));
        assert_eq!(
            script.check_opening("camera1", at(3000)).unwrap_err().name(),
            "NotReadableError"
        );
    }

    #[test]
    fn an_absence_that_is_a_span_ends_with_it_and_so_does_a_presence() {
        let script = script("unplug=camera1@1s..2s,plug=mic1@1s..2s");
        let present = |name| [999, 1000, 1999, 2000].map(|ms| script.is_present(name, at(ms)));
        assert_eq!(present("camera1"), [true, false, false, true]);
        assert_eq!(present("mic1"), [false, true, true, false]);
    }

    #[test]
    fn spans_hold_from_their_first_moment_to_before_their_last() {
        let script = script("mute=mic1@1s..2s, stall=camera1@500ms");
        assert_eq!(
            [999, 1000, 1999, 2000].map(|ms| script.is_muted("mic1", at(ms))),
            [false, true, true, false]
        );
        assert!(!script.is_stalled("camera1", at(499)));
        assert!(script.is_stalled("camera1", at(1_000_000)));
        assert!(!script.is_stalled("camera2", at(1_000_000)));
    }

    #[test]
    fn sizes_skews_and_closed_doors_are_read() {
        let script = script("unpaced,resize=camera1:640x480@2s,skew=mic1:-250ppm,busy=camera2,deny=mic2");
        assert!(script.unpaced);
        assert_eq!(script.size("camera1", at(1999)), None);
        assert_eq!(script.size("camera1", at(2000)), Some((640, 480)));
        assert_eq!((script.skew("mic1"), script.skew("mic2")), (-250, 0));
        assert_eq!(
            script.check_opening("camera2", at(0)).unwrap_err().name(),
            "NotReadableError"
        );
        assert_eq!(
            script.check_opening("mic2", at(0)).unwrap_err().name(),
            "NotAllowedError"
        );
        assert!(script.check_opening("camera1", at(0)).is_ok());
    }

    #[test]
    fn what_is_not_understood_is_a_type_error() {
        for text in [
            "explode",
            "unplug=camera1",
            "unplug=camera9@1s",
            "mute=mic1@2s..1s",
            "mute=mic1@soon",
            "resize=mic1:640x480@1s",
            "resize=camera1:640@1s",
            "skew=mic1:fast",
            "skew=mic1:9999999ppm",
            "skew=camera1:1ppm",
            "busy=camera1:7",
        ] {
            let error = Script::parse(text).unwrap_err();
            assert_eq!(error.name(), "TypeError", "{text}");
        }
    }
}
