//! Rules about the Segment: how often, how long, and what stands where in it.
use crate::webm::check::elements::Element;
use crate::webm::check::facts::Facts;
use crate::webm::check::report::{Form, Level};
use crate::webm::check::rules::{Fault, Judge, Rule, error, rule, warning};
use crate::webm::check::schema::{self, CLUSTER, CUES, INFO, SEEK_HEAD, SEGMENT, TAGS, TRACKS};

/// A second EBML header.
pub(in crate::webm::check) static SECOND_RECORDING: Rule = error("M9", Judge::Walk);
/// An element, or the Segment, that ends behind the end of the file.
pub(in crate::webm::check) static CUT_OFF: Rule = error("M71", Judge::Walk);

pub(super) static RULES: &[Rule] = &[
    error("M9", Judge::Element(m9_one_segment)),
    error("M9", Judge::File(m9_segment)),
    rule("M9", Level::Error, Some(Form::Finished), Judge::File(m9_size)),
    error("M10", Judge::File(m10_first)),
    rule("M11", Level::Warning, Some(Form::Live), Judge::File(m11_live)),
    rule(
        "M12",
        Level::Warning,
        Some(Form::Finished),
        Judge::File(m12_behind),
    ),
    error("M13", Judge::File(m13_targets)),
    rule(
        "M13",
        Level::Warning,
        Some(Form::Finished),
        Judge::File(m13_complete),
    ),
    rule("M15", Level::Error, Some(Form::Finished), Judge::File(m15_cues)),
    warning("M63", Judge::File(m63_order)),
    error("M71", Judge::File(m71_end)),
];

/// A file has one Segment.
fn m9_one_segment(element: &Element, _: &[u8], facts: &Facts) -> Option<Fault> {
    let is_second = element.id == SEGMENT && facts.segment.is_some();
    is_second.then(|| Fault::new(element.offset, "another Segment", "one Segment"))
}

fn m9_segment(facts: &Facts) -> Vec<Fault> {
    let none = facts.segment.is_none();
    let fault = || Fault::new(facts.header.offset, "no Segment", "one Segment");
    none.then(fault).into_iter().collect()
}

/// The Segment of a finished file has a size.
fn m9_size(facts: &Facts) -> Vec<Fault> {
    let unknown = facts.segment.filter(|segment| segment.size.is_none());
    let fault = |segment: Element| {
        let found = "a Segment of unknown size in a file with Duration or Cues";
        Fault::new(segment.offset, found, "its size")
    };
    unknown.map(fault).into_iter().collect()
}

/// Info and Tracks are before the first Cluster, or a `SeekHead` before it leads to them.
fn m10_first(facts: &Facts) -> Vec<Fault> {
    let Some(cluster) = facts.first_cluster else {
        return Vec::new();
    };
    let has_seek_head = facts.find(SEEK_HEAD).is_some_and(|offset| offset < cluster);
    let is_wrong = |id: u64| match facts.find(id) {
        Some(offset) => offset > cluster && !(has_seek_head && facts.is_listed(offset)),
        // A missing Info has a rule of its own.
        None => id == TRACKS,
    };
    let wrong = [INFO, TRACKS].into_iter().filter(|&id| is_wrong(id));
    wrong
        .map(|id| {
            let name = schema::name(id);
            let found = match facts.find(id) {
                Some(_) => format!("{name} after the first Cluster"),
                None => format!("no {name}"),
            };
            Fault::new(
                facts.find(id).unwrap_or(cluster),
                found,
                format!("{name} before the first Cluster"),
            )
        })
        .collect()
}

/// In a stream everything but Tags is before the Clusters, and there is no index.
fn m11_live(facts: &Facts) -> Vec<Fault> {
    let first = facts.first_cluster.unwrap_or(u64::MAX);
    // Info and Tracks have a rule of their own.
    let is_wrong =
        |id: u64, offset: u64| id == CUES || (offset > first && !matches!(id, INFO | TRACKS | TAGS));
    let all = facts.top_level.iter();
    // What has an unknown ID is no matter.
    let wrong = all.filter(|top| schema::is_webm(top.id) && is_wrong(top.id, top.offset));
    wrong
        .map(|top| {
            let expected = "a live file without Cues, and all but Tags before the first Cluster";
            Fault::new(top.offset, schema::name(top.id), expected)
        })
        .collect()
}

