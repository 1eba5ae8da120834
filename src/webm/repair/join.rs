//! Makes one file of pieces: chunks, blobs that were saved one by one, segments, restarted recordings.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::webm::beginning::{CLUSTER, EBML};
use crate::webm::reader::Reader;
use crate::webm::repair::remux::{fix_streams, unreadable};
use crate::webm::repair::repairs::Repairs;
use std::fmt;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::time::Duration;

/// A step between pieces that is longer is a gap, and one that is shorter than its negative an overlap.
const TOLERANCE: Duration = Duration::from_secs(1);
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

/// What a piece contains.
#[derive(Clone, Debug, PartialEq)]
struct Survey {
    has_header: bool,
    packets: u64,
    /// Times of its first and last packet; equal without any.
    first: Timestamp,
    last: Timestamp,
    size: u64,
}

/// Looks at the pieces of a recording, in the order in which they are to be joined.
///
/// # Errors
///
/// `NotReadable` if one cannot be read.
pub fn check_pieces<R: Read + Seek>(pieces: &mut [R]) -> Result<Vec<PieceFinding>> {
    let mut findings = Vec::new();
    let mut surveys: Vec<Survey> = Vec::new();
    let mut header = Vec::new();
    for piece in pieces.iter_mut() {
        let has_header = begins_with(piece, &EBML)?;
        if has_header {
            header = header_of(piece)?;
        } else if header.is_empty() {
            return Ok(vec![PieceFinding::NoHeader]);
        }
        surveys.push(survey(piece, if has_header { &[] } else { &header }, has_header)?);
    }
    for (index, survey) in surveys.iter().enumerate() {
        let same = surveys[..index].iter().position(|other| other == survey);
        if survey.packets == 0 {
            findings.push(PieceFinding::Foreign { piece: index });
        } else if survey.has_header {
            // A recording of its own, which may follow itself.
        } else if let Some(of) = same.filter(|of| is_same(pieces, *of, index).unwrap_or(false)) {
            findings.push(PieceFinding::Double { piece: index, of });
        } else if let Some(before) = surveys[..index].last() {
            if survey.first < before.first {
                findings.push(PieceFinding::OutOfOrder { piece: index });
            } else if survey.first - before.last > TOLERANCE {
                findings.push(PieceFinding::Gap {
                    piece: index,
                    missing: survey.first - before.last,
                });
            }
        }
    }
    Ok(findings)
}

