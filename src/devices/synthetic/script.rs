//! The script of fake devices: what happens to them, and when.
use super::catalogue::{CAMERAS, MICROPHONES, SPEAKER};
use super::loss::Loss;
use super::signal::Signal;
use crate::error::{Error, Result};
use std::str::FromStr;
use std::time::Duration;

/// A script; by default, nothing happens.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Script {
    /// Frames are delivered as fast as they are read.
    pub(super) unpaced: bool,
    /// There are no devices.
    pub(super) no_devices: bool,
    events: Vec<Event>,
}

/// An effect on one device for a span of time.
#[derive(Clone, Debug, PartialEq)]
struct Event {
    device: &'static str,
    effect: Effect,
    /// Inclusive.
    from: Duration,
    /// Exclusive; `None` if the effect does not end.
    to: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Effect {
    Unplugged,
    /// Ends `Unplugged`. Without it, the device is unplugged until then.
    Plugged,
    Muted,
    Stalled,
    Busy,
    Denied,
    /// The device is the system's default of its kind.
    Default,
    Resized(u32, u32),
    /// How fast the device's clock is, in ppm.
    Skewed(i32),
    /// It delivers this in place of its own.
    Delivers(Signal),
    Loses(Loss),
}

/// The maximum skew in ppm; real crystals stay below a hundredth of it.
const MAX_SKEW_PPM: i32 = 100_000;

impl Event {
    fn is_active(&self, device: &str, at: Duration) -> bool {
        self.device == device && self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

impl Script {
    /// Applies `select` to the active effects, the last one in the script first.
    fn find<T>(&self, device: &str, at: Duration, select: impl Fn(Effect) -> Option<T>) -> Option<T> {
        let mut active = self
            .events
            .iter()
            .filter(|event| event.is_active(device, at))
            .rev();
        active.find_map(|event| select(event.effect))
    }

    fn is_active(&self, effect: Effect, device: &str, at: Duration) -> bool {
        self.find(device, at, |active| (active == effect).then_some(()))
            .is_some()
    }

    /// Returns whether the device is plugged in.
    pub(super) fn is_present(&self, device: &str, at: Duration) -> bool {
        let mut changes: Vec<&Event> = self
            .events
            .iter()
            .filter(|event| {
                event.device == device && matches!(event.effect, Effect::Plugged | Effect::Unplugged)
            })
            .collect();
        changes.sort_by_key(|event| event.from);
        let last = changes.iter().rev().find(|event| event.from <= at);
        match last.or(changes.first()) {
            None => true,
            // Before the first change, the opposite holds.
            Some(event) => (event.effect == Effect::Plugged) == (event.from <= at),
        }
    }

    pub(super) fn is_muted(&self, device: &str, at: Duration) -> bool {
        self.is_active(Effect::Muted, device, at)
    }

    pub(super) fn is_stalled(&self, device: &str, at: Duration) -> bool {
        self.is_active(Effect::Stalled, device, at)
    }

    /// Checks whether the device can be opened.
    ///
    /// # Errors
    /// `NotAllowed` if access is denied; `NotReadable` if it is busy or unplugged.
    pub(super) fn check_opening(&self, device: &str, at: Duration) -> Result<()> {
        if self.is_active(Effect::Denied, device, at) {
            return Err(Error::NotAllowed {
                message: format!(
                    "permission denied for {device} (deny={device} in the script of the fake devices)"
                ),
                source: None,
            });
        }
        if self.is_active(Effect::Busy, device, at) {
            return Err(Error::not_readable(format!(
                "{device} is in use by another program (busy={device} in the script of the fake devices)"
            )));
        }
        if !self.is_present(device, at) {
            return Err(unplugged(device));
        }
        Ok(())
    }

    /// Returns when a device that is not there will be plugged in, if ever; `at` if it is there.
    pub(super) fn present_from(&self, device: &str, at: Duration) -> Option<Duration> {
        let plugged = self
            .events
            .iter()
            .filter(|event| event.device == device && event.effect == Effect::Plugged && event.from > at);
        let next = plugged.map(|event| event.from).min();
        if self.is_present(device, at) {
            Some(at)
        } else {
            next
        }
    }

    /// Returns which of these devices is the default, if the script says so.
    pub(super) fn default_of<'a>(
        &self,
        devices: impl Iterator<Item = &'a str>,
        at: Duration,
    ) -> Option<&'a str> {
        let is_default = |device: &&str| self.is_active(Effect::Default, device, at);
        devices.filter(is_default).max_by_key(|device| {
            let events = self.events.iter();
            let own = events.filter(|event| event.effect == Effect::Default && event.is_active(device, at));
            own.map(|event| event.from).max()
        })
    }

