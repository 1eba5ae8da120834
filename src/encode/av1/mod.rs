//! AV1 by libaom in its real-time mode: one frame in, one temporal unit out.
//!
//! The only file with libaom contexts and the `unsafe` code for them.
#![allow(unsafe_code)]

use crate::clock::Timestamp;
use crate::encode::video_coder::{CoderSettings, Sink, VideoCoder};
use crate::error::{Error, Result};
use crate::media::obu::without_delimiters;
use crate::media::{Color, Picture, VideoFormat, av1_sequence};
use aom::aome_enc_control_id as set;
use aom_sys as aom;
use std::ffi::{CStr, c_int, c_ulong, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;

/// Minimum width of a tile in pixels: narrower tiles cost more than they gain.
const TILE_WIDTH: u32 = 256;

/// Timebase of libaom, in ticks per second.
///
/// It fails 2^32 ticks after the first picture: after 49 days with milliseconds, but after 72 minutes with
/// microseconds.
const TICK_RATE: c_int = 1000;

/// Makes the picture a key frame. The type of flags is a C `long`, which is signed, and has 32 bits on Windows.
const FORCE_KEY_FRAME: i32 = aom::AOM_EFLAG_FORCE_KF.cast_signed();

/// Settings that make libaom as fast as VP9: they turn off tools that cost much and gain little at real-time speeds.
const FAST_SETTINGS: [(set::Type, c_int); 24] = [
    // Cyclic refresh: parts of the frame are refined in turn.
    (set::AV1E_SET_AQ_MODE, 3),
    (set::AV1E_SET_DELTAQ_MODE, 0),
    (set::AV1E_SET_CDF_UPDATE_MODE, 1),
    // Costs are not updated within a frame.
    (set::AV1E_SET_COEFF_COST_UPD_FREQ, 3),
    (set::AV1E_SET_MODE_COST_UPD_FREQ, 3),
    (set::AV1E_SET_MV_COST_UPD_FREQ, 3),
    (set::AV1E_SET_ENABLE_ORDER_HINT, 0),
    (set::AV1E_SET_ENABLE_TPL_MODEL, 0),
    (set::AV1E_SET_ENABLE_OBMC, 0),
    (set::AV1E_SET_ENABLE_GLOBAL_MOTION, 0),
    (set::AV1E_SET_ENABLE_WARPED_MOTION, 0),
    (set::AV1E_SET_ALLOW_WARPED_MOTION, 0),
    (set::AV1E_SET_ENABLE_REF_FRAME_MVS, 0),
    (set::AV1E_SET_ENABLE_PALETTE, 0),
    (set::AV1E_SET_ENABLE_INTRABC, 0),
    (set::AV1E_SET_ENABLE_CFL_INTRA, 0),
    (set::AV1E_SET_ENABLE_SMOOTH_INTRA, 0),
    (set::AV1E_SET_ENABLE_ANGLE_DELTA, 0),
    (set::AV1E_SET_ENABLE_FILTER_INTRA, 0),
    (set::AV1E_SET_ENABLE_CDEF, 1),
    // libaom turns these off by itself, but only after it has returned a sequence header that allows them.
    (set::AV1E_SET_ENABLE_RESTORATION, 0),
    (set::AV1E_SET_ENABLE_INTERINTRA_COMP, 0),
    (set::AV1E_SET_ENABLE_MASKED_COMP, 0),
    (set::AV1E_SET_ENABLE_DUAL_FILTER, 0),
];

unsafe extern "C" {
    /// The C library's, with which libaom allocates.
    fn free(memory: *mut c_void);
}

/// An AV1 encoder for pictures of one size.
///
/// libaom sets the level in the sequence header: the lowest for the frame size at 30 frames per second.
pub(super) struct Av1Coder {
    context: Context,
    codec_private: Vec<u8>,
}

impl Av1Coder {
    /// # Errors
    /// `Unknown` if libaom fails.
    pub(super) fn new(settings: CoderSettings) -> Result<Self> {
        let mut context = Context::new(settings)?;
        let CoderSettings { format, threads, .. } = settings;
        let columns = threads.min(format.width / TILE_WIDTH).max(1);
        context.control(set::AOME_SET_CPUUSED, settings.speed.into())?;
        context.control(set::AV1E_SET_TILE_COLUMNS, columns.ilog2() as c_int)?;
        context.control(set::AV1E_SET_ROW_MT, c_int::from(threads > 1))?;
        for (id, value) in FAST_SETTINGS.into_iter().chain(color_settings(format.color)) {
            context.control(id, value)?;
        }
        let codec_private = av1_sequence::codec_private(&context.sequence_header()?)
            .ok_or_else(|| Error::unknown("AV1 cannot be stored", "its sequence header cannot be parsed"))?;
        Ok(Self {
            context,
            codec_private,
        })
    }
}

/// Color settings of the stream, the same as in the container.
fn color_settings(color: Color) -> [(set::Type, c_int); 4] {
    [
        (set::AV1E_SET_COLOR_PRIMARIES, color.primaries.into()),
        (set::AV1E_SET_TRANSFER_CHARACTERISTICS, color.transfer.into()),
        (set::AV1E_SET_MATRIX_COEFFICIENTS, color.matrix.into()),
        (set::AV1E_SET_COLOR_RANGE, color.full_range.into()),
    ]
}

impl VideoCoder for Av1Coder {
    fn codec_id(&self) -> &'static str {
        "V_AV1"
    }

    fn codec_private(&self) -> &[u8] {
        &self.codec_private
    }

    fn set_speed(&mut self, speed: u8) -> Result<()> {
        self.context.control(set::AOME_SET_CPUUSED, speed.into())
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
        while let Some((key, unit)) = self.context.next_packet() {
            sink(key, without_delimiters(unit));
        }
        Ok(())
    }
}

