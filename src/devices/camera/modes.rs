//! The modes of a camera: sizes and frame rates, merged over all pixel formats. Pure.
use crate::constraints::MediaTrackSettings;
use crate::picture::capture_format::CapturePixelFormat;
use std::collections::BTreeMap;

/// A frame interval: seconds from one frame to the next, as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) numerator: u32,
    pub(super) denominator: u32,
}

impl Interval {
    pub(super) const fn new(numerator: u32, denominator: u32) -> Self {
        Self {
            numerator,
            denominator,
        }
    }

    /// Returns the frame rate in frames per second, or `None` for an invalid fraction. Drivers that count in 100 ns write
    /// 333333/10000000 for 30.
    pub(super) fn rate(self) -> Option<f64> {
        if self.numerator == 0 || self.denominator == 0 {
            return None;
        }
        let rate = f64::from(self.denominator) / f64::from(self.numerator);
        let whole = rate.round();
        let is_whole = whole > 0.0 && (rate - whole).abs() < 0.0005;
        Some(if is_whole { whole } else { rate })
    }
}

/// A combination of pixel format, size and frame interval that the driver lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DriverMode {
    pub(super) pixels: CapturePixelFormat,
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
    /// `None` if the driver does not tell.
    pub(super) interval: Option<Interval>,
}

/// A size and frame rate, and the pixel formats that support both.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mode {
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
    /// `None` if the driver does not tell.
    pub(super) interval: Option<Interval>,
    /// At least one, the cheapest to convert first.
    pub(super) pixels: Vec<CapturePixelFormat>,
}

impl Mode {
    pub(super) fn settings(&self) -> MediaTrackSettings {
        let rate = self.interval.and_then(Interval::rate);
        MediaTrackSettings::video(self.size.0, self.size.1, rate)
    }

    /// Returns whether size and frame rate of the settings are its own; ids are ignored.
    pub(super) fn matches(&self, settings: &MediaTrackSettings) -> bool {
        let own = self.settings();
        (own.width, own.height, own.frame_rate) == (settings.width, settings.height, settings.frame_rate)
    }
}

/// Merges modes that differ only in the pixel format, in the order in which the driver lists them first.
pub(super) fn merge(driver_modes: impl IntoIterator<Item = DriverMode>) -> Vec<Mode> {
    let mut modes: Vec<Mode> = Vec::new();
    let mut indexes = BTreeMap::new();
    for driver_mode in driver_modes {
        let rate = driver_mode.interval.and_then(Interval::rate);
        // Fractions that differ by less than a thousandth of a frame per second mean the same rate.
        let key = (driver_mode.size, rate.map(|rate| (rate * 1000.0).round() as u64));
        let index = *indexes.entry(key).or_insert(modes.len());
        if index == modes.len() {
            modes.push(Mode {
                size: driver_mode.size,
                interval: driver_mode.interval.filter(|_| rate.is_some()),
                pixels: Vec::new(),
            });
        }
        let pixels = &mut modes[index].pixels;
        if let Err(position) = pixels.binary_search(&driver_mode.pixels) {
            pixels.insert(position, driver_mode.pixels);
        }
    }
    modes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn driver_mode(
        pixels: CapturePixelFormat,
        size: (u32, u32),
        numerator: u32,
        denominator: u32,
    ) -> DriverMode {
        let interval = Some(Interval::new(numerator, denominator));
        DriverMode {
            pixels,
            size,
            interval,
        }
    }

    #[test]
    fn a_size_and_rate_of_two_formats_is_one_mode_and_the_cheaper_format_is_first() {
        let modes = merge([
            driver_mode(CapturePixelFormat::Mjpeg, (640, 480), 1, 30),
            driver_mode(CapturePixelFormat::Mjpeg, (1280, 720), 1, 30),
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 333_333, 10_000_000),
            driver_mode(CapturePixelFormat::Yuyv, (1280, 720), 1, 10),
            driver_mode(CapturePixelFormat::Yuyv, (1280, 720), 2, 20),
        ]);
        let expected = [
            (
                (640, 480),
                30.0,
                vec![CapturePixelFormat::Yuyv, CapturePixelFormat::Mjpeg],
            ),
            ((1280, 720), 30.0, vec![CapturePixelFormat::Mjpeg]),
            ((1280, 720), 10.0, vec![CapturePixelFormat::Yuyv]),
        ];
        let found: Vec<_> = modes
            .into_iter()
            .map(|mode| (mode.size, mode.settings().frame_rate.unwrap(), mode.pixels))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_mode_is_known_by_size_and_rate_whatever_device_it_is_of() {
        let modes = merge([
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 1, 30),
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 1, 15),
        ]);
        let wanted = MediaTrackSettings {
            device_id: Some("a camera".into()),
            group_id: Some("a webcam".into()),
            ..modes[1].settings()
        };
        let known: Vec<_> = modes.iter().map(|mode| mode.matches(&wanted)).collect();
        assert_eq!(known, [false, true]);
    }

    #[test]
    fn rates_are_fractions_and_near_ones_are_not_mixed_up() {
        let modes = merge([
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 1, 30),
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 1001, 30000),
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 2, 25),
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 2, 15),
        ]);
        let rates: Vec<_> = modes
            .iter()
            .map(|mode| mode.settings().frame_rate.unwrap())
            .collect();
        assert_eq!(rates, [30.0, 30000.0 / 1001.0, 12.5, 7.5]);
    }

    #[test]
    fn a_rate_that_the_driver_does_not_tell_is_not_made_up() {
        let untold = DriverMode {
            pixels: CapturePixelFormat::Grey,
            size: (8, 8),
            interval: None,
        };
        let modes = merge([untold, driver_mode(CapturePixelFormat::Grey, (8, 8), 0, 0)]);
        assert_eq!(modes.len(), 1);
        assert_eq!(modes[0].settings().frame_rate, None);
    }
}
