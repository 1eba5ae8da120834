//! VP8 and VP9 by libvpx in its real-time mode: one frame in, one packet out. The planes are read in place.
//!
//! The only file with libvpx encoder contexts and the `unsafe` code for them.
#![allow(unsafe_code)]

use crate::clock::Timestamp;
use crate::encode::video_codec::VideoCodec;
use crate::encode::video_coder::{CoderSettings, Sink, VideoCoder};
use crate::error::{Error, Result};
use crate::media::{Color, Picture, VideoFormat};
use std::ffi::{CStr, c_int, c_ulong};
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;
use vpx::vp8e_enc_control_id as set;
use vpx_sys as vpx;

/// Minimum width of a VP9 tile in pixels.
const TILE_WIDTH: u32 = 256;
/// Adaptive quantization mode 3, cyclic refresh: parts of the frame are refined in turn, which uses up a constant bit
/// rate.
const CYCLIC_REFRESH: c_int = 3;

/// Makes the picture a key frame. The type of flags is a C `long`, which is signed, and has 32 bits on Windows.
const FORCE_KEY_FRAME: i32 = vpx::VPX_EFLAG_FORCE_KF.cast_signed();

/// A VP8 or VP9 encoder for pictures of one size.
pub(super) struct VpxCoder {
    context: Context,
    codec: VideoCodec,
    codec_private: Vec<u8>,
}

impl VpxCoder {
    /// # Errors
    /// `Unknown` if libvpx fails.
    pub(super) fn new(codec: VideoCodec, settings: CoderSettings) -> Result<Self> {
        let mut context = Context::new(codec, settings)?;
        context.control(set::VP8E_SET_STATIC_THRESHOLD, 1)?;
        if codec == VideoCodec::Vp9 {
            let columns = settings.threads.min(settings.format.width / TILE_WIDTH).max(1);
            context.control(set::VP9E_SET_TILE_COLUMNS, columns.ilog2() as c_int)?;
            // In real time, the threads of rows decide by what others have found so far; those of tiles do not.
            let by_rows = settings.threads > 1 && !settings.deterministic;
            context.control(set::VP9E_SET_ROW_MT, c_int::from(by_rows))?;
            context.control(set::VP9E_SET_AQ_MODE, CYCLIC_REFRESH)?;
            context.control(set::VP9E_SET_COLOR_SPACE, color_space(settings.format.color))?;
            let range = c_int::from(settings.format.color.full_range);
            context.control(set::VP9E_SET_COLOR_RANGE, range)?;
        }
        let mut made = Self {
            context,
            codec,
            codec_private: if codec == VideoCodec::Vp9 {
                vp9_private(settings.level)
            } else {
                Vec::new()
            },
        };
        made.set_speed(settings.speed)?;
        Ok(made)
    }
}

impl VideoCoder for VpxCoder {
    fn codec_id(&self) -> &'static str {
        if self.codec == VideoCodec::Vp9 {
            "V_VP9"
        } else {
            "V_VP8"
        }
    }

    fn codec_private(&self) -> &[u8] {
        &self.codec_private
    }

    fn set_speed(&mut self, speed: u8) -> Result<()> {
        // With a positive value VP8 adapts the speed by itself, which takes 50 % more time.
        let sign = if self.codec == VideoCodec::Vp8 { -1 } else { 1 };
        self.context
            .control(set::VP8E_SET_CPUUSED, sign * c_int::from(speed))
    }

    fn encode(
        &mut self,
        picture: &Picture,
        time: Timestamp,
        duration: Duration,
        key: bool,
        sink: &mut Sink,
    ) -> Result<()> {
        self.context.encode(picture, time, duration, key)?;
        while let Some((key, data)) = self.context.next_packet() {
            sink(key, data);
        }
        Ok(())
    }
}

