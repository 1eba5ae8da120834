//! Rules about any element: its header, its place, its number.
use crate::webm::check::elements::Element;
use crate::webm::check::facts::Facts;
use crate::webm::check::ids;
use crate::webm::check::rules::{Fault, Judge, Rule, error, warning};
use crate::webm::check::schema::{self, CLUSTER, Kind, SEGMENT, VOID};

/// Bytes that are no element.
pub(in crate::webm::check) static BROKEN: Rule = error("M5", Judge::Walk);
/// An element that does not fit into its parent.
pub(in crate::webm::check) static OVERFLOW: Rule = error("M5", Judge::Walk);

pub(super) static RULES: &[Rule] = &[
    error("M4", Judge::Element(m4_unknown_size)),
    error("M5", Judge::Element(m5_size_of_value)),
    error("M5", Judge::Element(m5_text)),
    warning("M6", Judge::Element(m6_webm)),
    error("M6", Judge::Element(m6_place)),
    error("M8", Judge::Element(m8_once)),
    error("M8", Judge::Parent(m8_required)),
    warning("M16", Judge::Element(m16_long_id)),
];

/// Elements for which there is a rule of their own.
const REQUIRED_ELSEWHERE: [u64; 15] = [
    ids::DOC_TYPE,
    ids::MUXING_APP,
    ids::WRITING_APP,
    ids::TIMESTAMP,
    ids::TRACK_NUMBER,
    ids::TRACK_UID,
    ids::TRACK_TYPE,
    ids::CODEC_ID,
    ids::PIXEL_WIDTH,
    ids::PIXEL_HEIGHT,
    ids::TAG_NAME,
    ids::CUE_TIME,
    ids::CUE_TRACK_POSITIONS,
    ids::CUE_TRACK,
    ids::CUE_CLUSTER_POSITION,
];

/// Only Segment and Cluster may be of unknown size.
fn m4_unknown_size(element: &Element, _: &[u8], _: &Facts) -> Option<Fault> {
    let may_be = matches!(element.id, SEGMENT | CLUSTER);
    let found = || format!("{} of unknown size", schema::name(element.id));
    (element.size.is_none() && !may_be).then(|| Fault::new(element.offset, found(), "a size"))
}

/// Numbers and dates have the sizes that there are.
fn m5_size_of_value(element: &Element, _: &[u8], _: &Facts) -> Option<Fault> {
    let size = element.size?;
    let (is_right, expected) = match element.kind {
        Kind::Unsigned | Kind::Signed => (size <= 8, "8 at most"),
        Kind::Float => (matches!(size, 0 | 4 | 8), "4 or 8"),
        _ => (true, ""),
    };
    let found = || format!("{} of {size} bytes", schema::name(element.id));
    (!is_right).then(|| Fault::new(element.offset, found(), expected))
}

/// Texts are UTF-8. Those of Info and Tags have rules of their own.
fn m5_text(element: &Element, data: &[u8], _: &Facts) -> Option<Fault> {
    const OTHERS: [u64; 4] = [ids::MUXING_APP, ids::WRITING_APP, ids::TAG_NAME, ids::TAG_STRING];
    let is_text = element.kind == Kind::Text && !OTHERS.contains(&element.id);
    let is_wrong = is_text && std::str::from_utf8(data).is_err();
    is_wrong.then(|| {
        Fault::new(
            element.offset,
            format!("{} that is not UTF-8", schema::name(element.id)),
            "UTF-8",
        )
    })
}

/// WebM has about half of Matroska's elements.
fn m6_webm(element: &Element, _: &[u8], facts: &Facts) -> Option<Fault> {
    let is_other = facts.is_webm() && element.id != VOID && !schema::is_webm(element.id);
    let is_other = is_other && !is_short(element);
    let found = || schema::name(element.id);
    is_other.then(|| {
        Fault::new(
            element.offset,
            found(),
            "elements of WebM only, in a file that says it is WebM",
        )
    })
}

/// Each element is in the parent that it belongs to.
fn m6_place(element: &Element, _: &[u8], _: &Facts) -> Option<Fault> {
    let is_wrong = !schema::belongs(element.id, element.parent);
    let found = || format!("{} in {}", schema::name(element.id), schema::name(element.parent));
    is_wrong.then(|| Fault::new(element.offset, found(), "the element in its own parent"))
}

/// What may be there once is not there twice.
fn m8_once(element: &Element, _: &[u8], _: &Facts) -> Option<Fault> {
    let is_again = element.earlier > 0 && schema::is_single(element.id);
    let found = || {
        let (name, parent) = (schema::name(element.id), schema::name(element.parent));
        format!("another {name} in {parent}")
    };
    is_again.then(|| Fault::new(element.offset, found(), "one"))
}

/// What must be there is.
fn m8_required(parent: &Element, children: &[u64], _: &Facts) -> Option<Fault> {
    let mut required = schema::required(parent.id);
    let missing = required.find(|id| !children.contains(id) && !REQUIRED_ELSEWHERE.contains(id))?;
    let (name, parent_name) = (schema::name(missing), schema::name(parent.id));
    Some(Fault::new(
        parent.offset,
        format!("{parent_name} without {name}"),
        name,
    ))
}

/// Whether it is an unknown top-level element with a short ID.
fn is_short(element: &Element) -> bool {
    element.parent == SEGMENT && element.id_length < 4 && element.kind == Kind::Unknown
}

/// Top-level elements have IDs of four bytes, so that they can be found behind damage.
fn m16_long_id(element: &Element, _: &[u8], _: &Facts) -> Option<Fault> {
    let found = || format!("{} of {} bytes", schema::name(element.id), element.id_length);
    is_short(element).then(|| Fault::new(element.offset, found(), "an ID of 4 bytes"))
}