    /// Returns the size that a camera has changed to, in pixels.
    pub(super) fn size(&self, device: &str, at: Duration) -> Option<(u32, u32)> {
        self.find(device, at, |effect| match effect {
            Effect::Resized(width, height) => Some((width, height)),
            _ => None,
        })
    }

    /// Returns what the device delivers in place of its own.
    pub(super) fn signal(&self, device: &str, at: Duration) -> Option<Signal> {
        self.find(device, at, |effect| match effect {
            Effect::Delivers(signal) => Some(signal),
            _ => None,
        })
    }

    /// Returns whether the device loses its frame of this number.
    pub(super) fn loses(&self, device: &str, number: u64, at: Duration) -> bool {
        let loss = self.find(device, at, |effect| match effect {
            Effect::Loses(loss) => Some(loss),
            _ => None,
        });
        loss.is_some_and(|loss| loss.takes(number))
    }

    /// Returns how fast the device's clock is, in ppm.
    pub(super) fn skew(&self, device: &str) -> i32 {
        let skew = self.find(device, Duration::ZERO, |effect| match effect {
            Effect::Skewed(ppm) => Some(ppm),
            _ => None,
        });
        skew.unwrap_or(0)
    }
}

impl FromStr for Script {
    type Err = Error;

    /// Parses a script such as `unplug=camera1@3s,mute=mic1@1s..2s`.
    ///
    /// # Errors
    /// `Type` for invalid syntax, an unknown device, or a value out of range.
    fn from_str(text: &str) -> Result<Self> {
        let mut script = Self::default();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            match item {
                "unpaced" => script.unpaced = true,
                "none" => script.no_devices = true,
                _ => script.events.extend(parse_item(item)?),
            }
        }
        Ok(script)
    }
}

/// Returns the error of a device that was unplugged.
pub(super) fn unplugged(device: &str) -> Error {
    Error::not_readable(format!("{device} was unplugged"))
}

/// Parses one item. The end of `unplug` or `plug` is an event of its own.
fn parse_item(item: &str) -> Result<Vec<Event>> {
    let first = parse_event(item)?;
    let opposite = match first.effect {
        Effect::Unplugged => Some(Effect::Plugged),
        Effect::Plugged => Some(Effect::Unplugged),
        _ => None,
    };
    let end = opposite.zip(first.to).map(|(effect, from)| Event {
        device: first.device,
        effect,
        from,
        to: None,
    });
    Ok([first].into_iter().chain(end).collect())
}

/// Parses `EFFECT=DEVICE[:VALUE][@TIME[..TIME]]`.
fn parse_event(item: &str) -> Result<Event> {
    let (name, rest) = item.split_once('=').ok_or_else(|| syntax_error(item))?;
    let (target, times) = match rest.split_once('@') {
        Some((target, times)) => (target, Some(times)),
        None => (rest, None),
    };
    let (device, value) = match target.split_once(':') {
        Some((device, value)) => (device, Some(value)),
        None => (target, None),
    };
    let effect = match (name, value) {
        ("unplug", None) => Effect::Unplugged,
        ("plug", None) => Effect::Plugged,
        ("mute", None) => Effect::Muted,
        ("stall", None) => Effect::Stalled,
        ("busy", None) => Effect::Busy,
        ("deny", None) => Effect::Denied,
        ("default", None) => Effect::Default,
        ("resize", Some(size)) => parse_size(size).ok_or_else(|| syntax_error(item))?,
        ("skew", Some(ppm)) => parse_skew(ppm).ok_or_else(|| syntax_error(item))?,
        ("lose", Some(share)) => Loss::parse(share)
            .map(Effect::Loses)
            .ok_or_else(|| syntax_error(item))?,
        _ => Signal::parse(name, value)
            .map(Effect::Delivers)
            .ok_or_else(|| syntax_error(item))?,
    };
    let needs_time = matches!(effect, Effect::Unplugged | Effect::Plugged | Effect::Resized(..));
    if (times.is_some() && matches!(effect, Effect::Skewed(_))) || (times.is_none() && needs_time) {
        return Err(syntax_error(item));
    }
    let (from, to) = match times {
        Some(times) => parse_times(times).ok_or_else(|| syntax_error(item))?,
        None => (Duration::ZERO, None),
    };
    Ok(Event {
        device: find_device(device, effect)?,
        effect,
        from,
        to,
    })
}