/// A libaom encoder context, and the iterator over its packets.
struct Context {
    codec: Box<aom::aom_codec_ctx_t>,
    image: aom::aom_image_t,
    packets: aom::aom_codec_iter_t,
}

// SAFETY: libaom ties a context to no thread; ours is moved to its encoder thread and used by that one only.
unsafe impl Send for Context {}

impl Context {
    fn new(settings: CoderSettings) -> Result<Self> {
        // SAFETY: the function takes no arguments and returns a static table.
        let interface = unsafe { aom::aom_codec_av1_cx() };
        let mut config = MaybeUninit::uninit();
        // SAFETY: libaom fills the whole structure when it returns OK, which is checked before it is read.
        let config = unsafe {
            let result =
                aom::aom_codec_enc_config_default(interface, config.as_mut_ptr(), aom::AOM_USAGE_REALTIME);
            check(result, "libaom has no default settings for real time")?;
            config.assume_init_mut()
        };
        configure(config, settings);
        // SAFETY: an all-zero context is what aom_codec_enc_init expects, and all zero is a valid value of it.
        let mut context: Box<aom::aom_codec_ctx_t> = Box::new(unsafe { std::mem::zeroed() });
        let version = aom::AOM_ENCODER_ABI_VERSION as c_int;
        // SAFETY: all pointers are to live values; the context stays where it is, in its box.
        let result = unsafe { aom::aom_codec_enc_init_ver(&raw mut *context, interface, config, 0, version) };
        check(result, "libaom cannot encode with these settings")?;
        Ok(Self {
            codec: context,
            image: wrapped_image(settings.format),
            packets: ptr::null(),
        })
    }

    fn control(&mut self, id: set::Type, value: c_int) -> Result<()> {
        // SAFETY: all the controls that we set take one int.
        let result = unsafe { aom::aom_codec_control(&raw mut *self.codec, id as c_int, value) };
        self.checked(result, &format!("libaom rejected encoder setting {id}"))
    }

    /// The sequence header of all key frames.
    fn sequence_header(&mut self) -> Result<Vec<u8>> {
        // SAFETY: the context is initialised; the caller owns the buffer and its description and frees them with the
        // C library that allocated them, once; libaom keeps no pointer to them.
        unsafe {
            let description = aom::aom_codec_get_global_headers(&raw mut *self.codec);
            let Some(header) = description.as_ref() else {
                return Err(Error::unknown(
                    "AV1 cannot be stored",
                    "libaom returned no sequence header",
                ));
            };
            let bytes = std::slice::from_raw_parts(header.buf.cast::<u8>(), header.sz).to_vec();
            free(header.buf);
            free(description.cast());
            Ok(bytes)
        }
    }

    fn encode(&mut self, picture: &Picture, time: Timestamp, duration: Duration, key: bool) -> Result<()> {
        for (plane, data) in self.image.planes.iter_mut().zip(picture.planes()) {
            *plane = data.as_ptr().cast_mut();
        }
        let flags = if key { FORCE_KEY_FRAME } else { 0 };
        let time = i64::try_from(time.round_millis()).unwrap_or(i64::MAX);
        let duration = c_ulong::try_from(duration.as_millis()).unwrap_or(1).max(1);
        // SAFETY: the planes are as large as `wrapped_image` was told (the caller compares the sizes); libaom copies
        // them during this call and never writes to them.
        let result = unsafe {
            aom::aom_codec_encode(
                &raw mut *self.codec,
                &raw const self.image,
                time,
                duration,
                flags.into(),
            )
        };
        self.packets = ptr::null();
        self.checked(result, "libaom failed to encode a picture")
    }

    /// The next packet of the last picture: whether it is a key frame, and its data. `None` if there are no more.
    fn next_packet(&mut self) -> Option<(bool, &[u8])> {
        loop {
            // SAFETY: the context is initialised and the cursor is its own.
            let packet =
                unsafe { aom::aom_codec_get_cx_data(&raw mut *self.codec, &raw mut self.packets).as_ref() }?;
            if packet.kind == aom::aom_codec_cx_pkt_kind::AOM_CODEC_CX_FRAME_PKT {
                // SAFETY: the kind says which member of the union is set; libaom keeps the bytes until the next
                // call, which the borrow of `self` prevents.
                return Some(unsafe {
                    let frame = packet.data.frame;
                    let data = std::slice::from_raw_parts(frame.buf.cast::<u8>(), frame.sz);
                    (frame.flags & aom::AOM_FRAME_IS_KEY != 0, data)
                });
            }
        }
    }

