//! The header of a WAV file: everything before the samples.
use crate::decode::SampleEncoding;
use crate::error::{Error, Result, Source};
use crate::media::AudioFormat;
use std::io::{self, Read};

/// Maximum sample rate in hertz, as in Web Audio.
const MAX_RATE: u32 = 768_000;
/// Maximum number of channels, as in Opus channel mapping family 1.
const MAX_CHANNELS: u16 = 8;
/// The GUID of an extensible format, after the format tag.
const GUID_TAIL: [u8; 14] = [
    0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71,
];

/// The contents of the header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) format: AudioFormat,
    pub(super) encoding: SampleEncoding,
    /// Size of the samples in bytes; `None` if the writer did not know it: they extend to the end of the file.
    pub(super) data_size: Option<u64>,
}

impl Header {
    /// Reads up to the first sample, without seeking: the input may be a pipe.
    pub(super) fn read(reader: &mut impl Read) -> Result<Self> {
        let long = open_riff(reader)?;
        let (mut format, mut long_size) = (None, None);
        loop {
            let (id, size) = chunk(reader)?;
            match &id {
                b"fmt " => format = Some(read_format(reader, size)?),
                b"ds64" => long_size = Some(read_long_size(reader, size)?),
                b"data" => {
                    let (format, encoding) =
                        format.ok_or_else(|| invalid("the data chunk comes before the format chunk"))?;
                    let long_size = long_size.filter(|_| long && size == u32::MAX);
                    return Ok(Self {
                        format,
                        encoding,
                        data_size: known_size(size, long_size),
                    });
                }
                _ => skip(reader, u64::from(size))?,
            }
        }
    }
}

/// Reads the first 12 bytes. Returns `true` for RF64 and BW64, with 64-bit sizes.
fn open_riff(reader: &mut impl Read) -> Result<bool> {
    let mut head = [0; 12];
    let got = fill(reader, &mut head)?;
    if got == 0 {
        return Err(Error::not_readable("the WAV file is empty"));
    }
    let (magic, kind) = (&head[..4], &head[8..]);
    let long = magic == b"RF64" || magic == b"BW64";
    if magic == b"RIFX" {
        return Err(unsupported("it is big-endian (RIFX)"));
    }
    if !long && magic != b"RIFF" {
        return Err(invalid("it does not begin with RIFF"));
    }
    if got < head.len() {
        return Err(cut_off());
    }
    if kind != b"WAVE" {
        let kind = String::from_utf8_lossy(kind).escape_debug().to_string();
        return Err(invalid(&format!(
            "it is a RIFF file of type \"{kind}\", not WAVE"
        )));
    }
    Ok(long)
}

/// Size of the samples in bytes, if the writer knew it.
fn known_size(size: u32, long_size: Option<u64>) -> Option<u64> {
    // Placeholders of programs that write to a pipe: ffmpeg 0xFFFFFFFF, sox 0x7FFFF000 rounded down to a frame,
    // arecord 0x7FFFFF00, others 0 or 0xFFFFFFFF minus the header.
    let placeholder = matches!(size, 0 | 0x7FFF_EF00..=0x7FFF_FFFF | 0xFFFF_FF00..);
    match long_size {
        Some(0 | u64::MAX) => None,
        Some(long) => Some(long),
        None if placeholder => None,
        None => Some(u64::from(size)),
    }
}

/// Reads the `fmt ` chunk.
fn read_format(reader: &mut impl Read, size: u32) -> Result<(AudioFormat, SampleEncoding)> {
    let mut chunk = [0; 40];
    let there = chunk.len().min(size as usize);
    if there < 16 {
        return Err(invalid(&format!(
            "its format chunk has {size} bytes; at least 16 are required"
        )));
    }
    read_exact(reader, &mut chunk[..there])?;
    skip_rest(reader, size, there)?;
    let word = |at: usize| u16::from_le_bytes([chunk[at], chunk[at + 1]]);
    let tag = match word(0) {
        0xFFFE if there < 40 => {
            return Err(invalid("its extensible format chunk is too short"));
        }
        0xFFFE if chunk[26..] != GUID_TAIL => {
            return Err(unsupported("its extensible format is not PCM"));
        }
        0xFFFE => word(24),
        tag => tag,
    };
    let (channels, align, bits) = (word(2), word(12), word(14));
    let sample_rate = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
    let encoding = encoding(tag, bits)?;
    check_shape(channels, sample_rate)?;
    let needed = usize::from(channels) * encoding.bytes();
    if usize::from(align) != needed {
        return Err(invalid(&format!(
            "{channels} channels of {bits} bits need {needed} bytes per frame, but the header has {align}"
        )));
    }
    let format = AudioFormat {
        sample_rate,
        channels,
    };
    Ok((format, encoding))
}

