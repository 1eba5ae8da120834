//! The rules: a function each, in tables by subject.
mod blocks;
mod clusters;
mod codecs;
mod cues;
mod elements;
mod header;
mod segment;
mod tracks;
mod values;
mod video;

use crate::webm::check::block::Block;
use crate::webm::check::elements::Element;
use crate::webm::check::facts::Facts;
use crate::webm::check::report::{Form, Level};
use crate::webm::check::track::Track;

pub(super) use blocks::SHORT_BLOCK;
pub(super) use elements::{BROKEN, OVERFLOW};
pub(super) use segment::{CUT_OFF, SECOND_RECORDING};

/// One rule. A number may have several, of different levels.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: &'static str,
    pub(super) level: Level,
    /// The form of file that it is for; `None` for both.
    pub(super) form: Option<Form>,
    pub(super) judge: Judge,
}

/// When a rule is applied, and to what. The facts are those before it.
#[derive(Debug)]
pub(super) enum Judge {
    /// While the file is read.
    Walk,
    /// To each element at its beginning; with its data if it is no master.
    Element(fn(&Element, &[u8], &Facts) -> Option<Fault>),
    /// To each master element at its end, with the IDs of its children.
    Parent(fn(&Element, &[u64], &Facts) -> Option<Fault>),
    Track(fn(&Track, &Facts) -> Option<Fault>),
    Block(fn(&Block, &Facts) -> Option<Fault>),
    /// To the open Cluster at its end.
    Cluster(fn(&Facts) -> Option<Fault>),
    /// To the file at its end.
    File(fn(&Facts) -> Vec<Fault>),
}

/// Where a rule is broken, and how.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) offset: u64,
    pub(super) found: String,
    pub(super) expected: String,
}

impl Fault {
    pub(super) fn new(offset: u64, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            offset,
            found: found.into(),
            expected: expected.into(),
        }
    }
}

const fn error(id: &'static str, judge: Judge) -> Rule {
    rule(id, Level::Error, None, judge)
}

const fn warning(id: &'static str, judge: Judge) -> Rule {
    rule(id, Level::Warning, None, judge)
}

const fn rule(id: &'static str, level: Level, form: Option<Form>, judge: Judge) -> Rule {
    Rule {
        id,
        level,
        form,
        judge,
    }
}

/// All tables.
pub(super) const TABLES: [&[Rule]; 10] = [
    header::RULES,
    elements::RULES,
    segment::RULES,
    values::RULES,
    tracks::RULES,
    video::RULES,
    codecs::RULES,
    clusters::RULES,
    blocks::RULES,
    cues::RULES,
];
