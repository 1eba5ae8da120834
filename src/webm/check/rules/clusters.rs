//! Rules about Clusters.
use crate::webm::check::block::Block;
use crate::webm::check::elements::Element;
use crate::webm::check::facts::Facts;
use crate::webm::check::ids;
use crate::webm::check::report::{Form, Level};
use crate::webm::check::rules::{Fault, Judge, Rule, error, rule, warning};
use crate::webm::check::schema::{self, BLOCK_GROUP, CLUSTER, CRC32, SIMPLE_BLOCK};
use crate::webm::check::value::unsigned;

pub(super) static RULES: &[Rule] = &[
    error("M40", Judge::Element(m40_before_blocks)),
    error("M40", Judge::Cluster(m40_time)),
    warning("M40", Judge::Element(m40_first)),
    warning("M42", Judge::Cluster(m42_long)),
    warning("M42", Judge::Cluster(m42_large)),
    warning("M44", Judge::Block(m44_key_frame)),
    rule(
        "M50",
        Level::Error,
        Some(Form::Finished),
        Judge::Element(m50_size),
    ),
    error("M50", Judge::Element(m50_position)),
    error("M50", Judge::Element(m50_previous)),
    rule(
        "M64",
        Level::Warning,
        Some(Form::Live),
        Judge::Block(m64_all_tracks),
    ),
];

/// A Cluster says its time before any block.
fn m40_before_blocks(element: &Element, _: &[u8], facts: &Facts) -> Option<Fault> {
    let is_block = matches!(element.id, SIMPLE_BLOCK | BLOCK_GROUP) && element.parent == CLUSTER;
    let is_first =
        is_block && facts.cluster.time.is_none() && facts.cluster.blocks == 0 && element.earlier == 0;
    is_first.then(|| {
        Fault::new(
            element.offset,
            "a block before the Timestamp of its Cluster",
            "the Timestamp first",
        )
    })
}

fn m40_time(facts: &Facts) -> Option<Fault> {
    let cluster = &facts.cluster;
    // With blocks, the rule above says so.
    let is_missing = cluster.time.is_none() && cluster.blocks == 0;
    is_missing.then(|| Fault::new(cluster.offset, "a Cluster without Timestamp", "its time"))
}

/// The time is the first child of a Cluster.
fn m40_first(element: &Element, _: &[u8], facts: &Facts) -> Option<Fault> {
    let is_other = element.parent == CLUSTER
        && element.offset == facts.cluster.data
        && !matches!(element.id, ids::TIMESTAMP | CRC32 | SIMPLE_BLOCK | BLOCK_GROUP);
    is_other.then(|| {
        Fault::new(
            element.offset,
            format!("{} first in a Cluster", schema::name(element.id)),
            "Timestamp first",
        )
    })
}

/// A Cluster should last five seconds at most.
fn m42_long(facts: &Facts) -> Option<Fault> {
    const MAX: i64 = 5_000_000_000;
    let (first, last) = facts.cluster.span?;
    let nanos = facts.nanos(last.saturating_sub(first));
    let found = || format!("a Cluster of {:.1} s", nanos as f64 / 1e9);
    (nanos > MAX).then(|| Fault::new(facts.cluster.offset, found(), "5 s at most"))
}

/// A Cluster should have 5 MB at most.
fn m42_large(facts: &Facts) -> Option<Fault> {
    facts.cluster.is_large.then(|| {
        Fault::new(
            facts.cluster.offset,
            "a Cluster that continues after 5 MB",
            "5 MB at most",
        )
    })
}

/// A key frame begins a Cluster, if the open one has lasted for a second.
fn m44_key_frame(block: &Block, facts: &Facts) -> Option<Fault> {
    const MIN: i64 = 1_000_000_000;
    let track = facts
        .track_of(block)
        .filter(|track| track.is_video() && facts.is_webm())?;
    let is_within = track.seen.cluster == facts.cluster_count;
    let (first, _) = facts.cluster.span?;
    let elapsed = facts.nanos(block.time.saturating_sub(first));
    let is_late = block.is_key() && is_within && elapsed >= MIN;
    is_late.then(|| {
        Fault::new(
            block.offset,
            "a key frame in the middle of a Cluster",
            "a new Cluster for it",
        )
    })
}

/// The Clusters of a finished file have sizes.
fn m50_size(element: &Element, _: &[u8], _: &Facts) -> Option<Fault> {
    let is_unknown = element.id == CLUSTER && element.size.is_none();
    is_unknown.then(|| {
        Fault::new(
            element.offset,
            "a Cluster of unknown size in a finished file",
            "its size",
        )
    })
}

/// A Cluster that says where it is, is there. Live ones say 0.
fn m50_position(element: &Element, data: &[u8], facts: &Facts) -> Option<Fault> {
    let is_position = element.id == ids::POSITION && element.parent == CLUSTER;
    let said = unsigned(data);
    let actual = facts.cluster.offset.saturating_sub(facts.in_file(0));
    let is_wrong = is_position && said != 0 && said != actual;
    is_wrong.then(|| {
        Fault::new(
            element.offset,
            format!("Position {said}"),
            format!("{actual}, or 0"),
        )
    })
}

/// A Cluster that says the size of the one before says it right.
fn m50_previous(element: &Element, data: &[u8], facts: &Facts) -> Option<Fault> {
    let said = Some(unsigned(data)).filter(|_| element.id == ids::PREV_SIZE && element.parent == CLUSTER)?;
    let (end, begin) = facts.cluster.before?;
    let actual = end - begin;
    (said != actual).then(|| Fault::new(element.offset, format!("PrevSize {said}"), actual.to_string()))
}

/// `MediaSource` wants blocks of all tracks in each Cluster. Short Clusters are left alone.
fn m64_all_tracks(block: &Block, facts: &Facts) -> Option<Fault> {
    let track = facts
        .track_of(block)
        .filter(|track| track.is_video() || track.is_audio())?;
    let cluster = track.seen.missed?;
    Some(Fault::new(
        cluster,
        format!("a Cluster without a block of track {}", track.number),
        "blocks of all tracks",
    ))
}
