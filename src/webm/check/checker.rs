//! Reads a file once, applies the rules as it goes, and the others at its end.
use crate::error::{Error, Result};
use crate::webm::beginning::{self, BEGINNING, missing_beginning};
use crate::webm::check::block::Block;
use crate::webm::check::elements::{Element, Elements, Event};
use crate::webm::check::facts::Facts;
use crate::webm::check::faults::Faults;
use crate::webm::check::ids;
use crate::webm::check::input::Input;
use crate::webm::check::report::{Form, Report};
use crate::webm::check::rules::{self, Fault, Judge, Rule};
use crate::webm::check::schema::{self, BLOCK, BLOCK_GROUP, CLUSTER, EBML, SIMPLE_BLOCK, TRACK_ENTRY};
use crate::webm::foreign;
use std::io::Read;

/// Checks a WebM or Matroska file against the rules of its formats.
///
/// `form` says what the file is meant to be. `None` takes it from the file: it is live if the size of its Segment is
/// unknown and it has neither Duration nor Cues. Of several recordings in a row each is checked; that they are in one
/// file is a finding.
///
/// The source is read once and does not have to be seekable. Memory does not grow beyond some 20 MB, however long the
/// file is; after half a million key frames, cues are no longer compared with them.
///
/// # Errors
///
/// `NotReadable` if the source cannot be read or does not begin like a WebM or Matroska file. What is damaged behind that
/// is a finding.
///
/// # Examples
///
/// ```
/// use mediarec::webm;
///
/// // An EBML header that says it is WebM, and nothing else.
/// let file = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm";
/// let report = webm::check(&file[..], None)?;
/// assert!(!report.is_clean());
/// for finding in &report.findings {
///     println!("{}: {}, expected {}", finding.rule, finding.found, finding.expected);
/// }
/// # assert_eq!(report.findings[0].rule, "M9");
/// # Ok::<(), mediarec::Error>(())
/// ```
pub fn check(source: impl Read, form: Option<Form>) -> Result<Report> {
    let mut input = Input::new(source);
    let bytes = input.peek(BEGINNING)?;
    if !bytes.starts_with(&beginning::EBML) {
        return Err(missing_beginning(bytes).unwrap_or_else(|| foreign::error(bytes)));
    }
    Checker {
        elements: Elements::new(input),
        facts: Facts::new(0),
        faults: Faults::default(),
        rules: Rules::new(),
        form,
        report: None,
    }
    .run()
}

/// The rules, by what they are applied to.
struct Rules {
    element: Vec<&'static Rule>,
    parent: Vec<&'static Rule>,
    track: Vec<&'static Rule>,
    block: Vec<&'static Rule>,
    cluster: Vec<&'static Rule>,
    file: Vec<&'static Rule>,
}

impl Rules {
    fn new() -> Self {
        let of = |is_of: fn(&Judge) -> bool| {
            let all = rules::TABLES.iter().copied().flatten();
            all.filter(|rule| is_of(&rule.judge)).collect()
        };
        Self {
            element: of(|judge| matches!(judge, Judge::Element(_))),
            parent: of(|judge| matches!(judge, Judge::Parent(_))),
            track: of(|judge| matches!(judge, Judge::Track(_))),
            block: of(|judge| matches!(judge, Judge::Block(_))),
            cluster: of(|judge| matches!(judge, Judge::Cluster(_))),
            file: of(|judge| matches!(judge, Judge::File(_))),
        }
    }
}

struct Checker<R> {
    elements: Elements<R>,
    facts: Facts,
    faults: Faults,
    rules: Rules,
    form: Option<Form>,
    /// That of the recordings before.
    report: Option<Report>,
}

/// Applies the rules of one kind.
macro_rules! apply {
    ($self:ident, $rules:ident, $kind:ident, $($argument:expr),*) => {
        for rule in &$self.rules.$rules {
            if let Judge::$kind(judge) = rule.judge
                && let Some(fault) = judge($($argument),*)
            {
                $self.faults.add(rule, fault);
            }
        }
    };
}

impl<R: Read> Checker<R> {
    fn run(mut self) -> Result<Report> {
        while let Some(event) = self.elements.next()? {
            match event {
                Event::Open(element) => self.open(&element),
                Event::Leaf(element, data) => self.leaf(&element, data),
                Event::Close(element, children) => self.close(&element, &children),
                Event::Overflow(element, parent) => self.overflow(&element, &parent),
                Event::Damage { offset, length } => self.damage(offset, length),
                Event::CutOff(element) => self.cut_off(element.offset, &schema::name(element.id)),
                Event::CutHeader(offset) => self.cut_off(offset, "an element"),
            }
        }
        let end = self.elements.position();
        self.finish(end);
        // There is a report of each recording by now.
        self.report
            .ok_or_else(|| Error::not_readable("not a WebM or Matroska file"))
    }

