//! For nokhwa, which opens no camera that another program has left in a pixel format that it does not know, or at a
//! rate that is no whole number: such a camera is brought into another state first.
use crate::devices::camera::v4l2::ioctl;
use std::io;
use std::path::Path;
use v4l::FourCC;
use v4l::fraction::Fraction;
use v4l::frameinterval::FrameIntervalEnum;
use v4l::video::Capture;
use v4l::video::capture::Parameters;

/// Puts a camera into one of these pixel formats, and to a rate of a whole number, if it is not so already and can be.
///
/// # Errors
/// Whatever the driver says; who opens the camera next will hear the same.
pub(in crate::devices::camera) fn settle(path: &Path, known: &[[u8; 4]]) -> io::Result<()> {
    let device = v4l::Device::with_path(path)?;
    let now = ioctl::format(&device)?;
    let mut fourcc = now.fourcc;
    if !known.contains(&fourcc) {
        let listed = device
            .enum_formats()?
            .into_iter()
            .map(|format| format.fourcc.repr);
        let Some(other) = listed.into_iter().find(|listed| known.contains(listed)) else {
            return Ok(());
        };
        fourcc = ioctl::set_format(&device, (now.width, now.height), other)?.fourcc;
    }
    if device.params()?.interval.numerator == 1 {
        return Ok(());
    }
    let now = ioctl::format(&device)?;
    let listed = device.enum_frameintervals(FourCC::new(&fourcc), now.width, now.height)?;
    let whole = listed.into_iter().find_map(|listed| match listed.interval {
        FrameIntervalEnum::Discrete(interval) if interval.numerator == 1 => Some(interval.denominator),
        _ => None,
    });
    match whole {
        Some(rate) => device
            .set_params(&Parameters::new(Fraction::new(1, rate)))
            .map(drop),
        None => Ok(()),
    }
}
