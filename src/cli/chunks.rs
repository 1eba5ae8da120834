//! Groups blobs into chunks: bytes are written as soon as they are muxed, `dataavailable` is reported once a timeslice.
use crate::cli::rounding;
use mediarec::recorder::BlobEvent;
use std::time::Duration;

/// From this timeslice on, chunks are whole Clusters, as the library's blobs are.
const MIN_ALIGNED_MILLIS: f64 = 250.0;

/// Rounding error of sums of media times, in milliseconds: far less than a sample.
const ROUNDING: f64 = 1e-6;

/// A stretch of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chunk {
    /// Bytes before it.
    pub offset: u64,
    /// Its own bytes.
    pub size: u64,
    /// Media time of its beginning, in milliseconds.
    pub timecode: f64,
    /// Whether decoding can start with it: it begins with a Cluster, and its first video packet, if the recording has
    /// video, is a key frame.
    pub key_frame: bool,
}

/// Collects blobs until they make a chunk.
#[derive(Debug)]
pub struct Chunks {
    /// In milliseconds; `None` for one chunk at the end.
    timeslice: Option<f64>,
    has_video: bool,
    open: Chunk,
    begins_cluster: bool,
    first_frame_is_key: Option<bool>,
}

impl Chunks {
    /// Chunks of at least this much media.
    pub fn new(timeslice: Option<Duration>, has_video: bool) -> Self {
        Self {
            timeslice: timeslice.map(|length| length.as_secs_f64() * 1000.0),
            has_video,
            open: Chunk::default(),
            begins_cluster: false,
            first_frame_is_key: None,
        }
    }

    /// The chunk that ends before this blob, if one does.
    pub fn end_before(&mut self, blob: &BlobEvent) -> Option<Chunk> {
        let collected = blob.timecode - self.open.timecode + ROUNDING;
        let full = self.timeslice.is_some_and(|slice| {
            let may_end = blob.begins_cluster || slice < MIN_ALIGNED_MILLIS;
            self.open.size > 0 && collected >= slice && may_end
        });
        // An empty blob answers a request for data: what was collected makes a chunk.
        (full || blob.data.bytes.is_empty()).then(|| self.end())
    }

    /// Counts a blob that was written.
    pub fn add(&mut self, blob: &BlobEvent) {
        if self.open.size == 0 {
            self.open.timecode = blob.timecode;
            self.begins_cluster = blob.begins_cluster;
        }
        self.open.size += blob.data.bytes.len() as u64;
        self.first_frame_is_key = self.first_frame_is_key.or(blob.key_frame);
    }

    /// Bytes of all chunks so far.
    pub const fn size(&self) -> u64 {
        self.open.offset + self.open.size
    }

    /// Ends the chunk, empty or not.
    pub fn end(&mut self) -> Chunk {
        let next = Chunk {
            offset: self.open.offset + self.open.size,
            ..Chunk::default()
        };
        let mut ended = std::mem::replace(&mut self.open, next);
        let first = self.first_frame_is_key.take();
        ended.timecode = rounding::milliseconds(ended.timecode);
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

    /// Adds a blob; returns the fields of the chunk before it.
    fn put(chunks: &mut Chunks, piece: &BlobEvent) -> Option<(u64, u64, f64, bool)> {
        let ended = chunks.end_before(piece);
        chunks.add(piece);
        ended.map(fields)
    }

    fn fields(chunk: Chunk) -> (u64, u64, f64, bool) {
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
        assert_eq!(fields(chunks.end()), (16, 5, 250.0, false));
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
        assert_eq!(fields(chunks.end()), (22, 5, 320.0, false));
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
        assert_eq!(fields(chunks.end()), (10, 3, 40.0, true));
    }
}
