//! Full codec strings, `vp09.00.31.08` and `av01.0.05M.08`: they are honored or refused, never ignored.
//!
//! VP9 in ISO media files, "Codecs Parameter String"; AV1 in ISO media files, 5.
use crate::encode::VideoCodec;
use crate::encode::level::{self, Demand};
use crate::error::{Error, Result};
use crate::media::{Color, VideoFormat};

/// All optional parameters at their defaults: the specification recommends to omit them.
const AV1_DEFAULTS: &str = ".0.110.01.01.01.0";

/// What a full codec string requires of a stream besides profile 0, main tier and 8 bits per sample, which are fixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    codec: VideoCodec,
    text: String,
    pub(crate) level: u8,
    color: Option<Color>,
}

impl Profile {
    /// Parses a codec string; `None` if it is only a name.
    ///
    /// # Errors
    /// `NotSupported` for one that is malformed or not supported.
    pub(crate) fn parse(codec: VideoCodec, text: &str) -> Result<Option<Self>> {
        let Some((identifier, parameters)) = text.split_once('.') else {
            return Ok(None);
        };
        let fields: Vec<&str> = parameters.split('.').collect();
        let read = match identifier {
            "vp09" => read_vp9(&fields),
            "av01" => read_av1(&fields),
            _ => Err("it takes no parameters; vp09 and av01 do"),
        };
        let (level, color) = read.map_err(|why| refused(text, why))?;
        Ok(Some(Self {
            codec,
            text: text.to_owned(),
            level,
            color,
        }))
    }

    /// Checks video of this format and bit rate.
    ///
    /// # Errors
    /// `NotSupported`, saying what to ask for.
    pub(crate) fn check(&self, format: VideoFormat, bits_per_second: u32) -> Result<()> {
        self.check_level(Demand::new(format, bits_per_second))?;
        if self.color.is_some_and(|color| color != format.color) {
            let why = format!(
                "the video has other colours (primaries {}, transfer {}, matrix {}, full range {}); leave them out",
                format.color.primaries, format.color.transfer, format.color.matrix, format.color.full_range
            );
            return Err(refused(&self.text, &why));
        }
        Ok(())
    }

    /// Checks that the requested level allows this.
    ///
    /// # Errors
    /// `NotSupported`, saying which one does.
    pub(crate) fn check_level(&self, demand: Demand) -> Result<()> {
        let requested = level::of_code(self.codec, self.level);
        if !requested.is_some_and(|level| level.holds(demand)) {
            let better = level::least(self.codec, demand)
                .map_or_else(|| self.bare().to_owned(), |level| self.with_level(level.code));
            let why = format!("its level does not hold {demand}; use {better}");
            return Err(refused(&self.text, &why));
        }
        Ok(())
    }

    fn with_level(&self, level: u8) -> String {
        match self.codec {
            VideoCodec::Vp8 => self.bare().to_owned(),
            VideoCodec::Vp9 => format!("vp09.00.{level:02}.08"),
            #[cfg(feature = "av1")]
            VideoCodec::Av1 => format!("av01.0.{level:02}M.08"),
        }
    }

    fn bare(&self) -> &str {
        self.text.split('.').next().unwrap_or_default()
    }
}

/// A codec string in canonical form: the name in lower case, without parameters at their defaults.
pub(crate) fn canonical(text: &str) -> String {
    let Some((identifier, parameters)) = text.split_once('.') else {
        return text.to_ascii_lowercase();
    };
    let identifier = identifier.to_ascii_lowercase();
    let mut parameters = parameters.to_ascii_uppercase();
    let defaults = AV1_DEFAULTS.trim_start_matches('.');
    if let Some(rest) = parameters.strip_suffix(defaults).filter(|_| identifier == "av01") {
        parameters.truncate(rest.trim_end_matches('.').len());
    }
    format!("{identifier}.{parameters}")
}

