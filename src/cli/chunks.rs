//! Chunks as they are reported: bytes go out as soon as they are muxed, `dataavailable` comes once a timeslice.
use mediarec::recorder::BlobEvent;
use std::time::Duration;

/// From this on chunks are whole Clusters, as the library's blobs are.
const LEAST_ALIGNED_MILLIS: f64 = 250.0;

/// What sums of media times may be off, in milliseconds: far less than a sample.
const ROUNDING: f64 = 1e-6;

/// A stretch of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chunk {
    /// Bytes before it.
    pub offset: u64,
    /// Its own bytes.
    pub size: u64,
    /// Milliseconds of media from the beginning of the recording to its beginning.
    pub timecode: f64,
    /// Whether decoding can begin with it: a Cluster begins it, and a key frame is its first picture, if there are
    /// pictures.
    pub key_frame: bool,
}

/// Gathers pieces until they make a chunk.
#[derive(Debug)]
pub struct Chunks {
    /// In milliseconds; None for one chunk at the end.
    timeslice: Option<f64>,
    has_video: bool,
    open: Chunk,
    begins_cluster: bool,
    first_picture_is_key: Option<bool>,
}

impl Chunks {
    /// Chunks of at least this much media.
    pub fn new(timeslice: Option<Duration>, has_video: bool) -> Self {
        Self {
            timeslice: timeslice.map(|length| length.as_secs_f64() * 1000.0),
            has_video,
            open: Chunk::default(),
            begins_cluster: false,
            first_picture_is_key: None,
        }
    }

    /// The chunk that ends before this piece, if one does.
    pub fn end_before(&mut self, piece: &BlobEvent) -> Option<Chunk> {
        let gathered = piece.timecode - self.open.timecode + ROUNDING;
        let full = self.timeslice.is_some_and(|slice| {
            let suits = piece.begins_cluster || slice < LEAST_ALIGNED_MILLIS;
            self.open.size > 0 && gathered >= slice && suits
        });
        // Nothing comes only when it was asked for: then what there is makes a chunk.
        (full || piece.data.bytes.is_empty()).then(|| self.end())
    }

    /// Takes note of a piece that was written.
    pub fn add(&mut self, piece: &BlobEvent) {
        if self.open.size == 0 {
            self.open.timecode = piece.timecode;
            self.begins_cluster = piece.begins_cluster;
        }
        self.open.size += piece.data.bytes.len() as u64;
        self.first_picture_is_key = self.first_picture_is_key.or(piece.key_frame);
    }

    /// What is left makes the last chunk, empty or not.
    pub fn end(&mut self) -> Chunk {
        let next = Chunk {
            offset: self.open.offset + self.open.size,
            ..Chunk::default()
        };
        let mut ended = std::mem::replace(&mut self.open, next);
        let first = self.first_picture_is_key.take();
        ended.key_frame = self.begins_cluster && first.unwrap_or(!self.has_video) && ended.size > 0;
        ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mediarec::recorder::Blob;

    fn piece(size: usize, timecode: f64, begins_cluster: bool, key_frame: Option<bool>) -> BlobEvent {
        let data = Blob {
            bytes: vec![0; size],
            mime_type: "".into(),
        };
        let mut piece = BlobEvent::new(data, timecode);
        piece.begins_cluster = begins_cluster;
        piece.key_frame = key_frame;
        piece
    }

    /// Puts a piece in; gives size, timecode and key frame of the chunk before it.
    fn put(chunks: &mut Chunks, piece: &BlobEvent) -> Option<(u64, u64, f64, bool)> {
        let ended = chunks.end_before(piece);
        chunks.add(piece);
        ended.map(told)
    }

    fn told(chunk: Chunk) -> (u64, u64, f64, bool) {
        (chunk.offset, chunk.size, chunk.timecode, chunk.key_frame)
    }

    #[test]
    fn a_short_chunk_ends_before_the_first_piece_that_begins_a_timeslice_after_it() {
        let mut chunks = Chunks::new(Some(Duration::from_millis(100)), false);
        assert_eq!(put(&mut chunks, &piece(10, 0.0, true, None)), None);
        assert_eq!(put(&mut chunks, &piece(1, 99.0, false, None)), None);
        assert_eq!(
            put(&mut chunks, &piece(5, 100.0, false, None)),
            Some((0, 11, 0.0, true))
        );
        assert_eq!(
            put(&mut chunks, &piece(5, 250.0, false, None)),
            Some((11, 5, 100.0, false))
        );
        assert_eq!(told(chunks.end()), (16, 5, 250.0, false));
    }

    #[test]
    fn a_longer_chunk_ends_where_a_cluster_does() {
        let mut chunks = Chunks::new(Some(Duration::from_millis(300)), true);
        assert_eq!(put(&mut chunks, &piece(10, 0.0, true, None)), None);
        assert_eq!(put(&mut chunks, &piece(10, 0.0, false, Some(true))), None);
        assert_eq!(put(&mut chunks, &piece(1, 299.0, true, Some(true))), None);
        assert_eq!(put(&mut chunks, &piece(1, 310.0, false, Some(false))), None);
        assert_eq!(
            put(&mut chunks, &piece(5, 320.0, true, Some(false))),
            Some((0, 22, 0.0, true))
        );
        assert_eq!(told(chunks.end()), (22, 5, 320.0, false));
    }

    #[test]
    fn an_empty_piece_asks_for_what_there_is() {
        let mut chunks = Chunks::new(None, false);
        assert_eq!(put(&mut chunks, &piece(10, 0.0, true, None)), None);
        assert_eq!(
            put(&mut chunks, &piece(0, 40.0, false, None)),
            Some((0, 10, 0.0, true))
        );
        assert_eq!(put(&mut chunks, &piece(3, 40.0, true, None)), None);
        assert_eq!(told(chunks.end()), (10, 3, 40.0, true));
    }
}
