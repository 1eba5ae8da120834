//! Prepares a camera for nokhwa, which cannot open one that another program left in a pixel format that nokhwa does not
//! know, or at a frame rate that is not a whole number.
use crate::devices::camera::v4l2::ioctl;
use std::io;
use std::path::Path;
use v4l::FourCC;
use v4l::fraction::Fraction;
use v4l::frameinterval::FrameIntervalEnum;
use v4l::video::Capture;
use v4l::video::capture::Parameters;

/// Sets a camera to one of the `supported` pixel formats and to a whole frame rate, if necessary and possible.
///
/// # Errors
/// Those of the driver. Opening the camera reports the same.
pub(in crate::devices::camera) fn prepare_for_nokhwa(path: &Path, supported: &[[u8; 4]]) -> io::Result<()> {
    let device = v4l::Device::with_path(path)?;
    let current = ioctl::format(&device)?;
    let mut fourcc = current.fourcc;
    if !supported.contains(&fourcc) {
        let listed = device
            .enum_formats()?
            .into_iter()
            .map(|format| format.fourcc.repr);
        let Some(other) = listed.into_iter().find(|listed| supported.contains(listed)) else {
            return Ok(());
        };
        fourcc = ioctl::set_format(&device, (current.width, current.height), other)?.fourcc;
    }
    if device.params()?.interval.numerator == 1 {
        return Ok(());
    }
    let current = ioctl::format(&device)?;
    let listed = device.enum_frameintervals(FourCC::new(&fourcc), current.width, current.height)?;
    let whole_rate = listed.into_iter().find_map(|listed| match listed.interval {
        FrameIntervalEnum::Discrete(interval) if interval.numerator == 1 => Some(interval.denominator),
        _ => None,
    });
    match whole_rate {
        Some(rate) => device
            .set_params(&Parameters::new(Fraction::new(1, rate)))
            .map(drop),
        None => Ok(()),
    }
}