fn refused(text: &str, why: &str) -> Error {
    Error::not_supported(format!("'{text}' cannot be encoded: {why}"))
}

type Read = std::result::Result<(u8, Option<Color>), &'static str>;

/// Profile, level, bit depth; then all or none of subsampling, primaries, transfer, matrix and range.
fn read_vp9(fields: &[&str]) -> Read {
    const FORM: &str = "it must look like vp09.00.31.08 or vp09.00.31.08.01.01.01.01.00";
    let numbers: Option<Vec<u8>> = fields.iter().map(|field| number(field, 2)).collect();
    let numbers = numbers.ok_or(FORM)?;
    let (&[profile, level, depth], rest) = numbers.split_first_chunk::<3>().ok_or(FORM)?;
    let has_depth = matches!((profile, depth), (0 | 1, 8) | (2 | 3, 10 | 12));
    if !has_depth || level::of_code(VideoCodec::Vp9, level).is_none() {
        return Err("there is no such profile, level and bit depth together; vp09.00.31.08 is one");
    }
    if profile != 0 {
        return Err("only profile 0 with 8 bits a sample is encoded: use vp09.00.LL.08");
    }
    let color = match *rest {
        [] => None,
        [0 | 1, primaries, transfer, matrix, range @ (0 | 1)] => Some(Color {
            matrix,
            transfer,
            primaries,
            full_range: range == 1,
        }),
        [2 | 3, _, _, _, 0 | 1] => return Err("only chroma of 4:2:0 is encoded, 00 or 01"),
        _ => return Err(FORM),
    };
    Ok((level, color))
}

/// Profile, level and tier, bit depth; then all or none of monochrome, subsampling, primaries, transfer, matrix, range.
fn read_av1(fields: &[&str]) -> Read {
    const FORM: &str = "it must look like av01.0.05M.08 or av01.0.05M.08.0.110.01.01.01.0";
    let (&[profile, level, depth], rest) = fields.split_first_chunk::<3>().ok_or(FORM)?;
    let (level, tier) = level.split_at_checked(2).ok_or(FORM)?;
    let (profile, level) = (number(profile, 1).ok_or(FORM)?, number(level, 2).ok_or(FORM)?);
    if profile > 2 || level > 31 || !["M", "H"].contains(&tier) || !["08", "10", "12"].contains(&depth) {
        return Err(FORM);
    }
    if (profile, tier, depth) != (0, "M", "08") {
        return Err("only profile 0 in the main tier with 8 bits a sample is encoded: use av01.0.LLM.08");
    }
    let color = match *rest {
        [] => None,
        [monochrome, subsampling, primaries, transfer, matrix, range] => {
            let codes = [primaries, transfer, matrix].map(|field| number(field, 2).ok_or(FORM));
            let [primaries, transfer, matrix] = codes;
            let range = number(range, 1).filter(|range| *range <= 1).ok_or(FORM)?;
            number(subsampling, 3).ok_or(FORM)?;
            if number(monochrome, 1).ok_or(FORM)? != 0 || subsampling != "110" {
                return Err("only colour with chroma of 4:2:0 in no special place is encoded, 0.110");
            }
            Some(Color {
                matrix: matrix?,
                transfer: transfer?,
                primaries: primaries?,
                full_range: range == 1,
            })
        }
        _ => return Err(FORM),
    };
    Ok((level, color))
}

