//! The elements of any stream, intact or damaged: what cannot be parsed is skipped up to the next top-level element.
use crate::error::{Error, Result};
use bytes::{Buf, BytesMut};
use ebml_iterable::{PositionedTag, TagDecoder};
use std::io::{ErrorKind, Read};
use webm_iterable::iterator::AllowableErrors;
use webm_iterable::matroska_spec::MatroskaSpec;

/// Size of one read, in bytes.
const CHUNK: usize = 64 * 1024;
/// Maximum size of an element in bytes: a larger one counts as damage. Master elements are not buffered and can be
/// larger.
const MAX_ELEMENT: usize = 64 << 20;
/// IDs of the elements at which reading can resume after damage.
const LANDMARKS: [[u8; 4]; 5] = [
    [0x15, 0x49, 0xA9, 0x66], // Info
    [0x16, 0x54, 0xAE, 0x6B], // Tracks
    [0x1F, 0x43, 0xB6, 0x75], // Cluster
    [0x1C, 0x53, 0xBB, 0x6B], // Cues
    [0x12, 0x54, 0xC3, 0x67], // Tags
];
const EBML: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];

/// An element and its offset in the stream, in bytes.
pub(super) struct Tag {
    pub(super) spec: MatroskaSpec,
    pub(super) position: u64,
}

/// Reads elements: master elements as a start and an end, all others complete.
///
/// Buffers one element at most.
pub(super) struct Tags<R> {
    source: R,
    chunk: Box<[u8]>,
    ended: bool,
    input: BytesMut,
    decoder: TagDecoder<MatroskaSpec>,
    /// Offset at which the decoder started.
    base: u64,
    damaged: u64,
    cut_off: bool,
}

impl<R: Read> Tags<R> {
    /// # Errors
    ///
    /// `NotReadable` if the source cannot be read, or does not begin with an EBML header.
    pub(super) fn new(source: R) -> Result<Self> {
        let mut tags = Self {
            source,
            chunk: vec![0; CHUNK].into_boxed_slice(),
            ended: false,
            input: BytesMut::new(),
            decoder: decoder(),
            base: 0,
            damaged: 0,
            cut_off: false,
        };
        while tags.input.len() < EBML.len() && !tags.ended {
            tags.fill()?;
        }
        if tags.input.starts_with(&EBML) {
            Ok(tags)
        } else {
            Err(Error::not_readable("not a WebM or Matroska file"))
        }
    }

    /// Bytes skipped because they could not be parsed.
    pub(super) const fn damaged(&self) -> u64 {
        self.damaged
    }

    /// Whether the stream ended within an element.
    pub(super) const fn is_cut_off(&self) -> bool {
        self.cut_off
    }

    /// Bytes of the stream that were parsed or skipped.
    pub(super) fn position(&self) -> u64 {
        self.base + self.decoder.position() as u64
    }

    /// Reads the next element; `None` at the end.
    ///
    /// # Errors
    ///
    /// `NotReadable` if the source cannot be read. Damaged data is not an error.
    pub(super) fn next(&mut self) -> Result<Option<Tag>> {
        loop {
            match self.decoder.decode(&mut self.input) {
                Ok(Some(tag)) => return Ok(Some(self.positioned(tag))),
                Ok(None) if self.ended => return Ok(self.finish()),
                Ok(None) if self.input.len() < MAX_ELEMENT => self.fill()?,
                Ok(None) | Err(_) => self.skip_to_landmark()?,
            }
        }
    }

    fn positioned(&self, tag: PositionedTag<MatroskaSpec>) -> Tag {
        Tag {
            position: self.base + tag.offset as u64,
            spec: tag.tag,
        }
    }

    /// What remains when the source has ended: ends of master elements, or elements after a damaged one.
    fn finish(&mut self) -> Option<Tag> {
        while !self.input.is_empty() {
            let damaged = self.damaged;
            if !self.skip_within_input() {
                // A truncated last element does not count as damage.
                self.cut_off = true;
                self.damaged = damaged;
            }
            if let Ok(Some(tag)) = self.decoder.decode(&mut self.input) {
                return Some(self.positioned(tag));
            }
        }
        let Ok(tag) = self.decoder.decode_eof(&mut self.input) else {
            self.cut_off = true;
            return None;
        };
        tag.map(|tag| self.positioned(tag))
    }

    fn skip_to_landmark(&mut self) -> Result<()> {
        while !self.skip_within_input() && !self.ended {
            self.fill()?;
        }
        Ok(())
    }

    /// Skips at least one byte, and everything up to the next landmark. Returns `false` if there is none.
    fn skip_within_input(&mut self) -> bool {
        let is_landmark = |window: &[u8]| {
            // All of them begin with the hexadecimal digit 1, most skipped bytes do not.
            window[0] >> 4 == 1 && LANDMARKS.iter().any(|id| id == window)
        };
        let windows = self.input.windows(4).skip(1);
        let found = windows.map(is_landmark).position(|is_it| is_it);
        let found = found.map(|position| position + 1);
        // The first bytes of a landmark may be the last ones in the buffer.
        let kept = if self.ended { 0 } else { 3 };
        let skipped = found.unwrap_or(self.input.len().saturating_sub(kept).max(1));
        let skipped = skipped.min(self.input.len());
        self.base = self.position() + skipped as u64;
        self.damaged += skipped as u64;
        self.input.advance(skipped);
        self.decoder = decoder();
        found.is_some()
    }

    fn fill(&mut self) -> Result<()> {
        loop {
            match self.source.read(&mut self.chunk) {
                Ok(0) => self.ended = true,
                Ok(length) => self.input.extend_from_slice(&self.chunk[..length]),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(Error::NotReadable {
                        message: "reading the file failed".to_owned(),
                        source: Some(error.into()),
                    });
                }
            }
            return Ok(());
        }
    }
}

/// Unknown elements are not damage. The decoder's own size limit would apply to Segments too.
fn decoder() -> TagDecoder<MatroskaSpec> {
    let mut decoder = TagDecoder::new(&[]);
    decoder.allow_errors(&[AllowableErrors::InvalidTagIds]);
    decoder.set_max_allowable_tag_size(None);
    decoder
}
