//! VP8 by libvpx, in its real-time mode: one frame in, one packet out, the planes read where they lie.
//!
//! The one file that owns libvpx contexts and the `unsafe` that they need.
#![allow(unsafe_code)]

use crate::clock::Timestamp;
use crate::encode::Encoder;
use crate::error::{Error, Result};
use crate::media::{MediaFormat, Packet, TrackInfo, VideoFormat, VideoFrame};
use crate::picture::Picture;
use std::ffi::{CStr, c_int, c_ulong};
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;
use vpx_sys as vpx;

/// The largest side of a VP8 picture, in pixels (RFC 6386, 9.1).
const MAX_SIDE: u32 = 16_383;

/// Pictures up to this many pixels are encoded by one thread: a second one spins more than it helps.
const ONE_THREAD_PIXELS: u32 = 1280 * 720;

/// Frame length that rate control is told of while the real one is not known.
const USUAL_FRAME: Duration = Duration::from_nanos(33_333_333);

/// How a video track is to be encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VpxOptions {
    pub(crate) bits_per_second: u32,
    pub(crate) key_frames: KeyFrameInterval,
    /// 0 (careful) to 16 (fast); libvpx calls its negative cpu-used.
    pub(crate) speed: u8,
    /// Encoder threads; None for what suits the picture and the machine.
    pub(crate) threads: Option<u32>,
}

/// When the next key frame is due (MediaStream Recording, 2.3, videoKeyFrameInterval…).
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeyFrameInterval {
    /// The first frame this long after the last key frame.
    Duration(Duration),
    /// The first frame after this many.
    Count(u32),
}

/// A VP8 encoder for pictures of one size.
pub(crate) struct VpxEncoder {
    context: Context,
    format: VideoFormat,
    key_frames: KeyFrameInterval,
    /// Time of the last key frame and how many frames came since.
    last_key: Option<(Timestamp, u32)>,
    last_time: Option<Timestamp>,
}

impl VpxEncoder {
    /// # Errors
    /// `NotSupported` for a picture that VP8 cannot hold; `Unknown` when libvpx refuses.
    pub(crate) fn new(format: VideoFormat, options: VpxOptions) -> Result<Self> {
        let sides = 1..=MAX_SIDE;
        if !sides.contains(&format.width) || !sides.contains(&format.height) {
            return Err(Error::not_supported(format!(
                "VP8 holds pictures of 1 to {MAX_SIDE} pixels a side, not {}×{}; scale the source down",
                format.width, format.height
            )));
        }
        Ok(Self {
            context: Context::new(format, options)?,
            format,
            key_frames: options.key_frames,
            last_key: None,
            last_time: None,
        })
    }

    fn key_frame_is_due(&self, time: Timestamp) -> bool {
        match (self.last_key, self.key_frames) {
            (None, _) => true,
            (Some((last, _)), KeyFrameInterval::Duration(interval)) => time - last >= interval,
            (Some((_, frames)), KeyFrameInterval::Count(count)) => frames >= count,
        }
    }

    fn frame_length(&self, frame: &VideoFrame) -> Duration {
        let since_last = self.last_time.map(|last| frame.time - last);
        frame.duration.or(since_last).unwrap_or(USUAL_FRAME)
    }
}

impl Encoder for VpxEncoder {
    type Input = VideoFrame;

    fn info(&self) -> TrackInfo {
        TrackInfo {
            format: MediaFormat::Video(self.format),
            codec_id: "V_VP8",
            codec_private: Vec::new(),
            codec_delay: Duration::ZERO,
            seek_pre_roll: Duration::ZERO,
            name: String::new(),
        }
    }

    fn encode(&mut self, frame: &VideoFrame, packets: &mut Vec<Packet>) -> Result<()> {
        let picture = &*frame.picture;
        if (picture.width(), picture.height()) != (self.format.width, self.format.height) {
            return Err(Error::NotSupported {
                message: format!(
                    "the picture changed from {}×{} to {}×{} during the recording",
                    self.format.width,
                    self.format.height,
                    picture.width(),
                    picture.height()
                ),
            });
        }
        let length = self.frame_length(frame);
        let force_key = self.key_frame_is_due(frame.time);
        self.context.encode(picture, frame.time, length, force_key)?;
        while let Some((key, data)) = self.context.next_packet() {
            self.last_key = match self.last_key {
                Some((last, frames)) if !key => Some((last, frames + 1)),
                _ => Some((frame.time, 1)),
            };
            packets.push(Packet {
                track: 0,
                time: frame.time,
                duration: length,
                key,
                padding: Duration::ZERO,
                data: data.to_vec(),
            });
        }
        self.last_time = Some(frame.time);
        Ok(())
    }

