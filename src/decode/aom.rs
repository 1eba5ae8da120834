//! AV1 by libaom: one packet in, at most one picture out, copied once into a pooled buffer.
//!
//! The only file with libaom decoder contexts and the `unsafe` code for them.
#![allow(unsafe_code)]

use crate::decode::picture_buffers::PictureBuffers;
use crate::decode::video_decoder::{VideoDecoder, check_size, not_420};
use crate::error::{Error, Result};
use crate::media::Picture;
use aom_sys as aom;
use std::ffi::{CStr, c_int};
use std::ptr;

/// Size of an `av1C` without OBUs in bytes (AV1 in ISOBMFF, 2.3.3).
const AV1C_SIZE: usize = 4;
/// Chroma value without color.
const NEUTRAL_CHROMA: u8 = 128;

/// A decoder of one video track.
pub(super) struct AomDecoder {
    context: Box<aom::aom_codec_ctx_t>,
    /// Whether there was a key frame yet.
    started: bool,
    buffers: PictureBuffers,
}

// SAFETY: libaom ties a context to no thread; ours is moved to its decoding thread and used by that one only.
unsafe impl Send for AomDecoder {}

impl AomDecoder {
    /// Creates a decoder for a track with this `av1C`; it may be empty.
    ///
    /// # Errors
    /// `NotSupported` for other formats than 8-bit 4:2:0; `Unknown` if libaom fails.
    pub(super) fn new(av1c: &[u8]) -> Result<Self> {
        let (head, units) = av1c.split_at_checked(AV1C_SIZE).unwrap_or_default();
        if head.get(2).is_some_and(|flags| !is_420(*flags)) {
            return Err(not_420());
        }
        let config = aom::aom_codec_dec_cfg_t {
            threads: 1,
            w: 0,
            h: 0,
            allow_lowbitdepth: 1,
        };
        #[expect(clippy::cast_possible_wrap, reason = "the version is a small number")]
        let version = aom::AOM_DECODER_ABI_VERSION as c_int;
        // SAFETY: an all-zero context is what aom_codec_dec_init expects, and all zero is a valid value of it; it
        // stays where it is, in its box, and the configuration is read during the call only.
        let (context, result) = unsafe {
            let mut context: Box<aom::aom_codec_ctx_t> = Box::new(std::mem::zeroed());
            let interface = aom::aom_codec_av1_dx();
            let result =
                aom::aom_codec_dec_init_ver(&raw mut *context, interface, &raw const config, 0, version);
            (context, result)
        };
        let mut decoder = Self {
            context,
            started: false,
            buffers: PictureBuffers::default(),
        };
        if result != aom::aom_codec_err_t::AOM_CODEC_OK {
            return Err(Error::unknown("libaom cannot decode AV1", text_of(result)));
        }
        // The sequence header may be nowhere else. If it is damaged, so are the frames, which is counted.
        decoder.feed(units);
        Ok(decoder)
    }

    fn feed(&mut self, units: &[u8]) -> aom::aom_codec_err_t::Type {
        if units.is_empty() {
            return aom::aom_codec_err_t::AOM_CODEC_OK;
        }
        // SAFETY: the context is initialised, and the units have that many bytes.
        unsafe {
            aom::aom_codec_decode(
                &raw mut *self.context,
                units.as_ptr(),
                units.len(),
                ptr::null_mut(),
            )
        }
    }

    fn damaged(&mut self, result: aom::aom_codec_err_t::Type) -> Error {
        // SAFETY: the context is initialised; the text, if any, is a C string that lives as long as it.
        let detail = unsafe {
            let text = aom::aom_codec_error_detail(&raw mut *self.context);
            (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
        };
        Error::NotReadable {
            message: "an AV1 frame is damaged".into(),
            source: Some(detail.unwrap_or_else(|| text_of(result)).into()),
        }
    }
}

impl VideoDecoder for AomDecoder {
    fn start(&self, packet: &[u8]) -> Result<Option<(u32, u32)>> {
        let mut info = aom::aom_codec_stream_info {
            w: 0,
            h: 0,
            is_kf: 0,
            number_spatial_layers: 0,
            number_temporal_layers: 0,
            is_annexb: 0,
        };
        if packet.is_empty() {
            return Ok(None);
        }
        // SAFETY: the packet has that many bytes.
        let result = unsafe {
            let interface = aom::aom_codec_av1_dx();
            aom::aom_codec_peek_stream_info(interface, packet.as_ptr(), packet.len(), &raw mut info)
        };
        let found = result == aom::aom_codec_err_t::AOM_CODEC_OK && info.w > 0 && info.h > 0;
        if !found {
            return Ok(None);
        }
        check_size(info.w, info.h)?;
        Ok(Some((info.w, info.h)))
    }

