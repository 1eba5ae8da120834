//! VP8 and VP9 by libvpx: one packet in, at most one picture out, copied once into a pooled buffer.
//!
//! The only file with libvpx decoder contexts and the `unsafe` code for them.
#![allow(unsafe_code)]

use crate::decode::picture_buffers::PictureBuffers;
use crate::decode::video_decoder::{VideoDecoder, check_size, not_420};
use crate::error::{Error, Result};
use crate::media::Picture;
use std::ffi::{CStr, c_int, c_uint};
use std::ptr;
use vpx_sys as vpx;

/// The codecs of libvpx.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VpxCodec {
    Vp8,
    Vp9,
}

impl VpxCodec {
    const fn name(self) -> &'static str {
        match self {
            Self::Vp8 => "VP8",
            Self::Vp9 => "VP9",
        }
    }

    fn interface(self) -> *const vpx::vpx_codec_iface {
        // SAFETY: the functions take no arguments and return static tables.
        unsafe {
            match self {
                Self::Vp8 => vpx::vpx_codec_vp8_dx(),
                Self::Vp9 => vpx::vpx_codec_vp9_dx(),
            }
        }
    }

    /// See [`VideoDecoder::start`].
    fn start(self, packet: &[u8]) -> Result<Option<(u32, u32)>> {
        let Some((width, height)) = self.peek(packet) else {
            return Ok(None);
        };
        if self == Self::Vp9 && vp9_profile(packet) != Some(0) {
            return Err(not_420());
        }
        check_size(width, height)?;
        Ok(Some((width, height)))
    }

    fn peek(self, packet: &[u8]) -> Option<(u32, u32)> {
        let mut info = vpx::vpx_codec_stream_info {
            sz: size_of::<vpx::vpx_codec_stream_info>() as c_uint,
            w: 0,
            h: 0,
            is_kf: 0,
        };
        let length = c_uint::try_from(packet.len()).ok()?;
        // SAFETY: the packet has that many bytes, and `info` says its own size.
        let result = unsafe {
            vpx::vpx_codec_peek_stream_info(self.interface(), packet.as_ptr(), length, &raw mut info)
        };
        let found = result == vpx::vpx_codec_err_t::VPX_CODEC_OK && info.w > 0 && info.h > 0;
        found.then_some((info.w, info.h))
    }
}

/// A decoder of one video track.
pub(crate) struct VpxDecoder {
    codec: VpxCodec,
    context: Box<vpx::vpx_codec_ctx_t>,
    /// Whether there was a key frame yet.
    started: bool,
    buffers: PictureBuffers,
}

// SAFETY: libvpx ties a context to no thread; ours is moved to its decoding thread and used by that one only.
unsafe impl Send for VpxDecoder {}

impl VpxDecoder {
    /// # Errors
    /// `Unknown` if libvpx fails.
    pub(crate) fn new(codec: VpxCodec) -> Result<Self> {
        let config = vpx::vpx_codec_dec_cfg_t {
            threads: 1,
            w: 0,
            h: 0,
        };
        #[expect(clippy::cast_possible_wrap, reason = "the version is a small number")]
        let version = vpx::VPX_DECODER_ABI_VERSION as c_int;
        // SAFETY: an all-zero context is what vpx_codec_dec_init expects, and all zero is a valid value of it; it
        // stays where it is, in its box, and the configuration is read during the call only.
        let (context, result) = unsafe {
            let mut context: Box<vpx::vpx_codec_ctx_t> = Box::new(std::mem::zeroed());
            let interface = codec.interface();
            let result =
                vpx::vpx_codec_dec_init_ver(&raw mut *context, interface, &raw const config, 0, version);
            (context, result)
        };
        let decoder = Self {
            codec,
            context,
            started: false,
            buffers: PictureBuffers::default(),
        };
        match result {
            vpx::vpx_codec_err_t::VPX_CODEC_OK => Ok(decoder),
            error => Err(Error::unknown(
                format!("libvpx cannot decode {}", codec.name()),
                text_of(error),
            )),
        }
    }

    fn damaged(&mut self, result: vpx::vpx_codec_err_t) -> Error {
        // SAFETY: the context is initialised; the text, if any, is a C string that lives as long as it.
        let detail = unsafe {
            let text = vpx::vpx_codec_error_detail(&raw mut *self.context);
            (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
        };
        Error::NotReadable {
            message: format!("a {} frame is damaged", self.codec.name()),
            source: Some(detail.unwrap_or_else(|| text_of(result)).into()),
        }
    }
}

impl VideoDecoder for VpxDecoder {
    fn start(&self, packet: &[u8]) -> Result<Option<(u32, u32)>> {
        self.codec.start(packet)
    }

