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

/// Reads the frames of a Y4M stream.
///
/// It reads exactly what it needs, whole frames in one `read` if possible, so the source need not be buffered.
#[derive(Debug)]
pub(crate) struct Y4mReader<R> {
    source: Counted<R>,
    header: Header,
    /// A chroma plane of the file, if it is larger than the picture's.
    chroma: Vec<u8>,
    /// A plane of the file, if its samples have more than 8 bits.
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
        self.chroma.resize(size, 0);
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
        wide.resize(2 * plane.len(), 0);
        self.fill(wide)?;
        let half = 1 << (depth - 9);
        for (sample, bytes) in plane.iter_mut().zip(wide.as_chunks().0) {
            let rounded = (u32::from(u16::from_le_bytes(*bytes)) + half) >> (depth - 8);
            *sample = rounded.min(255) as u8;
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
mod tests {
    use super::*;

    /// A stream of a header with these parameters and frames with these bytes.
    fn stream(parameters: &str, frames: &[&[u8]]) -> Vec<u8> {
        let mut bytes = format!("YUV4MPEG2 {parameters}\n").into_bytes();
        for frame in frames {
            bytes.extend(b"FRAME\n");
            bytes.extend(*frame);
        }
        bytes
    }

    /// The pictures up to the end, or up to what is wrong.
    fn pictures(bytes: &[u8]) -> (Vec<Vec<u8>>, Result<()>) {
        let mut pictures = Vec::new();
        let result = Y4mReader::open(bytes).and_then(|mut reader| {
            let format = reader.format();
            let mut picture = Picture::new(format.width, format.height);
            while reader.read(&mut picture)? {
                pictures.push(picture.data().to_vec());
            }
            Ok(())
        });
        (pictures, result)
    }

    fn message(bytes: &[u8]) -> String {
        pictures(bytes).1.unwrap_err().to_string()
    }

    #[test]
    fn frames_of_420_come_as_they_are() {
        let bytes = stream("W2 H2 F30:1", &[&[1, 2, 3, 4, 5, 6], &[9; 6]]);
        let (pictures, result) = pictures(&bytes);
        assert_eq!(pictures, [vec![1, 2, 3, 4, 5, 6], vec![9; 6]]);
        assert!(result.is_ok());
    }

    #[test]
    fn chroma_of_422_and_444_is_halved_and_luma_stays() {
        let i422 = stream("W2 H2 F30:1 C422", &[&[1, 2, 3, 4, 10, 21, 30, 40]]);
        assert_eq!(pictures(&i422).0, [[1, 2, 3, 4, 16, 35]]);
        let frame = [1, 2, 3, 4, 10, 10, 20, 20, 0, 0, 0, 255];
        let i444 = stream("W2 H2 F30:1 C444", &[&frame]);
        assert_eq!(pictures(&i444).0, [[1, 2, 3, 4, 15, 64]]);
    }

    #[test]
    fn mono_gets_chroma_without_colour() {
        let bytes = stream("W2 H2 F30:1 Cmono", &[&[1, 2, 3, 4], &[5, 6, 7, 8]]);
        assert_eq!(
            pictures(&bytes).0,
            [[1, 2, 3, 4, 128, 128], [5, 6, 7, 8, 128, 128]]
        );
    }

    #[test]
    fn odd_sizes_round_chroma_up_in_every_layout() {
        for (chroma, frame) in [("420", 15 + 2 * 6), ("422", 15 + 2 * 9), ("444", 45)] {
            let parameters = format!("W5 H3 F25:1 C{chroma}");
            let frames: Vec<u8> = vec![50; frame];
            let (pictures, result) = pictures(&stream(&parameters, &[&frames, &frames]));
            assert_eq!(pictures, vec![vec![50; 15 + 2 * 6]; 2], "{chroma}");
            assert!(result.is_ok());
        }
    }

    #[test]
    fn parameters_of_frames_are_skipped() {
        let mut bytes = stream("W1 H1 F30:1", &[]);
        bytes.extend(b"FRAME Ippp XA=B\n\x01\x02\x03FRAME \n\x04\x05\x06");
        assert_eq!(pictures(&bytes).0, [[1, 2, 3], [4, 5, 6]]);
    }

    #[test]
    fn a_stream_without_frames_ends_at_once() {
        let (pictures, result) = pictures(&stream("W2 H2 F30:1", &[]));
        assert!(pictures.is_empty() && result.is_ok());
    }

    #[test]
    fn a_stream_cut_anywhere_gives_its_whole_frames_and_says_how_many() {
        let header = stream("W2 H2 F30:1", &[]).len();
        let bytes = stream("W2 H2 F30:1", &[&[7; 6], &[8; 6]]);
        for cut in header + 1..bytes.len() {
            let (pictures, result) = pictures(&bytes[..cut]);
            let whole = (cut - header) / 12;
            assert_eq!(pictures.len(), whole);
            match result {
                Ok(()) => assert_eq!((cut - header) % 12, 0),
                Err(error) => assert!(error.to_string().contains(&format!("after {whole} complete"))),
            }
        }
    }

    #[test]
    fn samples_of_more_than_8_bits_are_rounded() {
        let wide = |samples: &[u16]| samples.iter().flat_map(|s| s.to_le_bytes()).collect::<Vec<u8>>();
        let frame = wide(&[64, 65, 66, 1023, 512, 514]);
        let bytes = stream("W2 H2 F30:1 C420p10", &[&frame]);
        assert_eq!(pictures(&bytes).0, [[16, 16, 17, 255, 128, 129]]);
        let frame = wide(&[0x1000, 0x1080, 0xFFFF, 0, 0x8000, 0x8100, 0x4000, 0x4200]);
        let bytes = stream("W2 H2 F30:1 C422p16", &[&frame]);
        assert_eq!(pictures(&bytes).0, [[16, 17, 255, 0, 129, 65]]);
        let bytes = stream("W2 H2 F30:1 Cmono12", &[&wide(&[0, 1, 4095, 8])]);
        assert_eq!(pictures(&bytes).0, [[0, 0, 255, 1, 128, 128]]);
    }

    #[test]
    fn garbage_between_frames_is_named_with_its_place() {
        let mut bytes = stream("W2 H2 F30:1", &[&[7; 6]]);
        let place = bytes.len();
        bytes.extend(b"FRUME\n\x01\x02\x03\x04\x05\x06");
        let expected = format!("no frame begins at byte {place}, after 1 complete frame");
        assert!(message(&bytes).contains(&expected));
        bytes.truncate(place);
        bytes.extend(b"FRAMES");
        assert!(message(&bytes).contains(&expected));
        bytes.truncate(place);
        bytes.extend(b"FRAME ");
        bytes.extend([b'x'; 5000]);
        assert!(message(&bytes).contains(&expected));
    }

    #[test]
    fn what_is_no_y4m_is_called_that() {
        assert!(message(b"").contains("empty"));
        assert!(message(b"YUV4").contains("not a Y4M"));
        assert!(message(b"Dear reader, this is a text.\n").contains("not a Y4M"));
        assert!(message(b"YUV4MPEG2 W2 H2").contains("ends within its header"));
        let endless = [b"YUV4MPEG2 ".as_slice(), &[b'x'; 5000]].concat();
        assert!(message(&endless).contains("too long"));
    }

    #[test]
    fn a_picture_of_another_size_is_refused_and_nothing_is_read() {
        let bytes = stream("W2 H2 F30:1", &[&[7; 6]]);
        let mut reader = Y4mReader::open(bytes.as_slice()).unwrap();
        let error = reader.read(&mut Picture::new(4, 2)).unwrap_err();
        assert_eq!(error.name(), "TypeError");
        assert!(reader.read(&mut Picture::new(2, 2)).unwrap());
    }

    #[test]
    fn a_failing_source_keeps_its_reason() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(ErrorKind::ConnectionReset.into())
            }
        }
        let bytes = stream("W2 H2 F30:1", &[&[7; 6]]);
        let mut reader = Y4mReader::open(bytes.as_slice().chain(Failing)).unwrap();
        let mut picture = Picture::new(2, 2);
        assert!(reader.read(&mut picture).unwrap());
        let error = reader.read(&mut picture).unwrap_err();
        assert!(std::error::Error::source(&error).is_some());
    }

    #[test]
    fn no_mutation_of_a_stream_makes_it_panic_or_give_more_pictures_than_fit() {
        let clean = stream(
            "W4 H4 F30:1 Ip A1:1 C444 XCOLORRANGE=FULL",
            &[[7; 48].as_slice(); 4],
        );
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap_or(0) % below
        };
        for _ in 0..5_000 {
            let mut bytes = clean.clone();
            for _ in 0..=random(4) {
                let place = random(bytes.len());
                match random(3) {
                    0 => bytes[place] = random(256).to_le_bytes()[0],
                    1 => bytes.truncate(place + 1),
                    _ => bytes.insert(place, b"0 :WHFC\n9"[random(9)]),
                }
            }
            let Ok(reader) = Y4mReader::open(bytes.as_slice()) else {
                continue;
            };
            // A mutated size may be a large one, which is slow to fill, not wrong.
            if reader.format().width.max(reader.format().height) < 1000 {
                assert!(pictures(&bytes).0.len() <= bytes.len() / 6);
            }
        }
    }
}
