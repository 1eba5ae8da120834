//! Rules about single values: of Info, Colour, Projection and Tags.
use crate::webm::check::elements::Element;
use crate::webm::check::facts::Facts;
use crate::webm::check::ids;
use crate::webm::check::report::{Form, Level};
use crate::webm::check::rules::{Fault, Judge, Rule, error, rule, warning};
use crate::webm::check::schema::{self, INFO};
use crate::webm::check::track::Track;
use crate::webm::check::value::{float, unsigned};

pub(super) static RULES: &[Rule] = &[
    error("M17", Judge::Element(m17_scale)),
    error("M18", Judge::Parent(m18_apps)),
    error("M18", Judge::Element(m18_text)),
    error("M19", Judge::Element(m19_value)),
    rule("M19", Level::Warning, Some(Form::Live), Judge::File(m19_live)),
    rule(
        "M19",
        Level::Error,
        Some(Form::Finished),
        Judge::File(m19_missing),
    ),
    rule("M19", Level::Error, Some(Form::Finished), Judge::File(m19_wrong)),
    error("M20", Judge::Element(m20_date)),
    warning("M29", Judge::Element(m29_color)),
    error("M30", Judge::Element(m30_rotation)),
    error("M57", Judge::Parent(m57_name)),
    error("M57", Judge::Element(m57_text)),
    error("M57", Judge::File(m57_track)),
];

/// A tick lasts more than nothing.
fn m17_scale(element: &Element, data: &[u8], _: &Facts) -> Option<Fault> {
    let is_zero = element.id == ids::TIMESTAMP_SCALE && unsigned(data) == 0;
    is_zero.then(|| {
        Fault::new(
            element.offset,
            "TimestampScale 0",
            "1000000, or another number of nanoseconds",
        )
    })
}

/// Info says which programs wrote the file.
fn m18_apps(parent: &Element, children: &[u64], _: &Facts) -> Option<Fault> {
    let missing = [ids::MUXING_APP, ids::WRITING_APP]
        .into_iter()
        .find(|id| !children.contains(id));
    let missing = missing.filter(|_| parent.id == INFO).map(schema::name)?;
    Some(Fault::new(
        parent.offset,
        format!("Info without {missing}"),
        missing,
    ))
}

fn m18_text(element: &Element, data: &[u8], _: &Facts) -> Option<Fault> {
    let is_wrong =
        matches!(element.id, ids::MUXING_APP | ids::WRITING_APP) && std::str::from_utf8(data).is_err();
    is_wrong.then(|| {
        Fault::new(
            element.offset,
            format!("{} that is not UTF-8", schema::name(element.id)),
            "UTF-8",
        )
    })
}

/// A Duration is a positive number.
fn m19_value(element: &Element, data: &[u8], _: &Facts) -> Option<Fault> {
    let value = Some(float(data)).filter(|_| element.id == ids::DURATION)?;
    let is_right = value.is_finite() && value > 0.0;
    (!is_right).then(|| {
        Fault::new(
            element.offset,
            format!("Duration {value}"),
            "a number above 0, or no Duration",
        )
    })
}

/// The Duration of a stream is not known.
fn m19_live(facts: &Facts) -> Vec<Fault> {
    let fault =
        |(value, offset)| Fault::new(offset, format!("Duration {value} in a live file"), "no Duration");
    facts.duration.map(fault).into_iter().collect()
}

fn m19_missing(facts: &Facts) -> Vec<Fault> {
    let is_missing = facts.duration.is_none() && facts.blocks > 0;
    let info = facts.find(INFO).filter(|_| is_missing);
    let fault = |info| Fault::new(info, "no Duration", "the Duration of a finished file");
    info.map(fault).into_iter().collect()
}

