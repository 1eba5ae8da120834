//! The bytes of a stream, with a look ahead and an offset.
use crate::error::{Error, Result};
use std::io::{ErrorKind, Read};

/// Size of one read, in bytes.
const CHUNK: usize = 64 * 1024;

/// Reads a stream once; what is buffered is at most what was peeked at, and one read.
pub(super) struct Input<R> {
    source: R,
    buffer: Vec<u8>,
    /// Bytes of the buffer that are used up.
    used: usize,
    /// Offset of the first byte that is not.
    position: u64,
    ended: bool,
}

impl<R: Read> Input<R> {
    pub(super) const fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            used: 0,
            position: 0,
            ended: false,
        }
    }

    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// The next `length` bytes; fewer at the end of the stream. They stay.
    ///
    /// # Errors
    ///
    /// `NotReadable` if the source cannot be read.
    pub(super) fn peek(&mut self, length: usize) -> Result<&[u8]> {
        while self.buffer.len() - self.used < length && !self.ended {
            self.fill()?;
        }
        let rest = &self.buffer[self.used..];
        Ok(&rest[..length.min(rest.len())])
    }

    /// Skips up to `length` bytes; returns how many there were.
    ///
    /// # Errors
    ///
    /// `NotReadable` if the source cannot be read.
    pub(super) fn skip(&mut self, length: u64) -> Result<u64> {
        let mut left = length;
        loop {
            let step = left.min((self.buffer.len() - self.used) as u64);
            self.used += usize::try_from(step).unwrap_or(usize::MAX);
            self.position += step;
            left -= step;
            if left == 0 || self.ended {
                return Ok(length - left);
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<()> {
        self.buffer.drain(..self.used);
        self.used = 0;
        let length = self.buffer.len();
        self.buffer.resize(length + CHUNK, 0);
        let read = loop {
            match self.source.read(&mut self.buffer[length..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(length + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(error) => {
                return Err(Error::NotReadable {
                    message: "the file cannot be read".to_owned(),
                    source: Some(error.into()),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_peeked_at_and_skipped_in_order() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let mut input = Input::new(&*bytes);
        assert_eq!(input.peek(100_000).unwrap(), &bytes[..100_000]);
        assert_eq!(input.skip(70_000).unwrap(), 70_000);
        assert_eq!(input.peek(5).unwrap(), &bytes[70_000..70_005]);
        assert_eq!(input.skip(u64::MAX).unwrap(), 130_000);
        assert_eq!((input.position(), input.peek(1).unwrap()), (200_000, &[][..]));
    }
}
