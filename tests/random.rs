//! Numbers that look random and are the same in every run.

/// xorshift64*.
pub struct Random(u64);

impl Random {
    /// `seed` is not 0.
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub const fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number less than `limit`.
    pub const fn below(&mut self, limit: u64) -> u64 {
        // The low bits of the generator are the weak ones.
        (self.next() >> 11) % limit
    }
}
