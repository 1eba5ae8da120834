//! The first line of a Y4M stream: frame size, chroma format and frame rate.
use crate::error::{Error, Result};
use crate::media::{Color, PixelAspect, VideoFormat};
use std::time::Duration;

/// Largest side of a frame in pixels, as in VP8; also bounds what a damaged header makes us allocate.
const MAX_SIDE: u32 = 16_383;

/// Chroma format of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChromaFormat {
    /// 4:2:0: chroma of half width and height.
    I420,
    /// 4:2:2: chroma of half width.
    I422,
    /// 4:4:4: chroma of full size.
    I444,
    /// No chroma.
    Mono,
}

/// The contents of the first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Width in pixels, 1 to 16383.
    pub(super) width: u32,
    /// Height in pixels, 1 to 16383.
    pub(super) height: u32,
    /// Chroma format.
    pub(super) chroma_format: ChromaFormat,
    /// Bits per sample, 8 to 16. More than 8 are stored in two bytes, the lower one first.
    pub(super) depth: u32,
    /// Frame rate as numerator and denominator; neither is 0, and a frame lasts a nanosecond or more.
    rate: (u32, u32),
    full_range: bool,
    pixel_aspect: PixelAspect,
    interlaced: bool,
}

impl Header {
    /// Parses the parameters after `YUV4MPEG2`, without the line feed. Unknown parameters are ignored.
    pub(super) fn parse(line: &[u8]) -> Result<Self> {
        let line = String::from_utf8_lossy(line);
        let mut given = Parameters::default();
        for parameter in line.split(' ').filter(|parameter| !parameter.is_empty()) {
            given.take(parameter);
        }
        let (chroma_format, depth) = chroma_format(given.chroma.or(given.old_chroma).unwrap_or("420"))?;
        Ok(Self {
            width: side("width", 'W', given.width)?,
            height: side("height", 'H', given.height)?,
            chroma_format,
            depth,
            rate: rate(given.rate)?,
            full_range: given.full_range,
            pixel_aspect: pixel_aspect(given.pixel_aspect),
            // Top or bottom field first, or both kinds of frames.
            interlaced: matches!(given.interlacing, Some("t" | "b" | "m")),
        })
    }

    /// The format of the frames, as I420.
    pub(super) fn format(&self) -> VideoFormat {
        VideoFormat {
            width: self.width,
            height: self.height,
            frame_duration: Some(self.frame_time(1)),
            color: Color {
                full_range: self.full_range,
                ..Color::UNSPECIFIED
            },
            pixel_aspect: self.pixel_aspect,
            interlaced: self.interlaced,
        }
    }

    /// Time of frame `n`, rounded to the nearest nanosecond.
    pub(super) fn frame_time(&self, n: u64) -> Duration {
        let (frames, seconds) = (u128::from(self.rate.0), u128::from(self.rate.1));
        // 64 + 32 + 30 bits cannot overflow.
        let nanos = (u128::from(n) * seconds * 1_000_000_000 + frames / 2) / frames;
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// Row length of a chroma plane of the stream, in samples.
    pub(super) const fn chroma_row(&self) -> usize {
        match self.chroma_format {
            ChromaFormat::I420 | ChromaFormat::I422 => self.width.div_ceil(2) as usize,
            ChromaFormat::I444 => self.width as usize,
            ChromaFormat::Mono => 0,
        }
    }

    /// Size of a chroma plane of the stream, in samples.
    pub(super) const fn chroma_plane_size(&self) -> usize {
        let rows = match self.chroma_format {
            ChromaFormat::I420 => self.height.div_ceil(2),
            ChromaFormat::I422 | ChromaFormat::I444 | ChromaFormat::Mono => self.height,
        };
        self.chroma_row() * rows as usize
    }
}

/// The parameters as text; of repeated parameters the last is used.
#[derive(Default)]
struct Parameters<'a> {
    width: Option<&'a str>,
    height: Option<&'a str>,
    rate: Option<&'a str>,
    interlacing: Option<&'a str>,
    pixel_aspect: Option<&'a str>,
    chroma: Option<&'a str>,
    /// Written by mjpegtools before `C` existed.
    old_chroma: Option<&'a str>,
    full_range: bool,
}

impl<'a> Parameters<'a> {
    fn take(&mut self, parameter: &'a str) {
        // Parameters are not empty, but the first character may be longer than a byte.
        let Some((kind, value)) = parameter.split_at_checked(1) else {
            return;
        };
        match kind {
            "W" => self.width = Some(value),
            "H" => self.height = Some(value),
            "F" => self.rate = Some(value),
            "I" => self.interlacing = Some(value),
            "A" => self.pixel_aspect = Some(value),
            "C" => self.chroma = Some(value),
            "X" => self.take_extension(value),
            _ => {}
        }
    }

    fn take_extension(&mut self, extension: &'a str) {
        match extension.split_once('=') {
            Some(("COLORRANGE", range)) => self.full_range = range == "FULL",
            Some(("YSCSS", chroma)) => self.old_chroma = Some(chroma),
            _ => {}
        }
    }
}