fn encoding(tag: u16, bits: u16) -> Result<SampleEncoding> {
    match (tag, bits) {
        (1, 1..=8) => Ok(SampleEncoding::Unsigned8),
        (1, 9..=16) => Ok(SampleEncoding::Signed16),
        (1, 17..=24) => Ok(SampleEncoding::Signed24),
        (1, 25..=32) => Ok(SampleEncoding::Signed32),
        (3, 32) => Ok(SampleEncoding::Float32),
        (3, 64) => Ok(SampleEncoding::Float64),
        (1 | 3, _) => Err(invalid(&format!("samples of {bits} bits are not possible"))),
        _ => {
            let name = match tag {
                0x0002 | 0x0011 => "ADPCM",
                0x0006 => "A-law",
                0x0007 => "µ-law",
                0x0031 => "GSM",
                0x0050 => "MPEG audio",
                0x0055 => "MP3",
                0x00FF | 0x1600..=0x1602 => "AAC",
                0x2000 => "AC-3",
                _ => "an unknown codec",
            };
            Err(unsupported(&format!(
                "its codec is {name} (format tag {tag:#06x}), not PCM"
            )))
        }
    }
}

fn check_shape(channels: u16, sample_rate: u32) -> Result<()> {
    if channels == 0 {
        return Err(invalid("its header has 0 channels"));
    }
    if channels > MAX_CHANNELS {
        return Err(Error::not_supported(format!(
            "the WAV file cannot be read: it has {channels} channels, more than {MAX_CHANNELS}; take some of them: \
             ffmpeg -i in.wav -ac {MAX_CHANNELS} out.wav"
        )));
    }
    if sample_rate == 0 || sample_rate > MAX_RATE {
        return Err(invalid(&format!(
            "its header has a sample rate of {sample_rate} Hz; 1 to {MAX_RATE} is supported"
        )));
    }
    Ok(())
}

/// Reads the size of the data chunk from a `ds64` chunk.
fn read_long_size(reader: &mut impl Read, size: u32) -> Result<u64> {
    // The size of the whole file comes first.
    let (mut riff_size, mut data_size) = ([0; 8], [0; 8]);
    if size < 16 {
        return Err(invalid("its ds64 chunk is too short"));
    }
    read_exact(reader, &mut riff_size)?;
    read_exact(reader, &mut data_size)?;
    skip_rest(reader, size, 16)?;
    Ok(u64::from_le_bytes(data_size))
}

/// Reads the name and size of a chunk.
fn chunk(reader: &mut impl Read) -> Result<([u8; 4], u32)> {
    let mut head = [0; 8];
    read_exact(reader, &mut head)?;
    let [a, b, c, d, size @ ..] = head;
    Ok(([a, b, c, d], u32::from_le_bytes(size)))
}

/// Skips the rest of a chunk of which `read` bytes were read.
fn skip_rest(reader: &mut impl Read, size: u32, read: usize) -> Result<()> {
    let padded = u64::from(size) + u64::from(size % 2);
    discard(reader, padded - read as u64)
}

/// Skips the content of a chunk, padded to an even length.
fn skip(reader: &mut impl Read, size: u64) -> Result<()> {
    discard(reader, size + size % 2)
}

fn discard(reader: &mut impl Read, bytes: u64) -> Result<()> {
    match io::copy(&mut reader.take(bytes), &mut io::sink()) {
        Ok(skipped) if skipped == bytes => Ok(()),
        Ok(_) => Err(cut_off()),
        Err(error) => Err(failed(error)),
    }
}

fn read_exact(reader: &mut impl Read, buffer: &mut [u8]) -> Result<()> {
    if fill(reader, buffer)? < buffer.len() {
        return Err(cut_off());
    }
    Ok(())
}

/// Fills the buffer, less only at the end of the input. Returns the number of bytes.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(got) => filled += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(filled)
}

fn cut_off() -> Error {
    invalid("it ends before the samples")
}

fn invalid(why: &str) -> Error {
    Error::not_readable(format!("the WAV file cannot be read: {why}"))
}

fn unsupported(why: &str) -> Error {
    Error::not_supported(format!(
        "the WAV file cannot be read: {why}; convert it first: ffmpeg -i in.wav -c:a pcm_s16le out.wav"
    ))
}

/// The error for a failing input.
pub(super) fn failed(error: io::Error) -> Error {
    Error::NotReadable {
        message: format!("reading the WAV file failed: {error}"),
        source: Some(Source::from(error)),
    }
}
