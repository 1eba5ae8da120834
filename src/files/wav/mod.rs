//! A streaming reader of WAV files.
mod header;

use crate::error::{Error, Result};
use crate::media::AudioFormat;
use header::{Header, failed};
use std::io::{ErrorKind, Read};

/// Maximum size of one read, in bytes.
const MAX_READ: usize = 1 << 18;

/// Reads a WAV, RF64 or BW64 file of integer or float PCM from start to end.
#[derive(Debug)]
pub(crate) struct WavReader<R> {
    reader: R,
    header: Header,
    /// Bytes of sample frames returned so far.
    returned: u64,
    /// Bytes read but not returned: less than a sample frame between calls.
    buffer: Vec<u8>,
    ended: bool,
}

impl<R: Read> WavReader<R> {
    /// Reads the header. The input may be a pipe and need not be buffered.
    ///
    /// # Errors
    ///
    /// `NotReadable` if this is not a WAV file or its header is invalid, `NotSupported` if it is not PCM with 1 to 8
    /// channels.
    pub(crate) fn open(mut reader: R) -> Result<Self> {
        let header = Header::read(&mut reader)?;
        Ok(Self {
            reader,
            header,
            returned: 0,
            buffer: Vec::new(),
            ended: false,
        })
    }

    /// Sample rate and number of channels.
    pub(crate) const fn format(&self) -> AudioFormat {
        self.header.format
    }

    /// Appends up to `max_frames` (at least 1) sample frames from −1 to 1 to `samples`, as soon as there are any. Returns
    /// their number; 0 at the end.
    ///
    /// # Errors
    ///
    /// `NotReadable` if the input fails or ends before the size in the header. Further calls return 0.
    pub(crate) fn read(&mut self, samples: &mut Vec<f32>, max_frames: usize) -> Result<usize> {
        let frame = usize::from(self.header.format.channels) * self.header.encoding.bytes();
        let most = (max_frames.min(MAX_READ / frame) * frame) as u64;
        let left = self.header.data_size.map_or(u64::MAX, |size| {
            // Ignore an incomplete last sample frame.
            (size - size % frame as u64) - self.returned
        });
        let limit = most.min(left) as usize;
        if self.ended || limit == 0 {
            return Ok(0);
        }
        while self.buffer.len() < frame {
            if !self.read_some(limit)? {
                self.ended = true;
                return self.check_end().map(|()| 0);
            }
        }
        let whole = self.buffer.len() - self.buffer.len() % frame;
        self.header.encoding.convert(&self.buffer[..whole], samples);
        self.buffer.drain(..whole);
        self.returned += whole as u64;
        Ok(whole / frame)
    }

    /// Reads once, until the buffer has at most `limit` bytes. Returns `false` at the end of the input.
    fn read_some(&mut self, limit: usize) -> Result<bool> {
        let filled = self.buffer.len();
        self.buffer.resize(limit, 0);
        loop {
            match self.reader.read(&mut self.buffer[filled..]) {
                Ok(got) => {
                    self.buffer.truncate(filled + got);
                    return Ok(got > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.buffer.truncate(filled);
                    self.ended = true;
                    return Err(failed(error));
                }
            }
        }
    }

    /// Checks that the input did not end before the size in the header.
    fn check_end(&self) -> Result<()> {
        let actual = self.returned + self.buffer.len() as u64;
        match self.header.data_size {
            Some(expected) if actual < expected => Err(Error::not_readable(format!(
                "the WAV file is truncated: {actual} of {expected} bytes of samples"
            ))),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
