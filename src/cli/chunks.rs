//! Chunks as they are reported: bytes go out as soon as they are muxed, `dataavailable` comes once a timeslice.
use mediarec::recorder::BlobEvent;
use std::time::Duration;

/// A stretch of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chunk {
    /// Bytes before it.
    pub offset: u64,
    /// Its own bytes.
    pub size: u64,
    /// Milliseconds of media from the beginning of the recording to its beginning.
    pub timecode: f64,
}

/// Gathers pieces until they make a chunk.
#[derive(Debug)]
pub struct Chunks {
    /// In milliseconds; None for one chunk at the end.
    timeslice: Option<f64>,
    open: Chunk,
}

impl Chunks {
    /// Chunks of at least this much media.
    pub fn new(timeslice: Option<Duration>) -> Self {
        Self {
            timeslice: timeslice.map(|length| length.as_secs_f64() * 1000.0),
            open: Chunk::default(),
        }
    }

    /// Takes note of a piece; gives the chunk that ended before it.
    pub fn add(&mut self, piece: &BlobEvent) -> Option<Chunk> {
        let size = piece.data.bytes.len() as u64;
        let gathered = piece.timecode - self.open.timecode;
        let full = self.open.size > 0 && self.timeslice.is_some_and(|slice| gathered >= slice);
        // Nothing comes only when it was asked for: then what there is makes a chunk.
        let ended = (full || size == 0).then(|| self.end());
        if self.open.size == 0 {
            self.open.timecode = piece.timecode;
        }
        self.open.size += size;
        ended
    }

    /// What is left makes the last chunk, empty or not.
    pub fn end(&mut self) -> Chunk {
        let next = Chunk {
            offset: self.open.offset + self.open.size,
            ..Chunk::default()
        };
        std::mem::replace(&mut self.open, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mediarec::recorder::Blob;

    fn piece(size: usize, timecode: f64) -> BlobEvent {
        let data = Blob {
            bytes: vec![0; size],
            mime_type: "".into(),
        };
        BlobEvent::new(data, timecode)
    }

    fn chunk(offset: u64, size: u64, timecode: f64) -> Chunk {
        Chunk {
            offset,
            size,
            timecode,
        }
    }

    #[test]
    fn a_chunk_ends_before_the_first_piece_that_begins_a_timeslice_after_it() {
        let mut chunks = Chunks::new(Some(Duration::from_millis(100)));
        assert_eq!(chunks.add(&piece(10, 0.0)), None);
        assert_eq!(chunks.add(&piece(1, 99.0)), None);
        assert_eq!(chunks.add(&piece(5, 100.0)), Some(chunk(0, 11, 0.0)));
        assert_eq!(chunks.add(&piece(5, 250.0)), Some(chunk(11, 5, 100.0)));
        assert_eq!(chunks.end(), chunk(16, 5, 250.0));
    }

    #[test]
    fn an_empty_piece_asks_for_what_there_is() {
        let mut chunks = Chunks::new(None);
        assert_eq!(chunks.add(&piece(10, 0.0)), None);
        assert_eq!(chunks.add(&piece(0, 40.0)), Some(chunk(0, 10, 0.0)));
        assert_eq!(chunks.add(&piece(3, 40.0)), None);
        assert_eq!(chunks.end(), chunk(10, 3, 40.0));
    }
}
