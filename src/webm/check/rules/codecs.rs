//! Rules about the data of codecs: `CodecPrivate`, delays, and what is in blocks of AV1 and Opus.
use crate::media::opus_packet_duration;
use crate::webm::check::block::Block;
use crate::webm::check::facts::Facts;
use crate::webm::check::frame::{self, TemporalUnit};
use crate::webm::check::rules::{Fault, Judge, Rule, error, warning};
use crate::webm::check::track::Track;
use crate::webm::opus_head::OpusHead;

pub(super) static RULES: &[Rule] = &[
    warning("M32", Judge::Track(m32_vp8)),
    error("M32", Judge::Track(m32_vp9)),
    error("M33", Judge::Track(m33_config)),
    error("M33", Judge::Track(m33_size)),
    error("M34", Judge::Block(m34_units)),
    error("M34", Judge::Block(m34_key)),
    warning("M34", Judge::Block(m34_unwanted)),
    error("M35", Judge::Track(m35_head)),
    error("M35", Judge::Track(m35_channels)),
    warning("M35", Judge::Track(m35_rate)),
    error("M36", Judge::Track(m36_delay)),
    warning("M36", Judge::Track(m36_pre_roll)),
    error("M38", Judge::Block(m38_padding)),
    error("M39", Judge::Track(m39_vorbis)),
];

fn private<'a>(track: &'a Track, codec: &str) -> Option<&'a [u8]> {
    let is_of = track.codec == codec;
    is_of.then(|| track.private.as_deref().unwrap_or_default())
}

/// VP8 has no `CodecPrivate`.
fn m32_vp8(track: &Track, _: &Facts) -> Option<Fault> {
    let size = private(track, "V_VP8")?.len();
    (size > 0).then(|| {
        Fault::new(
            track.offset,
            format!("CodecPrivate of {size} bytes for VP8"),
            "none",
        )
    })
}

/// The `CodecPrivate` of VP9 is a list of features of one byte each: profile, level, bit depth, subsampling.
fn m32_vp9(track: &Track, _: &Facts) -> Option<Fault> {
    let features = private(track, "V_VP9")?.chunks(3);
    let mut wrong = features.filter(|feature| !matches!(feature, [1..=4, 1, _]));
    let feature = wrong.next()?;
    let found = format!("CodecPrivate of VP9 with {feature:02X?}");
    Some(Fault::new(
        track.offset,
        found,
        "features of an ID from 1 to 4, the size 1 and a value",
    ))
}

/// AV1 has a `CodecPrivate` of at least four bytes, of version 1.
fn m33_config(track: &Track, _: &Facts) -> Option<Fault> {
    const MARKER_AND_VERSION: u8 = 0x81;
    let config = private(track, "V_AV1")?;
    let found = match config {
        [MARKER_AND_VERSION, _, _, _, ..] => return None,
        [] => "no CodecPrivate for AV1".to_owned(),
        _ => format!(
            "CodecPrivate of AV1 that begins with {:02X?}",
            &config[..config.len().min(4)]
        ),
    };
    Some(Fault::new(
        track.offset,
        found,
        "the AV1 configuration: 81, and three bytes more",
    ))
}

/// The sequence header in it has the size of the track.
fn m33_size(track: &Track, _: &Facts) -> Option<Fault> {
    let (width, height) = frame::configured_size(private(track, "V_AV1")?)?;
    let (w, h) = (track.video.width, track.video.height);
    let found = || format!("PixelWidth {w} and PixelHeight {h}");
    ((width, height) != (w, h)).then(|| {
        Fault::new(
            track.offset,
            found(),
            format!("{width} and {height}, as in CodecPrivate"),
        )
    })
}

fn unit(block: &Block, facts: &Facts) -> Option<TemporalUnit> {
    let track = facts.track_of(block)?;
    let is_av1 = track.codec == "V_AV1" && !track.wrapped && !block.header.is_laced();
    is_av1.then(|| frame::temporal_unit(&block.frame, block.is_whole()))
}

/// The OBUs of an AV1 block fill it, and one of them is a frame.
fn m34_units(block: &Block, facts: &Facts) -> Option<Fault> {
    let unit = unit(block, facts)?;
    let is_wrong = unit.is_broken || (unit.frame.is_none() && block.is_whole());
    is_wrong.then(|| {
        Fault::new(
            block.offset,
            "an AV1 block whose OBUs do not add up to a frame",
            "OBUs with sizes",
        )
    })
}

/// A key frame of AV1 has a sequence header before it.
fn m34_key(block: &Block, facts: &Facts) -> Option<Fault> {
    let unit = unit(block, facts)?;
    let is_wrong = block.is_key() && unit.frame.is_some() && !unit.has_sequence_header;
    is_wrong.then(|| {
        Fault::new(
            block.offset,
            "an AV1 key frame without a sequence header",
            "one in the block",
        )
    })
}