/// `CodecPrivate` of VP9 in WebM (VP9 Codec Feature Metadata): an ID, a length of 1 and a value for each feature.
fn vp9_private(level: Option<u8>) -> Vec<u8> {
    const PROFILE: u8 = 1;
    const LEVEL: u8 = 2;
    const BIT_DEPTH: u8 = 3;
    const CHROMA: u8 = 4;
    /// 4:2:0 with vertically centered chroma. Neither the stream nor the sources distinguish it from 1 (co-located
    /// chroma), but libwebm does not accept 1.
    const VERTICAL: u8 = 0;
    let mut features = vec![PROFILE, 1, 0];
    features.extend(level.iter().flat_map(|&level| [LEVEL, 1, level]));
    features.extend([BIT_DEPTH, 1, 8, CHROMA, 1, VERTICAL]);
    features
}

/// libvpx's color space for the matrix coefficients of ITU-T H.273; it has no primaries and no transfer function.
const fn color_space(color: Color) -> c_int {
    match color.matrix {
        1 => 2,
        5 => 1,
        6 => 3,
        7 => 4,
        9 => 5,
        _ => 0,
    }
}

/// A libvpx encoder context, and the iterator over its packets.
struct Context {
    codec: Box<vpx::vpx_codec_ctx_t>,
    image: vpx::vpx_image_t,
    packets: vpx::vpx_codec_iter_t,
}

// SAFETY: libvpx ties a context to no thread; ours is moved to its encoder thread and used by that one only.
unsafe impl Send for Context {}

impl Context {
    fn new(codec: VideoCodec, settings: CoderSettings) -> Result<Self> {
        // SAFETY: the functions take no arguments and return static tables.
        let interface = unsafe {
            if codec == VideoCodec::Vp9 {
                vpx::vpx_codec_vp9_cx()
            } else {
                vpx::vpx_codec_vp8_cx()
            }
        };
        let mut config = MaybeUninit::uninit();
        // SAFETY: libvpx fills the whole structure when it returns OK, which is checked before it is read.
        let config = unsafe {
            let result = vpx::vpx_codec_enc_config_default(interface, config.as_mut_ptr(), 0);
            check(result, "libvpx has no default settings for this codec")?;
            config.assume_init_mut()
        };
        configure(config, settings);
        // SAFETY: an all-zero context is what vpx_codec_enc_init expects, and all zero is a valid value of it.
        let mut context: Box<vpx::vpx_codec_ctx_t> = Box::new(unsafe { std::mem::zeroed() });
        #[expect(clippy::cast_possible_wrap, reason = "the version is a small number")]
        let version = vpx::VPX_ENCODER_ABI_VERSION as c_int;
        // SAFETY: all pointers are to live values; the context stays where it is, in its box.
        let result = unsafe { vpx::vpx_codec_enc_init_ver(&raw mut *context, interface, config, 0, version) };
        check(result, "libvpx cannot encode with these settings")?;
        Ok(Self {
            codec: context,
            image: wrapped_image(settings.format),
            packets: ptr::null(),
        })
    }

    fn control(&mut self, id: set, value: c_int) -> Result<()> {
        // SAFETY: all the controls that we set take one int.
        let result = unsafe { vpx::vpx_codec_control_(&raw mut *self.codec, id as c_int, value) };
        self.checked(result, "libvpx rejected an encoder setting")
    }

    fn encode(&mut self, picture: &Picture, time: Timestamp, duration: Duration, key: bool) -> Result<()> {
        for (plane, data) in self.image.planes.iter_mut().zip(picture.planes()) {
            *plane = data.as_ptr().cast_mut();
        }
        let flags = if key { FORCE_KEY_FRAME } else { 0 };
        let micros = i64::try_from(time.as_nanos() / 1000).unwrap_or(i64::MAX);
        let duration = c_ulong::try_from(duration.as_micros()).unwrap_or(1).max(1);
        // SAFETY: the planes are as large as `wrapped_image` was told (the caller compares the sizes), and with
        // a lag of 0 they are read during this call only, never written.
        let result = unsafe {
            vpx::vpx_codec_encode(
                &raw mut *self.codec,
                &raw const self.image,
                micros,
                duration,
                flags.into(),
                vpx::VPX_DL_REALTIME.into(),
            )
        };
        self.packets = ptr::null();
        self.checked(result, "libvpx failed to encode a picture")
    }