/// What is behind the Clusters is found through the `SeekHead`.
fn m12_behind(facts: &Facts) -> Vec<Fault> {
    let first = facts.first_cluster.unwrap_or(u64::MAX);
    let all = facts.listable().filter(|_| facts.has_seek_head());
    // Info, Tracks and Cues have their own rules.
    let behind = all.filter(|top| top.offset > first && !matches!(top.id, INFO | TRACKS | CUES));
    behind
        .filter(|top| !facts.is_listed(top.offset))
        .map(|top| {
            let found = format!(
                "{} behind the Clusters, not in the SeekHead",
                schema::name(top.id)
            );
            Fault::new(
                top.offset,
                found,
                "an entry in the SeekHead, or its place before the Clusters",
            )
        })
        .collect()
}

/// Each entry of a `SeekHead` leads to the element that it names.
fn m13_targets(facts: &Facts) -> Vec<Fault> {
    let is_there = |id: u64, offset: u64| match id {
        CLUSTER => facts.is_full || facts.clusters.binary_search(&offset).is_ok(),
        _ => facts
            .top_level
            .iter()
            .any(|top| (top.id, top.offset) == (id, offset)),
    };
    let wrong = facts.seeks.iter();
    wrong
        .filter(|seek| !is_there(seek.id, facts.in_file(seek.position)))
        .map(|seek| {
            let (name, offset) = (schema::name(seek.id), facts.in_file(seek.position));
            let found = format!("an entry for {name} at {offset}, where there is none");
            let expected = match facts.find(seek.id) {
                Some(offset) => format!("{name} at {offset}"),
                None => format!("no entry, as there is no {name}"),
            };
            Fault::new(seek.offset, found, expected)
        })
        .collect()
}

/// There is a `SeekHead`, with entries for what is before the Clusters.
fn m13_complete(facts: &Facts) -> Vec<Fault> {
    let Some(segment) = facts.segment else {
        return Vec::new();
    };
    if !facts.has_seek_head() {
        return vec![Fault::new(
            segment.offset,
            "no SeekHead",
            "a SeekHead at the beginning of the Segment",
        )];
    }
    let first = facts.first_cluster.unwrap_or(u64::MAX);
    let before = facts
        .listable()
        .filter(|top| top.offset < first && top.id != CUES);
    before
        .filter(|top| !facts.is_listed(top.offset))
        .map(|top| {
            let found = format!("{} that is not in the SeekHead", schema::name(top.id));
            Fault::new(top.offset, found, "an entry in the SeekHead")
        })
        .collect()
}

/// Players find the Cues: they are before the Clusters, or in the `SeekHead`.
fn m15_cues(facts: &Facts) -> Vec<Fault> {
    let first = facts.first_cluster.unwrap_or(u64::MAX);
    let cues = facts
        .find(CUES)
        .filter(|&cues| cues > first && !facts.is_listed(cues));
    let fault = |cues| {
        Fault::new(
            cues,
            "Cues behind the Clusters, not in the SeekHead",
            "an entry in the SeekHead",
        )
    };
    cues.map(fault).into_iter().collect()
}

/// `MediaSource` wants Info before Tracks.
fn m63_order(facts: &Facts) -> Vec<Fault> {
    let (info, tracks) = (facts.find(INFO), facts.find(TRACKS));
    let swapped = info.zip(tracks).filter(|(info, tracks)| info > tracks);
    let fault = |(_, tracks)| Fault::new(tracks, "Tracks before Info", "Info before Tracks");
    swapped.map(fault).into_iter().collect()
}

/// The Segment ends where the file ends.
fn m71_end(facts: &Facts) -> Vec<Fault> {
    let Some(segment) = facts.segment else {
        return Vec::new();
    };
    let end = segment.size.map(|size| segment.data.saturating_add(size));
    let early = end.filter(|&end| end < facts.end);
    let fault = |end| {
        let found = format!("a Segment that ends at {end}");
        Fault::new(
            segment.offset,
            found,
            format!("{}, the end of the recording", facts.end),
        )
    };
    early.map(fault).into_iter().collect()
}