/// OBUs that a file does without.
fn m34_unwanted(block: &Block, facts: &Facts) -> Option<Fault> {
    let kind = unit(block, facts)?.unwanted?;
    let found = match kind {
        2 => "a temporal delimiter",
        8 => "a tile list",
        _ => "padding",
    };
    Some(Fault::new(
        block.offset,
        format!("{found} in an AV1 block"),
        "none",
    ))
}

/// Opus has its identification header as `CodecPrivate`.
fn m35_head(track: &Track, _: &Facts) -> Option<Fault> {
    let head = private(track, "A_OPUS")?;
    let is_wrong = OpusHead::parse(head).is_none();
    let found = || {
        format!(
            "CodecPrivate of {} bytes that is no identification header of Opus",
            head.len()
        )
    };
    is_wrong.then(|| {
        Fault::new(
            track.offset,
            found(),
            "OpusHead, version, channels, pre-skip, rate, gain, mapping",
        )
    })
}

fn head(track: &Track) -> Option<OpusHead> {
    OpusHead::parse(private(track, "A_OPUS")?)
}

fn m35_channels(track: &Track, _: &Facts) -> Option<Fault> {
    let (said, channels) = (track.audio.channels, u64::from(head(track)?.channels));
    let expected = || format!("{channels}, as in CodecPrivate");
    (said != channels).then(|| Fault::new(track.offset, format!("Channels {said}"), expected()))
}

/// Opus is decoded at 48 kHz; the rate before encoding is allowed, too.
fn m35_rate(track: &Track, _: &Facts) -> Option<Fault> {
    let (said, rate) = (track.audio.rate, f64::from(head(track)?.rate));
    let is_wrong =
        track.audio.is_there && said > 0.0 && [48_000.0, rate].iter().all(|rate| (rate - said).abs() > 0.5);
    is_wrong.then(|| Fault::new(track.offset, format!("SamplingFrequency {said}"), "48000"))
}

/// `CodecDelay` is the pre-skip: otherwise audio is late, and its beginning is noise.
fn m36_delay(track: &Track, _: &Facts) -> Option<Fault> {
    const SAMPLE: u64 = 20_834;
    let (said, delay) = (track.delay, head(track)?.delay());
    let expected = || format!("{delay}, the pre-skip in CodecPrivate");
    (said.abs_diff(delay) > SAMPLE)
        .then(|| Fault::new(track.offset, format!("CodecDelay {said}"), expected()))
}

/// A decoder of Opus needs 80 ms to converge.
fn m36_pre_roll(track: &Track, _: &Facts) -> Option<Fault> {
    const EXPECTED: u64 = 80_000_000;
    let said = head(track).map(|_| track.pre_roll)?;
    (said != EXPECTED).then(|| {
        Fault::new(
            track.offset,
            format!("SeekPreRoll {said} for Opus"),
            EXPECTED.to_string(),
        )
    })
}

/// No more is cut off than there is.
fn m38_padding(block: &Block, facts: &Facts) -> Option<Fault> {
    facts
        .track_of(block)
        .filter(|track| track.codec == "A_OPUS" && !track.wrapped)?;
    let padding = block.group.as_ref().map_or(0, |group| group.padding);
    if block.header.is_laced() || padding == 0 {
        return None;
    }
    let duration = opus_packet_duration(&block.frame)?.as_nanos();
    let is_more = u128::from(padding.unsigned_abs()) > duration;
    is_more.then(|| {
        Fault::new(
            block.offset,
            format!("DiscardPadding {padding}"),
            format!("{duration} at most, the duration of the packet"),
        )
    })
}

/// Vorbis has its three headers as `CodecPrivate`.
fn m39_vorbis(track: &Track, _: &Facts) -> Option<Fault> {
    let headers = private(track, "A_VORBIS")?;
    let is_wrong = !has_vorbis_headers(headers);
    let found = || {
        format!(
            "CodecPrivate of {} bytes without the headers of Vorbis",
            headers.len()
        )
    };
    is_wrong.then(|| {
        Fault::new(
            track.offset,
            found(),
            "2, the sizes of two headers, and three headers",
        )
    })
}

fn has_vorbis_headers(private: &[u8]) -> bool {
    let Some(mut rest) = private.strip_prefix(&[2]) else {
        return false;
    };
    let mut sizes = [0; 2];
    for size in &mut sizes {
        let full = rest.iter().take_while(|&&byte| byte == 255).count();
        let Some(&last) = rest.get(full) else {
            return false;
        };
        *size = full * 255 + usize::from(last);
        rest = &rest[full + 1..];
    }
    let starts = [0, sizes[0], sizes[0] + sizes[1]];
    let mut headers = starts.iter().zip([1, 3, 5]);
    headers.all(|(&start, kind)| {
        let header = rest.get(start..).unwrap_or_default();
        header.first() == Some(&kind) && header[1..].starts_with(b"vorbis")
    })
}
