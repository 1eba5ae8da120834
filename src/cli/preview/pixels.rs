//! A small picture for a terminal, as red, green and blue.

/// Pixels, row by row from the top.
pub struct Pixels {
    pub width: usize,
    pub rows: Vec<[u8; 3]>,
}

impl Pixels {
    /// Makes a picture smaller, from RGBA pixels, each the average of some in its place.
    pub fn scaled(
        rgba: &[u8],
        (from_width, from_height): (usize, usize),
        (width, height): (usize, usize),
    ) -> Self {
        /// Pixels of the large picture that one of the small one is made of, in each direction.
        const SAMPLES: usize = 4;
        let position = |index: usize, sample: usize, from: usize, to: usize| {
            ((index * SAMPLES + sample) * from + from / 2) / (to * SAMPLES)
        };
        let average = |(x, y): (usize, usize)| {
            let mut sums = [0_u32; 3];
            for sample in 0..SAMPLES * SAMPLES {
                let column = position(x, sample % SAMPLES, from_width, width);
                let row = position(y, sample / SAMPLES, from_height, height);
                let at = (row * from_width + column) * 4;
                for (sum, value) in sums.iter_mut().zip(rgba.get(at..at + 3).unwrap_or_default()) {
                    *sum += u32::from(*value);
                }
            }
            sums.map(|sum| (sum / (SAMPLES * SAMPLES) as u32) as u8)
        };
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Self {
            width,
            rows: places.map(average).collect(),
        }
    }
}