    /// The next packet of the last picture: whether it is a key frame, and its data. `None` if there are no more.
    fn next_packet(&mut self) -> Option<(bool, &[u8])> {
        loop {
            // SAFETY: the context is initialised and the cursor is its own.
            let packet =
                unsafe { vpx::vpx_codec_get_cx_data(&raw mut *self.codec, &raw mut self.packets).as_ref() }?;
            if packet.kind == vpx::vpx_codec_cx_pkt_kind::VPX_CODEC_CX_FRAME_PKT {
                // SAFETY: the kind says which member of the union is set; libvpx keeps the bytes until the next
                // call, which the borrow of `self` prevents.
                return Some(unsafe {
                    let frame = packet.data.frame;
                    let data = std::slice::from_raw_parts(frame.buf.cast::<u8>(), frame.sz);
                    (frame.flags & vpx::VPX_FRAME_IS_KEY != 0, data)
                });
            }
        }
    }

    fn checked(&mut self, result: vpx::vpx_codec_err_t, what: &str) -> Result<()> {
        // SAFETY: the context is initialised; the text, if any, is a C string that lives as long as it.
        let detail = unsafe {
            let text = vpx::vpx_codec_error_detail(&raw mut *self.codec);
            (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
        };
        match detail {
            Some(detail) => check(result, &format!("{what}: {detail}")),
            None => check(result, what),
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context was initialised and is destroyed once.
        unsafe { vpx::vpx_codec_destroy(&raw mut *self.codec) };
    }
}

fn configure(config: &mut vpx::vpx_codec_enc_cfg_t, settings: CoderSettings) {
    config.g_w = settings.format.width;
    config.g_h = settings.format.height;
    config.g_threads = settings.threads;
    config.g_timebase = vpx::vpx_rational {
        num: 1,
        den: 1_000_000,
    };
    config.g_pass = vpx::vpx_enc_pass::VPX_RC_ONE_PASS;
    config.g_lag_in_frames = 0;
    config.g_error_resilient = 0;
    config.rc_end_usage = vpx::vpx_rc_mode::VPX_CBR;
    config.rc_target_bitrate = (settings.bits_per_second / 1000).max(1);
    // Never drop frames to save bits.
    config.rc_dropframe_thresh = 0;
    config.rc_resize_allowed = 0;
    config.rc_min_quantizer = settings.min_quantizer;
    config.rc_max_quantizer = 63;
    config.rc_undershoot_pct = 100;
    config.rc_overshoot_pct = 15;
    config.rc_buf_sz = 1000;
    config.rc_buf_initial_sz = 500;
    config.rc_buf_optimal_sz = 600;
    // Key frames are forced by the caller; for its own, libvpx would encode the frame twice.
    config.kf_mode = vpx::vpx_kf_mode::VPX_KF_DISABLED;
    config.kf_min_dist = 0;
    config.kf_max_dist = i32::MAX.cast_unsigned();
}

/// Description of an I420 picture without padding between rows. The planes are set for each picture.
fn wrapped_image(format: VideoFormat) -> vpx::vpx_image_t {
    // SAFETY: numbers and null pointers: all zero is a valid value.
    let mut image: vpx::vpx_image_t = unsafe { std::mem::zeroed() };
    #[expect(clippy::cast_possible_wrap, reason = "a side has at most 14 bits")]
    let (luma, chroma) = (format.width as c_int, format.width.div_ceil(2) as c_int);
    image.fmt = vpx::vpx_img_fmt::VPX_IMG_FMT_I420;
    image.w = format.width;
    image.h = format.height;
    image.d_w = format.width;
    image.d_h = format.height;
    image.bit_depth = 8;
    image.bps = 12;
    image.x_chroma_shift = 1;
    image.y_chroma_shift = 1;
    image.stride = [luma, chroma, chroma, 0];
    image
}

fn check(result: vpx::vpx_codec_err_t, what: &str) -> Result<()> {
    if result == vpx::vpx_codec_err_t::VPX_CODEC_OK {
        return Ok(());
    }
    // SAFETY: libvpx returns a static C string for every code.
    let text = unsafe { CStr::from_ptr(vpx::vpx_codec_err_to_string(result)) };
    Err(Error::unknown(what, text.to_string_lossy().into_owned()))
}
