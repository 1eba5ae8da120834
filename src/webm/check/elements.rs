//! A strict walk through the elements of a file, with all that a rule may want to know of their headers (RFC 8794).
use crate::error::Result;
use crate::webm::check::input::Input;
use crate::webm::check::schema::{self, EBML, Kind, ROOT, SEGMENT};
use crate::webm::resync::is_landmark;
use crate::webm::vint::Vint;
use std::io::Read;

/// Its ID is older than the rule that it breaks.
const CHAPTER_DISPLAY: u64 = 0x80;
/// How much of an element's data is kept, in bytes: more than any header of a frame or codec has.
const HEAD: usize = 64 * 1024;
/// Maximum size of an element's header in bytes.
const MAX_HEADER: u64 = 4 + 8;
/// Maximum depth of elements; those that are deeper are not entered.
const MAX_DEPTH: usize = 16;
/// An unknown element that is larger counts as damage, in bytes.
const MAX_UNKNOWN: u64 = 16 << 20;
/// Maximum number of kinds of children that are counted in one element; the specification has fewer.
const MAX_KINDS: usize = 64;

/// The header of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) id: u64,
    pub(super) kind: Kind,
    /// ID of the element that it is in; [`ROOT`] for none.
    pub(super) parent: u64,
    /// Size of its ID in bytes.
    pub(super) id_length: u64,
    /// Size of its data in bytes; `None` if it is unknown.
    pub(super) size: Option<u64>,
    /// Offset of its ID.
    pub(super) offset: u64,
    /// Offset of its data.
    pub(super) data: u64,
    /// How many elements with its ID are before it in its parent.
    pub(super) earlier: u32,
}

/// What the walk comes by.
#[derive(Debug)]
pub(super) enum Event {
    /// A master element begins.
    Open(Element),
    /// Any other element, with its data, or the first [`HEAD`] bytes of it.
    Leaf(Element, Vec<u8>),
    /// A master element ends, with the IDs of its children.
    Close(Element, Vec<u64>),
    /// An element is larger than the parent, of which this is the header.
    Overflow(Element, Element),
    /// Bytes that are no element, up to the next one that is known.
    Damage { offset: u64, length: u64 },
    /// The file ends within the header of an element, at this offset.
    CutHeader(u64),
    /// The file ends within this element.
    CutOff(Element),
}

struct Master {
    element: Element,
    /// Where it ends; `None` if that is unknown, or wrong.
    end: Option<u64>,
    /// IDs of its children, and how many there are.
    children: Vec<(u64, u32)>,
}

/// The walk. It never ends before the stream does, and always then.
pub(super) struct Elements<R> {
    input: Input<R>,
    open: Vec<Master>,
}

impl<R: Read> Elements<R> {
    pub(super) const fn new(input: Input<R>) -> Self {
        Self {
            input,
            open: Vec::new(),
        }
    }

    pub(super) const fn position(&self) -> u64 {
        self.input.position()
    }

    /// The next event; `None` at the end.
    ///
    /// # Errors
    ///
    /// `NotReadable` if the source cannot be read.
    pub(super) fn next(&mut self) -> Result<Option<Event>> {
        let position = self.position();
        let is_over = |master: &Master| master.end.is_some_and(|end| end <= position);
        if self.open.last().is_some_and(is_over) {
            return Ok(self.close());
        }
        if self.input.peek(1)?.is_empty() {
            return Ok(self.at_end());
        }
        match self.header()? {
            Some(element) => self.enter(element),
            None => self.damage(),
        }
    }

    /// Ends the master element that was opened last.
    fn close(&mut self) -> Option<Event> {
        let master = self.open.pop()?;
        let ids = master.children.iter().map(|(id, _)| *id).collect();
        Some(Event::Close(master.element, ids))
    }

    /// At the end of the stream: a master element that is not whole is cut off.
    fn at_end(&mut self) -> Option<Event> {
        let position = self.position();
        let is_cut = |master: &&Master| master.end.is_some_and(|end| end > position);
        if let Some(cut) = self.open.iter().rfind(is_cut) {
            let element = cut.element;
            self.open.clear();
            return Some(Event::CutOff(element));
        }
        self.close()
    }

    /// The header of the element that is next; `None` if there is none.
    fn header(&mut self) -> Result<Option<Element>> {
        let offset = self.position();
        let bytes = self.input.peek(MAX_HEADER as usize)?;
        let Some(id) = Vint::parse(bytes).filter(|id| id.length <= 4) else {
            return Ok(None);
        };
        let Some(size) = bytes.get(id.length..).and_then(Vint::parse) else {
            return Ok(None);
        };
        let element = Element {
            id: id.raw,
            kind: schema::kind(id.raw),
            parent: ROOT,
            id_length: id.length as u64,
            size: size.size(),
            offset,
            data: offset + (id.length + size.length) as u64,
            earlier: 0,
        };
        // IDs of zeros or ones only do not exist, but for ChapterDisplay, and shorter forms must be used where there are any.
        let value = id.value();
        let is_shortest = id.length == 1 || value >= (1 << (7 * (id.length - 1))) - 1;
        let is_regular = value != 0 && id.size().is_some() && is_shortest;
        let is_id = is_regular || id.raw == CHAPTER_DISPLAY;
        let is_plausible =
            element.kind != Kind::Unknown || element.size.is_some_and(|size| size <= MAX_UNKNOWN);
        let is_sized = element.size.is_some() || element.kind == Kind::Master;
        Ok((is_id && is_plausible && is_sized).then_some(element))
    }