/// Returns the device of this name, if the effect is possible for it.
fn find_device(name: &str, effect: Effect) -> Result<&'static str> {
    let cameras = CAMERAS.iter().map(|camera| camera.name);
    let microphones = MICROPHONES.iter().map(|microphone| microphone.name);
    let suitable: Vec<&'static str> = match effect {
        Effect::Resized(..) | Effect::Loses(_) => cameras.collect(),
        Effect::Delivers(signal) if signal.is_for_cameras() => cameras.collect(),
        Effect::Skewed(_) | Effect::Delivers(_) => microphones.collect(),
        Effect::Muted | Effect::Stalled | Effect::Default => cameras.chain(microphones).collect(),
        _ => cameras.chain(microphones).chain([SPEAKER.0]).collect(),
    };
    suitable
        .iter()
        .copied()
        .find(|device| *device == name)
        .ok_or_else(|| {
            Error::type_error(format!(
                "there is no such fake device: '{name}'; use one of {}",
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

fn parse_size(text: &str) -> Option<Effect> {
    let (width, height) = text.split_once('x')?;
    let side = |text: &str| text.parse::<u32>().ok().filter(|side| (16..=8192).contains(side));
    Some(Effect::Resized(side(width)?, side(height)?))
}

fn parse_skew(text: &str) -> Option<Effect> {
    let ppm: i32 = text.strip_suffix("ppm")?.parse().ok()?;
    (ppm.abs() <= MAX_SKEW_PPM).then_some(Effect::Skewed(ppm))
}

fn syntax_error(item: &str) -> Error {
    Error::type_error(format!(
        "invalid script of fake devices: '{item}'; examples: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, \
         stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, black=camera1@2s, freeze=camera1@2s, still=camera1, \
         lose=camera1:5%, silence=mic1@2s, noise=mic1:-60dB, busy=camera2, deny=camera1, default=mic2@3s, unpaced, none"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn script(text: &str) -> Script {
        text.parse().unwrap()
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
    fn what_a_device_delivers_and_loses_is_read() {
        let script = script("black=camera1@1s..2s,noise=mic1:-60dB,lose=camera1:30%@5s");
        let signal = |device, ms| script.signal(device, at(ms));
        assert_eq!(signal("camera1", 999), None);
        assert_eq!(signal("camera1", 1000), Some(Signal::Black));
        assert_eq!(signal("mic1", 0), Some(Signal::Noise(-60.0)));
        let lost = |ms| (0..100).filter(|&n| script.loses("camera1", n, at(ms))).count();
        assert_eq!((lost(4999), lost(5000)), (0, 30));
    }

    #[test]
    fn the_default_is_the_one_that_was_made_it_last() {
        let script = script("default=mic2@1s,default=mic1@2s..3s");
        let default = |ms| script.default_of(["mic1", "mic2"].into_iter(), at(ms));
        assert_eq!(
            [999, 1000, 2000, 3000].map(default),
            [None, Some("mic2"), Some("mic1"), Some("mic2")]
        );
    }

    #[test]
    fn an_absence_is_over_when_the_device_is_plugged_in_next_if_ever() {
        let script = script("unplug=camera1@1s..2s,unplug=camera1@3s");
        let from = |ms| {
            script
                .present_from("camera1", at(ms))
                .map(|from| from.as_millis())
        };
        assert_eq!(
            [500, 1000, 1999, 2000, 3000].map(from),
            [Some(500), Some(2000), Some(2000), Some(2000), None]
        );
    }

    #[test]
    fn what_is_syntax_error_is_a_type_error() {
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
            "black=mic1",
            "silence=camera1",
            "noise=mic1:loud",
            "lose=camera1:100%",
        ] {
            let error = text.parse::<Script>().unwrap_err();
            assert_eq!(error.name(), "TypeError", "{text}");
        }
    }
}
