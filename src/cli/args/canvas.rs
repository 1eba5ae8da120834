//! The argument of `--canvas`: size, frame rate and pixel format of raw video.
use mediarec::files::RawVideo;
use mediarec::picture::PixelFormat;
use std::str::FromStr;

/// `WxH[@FPS][:FORMAT]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CanvasArg(pub RawVideo);

/// Without `@FPS`.
const DEFAULT_RATE: f64 = 30.0;

impl FromStr for CanvasArg {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        const HELP: &str = "give width, height, frame rate and pixel format, such as 640x360@25:rgba";
        let (rest, format) = text.split_once(':').unwrap_or((text, "rgba"));
        let (size, rate) = match rest.split_once('@') {
            Some((size, rate)) => (size, parse_rate(rate).ok_or(HELP)?),
            None => (rest, DEFAULT_RATE),
        };
        let (width, height) = size.split_once('x').ok_or(HELP)?;
        let pixel_format = match format {
            "rgba" => PixelFormat::Rgba,
            "bgra" => PixelFormat::Bgra,
            "i420" => PixelFormat::I420,
            "nv12" => PixelFormat::Nv12,
            other => {
                return Err(format!(
                    "unknown pixel format '{other}'; use rgba, bgra, i420 or nv12"
                ));
            }
        };
        Ok(Self(RawVideo {
            width: width.parse().map_err(|_| HELP)?,
            height: height.parse().map_err(|_| HELP)?,
            frame_rate: rate,
            pixel_format,
        }))
    }
}

/// `25`, `29.97`, `30000/1001`.
fn parse_rate(text: &str) -> Option<f64> {
    let (above, below) = text.split_once('/').unwrap_or((text, "1"));
    Some(above.parse::<f64>().ok()? / below.parse::<f64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canvas_is_a_size_and_may_have_a_rate_and_a_layout() {
        let raw = |frame_rate, pixel_format| {
            Ok(CanvasArg(RawVideo {
                width: 64,
                height: 36,
                frame_rate,
                pixel_format,
            }))
        };
        assert_eq!("64x36".parse(), raw(30.0, PixelFormat::Rgba));
        assert_eq!("64x36@25".parse(), raw(25.0, PixelFormat::Rgba));
        assert_eq!("64x36:i420".parse(), raw(30.0, PixelFormat::I420));
        assert_eq!(
            "64x36@30000/1001:nv12".parse(),
            raw(30_000.0 / 1001.0, PixelFormat::Nv12)
        );
        for wrong in [
            "",
            "64",
            "64x",
            "x36",
            "-1x3",
            "64x36@",
            "64x36@a",
            "64x36:yuv",
            "64x36:",
        ] {
            assert!(wrong.parse::<CanvasArg>().is_err(), "{wrong}");
        }
    }
}