fn side(name: &str, letter: char, value: Option<&str>) -> Result<u32> {
    let Some(value) = value else {
        return Err(Error::not_readable(format!(
            "the Y4M header has no {name} ({letter}…)"
        )));
    };
    let pixels = value.parse().unwrap_or(0);
    if !(1..=MAX_SIDE).contains(&pixels) {
        return Err(Error::not_readable(format!(
            "the Y4M header has the {name} {}; 1 to {MAX_SIDE} is supported",
            shown(value)
        )));
    }
    Ok(pixels)
}

fn rate(value: Option<&str>) -> Result<(u32, u32)> {
    // Times are in nanoseconds: of faster frames, several would have the same.
    let is_possible = |(frames, seconds): &(u32, u32)| {
        *frames > 0 && *seconds > 0 && u64::from(*frames) <= 1_000_000_000 * u64::from(*seconds)
    };
    value.and_then(pair).filter(is_possible).ok_or_else(|| {
        let found = value.map(|value| format!(" (F{})", shown(value)));
        Error::not_readable(format!(
            "the Y4M header has no valid frame rate{}; set it: ffmpeg -r 30 -i in.y4m out.y4m",
            found.unwrap_or_default()
        ))
    })
}

/// Square if it is unknown, which is written as 0:0.
fn pixel_aspect(value: Option<&str>) -> PixelAspect {
    match value.and_then(pair) {
        Some((width, height)) if width > 0 && height > 0 => PixelAspect { width, height },
        _ => PixelAspect::SQUARE,
    }
}

/// Two numbers with a colon between.
fn pair(value: &str) -> Option<(u32, u32)> {
    let (left, right) = value.split_once(':')?;
    Some((left.parse().ok()?, right.parse().ok()?))
}

/// The chroma format and the bits per sample.
fn chroma_format(chroma: &str) -> Result<(ChromaFormat, u32)> {
    let name = chroma.to_ascii_lowercase();
    let (layout, depth) = match name.as_str() {
        // They differ only in the position of chroma samples, by at most half a pixel.
        "420" | "420jpeg" | "420mpeg2" | "420paldv" => ("420", "8"),
        "422" | "444" | "mono" => (name.as_str(), "8"),
        name => match name.strip_prefix("mono") {
            Some(depth) => ("mono", depth),
            None => name.split_once('p').unwrap_or((name, "")),
        },
    };
    let format = match layout {
        "420" => Some(ChromaFormat::I420),
        "422" => Some(ChromaFormat::I422),
        "444" => Some(ChromaFormat::I444),
        "mono" => Some(ChromaFormat::Mono),
        _ => None,
    };
    let depth = depth.parse().ok().filter(|depth| (8..=16).contains(depth));
    format.zip(depth).ok_or_else(|| unsupported(chroma))
}

fn unsupported(chroma: &str) -> Error {
    let why = if chroma.eq_ignore_ascii_case("444alpha") {
        "has an alpha channel, which is not recorded"
    } else {
        "is not supported"
    };
    Error::not_supported(format!(
        "the Y4M chroma format C{} {why}; convert the file first: ffmpeg -i in.y4m -pix_fmt yuv420p out.y4m",
        shown(chroma)
    ))
}

