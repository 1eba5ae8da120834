//! Conversions give the same bytes on every machine, whichever vector instructions it has: their hashes are here. Those from
//! RGB may differ in rounding.
//!
//! `script/port-test` runs this elsewhere. A conversion that is changed on purpose changes its line: the test prints it.
use crate::media::{Color, Picture, PicturePool};
use crate::picture::capture_format::CapturePixelFormat;
use crate::picture::convert::{Converter, FrameLayout};
use crate::picture::pixel_format::{PixelFormat, to_rgb, to_rgba};
use crate::picture::scaler::Scaler;
use sha2::{Digest, Sha256};

/// Odd, and no multiple of a vector's length.
const SIZE: (u32, u32) = (203, 101);

/// The first bytes of the SHA-256 of each result.
const HASHES: &str = "\
Yv12 9fb5e301fc1a2d04
Nv12 45854463f354f7b0
Yuyv 9e0c583f20cc3260
Uyvy 6324675beaa957fd
Grey 3942a313a6a9dce4
raw Nv12 6f71142c487c2c31
to RGB 089009188e981c91
to RGBA 32511960d13fa44d
160x90 ffa37fe49894b734
64x64 5a7c22ba16612211
200x50 3f6cf6379ff42430
";

/// Bytes that look like nothing in particular, but are the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_u32;
    let step = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(step).collect()
}

fn line(name: &str, bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let first = hash[..8]
        .iter()
        .fold(0, |number, &byte| number << 8 | u64::from(byte));
    format!("{name} {first:016x}\n")
}

fn bytes(picture: &Picture) -> Vec<u8> {
    picture.planes().concat()
}

/// A frame of a camera, as the program records it.
fn captured(pixels: CapturePixelFormat) -> Picture {
    let (width, height) = SIZE;
    let stride = pixels.row_bytes(width as usize + 1) as u32;
    let layout = FrameLayout {
        pixels,
        width,
        height,
        stride,
        full_range: false,
    };
    let frame = noise(2 * stride as usize * height as usize);
    Converter::new(layout).convert(&frame).unwrap()
}

/// A frame of a program.
fn read(format: PixelFormat) -> Picture {
    let mut picture = PicturePool::new(SIZE.0, SIZE.1).take();
    format
        .read(&noise(format.size(SIZE.0, SIZE.1)), &mut picture)
        .unwrap();
    picture
}

#[test]
fn a_picture_is_the_same_on_every_machine() {
    let mut found = String::new();
    for pixels in [
        CapturePixelFormat::Yv12,
        CapturePixelFormat::Nv12,
        CapturePixelFormat::Yuyv,
        CapturePixelFormat::Uyvy,
        CapturePixelFormat::Grey,
    ] {
        found += &line(&format!("{pixels:?}"), &bytes(&captured(pixels)));
    }
    found += &line("raw Nv12", &bytes(&read(PixelFormat::Nv12)));
    let picture = read(PixelFormat::I420);
    found += &line("to RGB", &to_rgb(&picture, Color::BT601));
    found += &line("to RGBA", &to_rgba(&picture, Color::BT601));
    for (width, height) in [(160, 90), (64, 64), (200, 50)] {
        let scaled = Scaler::new(SIZE, width, height).unwrap().scale(&picture).unwrap();
        found += &line(&format!("{width}x{height}"), &bytes(&scaled));
    }
    assert_eq!(found, HASHES, "\n{found}");
}

/// Y, U and V of a color of 0 to 255, ITU-R BT.601, limited range.
fn bt601([red, green, blue]: [f64; 3]) -> [f64; 3] {
    let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    let chroma = |color: f64, weight: f64| 128.0 + 224.0 / 255.0 * (color - luma) / (2.0 * (1.0 - weight));
    [
        16.0 + 219.0 / 255.0 * luma,
        chroma(blue, 0.114),
        chroma(red, 0.299),
    ]
}

/// The largest differences of luma and of chroma to what the standard says; chroma is that of the mean of up to four pixels.
fn differences(picture: &Picture, color: impl Fn(usize, usize) -> [f64; 3]) -> [f64; 2] {
    let (width, height) = (SIZE.0 as usize, SIZE.1 as usize);
    let [y, u, v] = picture.planes();
    let mut largest = [0.0_f64; 2];
    for (row, column) in (0..height).flat_map(|row| (0..width).map(move |column| (row, column))) {
        let luma = bt601(color(column, row))[0];
        largest[0] = largest[0].max((f64::from(y[row * width + column]) - luma).abs());
        let (right, below) = (column + 1, row + 1);
        if row % 2 == 0 && column % 2 == 0 && right < width && below < height {
            let four = [(column, row), (right, row), (column, below), (right, below)];
            let sum = four.into_iter().fold([0.0; 3], |sum, (x, y)| {
                let pixel = color(x, y);
                [sum[0] + pixel[0], sum[1] + pixel[1], sum[2] + pixel[2]]
            });
            let [_, blue, red] = bt601(sum.map(|sum| sum / 4.0));
            let place = row / 2 * width.div_ceil(2) + column / 2;
            for (plane, expected) in [(u, blue), (v, red)] {
                largest[1] = largest[1].max((f64::from(plane[place]) - expected).abs());
            }
        }
    }
    largest
}

#[test]
fn a_picture_of_rgb_is_what_bt_601_says_but_for_rounding() {
    let rows = SIZE.0 as usize;
    let camera = noise(6 * (rows + 1) * SIZE.1 as usize);
    let program = noise(4 * rows * SIZE.1 as usize);
    let at =
        |bytes: &[u8], place: usize, order: [usize; 3]| order.map(|offset| f64::from(bytes[place + offset]));
    let found = [
        differences(&captured(CapturePixelFormat::Rgb24), |x, y| {
            at(&camera, 3 * (y * (rows + 1) + x), [0, 1, 2])
        }),
        differences(&captured(CapturePixelFormat::Bgr24), |x, y| {
            at(&camera, 3 * (y * (rows + 1) + x), [2, 1, 0])
        }),
        differences(&read(PixelFormat::Rgba), |x, y| {
            at(&program, 4 * (y * rows + x), [0, 1, 2])
        }),
        differences(&read(PixelFormat::Bgra), |x, y| {
            at(&program, 4 * (y * rows + x), [2, 1, 0])
        }),
    ];
    let is_near = |[luma, chroma]: &[f64; 2]| *luma < 1.5 && *chroma < 1.5;
    assert!(found.iter().all(is_near), "{found:?}");
}