    fn decode(&mut self, packet: &[u8]) -> Result<Option<Picture>> {
        self.started |= self.start(packet)?.is_some();
        if !self.started || packet.is_empty() {
            return Ok(None);
        }
        let result = self.feed(packet);
        if result != aom::aom_codec_err_t::AOM_CODEC_OK {
            return Err(self.damaged(result));
        }
        let mut cursor: aom::aom_codec_iter_t = ptr::null();
        // SAFETY: the context is initialised; the image, if any, is libaom's until the next call, which the borrow
        // of `self` prevents.
        let image = unsafe { aom::aom_codec_get_frame(&raw mut *self.context, &raw mut cursor).as_ref() };
        image.map(|image| copy(image, &mut self.buffers)).transpose()
    }
}

impl Drop for AomDecoder {
    fn drop(&mut self) {
        // SAFETY: the context was passed to aom_codec_dec_init and is destroyed once; for one that could not be
        // initialised libaom returns an error and does nothing.
        unsafe { aom::aom_codec_destroy(&raw mut *self.context) };
    }
}

/// Whether the flags of an `av1C` say 8-bit 4:2:0 or monochrome.
const fn is_420(flags: u8) -> bool {
    const HIGH_BIT_DEPTH: u8 = 0x40;
    const MONOCHROME: u8 = 0x10;
    const SUBSAMPLING: u8 = 0x0C;
    flags & HIGH_BIT_DEPTH == 0 && (flags & MONOCHROME != 0 || flags & SUBSAMPLING == SUBSAMPLING)
}

/// Copies the visible part of an image into a picture of its size.
fn copy(image: &aom::aom_image_t, buffers: &mut PictureBuffers) -> Result<Picture> {
    if image.fmt != aom::aom_img_fmt::AOM_IMG_FMT_I420 || image.bit_depth > 8 {
        return Err(not_420());
    }
    let mut picture = buffers.take(image.d_w, image.d_h);
    let widths = [picture.width(), picture.chroma_width(), picture.chroma_width()];
    for (plane, (target, width)) in picture.planes_mut().into_iter().zip(widths).enumerate() {
        if plane > 0 && image.monochrome != 0 {
            target.fill(NEUTRAL_CHROMA);
            continue;
        }
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

fn text_of(error: aom::aom_codec_err_t::Type) -> String {
    // SAFETY: libaom returns a static C string for every code.
    let text = unsafe { CStr::from_ptr(aom::aom_codec_err_to_string(error)) };
    text.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::encode::{Encoder, KeyFrameInterval, VideoCodec, VideoEncoder, VideoOptions};
    use crate::media::{Color, PixelAspect, VideoFormat, VideoFrame};
    use std::sync::Arc;

    /// `CodecPrivate`, and three packets with grey pictures of this size.
    fn encoded(width: u32, height: u32) -> (Vec<u8>, Vec<Vec<u8>>) {
        let format = VideoFormat {
            width,
            height,
            frame_duration: None,
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        let options = VideoOptions {
            codec: VideoCodec::Av1,
            bits_per_second: 500_000,
            quality: None,
            key_frames: KeyFrameInterval::Count(1000),
            speed: None,
            threads: Some(1),
            level: None,
            deterministic: false,
        };
        let mut encoder = VideoEncoder::new(format, options).unwrap();
        let mut packets = Vec::new();
        for number in 0..3 {
            let mut picture = Picture::new(width, height);
            picture.data_mut().fill(100 + 20 * number);
            let frame = VideoFrame {
                time: Timestamp::from_millis(40 * u64::from(number)),
                duration: None,
                picture: Arc::new(picture),
            };
            encoder.encode(frame, &mut packets).unwrap();
        }
        let private = encoder.info().codec_private;
        (
            private,
            packets.into_iter().map(|packet| packet.data.to_vec()).collect(),
        )
    }

    #[test]
    fn what_libaom_encoded_is_decoded_at_odd_sizes_too() {
        for (width, height) in [(64, 48), (67, 35)] {
            let (private, packets) = encoded(width, height);
            let mut decoder = AomDecoder::new(&private).unwrap();
            assert_eq!(decoder.start(&packets[0]).unwrap(), Some((width, height)));
            for (number, packet) in packets.iter().enumerate() {
                let picture = decoder.decode(packet).unwrap().unwrap();
                assert_eq!((picture.width(), picture.height()), (width, height));
                let luma = i32::from(picture.planes()[0][0]);
                assert!((luma - 100 - 20 * number as i32).abs() <= 4, "{luma}");
            }
        }
    }

    #[test]
    fn before_the_first_key_frame_nothing_is_shown_and_rubbish_behind_it_is_an_error() {
        let (private, packets) = encoded(64, 48);
        let mut decoder = AomDecoder::new(&private).unwrap();
        assert_eq!(decoder.decode(&packets[1]).unwrap(), None);
        assert_eq!(decoder.decode(&[]).unwrap(), None);
        assert!(decoder.decode(&packets[0]).unwrap().is_some());
        let rubbish = [&[0x32, 0x20][..], &[0xA5; 32]].concat();
        assert_eq!(decoder.decode(&rubbish).unwrap_err().name(), "NotReadableError");
        assert!(decoder.decode(&packets[0]).unwrap().is_some());
    }

    #[test]
    fn other_formats_than_8_bit_420_are_refused_from_the_header() {
        // 4:2:0, monochrome; 10 bits, 12 bits, 4:4:4, 4:2:2.
        for flags in [0x0C, 0x1C] {
            assert!(AomDecoder::new(&[0x81, 0, flags, 0]).is_ok());
        }
        for flags in [0x4C, 0x6C, 0x00, 0x08] {
            let error = AomDecoder::new(&[0x81, 0, flags, 0]).err().unwrap();
            assert_eq!(error.name(), "NotSupportedError");
        }
    }
}
