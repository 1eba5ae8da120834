//! A streaming reader of Y4M (YUV4MPEG2), uncompressed video.
//!
//! 4:2:0, 4:2:2, 4:4:4 and mono of 8 to 16 bits are converted to I420; 8-bit 4:2:0 is read directly into the picture.
use super::y4m_header::{ChromaFormat, Header};
use crate::error::{Error, Result};
use crate::media::{Picture, VideoFormat};
use crate::picture::planes::{NEUTRAL_CHROMA, halve_both, halve_height};
use std::io::{self, ErrorKind, Read};
use std::time::Duration;

/// Maximum length of a line in bytes; the lines that programs write have about 100.
const MAX_LINE_LENGTH: usize = 4096;

/// Samples of more than 8 bits that are read at once.
const MAX_SAMPLES: usize = 1 << 18;

/// Reads the frames of a Y4M stream.
///
/// It reads exactly what it needs, whole frames in one `read` if possible, so the source need not be buffered.
#[derive(Debug)]
pub(crate) struct Y4mReader<R> {
    source: Counted<R>,
    header: Header,
    /// A chroma plane of the file, if it is larger than the picture's.
    chroma: Vec<u8>,
    /// A piece of a plane of the file, if its samples have more than 8 bits.
    wide: Vec<u8>,
    frames: u64,
}

impl<R: Read> Y4mReader<R> {
    /// Reads the stream's header.
    ///
    /// # Errors
    ///
    /// [`Error::NotReadable`] if this is not Y4M, its header is invalid, or `reader` fails; [`Error::NotSupported`] for other
    /// chroma formats.
    pub(crate) fn open(reader: R) -> Result<Self> {
        let mut source = Counted { reader, offset: 0 };
        let line = source.header_line()?;
        Ok(Self {
            source,
            header: Header::parse(&line)?,
            chroma: Vec::new(),
            wide: Vec::new(),
            frames: 0,
        })
    }

    /// The format of the frames.
    #[must_use]
    pub(crate) fn format(&self) -> VideoFormat {
        self.header.format()
    }

    /// Time of frame `n` (from 0) since the first, exact to the nanosecond for any `n`.
    #[must_use]
    pub(crate) fn frame_time(&self, n: u64) -> Duration {
        self.header.frame_time(n)
    }

    /// Reads the next frame. Returns `false` at the end of the stream; `picture` is then unchanged.
    ///
    /// # Errors
    ///
    /// [`Error::NotReadable`] if the stream ends within a frame, is damaged, or cannot be read; the message says how many
    /// complete frames came before. The content of `picture` is then undefined, and no further frame can be read.
    /// [`Error::Type`] if `picture` has another size.
    pub(crate) fn read(&mut self, picture: &mut Picture) -> Result<bool> {
        let (width, height) = (self.header.width, self.header.height);
        if (picture.width(), picture.height()) != (width, height) {
            return Err(Error::type_error(format!(
                "a {width}x{height} frame does not match a picture of {}x{} pixels",
                picture.width(),
                picture.height()
            )));
        }
        if !self.begin_frame()? {
            return Ok(false);
        }
        self.read_planes(picture).map_err(|error| self.broken(error))?;
        self.frames += 1;
        Ok(true)
    }

    /// Reads the `FRAME` line. Returns `false` if the stream ends before it.
    fn begin_frame(&mut self) -> Result<bool> {
        let offset = self.source.offset;
        // The minimum length of a line; reading it at once saves a system call per byte.
        let mut start = [0; 6];
        let length = self
            .source
            .fill_up(&mut start)
            .map_err(|error| self.broken(error))?;
        let (marker, end) = (&start[..length.min(5)], start[5]);
        if length == 0 {
            return Ok(false);
        }
        if !b"FRAME".starts_with(marker) {
            return Err(self.no_frame(offset));
        }
        match end {
            _ if length < start.len() => Err(self.broken(ErrorKind::UnexpectedEof.into())),
            b'\n' => Ok(true),
            b' ' => self.skip_parameters(offset),
            _ => Err(self.no_frame(offset)),
        }
    }

    /// Skips the rest of a `FRAME` line. Its parameters are only about interlacing, and comments.
    fn skip_parameters(&mut self, offset: u64) -> Result<bool> {
        let line = self.source.line().map_err(|error| self.broken(error))?;
        line.map(|_| true).ok_or_else(|| self.no_frame(offset))
    }

