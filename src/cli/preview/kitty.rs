//! Draws a picture by the graphics protocol of kitty: a PNG file in base64, in parts.
//!
//! Every picture replaces the last one of the same number. The terminal is asked not to answer (`q=2`), as its answer would be
//! taken for keys, and to leave the cursor where it is (`C=1`).
use crate::cli::preview::pixels::Pixels;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use std::fmt::Write;

/// The most base64 in a part.
const PART: usize = 4096;

/// The picture's number among those of the terminal's window, which other programs are unlikely to choose.
pub const IMAGE: u32 = 0x6d72_6563;

/// The sequence that draws the picture at the cursor, over so many columns and lines; `None` if it has no pixels.
pub fn encode(pixels: &Pixels, (columns, lines): (usize, usize)) -> Option<String> {
    let data = BASE64.encode(png(pixels)?);
    let parts: Vec<_> = data.as_bytes().chunks(PART).collect();
    let mut text = String::with_capacity(data.len() + parts.len() * 16 + 64);
    for (number, part) in parts.iter().enumerate() {
        text.push_str("\u{1b}_G");
        if number == 0 {
            let _ = write!(text, "a=T,f=100,i={IMAGE},p=1,c={columns},r={lines},C=1,");
        }
        let goes_on = u8::from(number + 1 < parts.len());
        let _ = write!(text, "q=2,m={goes_on};");
        text.extend(part.iter().copied().map(char::from));
        text.push_str("\u{1b}\\");
    }
    Some(text)
}

/// The sequence that removes the picture, and its data from the terminal's memory.
pub fn delete() -> String {
    format!("\u{1b}_Ga=d,d=I,i={IMAGE},q=2\u{1b}\\")
}

fn png(pixels: &Pixels) -> Option<Vec<u8>> {
    let height = pixels.rows.len().checked_div(pixels.width)?;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width.try_into().ok()?, height.try_into().ok()?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(pixels.rows.as_flattened()).ok()?;
    writer.finish().ok()?;
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Header and data of each part.
    fn parts(text: &str) -> Vec<(String, String)> {
        let parts = text.split_terminator("\u{1b}\\");
        let parts = parts.map(|part| part.strip_prefix("\u{1b}_G").unwrap().split_once(';').unwrap());
        parts
            .map(|(header, data)| (header.to_owned(), data.to_owned()))
            .collect()
    }

    fn decode(text: &str) -> Vec<u8> {
        let digit = |character: u8| match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        let digits: Vec<u8> = text.trim_end_matches('=').bytes().map(digit).collect();
        let groups = digits.chunks(4);
        let bytes = groups.flat_map(|group| {
            let bits = group.iter().enumerate().fold(0_u32, |bits, (index, &digit)| {
                bits | u32::from(digit) << (18 - 6 * index)
            });
            bits.to_be_bytes()[1..group.len()].to_vec()
        });
        bytes.collect()
    }

    #[test]
    fn a_picture_that_fits_one_part_is_one_sequence() {
        let text = encode(
            &Pixels {
                width: 2,
                rows: vec![[1, 2, 3]; 4],
            },
            (16, 9),
        )
        .unwrap();
        let parts = parts(&text);
        assert_eq!(parts.len(), 1);
        assert_eq!(
            parts[0].0,
            format!("a=T,f=100,i={IMAGE},p=1,c=16,r=9,C=1,q=2,m=0")
        );
        assert!(decode(&parts[0].1).starts_with(b"\x89PNG\r\n\x1a\n"));
    }

    #[test]
    fn a_larger_one_comes_in_parts_of_4096_that_are_the_pixels_together() {
        let pixel = |index: usize| [(index * 7) as u8, (index / 3) as u8, (index * index) as u8];
        let rows: Vec<_> = (0..100 * 90).map(pixel).collect();
        let text = encode(
            &Pixels {
                width: 100,
                rows: rows.clone(),
            },
            (64, 20),
        )
        .unwrap();
        let parts = parts(&text);
        assert!(parts.len() > 2);
        for (number, (header, data)) in parts.iter().enumerate() {
            let is_last = number + 1 == parts.len();
            assert!(data.len() <= PART && (is_last || data.len() == PART));
            assert!(
                header.ends_with(if is_last { "q=2,m=0" } else { "q=2,m=1" }),
                "{header}"
            );
            assert_eq!(header.starts_with("a=T"), number == 0);
        }
        let file = decode(&parts.into_iter().map(|part| part.1).collect::<String>());
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (100, 90));
        assert_eq!(pixels, rows.as_flattened());
    }

    #[test]
    fn no_pixels_are_no_picture() {
        assert_eq!(
            encode(
                &Pixels {
                    width: 0,
                    rows: Vec::new()
                },
                (1, 1)
            ),
            None
        );
        assert_eq!(delete(), format!("\u{1b}_Ga=d,d=I,i={IMAGE},q=2\u{1b}\\"));
    }
}
