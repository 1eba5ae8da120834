//! Undoes what a transfer has done to all of a file: line ends that were converted as in a text, chunks of HTTP that were not decoded.
use crate::webm::beginning::EBML;
use std::io::{self, BufRead, BufReader, Read};

/// Fewer line ends may all be of one kind by chance.
const MIN_LINE_ENDS: usize = 8;
/// Maximum length of a line that says the size of a chunk, in bytes.
const MAX_LINE: u64 = 1 << 10;

/// What a transfer has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    /// Each line feed got a carriage return in front, as FTP does with texts for Windows.
    LineEnds,
    /// A size in front of each chunk (RFC 9112, 7.1).
    HttpChunks,
}

impl Transfer {
    /// What was done to a stream that begins so.
    pub(super) fn of(window: &[u8]) -> Option<Self> {
        if window.starts_with(&EBML) {
            let mut ends = window.windows(2).filter(|pair| pair[1] == b'\n');
            let first = ends.by_ref().take(MIN_LINE_ENDS);
            let is_converted = first.filter(|pair| pair[0] == b'\r').count() == MIN_LINE_ENDS;
            return (is_converted && ends.all(|pair| pair[0] == b'\r')).then_some(Self::LineEnds);
        }
        let line = window.windows(2).position(|bytes| bytes == b"\r\n")?;
        let is_chunk = chunk_size(&window[..line]).is_some() && window[line + 2..].starts_with(&EBML);
        is_chunk.then_some(Self::HttpChunks)
    }
}

/// The stream before its transfer.
pub(super) struct Undone<R> {
    stream: BufReader<R>,
    transfer: Option<Transfer>,
    /// Bytes that are left of the chunk.
    left: u64,
}

impl<R: Read> Undone<R> {
    pub(super) fn new(stream: R, transfer: Option<Transfer>) -> Self {
        Self {
            stream: BufReader::new(stream),
            transfer,
            left: 0,
        }
    }

    /// Copies up to a carriage return in front of a line feed, and reads on behind it.
    fn read_converted(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        while length == 0 {
            let input = self.stream.fill_buf()?;
            let Some(room) = Some(output.len().min(input.len())).filter(|&room| room > 0) else {
                return Ok(0);
            };
            let returned = input[..room].iter().position(|&byte| byte == b'\r');
            length = returned.unwrap_or(room);
            output[..length].copy_from_slice(&input[..length]);
            self.stream.consume(length);
            if length == 0 {
                self.stream.consume(1);
                let is_line_end = self.stream.fill_buf()?.first() == Some(&b'\n');
                output[0] = if is_line_end { b'\n' } else { b'\r' };
                self.stream.consume(usize::from(is_line_end));
                length = 1;
            }
        }
        Ok(length)
    }

    /// Reads from the chunk, or the next one. What is no chunk is read as it is.
    fn read_chunk(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let mut line = Vec::new();
            while line.is_empty() {
                let length = self.stream.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
                if length == 0 {
                    return Ok(0);
                }
                line.truncate(line.trim_ascii_end().len());
            }
            match chunk_size(&line) {
                Some(0) => return Ok(0),
                Some(size) => self.left = size,
                None => {
                    self.transfer = None;
                    return self.stream.read(output);
                }
            }
        }
        let room = usize::try_from(self.left).map_or(output.len(), |left| left.min(output.len()));
        let length = self.stream.read(&mut output[..room])?;
        self.left -= length as u64;
        Ok(length)
    }
}

impl<R: Read> Read for Undone<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        match self.transfer {
            None => self.stream.read(output),
            Some(Transfer::LineEnds) => self.read_converted(output),
            Some(Transfer::HttpChunks) => self.read_chunk(output),
        }
    }
}

/// The size in a line before a chunk, which may be followed by extensions.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|&byte| byte == b';').next()?;
    let digits = std::str::from_utf8(digits).ok()?.trim_end();
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
            let length = output.len().min(1);
            self.0.read(&mut output[..length])
        }
    }

    fn undone(bytes: &[u8]) -> (Option<Transfer>, Vec<u8>) {
        let transfer = Transfer::of(bytes);
        let (mut all, mut slow) = (Vec::new(), Vec::new());
        Undone::new(bytes, transfer).read_to_end(&mut all).unwrap();
        Undone::new(Slow(bytes), transfer).read_to_end(&mut slow).unwrap();
        assert_eq!(all, slow);
        (transfer, all)
    }

    fn file() -> Vec<u8> {
        [&EBML[..], b"\r\n\n\r\r\n\n\n1\n2\n\r3\n4\n\r"].concat()
    }

    #[test]
    fn line_ends_become_what_they_were() {
        let mut converted = Vec::new();
        for byte in file() {
            converted.extend((byte == b'\n').then_some(b'\r'));
            converted.push(byte);
        }
        assert_eq!(undone(&converted), (Some(Transfer::LineEnds), file()));
        assert_eq!(undone(&file()), (None, file()));
    }

    #[test]
    fn chunks_become_one_file_again() {
        let file = file();
        let mut chunked = Vec::new();
        for chunk in file.chunks(10) {
            chunked.extend(format!("{:X};name=value\r\n", chunk.len()).bytes());
            chunked.extend([chunk, b"\r\n"].concat());
        }
        assert_eq!(undone(&chunked), (Some(Transfer::HttpChunks), file.clone()));
        let whole = [&chunked[..], b"0\r\n\r\n"].concat();
        assert_eq!(undone(&whole).1, file);
        // Cut off, and followed by something else.
        assert_eq!(
            undone(&chunked[..40]).1,
            file[..file.len().min(undone(&chunked[..40]).1.len())]
        );
        assert!(undone(&[&chunked[..], b"else\r\n"].concat()).1.starts_with(&file));
    }
}