    fn open(&mut self, element: &Element) {
        if element.id == EBML && element.offset > 0 {
            self.finish(element.offset);
            let fault = Fault::new(
                element.offset,
                "another recording behind the first",
                "one recording in a file",
            );
            self.faults.add(&rules::SECOND_RECORDING, fault);
            self.facts = Facts::new(element.offset);
        }
        apply!(self, element, Element, element, &[], &self.facts);
        self.facts.open(element);
    }

    fn leaf(&mut self, element: &Element, data: Vec<u8>) {
        apply!(self, element, Element, element, &data, &self.facts);
        let is_simple = element.id == SIMPLE_BLOCK && element.parent == CLUSTER;
        let is_block = element.id == BLOCK && element.parent == BLOCK_GROUP;
        if !is_simple && !is_block {
            self.facts.take(element, &data);
            return;
        }
        let group = self.facts.group.as_ref().filter(|_| is_block);
        let offset = group.map_or(element.offset, |(_, _, offset)| *offset);
        self.facts.note_version(element);
        match (Block::parse(element, offset, data), &mut self.facts.group) {
            (None, _) => {
                let found = format!("a block of {} bytes", element.size.unwrap_or(0));
                let fault = Fault::new(element.offset, found, "a header of 4 bytes at least");
                self.faults.add(&rules::SHORT_BLOCK, fault);
            }
            (Some(block), Some((_, place, _))) if is_block => *place = Some(block),
            (Some(block), _) => self.block(block),
        }
    }

    fn block(&mut self, mut block: Block) {
        self.facts.locate(&mut block);
        apply!(self, block, Block, &block, &self.facts);
        self.facts.note(&block);
    }

    fn close(&mut self, element: &Element, children: &[u64]) {
        apply!(self, parent, Parent, element, children, &self.facts);
        match element.id {
            TRACK_ENTRY => {
                if let Some(entry) = &self.facts.entry {
                    apply!(self, track, Track, entry, &self.facts);
                }
                self.facts.end_entry();
            }
            BLOCK_GROUP => {
                if let Some((group, Some(mut block), _)) = self.facts.group.take() {
                    block.group = Some(group);
                    self.block(block);
                }
            }
            CLUSTER => {
                apply!(self, cluster, Cluster, &self.facts);
                self.facts.end_cluster();
            }
            ids::CUE_TRACK_POSITIONS => self.facts.end_cue(),
            _ => {}
        }
    }

    fn overflow(&mut self, element: &Element, parent: &Element) {
        let (name, parent_name) = (schema::name(element.id), schema::name(parent.id));
        let end = parent.data.saturating_add(parent.size.unwrap_or(0));
        let found = format!(
            "{parent_name} of a size with which it ends at {end}, within or behind the {name} at {}",
            element.offset
        );
        self.faults.add(
            &rules::OVERFLOW,
            Fault::new(parent.offset, found, "elements that are whole in their parent"),
        );
    }

    /// Whether this is behind the Segment. That there is something is another rule.
    fn is_behind(&self, offset: u64) -> bool {
        let segment = self.facts.segment.as_ref();
        let size = segment.and_then(|segment| Some((segment.data, segment.size?)));
        size.is_some_and(|(data, size)| data.saturating_add(size) <= offset)
    }

    fn damage(&mut self, offset: u64, length: u64) {
        if !self.is_behind(offset) {
            let found = format!("{length} bytes that are no element");
            self.faults
                .add(&rules::BROKEN, Fault::new(offset, found, "an element"));
        }
    }

    fn cut_off(&mut self, offset: u64, what: &str) {
        if !self.is_behind(offset) {
            let found = format!("{what} that is cut off by the end of the file");
            self.faults
                .add(&rules::CUT_OFF, Fault::new(offset, found, "all of it"));
            self.facts.is_cut_off = true;
        }
    }

    /// Ends a recording.
    fn finish(&mut self, end: u64) {
        self.facts.end = end;
        self.judge_size(end);
        if !self.facts.is_cut_off {
            for rule in &self.rules.file {
                if let Judge::File(judge) = rule.judge {
                    for fault in judge(&self.facts) {
                        self.faults.add(rule, fault);
                    }
                }
            }
        }
        let form = self.form.unwrap_or_else(|| self.facts.form());
        let report = self.report.get_or_insert_with(|| Report {
            form,
            errors: 0,
            warnings: 0,
            findings: Vec::new(),
            omitted: Vec::new(),
        });
        std::mem::take(&mut self.faults).move_to(report, form);
    }

    /// A Segment that goes on behind the end of the file is cut off; then the other rules about the file say nothing.
    fn judge_size(&mut self, end: u64) {
        let Some(segment) = self.facts.segment else {
            return;
        };
        let said = segment.size.map(|size| segment.data.saturating_add(size));
        if let Some(said) = said.filter(|&said| said > end)
            && !self.facts.is_cut_off
        {
            let found = format!("a Segment that goes on to {said}");
            self.faults.add(
                &rules::CUT_OFF,
                Fault::new(segment.offset, found, format!("{end}, the end of the file")),
            );
            self.facts.is_cut_off = true;
        }
    }
}