/// The Duration is the end of the longest track, but for a frame: the last one lasts as long as it or its track says, or as the one
/// before. If nothing tells, any length will do.
fn m19_wrong(facts: &Facts) -> Vec<Fault> {
    let Some((value, offset)) = facts
        .duration
        .filter(|(value, _)| value.is_finite() && *value > 0.0)
    else {
        return Vec::new();
    };
    let seen = facts.tracks.iter().filter(|track| track.seen.blocks > 0);
    let scale = facts.scale.max(1);
    let frame = |track: &Track| {
        let length = track.seen.length.max(track.seen.step.unwrap_or(0));
        length.saturating_add(track.delay / scale)
    };
    let Some(end) = seen.clone().map(|track| track.seen.end).max() else {
        return Vec::new();
    };
    let tolerance = 1.5 + seen.clone().map(frame).max().unwrap_or(0) as f64;
    // Some count from the first block.
    let start = facts.first.map_or(0, |(time, _)| time);
    let is_near = |end: i64| (value - end as f64).abs() <= tolerance;
    // Only a frame of another time would tell how long the last one lasts.
    let is_unknown = seen.clone().any(|track| track.seen.length == 0);
    let may_be_longer = is_unknown && value >= end as f64;
    if is_near(end) || is_near(end.saturating_sub(start)) || may_be_longer {
        return Vec::new();
    }
    let found = format!("Duration {value}");
    vec![Fault::new(
        offset,
        found,
        format!("about {end} ticks, where the longest track ends"),
    )]
}

/// A date has 8 bytes.
fn m20_date(element: &Element, _: &[u8], _: &Facts) -> Option<Fault> {
    let size = element
        .size
        .filter(|size| element.kind == schema::Kind::Date && !matches!(size, 0 | 8))?;
    Some(Fault::new(
        element.offset,
        format!("{} of {size} bytes", schema::name(element.id)),
        "8",
    ))
}

/// The codes of Colour are those of ITU-T H.273, and of Matroska.
fn m29_color(element: &Element, data: &[u8], _: &Facts) -> Option<Fault> {
    let max = match element.id {
        ids::MATRIX_COEFFICIENTS => 14,
        ids::TRANSFER_CHARACTERISTICS => 18,
        ids::PRIMARIES => 22,
        ids::RANGE => 3,
        ids::CHROMA_SITING_HORZ | ids::CHROMA_SITING_VERT => 2,
        _ => return None,
    };
    let value = unsigned(data);
    let found = || format!("{} {value}", schema::name(element.id));
    (value > max).then(|| Fault::new(element.offset, found(), format!("{max} at most")))
}

/// A rotation is an angle in degrees.
fn m30_rotation(element: &Element, data: &[u8], _: &Facts) -> Option<Fault> {
    let max = match element.id {
        ids::PROJECTION_POSE_YAW | ids::PROJECTION_POSE_ROLL => 180.0,
        ids::PROJECTION_POSE_PITCH => 90.0,
        _ => return None,
    };
    let value = float(data);
    let is_right = value.abs() <= max;
    let found = || format!("{} {value}", schema::name(element.id));
    (!is_right).then(|| Fault::new(element.offset, found(), format!("-{max} to {max}")))
}

/// A tag has a name.
fn m57_name(parent: &Element, children: &[u64], _: &Facts) -> Option<Fault> {
    let is_missing = parent.id == ids::SIMPLE_TAG && !children.contains(&ids::TAG_NAME);
    is_missing.then(|| Fault::new(parent.offset, "SimpleTag without TagName", "a name"))
}

fn m57_text(element: &Element, data: &[u8], _: &Facts) -> Option<Fault> {
    let is_wrong =
        matches!(element.id, ids::TAG_NAME | ids::TAG_STRING) && std::str::from_utf8(data).is_err();
    is_wrong.then(|| {
        Fault::new(
            element.offset,
            format!("{} that is not UTF-8", schema::name(element.id)),
            "UTF-8",
        )
    })
}

/// A tag of a track names a track of the file.
fn m57_track(facts: &Facts) -> Vec<Fault> {
    let is_known = |uid: u64| uid == 0 || facts.tracks.iter().any(|track| track.uid == uid);
    let unknown = facts.tag_uids.iter().filter(|(uid, _)| !is_known(*uid));
    unknown
        .map(|&(uid, offset)| Fault::new(offset, format!("TagTrackUID {uid}"), "the TrackUID of a track"))
        .collect()
}