    fn read_planes(&mut self, picture: &mut Picture) -> io::Result<()> {
        let Header {
            chroma_format, depth, ..
        } = self.header;
        if (chroma_format, depth) == (ChromaFormat::I420, 8) {
            return self.source.fill(picture.data_mut());
        }
        let size = self.header.chroma_plane_size();
        if self.chroma.len() != size {
            // Memory that is zero already takes none before it is written: the size in the header may be a lie.
            self.chroma = vec![0; size];
        }
        let width = self.header.chroma_row();
        let [y, u, v] = picture.planes_mut();
        let Self {
            source, chroma, wide, ..
        } = self;
        let mut fill = |plane: &mut [u8]| source.fill_samples(plane, depth, wide);
        fill(y)?;
        for plane in [u, v] {
            match chroma_format {
                ChromaFormat::Mono => plane.fill(NEUTRAL_CHROMA),
                ChromaFormat::I420 => fill(plane)?,
                ChromaFormat::I422 => {
                    fill(chroma)?;
                    halve_height(chroma, width, plane);
                }
                ChromaFormat::I444 => {
                    fill(chroma)?;
                    halve_both(chroma, width, plane);
                }
            }
        }
        Ok(())
    }

    fn no_frame(&self, offset: u64) -> Error {
        Error::not_readable(format!(
            "the Y4M file is damaged: no frame begins at byte {offset}, after {}",
            self.whole_frames()
        ))
    }

    fn broken(&self, error: io::Error) -> Error {
        let frames = self.whole_frames();
        if error.kind() == ErrorKind::UnexpectedEof {
            return Error::not_readable(format!("the Y4M file ends within a frame, after {frames}"));
        }
        Error::NotReadable {
            message: format!("reading the Y4M file failed after {frames}"),
            source: Some(error.into()),
        }
    }

    fn whole_frames(&self) -> String {
        match self.frames {
            1 => "1 complete frame".into(),
            n => format!("{n} complete frames"),
        }
    }
}

/// A source that counts the bytes read.
#[derive(Debug)]
struct Counted<R> {
    reader: R,
    offset: u64,
}

impl<R: Read> Counted<R> {
    /// Fills the whole buffer, or fails with `UnexpectedEof`.
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        self.reader.read_exact(buffer)?;
        self.offset += buffer.len() as u64;
        Ok(())
    }

    /// Fills a plane with samples of `depth` bits, rounded to 8. `wide` is a buffer for them.
    fn fill_samples(&mut self, plane: &mut [u8], depth: u32, wide: &mut Vec<u8>) -> io::Result<()> {
        if depth == 8 {
            return self.fill(plane);
        }
        let half = 1 << (depth - 9);
        for piece in plane.chunks_mut(MAX_SAMPLES) {
            wide.resize(2 * piece.len(), 0);
            self.fill(wide)?;
            for (sample, bytes) in piece.iter_mut().zip(wide.as_chunks().0) {
                let rounded = (u32::from(u16::from_le_bytes(*bytes)) + half) >> (depth - 8);
                *sample = rounded.min(255) as u8;
            }
        }
        Ok(())
    }

    /// Fills the buffer, less only at the end of the source. Returns the number of bytes.
    fn fill_up(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(length) => filled += length,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.offset += filled as u64;
        Ok(filled)
    }

    /// Returns the bytes up to the next line feed, which is consumed; `None` if the line is too long.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < MAX_LINE_LENGTH {
            self.fill(&mut byte)?;
            if byte == *b"\n" {
                return Ok(Some(line));
            }
            line.push(byte[0]);
        }
        Ok(None)
    }

    /// Returns the first line of the stream, after its signature.
    fn header_line(&mut self) -> Result<Vec<u8>> {
        let unreadable = |error: io::Error| match error.kind() {
            ErrorKind::UnexpectedEof => Error::not_readable("the Y4M file ends within its header"),
            _ => Error::NotReadable {
                message: "reading the header of the Y4M file failed".into(),
                source: Some(error.into()),
            },
        };
        let mut signature = [0; 10];
        let length = self.fill_up(&mut signature).map_err(unreadable)?;
        if length == 0 {
            return Err(Error::not_readable("the input is empty"));
        }
        if signature != *b"YUV4MPEG2 " {
            return Err(Error::not_readable(
                "this is not a Y4M file: it does not begin with YUV4MPEG2",
            ));
        }
        let line = self.line().map_err(unreadable)?;
        line.ok_or_else(|| Error::not_readable("this is not a Y4M file: its first line is too long"))
    }
}

#[cfg(test)]
mod tests;
