use super::*;
use libjpeg_turbo_rs::{PixelFormat, compress};

/// A picture of two colours, left and right, as a camera would send it.
fn jpeg(width: usize, height: usize, subsampling: Subsampling) -> Vec<u8> {
    let row: Vec<u8> = (0..width)
        .flat_map(|x| {
            if x < width / 2 {
                [220, 40, 40]
            } else {
                [30, 60, 200]
            }
        })
        .collect();
    compress(
        &row.repeat(height),
        width,
        height,
        PixelFormat::Rgb,
        95,
        subsampling,
    )
    .unwrap()
}

/// The mean of a plane's middle columns on the left and on the right.
fn sides(plane: &[u8], width: usize) -> [i32; 2] {
    let mean = |x: usize| {
        let column: Vec<i32> = plane.chunks_exact(width).map(|row| i32::from(row[x])).collect();
        column.iter().sum::<i32>() / column.len() as i32
    };
    [mean(width / 4), mean(width - 1 - width / 4)]
}

#[test]
fn every_subsampling_that_cameras_use_gives_the_same_picture_in_full_range() {
    // JFIF's numbers of the two colours.
    let expected = [[94, 67], [98, 203], [218, 102]];
    for subsampling in [Subsampling::S420, Subsampling::S422, Subsampling::S444] {
        for (width, height) in [(64, 48), (65, 47), (33, 17)] {
            let mut picture = Picture::new(width, height);
            decode(&jpeg(width as usize, height as usize, subsampling), &mut picture).unwrap();
            let widths = [width, picture.chroma_width(), picture.chroma_width()];
            for ((plane, width), expected) in picture.planes().into_iter().zip(widths).zip(expected) {
                for (got, expected) in sides(plane, width as usize).into_iter().zip(expected) {
                    assert!(
                        (got - expected).abs() <= 3,
                        "{subsampling:?} {width}x{height}: {got}, not {expected}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_grey_file_is_a_picture_without_colour() {
    let file = compress(
        &[77; 16 * 8],
        16,
        8,
        PixelFormat::Grayscale,
        95,
        Subsampling::S444,
    )
    .unwrap();
    let mut picture = Picture::new(16, 8);
    decode(&file, &mut picture).unwrap();
    let [y, u, v] = picture.planes();
    assert!(y.iter().all(|value| value.abs_diff(77) <= 1));
    assert!(u.iter().chain(v).all(|&value| value == NEUTRAL_CHROMA));
}

#[test]
fn a_larger_file_is_cut_and_a_smaller_one_refused() {
    for subsampling in [Subsampling::S420, Subsampling::S422, Subsampling::S444] {
        let mut picture = Picture::new(62, 46);
        decode(&jpeg(64, 48, subsampling), &mut picture).unwrap();
        assert_eq!(decode(&jpeg(60, 48, subsampling), &mut picture), None);
        assert_eq!(decode(&jpeg(64, 44, subsampling), &mut picture), None);
    }
}

#[test]
fn what_follows_the_end_of_the_image_does_not_matter() {
    let file = jpeg(32, 32, Subsampling::S422);
    let mut stale = file.clone();
    stale.extend_from_slice(&file[file.len() / 2..]);
    let (mut one, mut other) = (Picture::new(32, 32), Picture::new(32, 32));
    decode(&file, &mut one).unwrap();
    decode(&stale, &mut other).unwrap();
    assert_eq!(one, other);
    assert_eq!(whole(&stale).map(|(file, _)| file), Some(file.as_slice()));
}

#[test]
fn a_file_that_was_cut_off_is_a_lost_frame() {
    let file = jpeg(32, 32, Subsampling::S422);
    let mut picture = Picture::new(32, 32);
    for length in 0..file.len() {
        assert_eq!(
            decode(&file[..length], &mut picture),
            None,
            "{length} of {} bytes",
            file.len()
        );
    }
}

#[test]
fn a_damaged_file_does_no_harm() {
    let file = jpeg(32, 32, Subsampling::S422);
    let mut picture = Picture::new(32, 32);
    let mut state = 1_u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for _ in 0..3000 {
        let mut damaged = file.clone();
        for _ in 0..=random(4) {
            let place = random(damaged.len());
            damaged[place] = random(256) as u8;
        }
        // It is a picture or none; what counts is that it comes back.
        let _ = decode(&damaged, &mut picture);
    }
}

#[test]
fn a_header_that_says_another_size_or_none_is_a_broken_frame() {
    let good = jpeg(64, 48, Subsampling::S420);
    let header = good.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    // Where it has its height and its width.
    let with = |place: usize, length: u16| {
        let mut file = good.clone();
        file[header + place..][..2].copy_from_slice(&length.to_be_bytes());
        decode(&file, &mut Picture::new(64, 48))
    };
    assert_eq!((with(5, 48), with(7, 64)), (Some(()), Some(())));
    for length in [0, 1, 65_535] {
        assert_eq!((with(5, length), with(7, length)), (None, None), "{length}");
    }
}
