//! The elements of any stream, intact or damaged: what cannot be parsed is skipped up to the next block or top-level element.
use crate::error::{Error, Result};
use crate::webm::beginning::{BEGINNING, EBML, missing_beginning};
use crate::webm::foreign;
use crate::webm::resync::{Candidate, Place, is_landmark};
use crate::webm::structure::Structure;
use crate::webm::vint::Vint;
use bytes::{Buf, BytesMut};
use ebml_iterable::{PositionedTag, TagDecoder};
use std::io::{ErrorKind, Read};
use webm_iterable::iterator::AllowableErrors;
use webm_iterable::matroska_spec::{EbmlSpecification, MatroskaSpec};

/// Size of one read, in bytes.
const CHUNK: usize = 512 << 10;
/// Maximum size of an element in bytes: a larger one counts as damage. Master elements are not buffered and can be
/// larger.
const MAX_ELEMENT: usize = 64 << 20;

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
    /// How many of them are zeros.
    zeros: u64,
    cut_off: bool,
    place: Place,
    structure: Structure,
    /// Where the decoder was started last.
    resumed: Option<u64>,
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
            zeros: 0,
            cut_off: false,
            place: Place::default(),
            structure: Structure::default(),
            resumed: None,
        };
        while tags.input.len() < BEGINNING && !tags.ended {
            tags.fill()?;
        }
        if tags.input.starts_with(&EBML) {
            Ok(tags)
        } else {
            Err(missing_beginning(&tags.input).unwrap_or_else(|| foreign::error(&tags.input)))
        }
    }

    /// Replaces the numbers of the tracks, as blocks have them.
    pub(super) fn set_tracks(&mut self, numbers: Vec<u64>) {
        self.place.tracks = numbers;
    }

    /// Bytes skipped because they could not be parsed.
    pub(super) const fn damaged(&self) -> u64 {
        self.damaged
    }

    /// How many of the skipped bytes are zeros, as a crash leaves them behind what was written.
    pub(super) const fn zeros(&self) -> u64 {
        self.zeros
    }

    /// Whether the stream ended within an element.
    pub(super) const fn is_cut_off(&self) -> bool {
        self.cut_off
    }

    /// How the stream is laid out so far.
    pub(super) const fn structure(&self) -> Structure {
        self.structure
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
            if let Some(tag) = self.next_buffered()? {
                return Ok(Some(tag));
            }
            if self.ended {
                return Ok(self.finish());
            }
            if self.input.len() < MAX_ELEMENT {
                self.fill()?;
            } else {
                self.skip_damage()?;
            }
        }
    }

    /// The next element, if it was read from the source already. Only damaged data makes this read on.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub(super) fn next_buffered(&mut self) -> Result<Option<Tag>> {
        loop {
            if !self.is_plausible() {
                // What ends here ends before the damage.
                if let Ok(Some(end)) = self.decoder.decode(&mut BytesMut::new()) {
                    return Ok(Some(self.positioned(end)));
                }
                self.skip_damage()?;
            }
            let position = self.position();
            self.structure.observe(&self.input, position);
            match self.decoder.decode(&mut self.input) {
                Ok(tag) => return Ok(tag.map(|tag| self.positioned(tag))),
                Err(_) => self.skip_damage()?,
            }
        }
    }

    fn positioned(&mut self, tag: PositionedTag<MatroskaSpec>) -> Tag {
        self.place.enter(&tag.tag);
        Tag {
            position: self.base + tag.offset as u64,
            spec: tag.tag,
        }
    }

    /// What remains when the source has ended: ends of master elements, or elements after a damaged one.
    fn finish(&mut self) -> Option<Tag> {
        while !self.input.is_empty() {
            let before = (self.damaged, self.zeros);
            let (skipped, is_found) = self.find(1);
            self.skip_damaged(skipped);
            if !is_found {
                // A truncated last element does not count as damage.
                self.cut_off = true;
                (self.damaged, self.zeros) = before;
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

    /// Whether the next element can be what it seems. Within a Cluster, damage may look like an element that is so large that
    /// it would hide the rest.
    fn is_plausible(&self) -> bool {
        let Some(&first) = self.input.first() else {
            return true;
        };
        // An ID has a first byte that tells its length.
        if first == 0 {
            return false;
        }
        let length = first.leading_zeros() as usize + 1;
        let Some(id) = self.input.get(..length) else {
            return true;
        };
        let id = id.iter().fold(0, |id, &byte| id << 8 | u64::from(byte));
        let is_known = MatroskaSpec::get_tag_data_type(id).is_some();
        if self.place.last.is_none() {
            return is_known || !hides_landmark(&self.input, length);
        }
        is_known && self.place.is_plausible_block(&self.input)
    }

    /// Resumes here if the decoder refuses the element only for the size of its parents, and else behind the damage.
    fn skip_damage(&mut self) -> Result<()> {
        while !self.ended && self.place.judge(&self.input, false) == Candidate::Unknown {
            self.fill()?;
        }
        let is_known = matches!(
            self.place.judge(&self.input, self.ended),
            Candidate::Landmark | Candidate::Block
        );
        if is_known && self.resumed != Some(self.position()) {
            self.skip(0);
            return Ok(());
        }
        let mut from = 1;
        loop {
            let (skipped, is_found) = self.find(from);
            self.skip_damaged(skipped);
            if is_found || self.ended {
                return Ok(());
            }
            from = 0;
            self.fill()?;
        }
    }

    /// How many bytes to skip, and whether reading can resume there.
    fn find(&mut self, from: usize) -> (usize, bool) {
        // The first bytes of a landmark may be the last ones in the buffer.
        let kept = if self.ended { 0 } else { 3 };
        let end = self.input.len().saturating_sub(kept);
        for at in from..end {
            match self.place.judge(&self.input[at..], self.ended) {
                Candidate::No => {}
                Candidate::OtherCluster => self.place.last = None,
                Candidate::Unknown => return (at, false),
                Candidate::Landmark | Candidate::Block => return (at, true),
            }
        }
        (end.max(from).min(self.input.len()), false)
    }

    fn skip_damaged(&mut self, skipped: usize) {
        let zeros = self.input[..skipped].iter().filter(|&&byte| byte == 0);
        self.zeros += zeros.count() as u64;
        self.damaged += skipped as u64;
        self.skip(skipped);
    }

    /// Skips bytes; the decoder starts behind them.
    fn skip(&mut self, skipped: usize) {
        self.base = self.position() + skipped as u64;
        self.resumed = Some(self.base);
        self.input.advance(skipped);
        self.decoder = decoder();
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

/// Whether a top-level element is within the element at the beginning of `input`, whose ID has this length.
fn hides_landmark(input: &[u8], id_length: usize) -> bool {
    let Some(size) = input.get(id_length..).and_then(Vint::parse) else {
        return false;
    };
    let end = usize::try_from(size.value()).unwrap_or(usize::MAX);
    let end = end.saturating_add(id_length + size.length).min(input.len());
    (1..end).any(|at| is_landmark(&input[at..end]))
}

/// Unknown elements are not damage. The decoder's own size limit would apply to Segments too.
fn decoder() -> TagDecoder<MatroskaSpec> {
    let mut decoder = TagDecoder::new(&[]);
    decoder.allow_errors(&[AllowableErrors::InvalidTagIds]);
    decoder.set_max_allowable_tag_size(None);
    decoder
}
