//! The ioctls whose wrappers in the crate `v4l` panic: on names that are not UTF-8, and on color spaces and control types
//! that are newer than the crate.
#![allow(
    unsafe_code,
    reason = "the kernel's ioctls take pointers; each is called in one place, with its own structure"
)]
use std::ffi::CStr;
use std::io;
use std::mem;
use v4l::Device;
use v4l::v4l_sys::{
    V4L2_CAP_DEVICE_CAPS, V4L2_PIX_FMT_PRIV_MAGIC, v4l2_buf_type_V4L2_BUF_TYPE_VIDEO_CAPTURE,
    v4l2_capability, v4l2_control, v4l2_format, v4l2_pix_format, v4l2_query_ext_ctrl, v4l2_querymenu,
};
use v4l::v4l2::{self, vidioc};

/// Answer to `VIDIOC_QUERYCAP`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Capability {
    /// Name of the device.
    pub(super) card: String,
    /// Where it is connected.
    pub(super) bus: String,
    /// Capabilities of this node: `V4L2_CAP_…`.
    pub(super) flags: u32,
}

/// The format of the frames that a node delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PixelFormat {
    /// Width in pixels.
    pub(super) width: u32,
    /// Height in pixels.
    pub(super) height: u32,
    pub(super) fourcc: [u8; 4],
    /// Bytes from one row to the next; 0 for compressed formats.
    pub(super) stride: u32,
    /// `V4L2_COLORSPACE_…`
    pub(super) colorspace: u32,
    /// `V4L2_YCBCR_ENC_…`
    pub(super) encoding: u32,
    /// `V4L2_QUANTIZATION_…`
    pub(super) quantization: u32,
}

/// Type and range of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ControlInfo {
    /// `V4L2_CTRL_TYPE_…`
    pub(super) control_type: u32,
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) step: u64,
    /// `V4L2_CTRL_FLAG_…`
    pub(super) flags: u32,
}

/// # Safety
/// `T` is the structure that `request` is defined with, and what it points to is valid.
unsafe fn call<T>(device: &Device, request: vidioc::_IOC_TYPE, structure: &mut T) -> io::Result<()> {
    let pointer = std::ptr::from_mut(structure).cast();
    // SAFETY: the caller chose the structure; the descriptor is open as long as the device lives.
    unsafe { v4l2::ioctl(device.handle().fd(), request, pointer) }
}

/// Returns name, bus and capabilities of a node.
pub(super) fn capability(device: &Device) -> io::Result<Capability> {
    // SAFETY: a structure of numbers; zero is one of its values.
    let mut answer: v4l2_capability = unsafe { mem::zeroed() };
    // SAFETY: VIDIOC_QUERYCAP is defined with v4l2_capability.
    unsafe { call(device, vidioc::VIDIOC_QUERYCAP, &mut answer)? };
    // Old drivers without device_caps report the capabilities of the whole device.
    let has_device_caps = answer.capabilities & V4L2_CAP_DEVICE_CAPS != 0;
    Ok(Capability {
        card: text(&answer.card),
        bus: text(&answer.bus_info),
        flags: if has_device_caps {
            answer.device_caps
        } else {
            answer.capabilities
        },
    })
}

/// Reads up to the first zero byte. Invalid UTF-8, such as a character cut in two by the driver, is replaced.
fn text(bytes: &[u8]) -> String {
    let text = CStr::from_bytes_until_nul(bytes).map_or(bytes, CStr::to_bytes);
    String::from_utf8_lossy(text).trim().to_owned()
}

/// Returns the current format.
pub(super) fn format(device: &Device) -> io::Result<PixelFormat> {
    let (width, height, pixelformat) = (0, 0, 0);
    exchange_format(device, vidioc::VIDIOC_G_FMT, width, height, pixelformat)
}

/// Sets a format. Returns the format that the driver chose, which may differ.
pub(super) fn set_format(device: &Device, size: (u32, u32), fourcc: [u8; 4]) -> io::Result<PixelFormat> {
    exchange_format(
        device,
        vidioc::VIDIOC_S_FMT,
        size.0,
        size.1,
        u32::from_le_bytes(fourcc),
    )
}

