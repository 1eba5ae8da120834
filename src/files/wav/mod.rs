//! WAV files as they come, through pipes too: samples as f32, block by block.
mod header;

use crate::error::{Error, Result};
use crate::media::AudioFormat;
use header::{Encoding, Header, failed};
use std::io::{ErrorKind, Read};

/// The most that is read at once, in bytes.
const MAX_READ: usize = 1 << 18;

/// A WAV, RF64 or BW64 file of integer or float PCM, read once from beginning to end.
#[derive(Debug)]
pub(crate) struct WavReader<R> {
    reader: R,
    header: Header,
    /// Bytes of whole frames that were given.
    given: u64,
    /// Bytes read, not yet given: less than a frame between two reads.
    buffer: Vec<u8>,
    ended: bool,
}

impl<R: Read> WavReader<R> {
    /// Reads the header; the input may be a pipe and needs no buffer of its own.
    ///
    /// # Errors
    ///
    /// `NotReadable` for what is no WAV file or a broken one, `NotSupported` for sound other than PCM
    /// of 1 to 8 channels.
    pub(crate) fn open(mut reader: R) -> Result<Self> {
        let header = Header::read(&mut reader)?;
        Ok(Self {
            reader,
            header,
            given: 0,
            buffer: Vec::new(),
            ended: false,
        })
    }

    /// Sample rate and channels.
    pub(crate) const fn format(&self) -> AudioFormat {
        self.header.format
    }

    /// Appends up to `max_frames` (at least 1) frames in −1…1 to `samples`, as soon as there are any; how many.
    ///
    /// 0 is the end.
    ///
    /// # Errors
    ///
    /// `NotReadable` when the input fails, and, after all that is there was given, when the header promised more.
    /// The next call says that it is the end.
    pub(crate) fn read(&mut self, samples: &mut Vec<f32>, max_frames: usize) -> Result<usize> {
        let frame = usize::from(self.header.format.channels) * self.header.encoding.bytes();
        let most = (max_frames.min(MAX_READ / frame) * frame) as u64;
        let left = self.header.data_size.map_or(u64::MAX, |size| {
            // A broken frame at the end is none.
            (size - size % frame as u64) - self.given
        });
        let wanted = most.min(left) as usize;
        if self.ended || wanted == 0 {
            return Ok(0);
        }
        while self.buffer.len() < frame {
            if !self.read_some(wanted)? {
                self.ended = true;
                return self.check_end().map(|()| 0);
            }
        }
        let whole = self.buffer.len() - self.buffer.len() % frame;
        convert(&self.buffer[..whole], self.header.encoding, samples);
        self.buffer.drain(..whole);
        self.given += whole as u64;
        Ok(whole / frame)
    }

    /// Reads once, so that the buffer has at most `wanted` bytes; whether anything came.
    fn read_some(&mut self, wanted: usize) -> Result<bool> {
        let filled = self.buffer.len();
        self.buffer.resize(wanted, 0);
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

    /// The input ended: an error if the header promised more.
    fn check_end(&self) -> Result<()> {
        let there = self.given + self.buffer.len() as u64;
        match self.header.data_size {
            Some(promised) if there < promised => Err(Error::not_readable(format!(
                "the WAV file is cut off: its header promises {promised} bytes of samples, {there} are there"
            ))),
            _ => Ok(()),
        }
    }
}

/// Appends the samples in `bytes`, which are whole.
fn convert(bytes: &[u8], encoding: Encoding, samples: &mut Vec<f32>) {
    const I8: f32 = 1.0 / 128.0;
    const I16: f32 = 1.0 / 32_768.0;
    // 24 bits are read as the upper ones of 32.
    const I32: f32 = 1.0 / 2_147_483_648.0;
    match encoding {
        Encoding::Unsigned8 => append(bytes, samples, |[b]| (f32::from(b) - 128.0) * I8),
        Encoding::Signed16 => append(bytes, samples, |b| f32::from(i16::from_le_bytes(b)) * I16),
        Encoding::Signed24 => append(bytes, samples, |[a, b, c]| {
            i32::from_le_bytes([0, a, b, c]) as f32 * I32
        }),
        Encoding::Signed32 => append(bytes, samples, |b| i32::from_le_bytes(b) as f32 * I32),
        Encoding::Float32 => append(bytes, samples, f32::from_le_bytes),
        Encoding::Float64 => append(bytes, samples, |b| f64::from_le_bytes(b) as f32),
    }
}

fn append<const N: usize>(bytes: &[u8], samples: &mut Vec<f32>, sample: impl Fn([u8; N]) -> f32) {
    let (whole, _) = bytes.as_chunks::<N>();
    samples.extend(whole.iter().map(|bytes| sample(*bytes)));
}

#[cfg(test)]
mod tests;
