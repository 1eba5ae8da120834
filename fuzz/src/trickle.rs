//! A source that gives a few bytes at a time, as a pipe may.
use std::io::{self, Read};

pub struct Trickle<'a> {
    left: &'a [u8],
    step: usize,
}

impl<'a> Trickle<'a> {
    /// Gives up to `step` bytes at a time.
    pub const fn new(bytes: &'a [u8], step: usize) -> Self {
        Self { left: bytes, step }
    }
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len().min(self.step);
        self.left.read(&mut buffer[..room])
    }
}