    fn restart(&mut self) {
        self.last_key = None;
        self.last_time = None;
    }

    fn finish(&mut self, _: &mut Vec<Packet>) -> Result<()> {
        // With a lag of 0 libvpx holds nothing back.
        Ok(())
    }
}

/// One libvpx encoder context and the cursor over its finished packets.
struct Context {
    codec: Box<vpx::vpx_codec_ctx_t>,
    image: vpx::vpx_image_t,
    packets: vpx::vpx_codec_iter_t,
}

// SAFETY: libvpx ties a context to no thread; ours is moved to its encoder thread and used by that one only.
unsafe impl Send for Context {}

impl Context {
    fn new(format: VideoFormat, options: VpxOptions) -> Result<Self> {
        // SAFETY: the function takes nothing and returns a static table.
        let interface = unsafe { vpx::vpx_codec_vp8_cx() };
        let mut config = MaybeUninit::uninit();
        // SAFETY: libvpx fills the whole structure when it returns OK, which is checked before it is read.
        let config = unsafe {
            let result = vpx::vpx_codec_enc_config_default(interface, config.as_mut_ptr(), 0);
            check(result, "libvpx has no default settings for VP8")?;
            config.assume_init_mut()
        };
        configure(config, format, options);
        // SAFETY: an all-zero context is what vpx_codec_enc_init expects, and all zero is a valid value of it.
        let mut codec: Box<vpx::vpx_codec_ctx_t> = Box::new(unsafe { std::mem::zeroed() });
        #[expect(clippy::cast_possible_wrap, reason = "the version is a small number")]
        let version = vpx::VPX_ENCODER_ABI_VERSION as c_int;
        // SAFETY: all pointers are to live values; the context stays where it is, in its box.
        let result = unsafe { vpx::vpx_codec_enc_init_ver(&raw mut *codec, interface, config, 0, version) };
        check(result, "libvpx cannot encode VP8 with these settings")?;
        let mut context = Self {
            codec,
            image: wrapped_image(format),
            packets: ptr::null(),
        };
        let speed = -c_int::from(options.speed);
        context.control(vpx::vp8e_enc_control_id::VP8E_SET_CPUUSED, speed)?;
        context.control(vpx::vp8e_enc_control_id::VP8E_SET_STATIC_THRESHOLD, 1)?;
        Ok(context)
    }

    fn control(&mut self, id: vpx::vp8e_enc_control_id, value: c_int) -> Result<()> {
        // SAFETY: both controls that we set take one int.
        let result = unsafe { vpx::vpx_codec_control_(&raw mut *self.codec, id as c_int, value) };
        self.checked(result, "libvpx refuses an encoder setting")
    }

    fn encode(&mut self, picture: &Picture, time: Timestamp, length: Duration, key: bool) -> Result<()> {
        for (plane, data) in self.image.planes.iter_mut().zip(picture.planes()) {
            *plane = data.as_ptr().cast_mut();
        }
        let flags = if key { vpx::VPX_EFLAG_FORCE_KF } else { 0 };
        let micros = i64::try_from(time.as_nanos() / 1000).unwrap_or(i64::MAX);
        let length = c_ulong::try_from(length.as_micros()).unwrap_or(1).max(1);
        // SAFETY: the planes are as large as `wrapped_image` was told (the caller compares the sizes), and with
        // a lag of 0 they are read during this call only, never written.
        let result = unsafe {
            vpx::vpx_codec_encode(
                &raw mut *self.codec,
                &raw const self.image,
                micros,
                length,
                flags.into(),
                vpx::VPX_DL_REALTIME.into(),
            )
        };
        self.packets = ptr::null();
        self.checked(result, "VP8 encoding failed")
    }