    fn decode(&mut self, packet: &[u8]) -> Result<Option<Picture>> {
        let begins = self.start(packet)?.is_some();
        self.started |= begins;
        if !self.started || packet.is_empty() {
            return Ok(None);
        }
        let length = c_uint::try_from(packet.len()).unwrap_or(c_uint::MAX);
        // SAFETY: the context is initialised, and at least `length` bytes are there.
        let result = unsafe {
            vpx::vpx_codec_decode(
                &raw mut *self.context,
                packet.as_ptr(),
                length,
                ptr::null_mut(),
                0,
            )
        };
        if result != vpx::vpx_codec_err_t::VPX_CODEC_OK {
            return Err(self.damaged(result));
        }
        let mut cursor: vpx::vpx_codec_iter_t = ptr::null();
        // SAFETY: the context is initialised; the image, if any, is libvpx's until the next call, which the borrow
        // of `self` prevents.
        let image = unsafe { vpx::vpx_codec_get_frame(&raw mut *self.context, &raw mut cursor).as_ref() };
        image.map(|image| copy(image, &mut self.buffers)).transpose()
    }
}

impl Drop for VpxDecoder {
    fn drop(&mut self) {
        // SAFETY: the context was passed to vpx_codec_dec_init and is destroyed once; for one that could not be
        // initialised libvpx returns an error and does nothing.
        unsafe { vpx::vpx_codec_destroy(&raw mut *self.context) };
    }
}

/// Copies the visible part of an image into a picture of its size.
fn copy(image: &vpx::vpx_image_t, buffers: &mut PictureBuffers) -> Result<Picture> {
    if image.fmt != vpx::vpx_img_fmt::VPX_IMG_FMT_I420 || image.bit_depth > 8 {
        return Err(not_420());
    }
    let width = image.d_w;
    let mut picture = buffers.take(width, image.d_h);
    let widths = [width, picture.chroma_width(), picture.chroma_width()];
    for (plane, (target, width)) in picture.planes_mut().into_iter().zip(widths).enumerate() {
        let (source, stride) = (image.planes[plane].cast_const(), image.stride[plane] as isize);
        let width = width as usize;
        for (number, row) in target.chunks_exact_mut(width).enumerate() {
            // SAFETY: an I420 image of d_w×d_h has three planes with as many rows as the picture, each of at least
            // the picture's width, `stride` bytes apart.
            let bytes = unsafe { std::slice::from_raw_parts(source.offset(number as isize * stride), width) };
            row.copy_from_slice(bytes);
        }
    }
    Ok(picture)
}

/// Profile of a VP9 frame: it starts with a marker of 2 bits, then the profile, low bit first.
fn vp9_profile(packet: &[u8]) -> Option<u8> {
    let first = *packet.first()?;
    (first >> 6 == 0b10).then_some(first >> 5 & 1 | first >> 3 & 2)
}

fn text_of(error: vpx::vpx_codec_err_t) -> String {
    // SAFETY: libvpx returns a static C string for every code.
    let text = unsafe { CStr::from_ptr(vpx::vpx_codec_err_to_string(error)) };
    text.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_the_first_key_frame_nothing_is_shown_and_rubbish_behind_it_is_an_error() {
        // A key frame of VP8 with 16×16 pixels of which only the header is there.
        let key = [0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A, 16, 0, 16, 0];
        assert_eq!(VpxCodec::Vp8.start(&key).unwrap(), Some((16, 16)));
        let mut decoder = VpxDecoder::new(VpxCodec::Vp8).unwrap();
        assert_eq!(decoder.decode(&[0x31, 1, 2, 3, 4, 5, 6, 7]).unwrap(), None);
        assert_eq!(decoder.decode(&[]).unwrap(), None);
        assert_eq!(decoder.decode(&key).unwrap_err().name(), "NotReadableError");
    }

    #[test]
    fn pictures_too_large_to_be_recorded_are_refused_before_they_cost_memory() {
        let key = [0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F];
        let error = VpxDecoder::new(VpxCodec::Vp8).unwrap().decode(&key).unwrap_err();
        assert_eq!(error.name(), "NotSupportedError");
    }

    #[test]
    fn the_profile_of_vp9_is_in_its_first_byte() {
        let cases = [
            (0x82, Some(0)),
            (0xA2, Some(1)),
            (0x92, Some(2)),
            (0xB0, Some(3)),
            (0x42, None),
        ];
        for (first, profile) in cases {
            assert_eq!(vp9_profile(&[first]), profile, "{first:x}");
        }
    }
}
