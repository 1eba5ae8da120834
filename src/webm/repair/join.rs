//! Makes one file of pieces: chunks, blobs that were saved one by one, segments, restarted recordings.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::webm::beginning::{CLUSTER, EBML};
use crate::webm::reader::Reader;
use crate::webm::repair::beginning::unreadable;
use crate::webm::repair::remux::fix_streams;
use crate::webm::repair::repairs::Repairs;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::Duration;

/// A step between pieces that is longer is a gap, and one that is shorter than its negative an overlap.
const TOLERANCE: Duration = Duration::from_secs(1);
/// Smaller pieces may be equal by chance, in bytes.
const MIN_DOUBLE: u64 = 32;
/// Maximum size of the header of a recording, in bytes.
const MAX_HEADER: u64 = 16 << 20;

/// A problem with the pieces of a recording. Pieces are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PieceFinding {
    /// Between this piece and the one before, media is missing.
    Gap {
        /// The later piece.
        piece: usize,
        /// Duration of what is missing.
        missing: Duration,
    },
    /// This piece begins before the one before.
    OutOfOrder {
        /// The piece.
        piece: usize,
    },
    /// This piece is identical to another one.
    Double {
        /// The later piece.
        piece: usize,
        /// The earlier one.
        of: usize,
    },
    /// Nothing in this piece is of the recording.
    Foreign {
        /// The piece.
        piece: usize,
    },
    /// The first piece has no header, so that none can be read.
    NoHeader,
}

impl PieceFinding {
    /// Whether the pieces can be joined all the same.
    #[must_use]
    pub const fn is_harmless(self) -> bool {
        matches!(self, Self::Gap { .. })
    }
}

/// What begins in a piece.
#[derive(Clone, Debug, Default)]
struct Survey {
    packets: u64,
    /// Times of its first packet, and of the last one.
    first: Timestamp,
    last: Timestamp,
    size: u64,
    /// No packet begins in it, and it does not go on with one.
    is_foreign: bool,
}

/// Looks at the pieces of a recording, in the order in which they are to be joined.
///
/// # Errors
///
/// `NotReadable` if one cannot be read.
pub fn check_pieces<R: Read + Seek>(pieces: &mut [R]) -> Result<Vec<PieceFinding>> {
    let starts = recording_starts(pieces)?;
    if !pieces.is_empty() && starts.first() != Some(&0) {
        return Ok(vec![PieceFinding::NoHeader]);
    }
    let mut findings = Vec::new();
    let ends = starts.iter().skip(1).copied().chain([pieces.len()]);
    for (start, end) in starts.iter().copied().zip(ends) {
        let pieces = &mut pieces[start..end];
        let surveys = survey(pieces)?;
        findings.extend(compare(pieces, &surveys, start));
    }
    Ok(findings)
}

/// What is wrong with the pieces of one recording, the first of which has this number.
fn compare<R: Read + Seek>(pieces: &mut [R], surveys: &[Survey], number: usize) -> Vec<PieceFinding> {
    let mut findings = Vec::new();
    let mut before: Option<&Survey> = None;
    for (index, survey) in surveys.iter().enumerate() {
        let piece = number + index;
        if survey.is_foreign && survey.size > 0 {
            findings.push(PieceFinding::Foreign { piece });
        }
        if survey.packets == 0 {
            continue;
        }
        let looks_same = |other: &Survey| {
            let is_equal = (other.size, other.last) == (survey.size, survey.last);
            is_equal && other.packets > 0 && survey.size >= MIN_DOUBLE
        };
        let same = surveys[..index].iter().position(looks_same);
        if let Some(of) = same.filter(|of| is_same(pieces, *of, index).unwrap_or(false)) {
            let of = number + of;
            findings.push(PieceFinding::Double { piece, of });
        } else if let Some(before) = before {
            let missing = survey.first - before.last;
            if survey.first < before.first {
                findings.push(PieceFinding::OutOfOrder { piece });
            } else if missing > TOLERANCE {
                findings.push(PieceFinding::Gap { piece, missing });
            }
        }
        before = Some(survey);
    }
    findings
}

/// Makes one file of pieces: a piece without a header goes on with the recording before it, one with a header is a recording that
/// follows it.
///
/// # Errors
///
/// `NotReadable` if a piece cannot be read, or the first one has no header; `NotSupported` if a recording has other tracks than
/// the first; the errors of `output`, as `Unknown`.
pub fn join<R: Read + Seek, W: Write + Seek>(pieces: &mut [R], output: W) -> Result<Repairs> {
    let starts = recording_starts(pieces)?;
    let mut streams: Vec<Vec<&mut R>> = Vec::new();
    for (index, piece) in pieces.iter_mut().enumerate() {
        piece.rewind().map_err(unreadable)?;
        match streams.last_mut() {
            Some(stream) if starts.binary_search(&index).is_err() => stream.push(piece),
            _ => streams.push(vec![piece]),
        }
    }
    fix_streams(streams.into_iter().map(Chained::new), output)
}

/// Pieces read one after the other.
struct Chained<R>(std::collections::VecDeque<R>);

impl<R: Read> Chained<R> {
    fn new(pieces: Vec<R>) -> Self {
        Self(pieces.into())
    }
}

impl<R: Read> Read for Chained<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(first) = self.0.front_mut() {
            match first.read(buffer)? {
                0 if !buffer.is_empty() => self.0.pop_front(),
                length => return Ok(length),
            };
        }
        Ok(0)
    }
}