    fn enter(&mut self, mut element: Element) -> Result<Option<Event>> {
        if self.ends_open(&element) {
            return Ok(self.close());
        }
        if let Some(parent) = self.overflown(&element) {
            if element.kind == Kind::Unknown {
                return self.damage();
            }
            return Ok(Some(Event::Overflow(element, parent)));
        }
        if let Some(parent) = self.open.last_mut() {
            element.parent = parent.element.id;
            element.earlier = parent.count(element.id);
        }
        self.input.skip(element.data - element.offset)?;
        if element.kind == Kind::Master && self.open.len() < MAX_DEPTH {
            // The Segment ends with the file, whatever it says, so that all there is can be judged.
            let size = element.size.filter(|_| element.id != SEGMENT);
            self.open.push(Master {
                element,
                end: size.map(|size| element.data.saturating_add(size)),
                children: Vec::new(),
            });
            return Ok(Some(Event::Open(element)));
        }
        self.leaf(element)
    }

    /// Whether an element ends the open master element, the size of which is unknown or wrong.
    fn ends_open(&self, element: &Element) -> bool {
        let Some(open) = self.open.last() else {
            return false;
        };
        let id = open.element.id;
        let is_file = element.id == EBML || element.id == SEGMENT;
        if id == SEGMENT {
            return is_file;
        }
        if open.end.is_some() || schema::belongs(element.id, id) {
            return false;
        }
        let others = self.open.iter().rev().skip(1);
        let is_of_other = others
            .into_iter()
            .any(|other| schema::belongs(element.id, other.element.id));
        is_file || is_of_other || schema::belongs(element.id, SEGMENT)
    }

    /// The innermost master element that is too small or too large for what comes; from now on its end is unknown.
    fn overflown(&mut self, element: &Element) -> Option<Element> {
        let end = element.data.saturating_add(element.size.unwrap_or(0));
        let is_top_level = element.id_length == 4 && schema::belongs(element.id, SEGMENT);
        let mut masters = self.open.iter_mut().rev();
        let is_wrong = |limit| limit < end || is_top_level;
        let found =
            masters.find(|master| master.element.id != SEGMENT && master.end.is_some_and(is_wrong))?;
        found.end = None;
        Some(found.element)
    }

    fn leaf(&mut self, element: Element) -> Result<Option<Event>> {
        let size = element.size.unwrap_or(0);
        let kept = usize::try_from(size).map_or(HEAD, |size| size.min(HEAD));
        let data = self.input.peek(kept)?.to_vec();
        if self.input.skip(size)? < size {
            self.open.clear();
            return Ok(Some(Event::CutOff(element)));
        }
        Ok(Some(Event::Leaf(element, data)))
    }

    /// Skips to the next element that can be told from its ID.
    fn damage(&mut self) -> Result<Option<Event>> {
        const WINDOW: usize = 64 * 1024;
        let offset = self.position();
        self.input.skip(1)?;
        loop {
            let bytes = self.input.peek(WINDOW)?;
            let is_last = bytes.len() < WINDOW;
            let found = (0..bytes.len()).find(|&at| is_place(&bytes[at..]));
            let skipped = found.unwrap_or(if is_last { bytes.len() } else { bytes.len() - 3 });
            self.input.skip(skipped as u64)?;
            if found.is_some() || is_last {
                break;
            }
        }
        for master in &mut self.open {
            if master.element.id != SEGMENT {
                master.end = None;
            }
        }
        let length = self.position() - offset;
        if length < MAX_HEADER && self.input.peek(1)?.is_empty() {
            self.open.clear();
            return Ok(Some(Event::CutHeader(offset)));
        }
        Ok(Some(Event::Damage { offset, length }))
    }
}

impl Master {
    /// Counts a child; returns how many with its ID there were before.
    fn count(&mut self, id: u64) -> u32 {
        if let Some((_, count)) = self.children.iter_mut().find(|(child, _)| *child == id) {
            *count = count.saturating_add(1);
            return *count - 1;
        }
        if self.children.len() < MAX_KINDS {
            self.children.push((id, 1));
        }
        0
    }
}

/// Whether a top-level element or another file begins here.
fn is_place(bytes: &[u8]) -> bool {
    const EBML_ID: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];
    is_landmark(bytes) || bytes.starts_with(&EBML_ID)
}