/// A number of exactly this many decimal digits.
fn number(text: &str, digits: usize) -> Option<u8> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::PixelAspect;
    use std::time::Duration;

    const HD: VideoFormat = VideoFormat {
        width: 1280,
        height: 720,
        frame_duration: Some(Duration::from_nanos(33_333_333)),
        color: Color::BT601,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    };

    fn refusal(codec: VideoCodec, text: &str) -> Option<String> {
        let checked = Profile::parse(codec, text).and_then(|profile| {
            let profile = profile.expect("it has parameters");
            profile.check(HD, 2_500_000)
        });
        checked.err().map(|error| {
            assert_eq!(error.name(), "NotSupportedError");
            error.to_string()
        })
    }

    #[test]
    fn vp9_strings_that_fit_are_taken_and_all_others_refused_with_a_reason() {
        for good in [
            "00.31.08",
            "00.62.08",
            "00.40.08.01.06.06.06.00",
            "00.31.08.00.06.06.06.00",
        ] {
            assert_eq!(refusal(VideoCodec::Vp9, &format!("vp09.{good}")), None, "{good}");
        }
        for (bad, why) in [
            ("00.30.08", "use vp09.00.31.08"),
            ("00.10.08.01.06.06.06.00", "use vp09.00.31.08"),
            ("00.31.08.01.01.01.01.00", "colours"),
            ("00.31.08.01.06.06.06.01", "colours"),
            ("00.31.08.02.06.06.06.00", "4:2:0"),
            ("02.31.10", "only profile 0"),
            ("01.31.08", "only profile 0"),
            ("00.31.10", "no such profile"),
            ("00.32.08", "no such profile"),
            ("04.31.08", "no such profile"),
            ("00.31", "must look like"),
            ("", "must look like"),
            ("0.31.08", "must look like"),
            ("00.31.8", "must look like"),
            ("00.31.08.", "must look like"),
            ("00.31.08.01.06.06.06", "must look like"),
            ("00.31.08.01.06.06.06.00.00", "must look like"),
            ("00.+1.08", "must look like"),
        ] {
            let said = refusal(VideoCodec::Vp9, &format!("vp09.{bad}")).unwrap_or_default();
            assert!(said.contains(why), "{bad}: {said}");
        }
        assert!(
            refusal(VideoCodec::Vp9, "vp9.0")
                .unwrap()
                .contains("takes no parameters")
        );
        assert_eq!(Profile::parse(VideoCodec::Vp9, "vp09").unwrap(), None);
    }

    #[cfg(feature = "av1")]
    #[test]
    fn av1_strings_that_fit_are_taken_and_all_others_refused_with_a_reason() {
        for good in ["0.05M.08", "0.19M.08", "0.05M.08.0.110.06.06.06.0"] {
            assert_eq!(refusal(VideoCodec::Av1, &format!("av01.{good}")), None, "{good}");
        }
        for (bad, why) in [
            ("0.04M.08", "use av01.0.05M.08"),
            ("0.02M.08", "use av01.0.05M.08"),
            ("0.05M.08.0.110.09.16.09.0", "colours"),
            ("0.05M.08.1.110.06.06.06.0", "0.110"),
            ("0.05M.08.0.111.06.06.06.0", "0.110"),
            ("0.05M.10", "only profile 0"),
            ("1.05M.08", "only profile 0"),
            ("0.09H.08", "only profile 0"),
            ("3.05M.08", "must look like"),
            ("0.32M.08", "must look like"),
            ("0.5M.08", "must look like"),
            ("0.05X.08", "must look like"),
            ("0.05M.8", "must look like"),
            ("0.05M", "must look like"),
            ("0.05M.08.0.110.06.06.06", "must look like"),
            ("0.é5M.08", "must look like"),
        ] {
            let said = refusal(VideoCodec::Av1, &format!("av01.{bad}")).unwrap_or_default();
            assert!(said.contains(why), "{bad}: {said}");
        }
    }

    #[test]
    fn the_canonical_form_has_a_name_in_lower_case_and_no_defaults() {
        for (text, expected) in [
            ("VP8", "vp8"),
            ("Vp09.00.31.08", "vp09.00.31.08"),
            ("AV01.0.05m.08", "av01.0.05M.08"),
            ("av01.0.05M.08.0.110.01.01.01.0", "av01.0.05M.08"),
            ("av01.0.05M.08.0.110.09.01.01.0", "av01.0.05M.08.0.110.09.01.01.0"),
        ] {
            assert_eq!(canonical(text), expected);
        }
    }
}
