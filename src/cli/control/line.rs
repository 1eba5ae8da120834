//! Lines of a client, none of which takes more memory than the longest that is allowed.
use std::io::{self, BufRead};

/// The longest line, without its end, in bytes.
pub const MAX_LINE: usize = 64 * 1024;

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A line, or what came after the last one.
    Whole,
    /// A line that is too long; it was skipped.
    TooLong,
    /// There are no more.
    End,
}

/// Reads the next line into `line`, without its end.
///
/// # Errors
/// Those of the reader.
pub fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let (mut is_empty, mut too_long) = (true, false);
    loop {
        let read = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let end = read.iter().position(|&byte| byte == b'\n');
        let piece = &read[..end.unwrap_or(read.len())];
        too_long |= line.len() + piece.len() > MAX_LINE;
        if !too_long {
            line.extend_from_slice(piece);
        }
        let is_over = end.is_some() || read.is_empty();
        is_empty &= read.is_empty();
        let used = piece.len() + usize::from(end.is_some());
        reader.consume(used);
        if is_over {
            return Ok(match (is_empty, too_long) {
                (true, _) => Line::End,
                (_, true) => Line::TooLong,
                _ => Line::Whole,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// All lines of a text that arrives in pieces of this size.
    fn lines(text: &[u8], piece: usize) -> Vec<(Line, usize)> {
        let mut reader = BufReader::with_capacity(piece, text);
        let mut line = Vec::new();
        let mut lines = Vec::new();
        loop {
            match next_line(&mut reader, &mut line).unwrap() {
                Line::End => return lines,
                Line::TooLong => lines.push((Line::TooLong, 0)),
                Line::Whole => lines.push((Line::Whole, line.len())),
            }
        }
    }

    #[test]
    fn lines_are_the_same_in_whatever_pieces_they_arrive() {
        for piece in [1, 3, 8192] {
            let all = lines(b"pause\n\nstop", piece);
            assert_eq!(all, [(Line::Whole, 5), (Line::Whole, 0), (Line::Whole, 4)]);
        }
        assert_eq!(lines(b"", 8), []);
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_the_next_one_is_read() {
        let mut text = vec![b'x'; MAX_LINE];
        assert_eq!(lines(&text, 100), [(Line::Whole, MAX_LINE)]);
        text.extend(b"x\nstop\n");
        assert_eq!(lines(&text, 100), [(Line::TooLong, 0), (Line::Whole, 4)]);
        assert_eq!(lines(&vec![b'x'; MAX_LINE * 3], 100), [(Line::TooLong, 0)]);
    }
}