    /// Whether it is a key frame, and its bytes; None when the last picture's packets are all taken.
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

fn configure(config: &mut vpx::vpx_codec_enc_cfg_t, format: VideoFormat, options: VpxOptions) {
    config.g_w = format.width;
    config.g_h = format.height;
    config.g_threads = options.threads.unwrap_or_else(|| usual_threads(format));
    config.g_timebase = vpx::vpx_rational {
        num: 1,
        den: 1_000_000,
    };
    config.g_pass = vpx::vpx_enc_pass::VPX_RC_ONE_PASS;
    config.g_lag_in_frames = 0;
    config.g_error_resilient = 0;
    config.rc_end_usage = vpx::vpx_rc_mode::VPX_CBR;
    config.rc_target_bitrate = (options.bits_per_second / 1000).max(1);
    // A recorder loses no frame to save bits.
    config.rc_dropframe_thresh = 0;
    config.rc_resize_allowed = 0;
    config.rc_min_quantizer = 4;
    config.rc_max_quantizer = 56;
    config.rc_undershoot_pct = 100;
    config.rc_overshoot_pct = 15;
    config.rc_buf_sz = 1000;
    config.rc_buf_initial_sz = 500;
    config.rc_buf_optimal_sz = 600;
    // Key frames are asked for by time, which libvpx does not know; its own would cost a second encoding each.
    config.kf_mode = vpx::vpx_kf_mode::VPX_KF_DISABLED;
    config.kf_min_dist = 0;
    config.kf_max_dist = i32::MAX.cast_unsigned();
}

fn usual_threads(format: VideoFormat) -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if format.width * format.height > ONE_THREAD_PIXELS && cores >= 4 {
        2
    } else {
        1
    }
}

/// The description of an I420 picture with rows side by side; the planes are set for each picture.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Color;
    use std::sync::Arc;

    fn encoder(width: u32, height: u32, key_frames: KeyFrameInterval) -> Result<VpxEncoder> {
        let format = VideoFormat {
            width,
            height,
            frame_duration: None,
            color: Color::UNSPECIFIED,
        };
        let options = VpxOptions {
            bits_per_second: 200_000,
            key_frames,
            speed: 12,
            threads: Some(1),
        };
        VpxEncoder::new(format, options)
    }

    fn frame(width: u32, height: u32, at: Timestamp) -> VideoFrame {
        let mut picture = Picture::new(width, height);
        picture
            .data_mut()
            .iter_mut()
            .zip((0u8..=255).cycle())
            .for_each(|(byte, value)| *byte = value);
        VideoFrame {
            time: at,
            duration: None,
            picture: Arc::new(picture),
        }
    }

    fn key_frame_times(encoder: &mut VpxEncoder, times: impl Iterator<Item = u64>) -> Vec<u64> {
        let mut packets = Vec::new();
        for ms in times {
            encoder
                .encode(&frame(64, 36, Timestamp::from_millis(ms)), &mut packets)
                .unwrap();
        }
        packets
            .iter()
            .filter(|p| p.key)
            .map(|p| p.time.round_millis())
            .collect()
    }

    #[test]
    fn each_picture_gives_one_packet_with_its_time_also_at_odd_sizes() {
        for (width, height) in [(64, 36), (1, 1), (17, 33), (641, 3)] {
            let mut encoder = encoder(width, height, KeyFrameInterval::Count(100)).unwrap();
            let mut packets = Vec::new();
            for ms in [0, 40, 47, 200] {
                encoder
                    .encode(&frame(width, height, Timestamp::from_millis(ms)), &mut packets)
                    .unwrap();
            }
            let times: Vec<u64> = packets.iter().map(|p| p.time.round_millis()).collect();
            assert_eq!(times, [0, 40, 47, 200]);
            assert!(packets[0].key && !packets[0].data.is_empty());
        }
    }

    #[test]
    fn key_frames_come_after_the_asked_duration_or_count_and_after_a_restart() {
        let mut by_time = encoder(64, 36, KeyFrameInterval::Duration(Duration::from_millis(100))).unwrap();
        assert_eq!(key_frame_times(&mut by_time, (0..300).step_by(30)), [0, 120, 240]);
        let mut by_count = encoder(64, 36, KeyFrameInterval::Count(4)).unwrap();
        assert_eq!(
            key_frame_times(&mut by_count, (0..300).step_by(30)),
            [0, 120, 240]
        );
        by_count.restart();
        assert_eq!(key_frame_times(&mut by_count, (300..400).step_by(30)), [300]);
    }

    #[test]
    fn a_size_that_vp8_cannot_hold_is_refused_and_so_is_a_change_of_size() {
        let refused = encoder(16_384, 16, KeyFrameInterval::Count(1)).err().unwrap();
        assert_eq!(refused.name(), "NotSupportedError");
        let mut encoder = encoder(64, 36, KeyFrameInterval::Count(1)).unwrap();
        let changed = encoder
            .encode(&frame(32, 36, Timestamp::ZERO), &mut Vec::new())
            .unwrap_err();
        assert_eq!(changed.name(), "NotSupportedError");
    }
}