    fn checked(&mut self, result: aom::aom_codec_err_t::Type, what: &str) -> Result<()> {
        // SAFETY: the context is initialised; the text, if any, is a C string that lives as long as it.
        let detail = unsafe {
            let text = aom::aom_codec_error_detail(&raw mut *self.codec);
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
        unsafe { aom::aom_codec_destroy(&raw mut *self.codec) };
    }
}

fn configure(config: &mut aom::aom_codec_enc_cfg_t, settings: CoderSettings) {
    config.g_w = settings.format.width;
    config.g_h = settings.format.height;
    config.g_threads = settings.threads;
    config.g_timebase = aom::aom_rational {
        num: 1,
        den: TICK_RATE,
    };
    config.g_pass = aom::aom_enc_pass::AOM_RC_ONE_PASS;
    config.g_lag_in_frames = 0;
    config.g_error_resilient = 0;
    config.rc_end_usage = aom::aom_rc_mode::AOM_CBR;
    config.rc_target_bitrate = (settings.bits_per_second / 1000).max(1);
    // Never drop frames to save bits.
    config.rc_dropframe_thresh = 0;
    config.rc_resize_mode = 0;
    config.rc_min_quantizer = settings.min_quantizer;
    config.rc_max_quantizer = 63;
    config.rc_undershoot_pct = 50;
    config.rc_overshoot_pct = 50;
    config.rc_buf_sz = 1000;
    config.rc_buf_initial_sz = 600;
    config.rc_buf_optimal_sz = 600;
    // Key frames are forced by the caller.
    config.kf_mode = aom::aom_kf_mode::AOM_KF_DISABLED;
    config.kf_min_dist = 0;
    config.kf_max_dist = i32::MAX.cast_unsigned();
}

/// Description of an I420 picture without padding between rows. The planes are set for each picture.
fn wrapped_image(format: VideoFormat) -> aom::aom_image_t {
    // SAFETY: numbers and null pointers: all zero is a valid value.
    let mut image: aom::aom_image_t = unsafe { std::mem::zeroed() };
    let (luma, chroma) = (format.width as c_int, format.width.div_ceil(2) as c_int);
    image.fmt = aom::aom_img_fmt::AOM_IMG_FMT_I420;
    image.w = format.width;
    image.h = format.height;
    image.d_w = format.width;
    image.d_h = format.height;
    image.bit_depth = 8;
    image.bps = 12;
    image.x_chroma_shift = 1;
    image.y_chroma_shift = 1;
    image.stride = [luma, chroma, chroma];
    image
}

fn check(result: aom::aom_codec_err_t::Type, what: &str) -> Result<()> {
    if result == aom::aom_codec_err_t::AOM_CODEC_OK {
        return Ok(());
    }
    // SAFETY: libaom returns a static C string for every code.
    let text = unsafe { CStr::from_ptr(aom::aom_codec_err_to_string(result)) };
    Err(Error::unknown(what, text.to_string_lossy().into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::PixelAspect;

    fn coder((width, height): (u32, u32), speed: u8) -> Av1Coder {
        let format = VideoFormat {
            width,
            height,
            frame_duration: None,
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        Av1Coder::new(CoderSettings {
            format,
            bits_per_second: 500_000,
            min_quantizer: 4,
            speed,
            threads: 2,
            level: None,
            deterministic: false,
        })
        .unwrap()
    }

    /// For each picture, whether it is a key frame, and its data.
    fn units(coder: &mut Av1Coder, picture: &Picture) -> Vec<(bool, Vec<u8>)> {
        let mut units = Vec::new();
        for ms in [0, 33, 67] {
            let (time, key) = (Timestamp::from_millis(ms), ms != 33);
            let mut sink = |key, unit: &[u8]| units.push((key, unit.to_vec()));
            let duration = Duration::from_millis(33);
            coder.encode(picture, time, duration, key, &mut sink).unwrap();
        }
        units
    }

    #[test]
    fn key_frames_begin_with_the_sequence_header_that_codec_private_has_at_any_speed() {
        for speed in 0..=10 {
            for (width, height, level) in [(64, 36, 0), (17, 33, 0), (1280, 720, 5)] {
                if width > 64 && speed < 8 {
                    continue;
                }
                let mut coder = coder((width, height), speed);
                let private = coder.codec_private().to_vec();
                // Version, profile 0 and level, main tier, 8-bit 4:2:0.
                assert_eq!(private[..4], [0x81, level, 0x0c, 0]);
                let units = units(&mut coder, &Picture::new(width, height));
                let keys: Vec<bool> = units.iter().map(|(key, _)| *key).collect();
                assert_eq!(keys, [true, false, true]);
                for (key, unit) in units {
                    assert_eq!(
                        unit.starts_with(&private[4..]),
                        key,
                        "speed {speed}, {width}×{height}"
                    );
                    assert!(without_delimiters(&unit) == unit);
                }
            }
        }
    }
}