/// A value from the file, escaped and shortened for messages.
fn shown(value: &str) -> String {
    value.chars().take(32).flat_map(char::escape_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(line: &str) -> VideoFormat {
        Header::parse(line.as_bytes()).unwrap().format()
    }

    fn error(line: &str) -> Error {
        Header::parse(line.as_bytes()).unwrap_err()
    }

    #[test]
    fn the_header_that_ffmpeg_writes_is_understood() {
        let line = "W1280 H720 F30:1 Ip A1:1 C420jpeg XYSCSS=420JPEG XCOLORRANGE=LIMITED";
        let expected = VideoFormat {
            width: 1280,
            height: 720,
            frame_duration: Some(Duration::from_nanos(33_333_333)),
            color: Color::UNSPECIFIED,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        assert_eq!(format(line), expected);
    }

    #[test]
    fn full_range_is_told() {
        assert!(format("W2 H2 F30:1 XCOLORRANGE=FULL").color.full_range);
        assert!(!format("W2 H2 F30:1 XCOLORRANGE=OTHER").color.full_range);
    }

    #[test]
    fn frame_times_are_exact_after_a_day_and_after_an_age() {
        let header = Header::parse(b"W2 H2 F30000:1001").unwrap();
        assert_eq!(header.frame_time(0), Duration::ZERO);
        assert_eq!(header.frame_time(1), Duration::from_nanos(33_366_667));
        assert_eq!(header.frame_time(2), Duration::from_nanos(66_733_333));
        assert_eq!(
            header.frame_time(30_000 * 86_400),
            Duration::from_secs(1001 * 86_400)
        );
        assert_eq!(header.frame_time(u64::MAX), Duration::from_nanos(u64::MAX));
    }

    #[test]
    fn every_rate_up_to_a_frame_a_nanosecond_has_a_frame_duration() {
        let duration = |rate: &str| format(&format!("W2 H2 F{rate}")).frame_duration;
        assert_eq!(duration("1:10"), Some(Duration::from_secs(10)));
        assert_eq!(duration("1:4294967295"), Some(Duration::from_secs(4_294_967_295)));
        assert_eq!(duration("4294967295:5"), Some(Duration::from_nanos(1)));
    }

    #[test]
    fn a_missing_or_impossible_rate_is_an_error_with_a_remedy() {
        for rate in [
            "",
            "F0:0",
            "F30:0",
            "F0:1",
            "F30",
            "F-30:1",
            "F1000000001:1",
            "F4294967296:1",
        ] {
            let error = error(&format!("W2 H2 {rate}"));
            assert_eq!(error.name(), "NotReadableError", "{rate}");
            assert!(error.to_string().contains("ffmpeg -r 30"), "{rate}");
        }
    }

    #[test]
    fn sizes_from_1_to_16383_are_possible() {
        assert_eq!(format("W1 H16383 F30:1").height, 16_383);
        for size in [
            "H2",
            "W2",
            "W0 H2",
            "W2 H16384",
            "W-2 H2",
            "W H2",
            "W2.5 H2",
            "Wé H2",
        ] {
            assert_eq!(
                error(&format!("{size} F30:1")).name(),
                "NotReadableError",
                "{size}"
            );
        }
    }

    #[test]
    fn all_ways_to_say_8_bit_420_are_one() {
        for chroma in ["", "C420", "C420jpeg", "C420mpeg2", "C420paldv", "XYSCSS=420JPEG"] {
            let header = Header::parse(format!("W2 H2 F30:1 {chroma}").as_bytes()).unwrap();
            assert_eq!(
                (header.chroma_format, header.depth),
                (ChromaFormat::I420, 8),
                "{chroma}"
            );
        }
    }

    #[test]
    fn formats_of_8_to_16_bits_are_told_apart() {
        for (chroma, expected) in [
            ("XYSCSS=444", (ChromaFormat::I444, 8)),
            ("C420p10", (ChromaFormat::I420, 10)),
            ("XYSCSS=420P10", (ChromaFormat::I420, 10)),
            ("C422p9", (ChromaFormat::I422, 9)),
            ("C444p16", (ChromaFormat::I444, 16)),
            ("Cmono", (ChromaFormat::Mono, 8)),
            ("Cmono12", (ChromaFormat::Mono, 12)),
        ] {
            let header = Header::parse(format!("W2 H2 F30:1 {chroma}").as_bytes()).unwrap();
            assert_eq!((header.chroma_format, header.depth), expected, "{chroma}");
        }
    }

    #[test]
    fn other_chroma_formats_are_not_supported_but_can_be_converted() {
        for chroma in [
            "C444alpha",
            "C411",
            "C420p7",
            "C420p17",
            "C420p",
            "C411p10",
            "Cmonop10",
            "C",
            "XYSCSS=411",
        ] {
            let error = error(&format!("W2 H2 F30:1 {chroma}"));
            assert_eq!(error.name(), "NotSupportedError", "{chroma}");
            assert!(error.to_string().contains("-pix_fmt yuv420p"), "{chroma}");
        }
        assert!(
            error("W2 H2 F30:1 C444alpha")
                .to_string()
                .contains("alpha channel")
        );
    }

    #[test]
    fn interlaced_video_is_told_from_progressive_and_unknown() {
        for (order, interlaced) in [
            ("It", true),
            ("Ib", true),
            ("Im", true),
            ("Ip", false),
            ("I?", false),
            ("", false),
        ] {
            let format = format(&format!("W2 H2 F30:1 {order}"));
            assert_eq!(format.interlaced, interlaced, "{order}");
        }
    }

    #[test]
    fn the_pixel_aspect_is_that_of_the_header_and_square_if_it_is_unknown() {
        let aspect = |parameter: &str| {
            let PixelAspect { width, height } = format(&format!("W2 H2 F30:1 {parameter}")).pixel_aspect;
            (width, height)
        };
        assert_eq!(aspect("A4:3"), (4, 3));
        for unknown in ["", "A0:0", "A4:0", "A4", "A-4:3", "A4294967296:1"] {
            assert_eq!(aspect(unknown), (1, 1), "{unknown}");
        }
    }

    #[test]
    fn nothing_from_the_file_reaches_the_terminal_unescaped() {
        let message = error("W2 H2 F30:1 C\u{1b}[2J").to_string();
        assert!(message.contains("C\\u{1b}[2J"));
        assert!(
            error(&format!("W2 H2 F30:1 C{}", "x".repeat(4000)))
                .to_string()
                .len()
                < 200
        );
    }
}
