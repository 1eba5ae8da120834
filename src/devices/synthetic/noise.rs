//! `Noise`: pseudorandom noise, the same for the same seed.

/// A generator of pseudorandom numbers (xorshift64*).
pub(super) struct Noise(u64);

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        // The state must not be 0, and those of consecutive frames should differ in many bits.
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// White noise with this maximum.
    pub(super) fn samples(mut self, peak: f32) -> impl Iterator<Item = f32> {
        std::iter::repeat_with(move || {
            let [high, low, ..] = self.next().to_be_bytes();
            let unit = f32::from(i16::from_be_bytes([high, low])) / f32::from(i16::MAX);
            unit.max(-1.0) * peak
        })
    }

    /// Adds less than `steps` to each value.
    pub(super) fn add_to(&mut self, values: &mut [u8], steps: u8) {
        for values in values.chunks_mut(8) {
            for (value, random) in values.iter_mut().zip(self.next().to_be_bytes()) {
                *value = value.saturating_add(random % steps.max(1));
            }
        }
    }
}