/// The pieces with which recordings begin, by their numbers. A browser's first blob may be a single byte: the header goes on in
/// the next one.
fn recording_starts<R: Read + Seek>(pieces: &mut [R]) -> Result<Vec<usize>> {
    let mut starts = Vec::new();
    for index in 0..pieces.len() {
        let mut beginning = Vec::new();
        for piece in &mut pieces[index..] {
            piece.rewind().map_err(unreadable)?;
            let missing = EBML.len() - beginning.len();
            let read = piece.by_ref().take(missing as u64).read_to_end(&mut beginning);
            if read.map_err(unreadable)? == 0 || !EBML.starts_with(&beginning) || beginning == EBML {
                break;
            }
        }
        if beginning == EBML {
            starts.push(index);
        }
    }
    // A recorder may give empty blobs, too.
    if let Some(first) = starts.first_mut()
        && is_empty(&mut pieces[..*first])?
    {
        *first = 0;
    }
    Ok(starts)
}

fn is_empty<R: Seek>(pieces: &mut [R]) -> Result<bool> {
    for piece in pieces {
        if piece.seek(SeekFrom::End(0)).map_err(unreadable)? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What a file has before its first Cluster: the header, with which its later pieces can be read.
///
/// # Errors
///
/// `NotReadable` if the file cannot be read.
pub fn header_of<R: Read + Seek>(piece: &mut R) -> Result<Vec<u8>> {
    piece.rewind().map_err(unreadable)?;
    let mut header = Vec::new();
    let mut chunk = [0; 4_096];
    loop {
        let length = piece.read(&mut chunk).map_err(unreadable)?;
        let from = header.len().saturating_sub(CLUSTER.len() - 1);
        header.extend_from_slice(&chunk[..length]);
        if let Some(at) = header[from..].windows(CLUSTER.len()).position(|id| id == CLUSTER) {
            header.truncate(from + at);
            return Ok(header);
        }
        if length == 0 || header.len() as u64 > MAX_HEADER {
            return Ok(header);
        }
    }
}

/// What begins in each piece of a recording. They are read as one stream, since they may be cut anywhere.
fn survey<R: Read + Seek>(pieces: &mut [R]) -> Result<Vec<Survey>> {
    let mut surveys = Vec::new();
    let mut ends = Vec::new();
    for piece in pieces.iter_mut() {
        let size = piece.seek(SeekFrom::End(0)).map_err(unreadable)?;
        piece.rewind().map_err(unreadable)?;
        ends.push(ends.last().unwrap_or(&0) + size);
        surveys.push(Survey {
            size,
            ..Survey::default()
        });
    }
    let foreign = read_into(&mut surveys, &ends, Chained::new(pieces.iter_mut().collect()))?;
    for survey in &mut surveys[foreign] {
        survey.is_foreign = true;
    }
    Ok(surveys)
}

/// Reads the recording; returns the pieces at its end that are not of it.
fn read_into<R: Read>(
    surveys: &mut [Survey],
    ends: &[u64],
    recording: Chained<R>,
) -> Result<std::ops::Range<usize>> {
    let count = surveys.len();
    let mut reader = match Reader::new(recording) {
        Ok(reader) => reader,
        Err(Error::NotReadable { source: None, .. }) => return Ok(0..count),
        Err(error) => return Err(error),
    };
    // The first piece in which no packet has begun so far.
    let mut next = 0;
    let mut damaged = 0;
    while let Some(block) = reader.next_block()? {
        if reader.header().track(block.track).is_none() {
            continue;
        }
        let piece = ends.partition_point(|&end| end <= block.position);
        let is_damaged = reader.damaged() > std::mem::replace(&mut damaged, reader.damaged());
        for skipped in surveys.get_mut(next..piece).unwrap_or_default() {
            skipped.is_foreign = is_damaged;
        }
        next = next.max(piece + 1);
        let Some(survey) = surveys.get_mut(piece) else {
            continue;
        };
        if survey.packets == 0 {
            survey.first = block.time;
        }
        survey.packets += 1;
        survey.last = survey.last.max(block.time);
    }
    let is_damaged = next == 0 || reader.is_cut_off() || reader.damaged() > damaged;
    Ok(if is_damaged {
        next.min(count)..count
    } else {
        count..count
    })
}

/// Whether two pieces have the same bytes.
fn is_same<R: Read + Seek>(pieces: &mut [R], one: usize, other: usize) -> io::Result<bool> {
    let mut hashes = [0; 2];
    for (hash, piece) in hashes.iter_mut().zip([one, other]) {
        let piece = &mut pieces[piece];
        piece.rewind()?;
        *hash = hash_of(piece)?;
    }
    Ok(hashes[0] == hashes[1])
}

fn hash_of<R: Read>(piece: &mut R) -> io::Result<u64> {
    use std::hash::Hasher;
    let mut hasher = std::hash::DefaultHasher::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match piece.read(&mut chunk)? {
            0 => return Ok(hasher.finish()),
            length => hasher.write(&chunk[..length]),
        }
    }
}

impl fmt::Display for PieceFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { missing, .. } => write!(f, "{:.3} s are missing before it", missing.as_secs_f64()),
            Self::OutOfOrder { .. } => f.write_str("it is out of order"),
            Self::Double { .. } => f.write_str("it is given twice"),
            Self::Foreign { .. } => f.write_str("it is not a piece of the recording"),
            Self::NoHeader => f.write_str("it has no header: the first piece of the recording is missing"),
        }
    }
}

#[cfg(test)]
mod tests;