fn exchange_format(
    device: &Device,
    request: vidioc::_IOC_TYPE,
    width: u32,
    height: u32,
    pixelformat: u32,
) -> io::Result<PixelFormat> {
    // SAFETY: structures of numbers and a pointer that only overlays use; zero is one of their values.
    let (mut format, mut picture): (v4l2_format, v4l2_pix_format) = unsafe { mem::zeroed() };
    picture.width = width;
    picture.height = height;
    picture.pixelformat = pixelformat;
    // Requests the members behind this one, too: encoding and quantization.
    picture.priv_ = V4L2_PIX_FMT_PRIV_MAGIC;
    format.type_ = v4l2_buf_type_V4L2_BUF_TYPE_VIDEO_CAPTURE;
    format.fmt.pix = picture;
    // SAFETY: VIDIOC_G_FMT and VIDIOC_S_FMT are defined with v4l2_format; of this type it holds `pix`, all numbers.
    let (picture, encoding) = unsafe {
        call(device, request, &mut format)?;
        (format.fmt.pix, format.fmt.pix.__bindgen_anon_1.ycbcr_enc)
    };
    let extended = picture.priv_ == V4L2_PIX_FMT_PRIV_MAGIC;
    Ok(PixelFormat {
        width: picture.width,
        height: picture.height,
        fourcc: picture.pixelformat.to_le_bytes(),
        stride: picture.bytesperline,
        colorspace: picture.colorspace,
        encoding: if extended { encoding } else { 0 },
        quantization: if extended { picture.quantization } else { 0 },
    })
}

/// Returns type and range of a control, or an error if the device does not have it.
pub(super) fn query_control(device: &Device, id: u32) -> io::Result<ControlInfo> {
    // SAFETY: a structure of numbers; zero is one of its values.
    let mut answer: v4l2_query_ext_ctrl = unsafe { mem::zeroed() };
    answer.id = id;
    // SAFETY: VIDIOC_QUERY_EXT_CTRL is defined with v4l2_query_ext_ctrl.
    unsafe { call(device, vidioc::VIDIOC_QUERY_EXT_CTRL, &mut answer)? };
    Ok(ControlInfo {
        control_type: answer.type_,
        min: answer.minimum,
        max: answer.maximum,
        step: answer.step,
        flags: answer.flags,
    })
}

/// Returns the value of an entry of an integer menu, or an error if the menu does not have it.
pub(super) fn menu_value(device: &Device, id: u32, index: u32) -> io::Result<i64> {
    // SAFETY: a structure of numbers; zero is one of its values.
    let mut answer: v4l2_querymenu = unsafe { mem::zeroed() };
    answer.id = id;
    answer.index = index;
    // SAFETY: VIDIOC_QUERYMENU is defined with v4l2_querymenu; a name or a number, both are plain bytes.
    unsafe {
        call(device, vidioc::VIDIOC_QUERYMENU, &mut answer)?;
        Ok(answer.__bindgen_anon_1.value)
    }
}

/// Returns the current value of a control.
pub(super) fn control(device: &Device, id: u32) -> io::Result<i32> {
    let mut control = v4l2_control { id, value: 0 };
    // SAFETY: VIDIOC_G_CTRL is defined with v4l2_control.
    unsafe { call(device, vidioc::VIDIOC_G_CTRL, &mut control)? };
    Ok(control.value)
}

/// Sets a control.
pub(super) fn set_control(device: &Device, id: u32, value: i32) -> io::Result<()> {
    let mut control = v4l2_control { id, value };
    // SAFETY: VIDIOC_S_CTRL is defined with v4l2_control.
    unsafe { call(device, vidioc::VIDIOC_S_CTRL, &mut control) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_devices_may_be_anything() {
        assert_eq!(text(b"HD Webcam\0\0old"), "HD Webcam");
        assert_eq!(text(b"no zero at all"), "no zero at all");
        assert_eq!(text(b"Kamera f\xc3"), "Kamera f\u{fffd}");
    }
}
