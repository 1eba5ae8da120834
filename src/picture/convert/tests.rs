use super::*;

fn layout(pixels: CapturePixelFormat, width: u32, height: u32, stride: u32) -> FrameLayout {
    let full_range = false;
    FrameLayout {
        pixels,
        width,
        height,
        stride,
        full_range,
    }
}

/// Bytes that look like nothing in particular, but are the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_u32;
    let step = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(step).collect()
}

/// Y, U, V of each pixel of a packed frame, one byte after the other.
fn pixel_of_packed(frame: &[u8], stride: usize, uyvy: bool, x: usize, y: usize) -> [u8; 3] {
    let pair = &frame[y * stride + x / 2 * 4..];
    let (luma, chroma) = if uyvy { (1, 0) } else { (0, 1) };
    [pair[luma + x % 2 * 2], pair[chroma], pair[chroma + 2]]
}

#[test]
fn packed_pairs_become_planes_whatever_the_size_and_the_stride() {
    for (pixels, width, height, spare) in [
        (CapturePixelFormat::Yuyv, 2, 2, 0),
        (CapturePixelFormat::Yuyv, 64, 6, 0),
        (CapturePixelFormat::Uyvy, 66, 5, 12),
        (CapturePixelFormat::Yuyv, 5, 3, 2),
        (CapturePixelFormat::Uyvy, 7, 4, 2),
    ] {
        let stride = 2 * width + spare;
        let frame = noise((stride * height) as usize);
        let picture = Converter::new(layout(pixels, width, height, stride))
            .convert(&frame)
            .unwrap();
        let uyvy = pixels == CapturePixelFormat::Uyvy;
        let at = |x, y| pixel_of_packed(&frame, stride as usize, uyvy, x as usize, y as usize);
        let [luma, u, v] = picture.planes();
        for (x, y) in (0..width).flat_map(|x| (0..height).map(move |y| (x, y))) {
            assert_eq!(luma[(y * width + x) as usize], at(x, y)[0], "{pixels:?} {x},{y}");
            let lower = (y / 2 * 2 + 1).min(height - 1);
            let place = (y / 2 * width.div_ceil(2) + x / 2) as usize;
            for (plane, component) in [(u, 1), (v, 2)] {
                let rows = [at(x, y / 2 * 2)[component], at(x, lower)[component]].map(i32::from);
                let mean = (rows[0] + rows[1] + 1) / 2;
                assert!(
                    (i32::from(plane[place]) - mean).abs() <= 1,
                    "{pixels:?} {width}x{height} {x},{y}: {rows:?}"
                );
            }
        }
    }
}

#[test]
fn an_odd_row_that_ends_with_half_a_pair_is_whole_but_for_the_chroma_it_lacks() {
    let frame = [10, 100, 20, 200, 30, 110];
    let picture = Converter::new(layout(CapturePixelFormat::Yuyv, 3, 1, 6))
        .convert(&frame)
        .unwrap();
    assert_eq!(picture.planes(), [&[10, 20, 30][..], &[100, 110], &[200, 200]]);
    let single = Converter::new(layout(CapturePixelFormat::Yuyv, 1, 1, 2))
        .convert(&[50, 60])
        .unwrap();
    assert_eq!(single.planes(), [&[50][..], &[60], &[128]]);
}

#[test]
fn planes_are_taken_over_as_they_are() {
    let frame: Vec<u8> = (0..15).collect();
    let planes = |pixels| {
        let picture = Converter::new(layout(pixels, 3, 3, 3))
            .convert(&noise(17))
            .unwrap();
        picture.planes().map(<[u8]>::to_vec)
    };
    let source = noise(17);
    assert_eq!(
        planes(CapturePixelFormat::I420),
        [&source[..9], &source[9..13], &source[13..]]
    );
    assert_eq!(
        planes(CapturePixelFormat::Yv12),
        [&source[..9], &source[13..], &source[9..13]]
    );
    // U and V take turns, in rows of two pairs.
    let nv12 = Converter::new(layout(CapturePixelFormat::Nv12, 3, 1, 5))
        .convert(&frame[..9])
        .unwrap();
    assert_eq!(nv12.planes(), [&[0, 1, 2][..], &[5, 7], &[6, 8]]);
    let padded = Converter::new(layout(CapturePixelFormat::I420, 2, 2, 4))
        .convert(&frame[..12])
        .unwrap();
    assert_eq!(padded.planes(), [&[0, 1, 4, 5][..], &[8], &[10]]);
}

#[test]
fn grey_has_no_colour() {
    let picture = Converter::new(layout(CapturePixelFormat::Grey, 3, 1, 4))
        .convert(&[1, 2, 3])
        .unwrap();
    assert_eq!(picture.planes(), [&[1, 2, 3][..], &[128, 128], &[128, 128]]);
}

#[test]
fn red_green_and_blue_become_the_numbers_of_bt601() {
    for (rgb, expected) in [
        ([0, 0, 0], [16, 128, 128]),
        ([255, 255, 255], [235, 128, 128]),
        ([255, 0, 0], [82, 90, 240]),
        ([0, 255, 0], [145, 54, 34]),
        ([0, 0, 255], [41, 240, 110]),
    ] {
        let bgr = [rgb[2], rgb[1], rgb[0]];
        for (pixels, pixel) in [(CapturePixelFormat::Rgb24, rgb), (CapturePixelFormat::Bgr24, bgr)] {
            // An odd size, and no bytes behind the last row.
            let mut frame = Vec::new();
            for _ in 0..3 {
                frame.extend(pixel.repeat(5));
                frame.extend([7; 4]);
            }
            frame.truncate(19 * 2 + 15);
            let picture = Converter::new(layout(pixels, 5, 3, 19)).convert(&frame).unwrap();
            for (plane, value) in picture.planes().into_iter().zip(expected) {
                let near = |&got: &u8| (i32::from(got) - value).abs() <= 1;
                assert!(
                    plane.iter().all(near),
                    "{pixels:?} {rgb:?}: {plane:?}, expected {value}"
                );
            }
        }
    }
}

#[test]
fn full_range_becomes_limited_range() {
    let mut wide = layout(CapturePixelFormat::I420, 4, 2, 4);
    wide.full_range = true;
    let frame = [0, 1, 127, 128, 200, 253, 254, 255, 0, 255, 128, 64];
    let picture = Converter::new(wide).convert(&frame).unwrap();
    assert_eq!(
        picture.planes(),
        [
            &[16, 17, 125, 126, 188, 233, 234, 235][..],
            &[16, 240],
            &[128, 72]
        ]
    );
}

#[test]
fn a_frame_that_is_not_whole_is_no_picture() {
    for (pixels, bytes) in [
        (CapturePixelFormat::I420, 24),
        (CapturePixelFormat::Yv12, 24),
        (CapturePixelFormat::Nv12, 24),
        (CapturePixelFormat::Yuyv, 32),
        (CapturePixelFormat::Uyvy, 32),
        (CapturePixelFormat::Rgb24, 48),
        (CapturePixelFormat::Bgr24, 48),
        (CapturePixelFormat::Grey, 16),
    ] {
        let converter = Converter::new(layout(pixels, 4, 4, 0));
        assert!(converter.convert(&noise(bytes)).is_some(), "{pixels:?}");
        for short in 0..bytes {
            assert_eq!(
                converter.convert(&noise(short)),
                None,
                "{pixels:?} of {short} bytes"
            );
        }
    }
}