/// Makes one file of pieces: a piece without a header goes on with the recording before it, one with a header is a recording that
/// follows it.
///
/// # Errors
///
/// `NotReadable` if a piece cannot be read, or the first one has no header; `NotSupported` if a recording has other tracks than
/// the first; the errors of `output`, as `Unknown`.
pub fn join<R: Read + Seek, W: Write + Seek>(pieces: &mut [R], output: W) -> Result<Repairs> {
    let mut streams: Vec<Vec<&mut R>> = Vec::new();
    for piece in pieces {
        let has_header = begins_with(piece, &EBML)?;
        piece.rewind().map_err(unreadable)?;
        match streams.last_mut() {
            Some(stream) if !has_header => stream.push(piece),
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

fn begins_with<R: Read + Seek>(piece: &mut R, id: &[u8]) -> Result<bool> {
    piece.rewind().map_err(unreadable)?;
    let mut beginning = Vec::new();
    let read = piece.by_ref().take(id.len() as u64).read_to_end(&mut beginning);
    read.map_err(unreadable)?;
    Ok(beginning == id)
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

fn survey<R: Read + Seek>(piece: &mut R, header: &[u8], has_header: bool) -> Result<Survey> {
    let size = piece.seek(SeekFrom::End(0)).map_err(unreadable)?;
    piece.rewind().map_err(unreadable)?;
    let mut survey = Survey {
        has_header,
        packets: 0,
        first: Timestamp::ZERO,
        last: Timestamp::ZERO,
        size,
    };
    let mut reader = match Reader::new(Cursor::new(header).chain(piece)) {
        Ok(reader) => reader,
        Err(Error::NotReadable { source: None, .. }) => return Ok(survey),
        Err(error) => return Err(error),
    };
    while let Some(block) = reader.next_block()? {
        if reader.header().track(block.track).is_none() {
            continue;
        }
        if survey.packets == 0 {
            survey.first = block.time;
        }
        survey.packets += 1;
        survey.last = survey.last.max(block.time);
    }
    Ok(survey)
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
mod tests {
    use super::*;
    use crate::webm::test_media;
    use crate::webm::{Block, diagnose};

    fn blocks(file: &[u8]) -> Vec<Block> {
        let mut reader = Reader::new(file).unwrap();
        std::iter::from_fn(|| reader.next_block().unwrap()).collect()
    }

    /// A live file, cut at its Clusters.
    fn pieces() -> (Vec<u8>, Vec<Vec<u8>>) {
        let (live, index) = test_media::live(4);
        let cuts = index
            .clusters
            .iter()
            .skip(1)
            .map(|&at| usize::try_from(at).unwrap());
        let mut pieces = Vec::new();
        let mut from = 0;
        for cut in cuts.chain([live.len()]) {
            pieces.push(live[from..cut].to_vec());
            from = cut;
        }
        (live, pieces)
    }

    fn found(pieces: &[Vec<u8>]) -> Vec<PieceFinding> {
        let mut pieces: Vec<_> = pieces.iter().map(Cursor::new).collect();
        check_pieces(&mut pieces).unwrap()
    }

    #[test]
    fn chunks_become_the_file_they_were_cut_from() {
        let (live, pieces) = pieces();
        assert_eq!(pieces.len(), 4);
        assert_eq!(found(&pieces), []);
        let mut cursors: Vec<_> = pieces.iter().map(Cursor::new).collect();
        let mut joined = Cursor::new(Vec::new());
        join(&mut cursors, &mut joined).unwrap();
        assert_eq!(diagnose(&**joined.get_ref()).unwrap().list, []);
        let data = |file: &[u8]| {
            blocks(file)
                .into_iter()
                .map(|block| (block.time, block.data))
                .collect::<Vec<_>>()
        };
        assert_eq!(data(joined.get_ref()), data(&live));
    }

    #[test]
    fn missing_double_and_foreign_pieces_and_a_wrong_order_are_found() {
        let (_, pieces) = pieces();
        let of = |order: &[usize]| {
            found(
                &order
                    .iter()
                    .map(|&piece| pieces[piece].clone())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(of(&[1, 2]), [PieceFinding::NoHeader]);
        assert_eq!(of(&[0, 2, 1, 3])[0], PieceFinding::OutOfOrder { piece: 2 });
        assert_eq!(of(&[0, 1, 1]), [PieceFinding::Double { piece: 2, of: 1 }]);
        assert!(matches!(of(&[0, 3])[..], [PieceFinding::Gap { piece: 1, .. }]));
        let with_text = [pieces[0].clone(), b"hello".to_vec()];
        assert_eq!(found(&with_text), [PieceFinding::Foreign { piece: 1 }]);
    }

    #[test]
    fn recordings_follow_one_another_and_other_tracks_are_refused() {
        let one = test_media::finalized(2);
        let mut joined = Cursor::new(Vec::new());
        let repairs = join(&mut [Cursor::new(&one), Cursor::new(&one)], &mut joined).unwrap();
        assert!((4_000..4_020).contains(&repairs.duration.as_millis()));
        let all = blocks(joined.get_ref());
        assert_eq!(all.len(), 2 * blocks(&one).len());
        let (other, _) = test_media::write(&[test_media::audio_track()], &[test_media::audio(0, 0)]);
        let error = join(
            &mut [Cursor::new(&one), Cursor::new(&other)],
            Cursor::new(Vec::new()),
        )
        .unwrap_err();
        assert_eq!(error.name(), "NotSupportedError");
    }
}
