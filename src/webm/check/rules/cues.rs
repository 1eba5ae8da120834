//! Rules about Cues.
use crate::webm::check::elements::Element;
use crate::webm::check::facts::{Cue, Facts, KeyFrame};
use crate::webm::check::ids;
use crate::webm::check::report::{Form, Level};
use crate::webm::check::rules::{Fault, Judge, Rule, error, rule, warning};
use crate::webm::check::schema::{self, INFO};
use crate::webm::check::track::Track;

pub(super) static RULES: &[Rule] = &[
    rule(
        "M53",
        Level::Warning,
        Some(Form::Finished),
        Judge::File(m53_missing),
    ),
    error("M53", Judge::File(m53_order)),
    warning("M53", Judge::File(m53_video)),
    warning("M53", Judge::File(m53_coverage)),
    error("M54", Judge::Parent(m54_parts)),
    error("M54", Judge::File(m54_track)),
    error("M54", Judge::File(m54_time)),
    warning("M55", Judge::File(m55_dense)),
    error("M56", Judge::File(m56_cluster)),
    error("M56", Judge::File(m56_block)),
    error("M71", Judge::File(m71_last)),
];

/// A finished file can be sought in.
fn m53_missing(facts: &Facts) -> Vec<Fault> {
    let is_missing = facts.cues.is_empty() && facts.blocks > 0;
    let info = facts.find(INFO).filter(|_| is_missing);
    let fault = |info| Fault::new(info, "no Cues", "Cues, to seek in the file");
    info.map(fault).into_iter().collect()
}

/// Cues are in the order of their times.
fn m53_order(facts: &Facts) -> Vec<Fault> {
    let pairs = facts.cues.windows(2).filter(|pair| pair[1].time < pair[0].time);
    pairs
        .map(|pair| {
            let found = format!("CueTime {} after {}", pair[1].time, pair[0].time);
            Fault::new(pair[1].offset, found, "cues in the order of their times")
        })
        .collect()
}

fn is_audio(facts: &Facts, number: u64) -> bool {
    let mut tracks = facts.tracks.iter();
    tracks
        .find(|track| track.number == number)
        .is_some_and(Track::is_audio)
}

/// Where there are key frames of video, cues lead to them.
fn m53_video(facts: &Facts) -> Vec<Fault> {
    let mut tracks = facts.tracks.iter();
    let has_key_frames = tracks.any(|track| track.is_video() && track.seen.key_frames > 0);
    let wrong = facts.cues.iter();
    wrong
        .filter(|cue| facts.is_webm() && has_key_frames && is_audio(facts, cue.track))
        .map(|cue| {
            Fault::new(
                cue.offset,
                "a cue for audio in a file with video",
                "cues for video only",
            )
        })
        .collect()
}

/// Each Cluster with a key frame can be found.
fn m53_coverage(facts: &Facts) -> Vec<Fault> {
    if facts.cues.is_empty() || facts.is_full || !facts.has_video() {
        return Vec::new();
    }
    // Cues that lead to no Cluster have a rule of their own.
    if facts.cues.iter().any(|cue| cluster_of(facts, cue).is_none()) {
        return Vec::new();
    }
    let mut cued: Vec<u64> = facts.cues.iter().map(|cue| facts.in_file(cue.cluster)).collect();
    cued.sort_unstable();
    let mut clusters: Vec<u32> = facts.key_frames.iter().map(|key| key.cluster).collect();
    clusters.dedup();
    let offsets = clusters
        .iter()
        .filter_map(|&index| facts.clusters.get(index as usize));
    let missing: Vec<_> = offsets
        .filter(|offset| cued.binary_search(offset).is_err())
        .collect();
    let fault = |&&first: &&u64| {
        let found = format!("{} Clusters with a key frame, but without a cue", missing.len());
        Fault::new(first, found, "a cue for each")
    };
    missing.first().map(fault).into_iter().collect()
}

/// A cue has a time, a track and a Cluster.
fn m54_parts(parent: &Element, children: &[u64], _: &Facts) -> Option<Fault> {
    let parts: &[u64] = match parent.id {
        ids::CUE_POINT => &[ids::CUE_TIME, ids::CUE_TRACK_POSITIONS],
        ids::CUE_TRACK_POSITIONS => &[ids::CUE_TRACK, ids::CUE_CLUSTER_POSITION],
        _ => return None,
    };
    let missing = schema::name(*parts.iter().find(|id| !children.contains(id))?);
    let found = format!("{} without {missing}", schema::name(parent.id));
    Some(Fault::new(parent.offset, found, missing))
}

fn m54_track(facts: &Facts) -> Vec<Fault> {
    let is_known = |cue: &&Cue| facts.tracks.iter().any(|track| track.number == cue.track);
    let unknown = facts.cues.iter().filter(|cue| !is_known(cue));
    unknown
        .map(|cue| {
            Fault::new(
                cue.offset,
                format!("a cue for track {}", cue.track),
                "a track of the file",
            )
        })
        .collect()
}

/// The index of the Cluster that a cue leads to.
fn cluster_of(facts: &Facts, cue: &Cue) -> Option<u32> {
    let offset = facts.in_file(cue.cluster);
    let index = facts.clusters.binary_search(&offset).ok()?;
    u32::try_from(index).ok()
}

/// The key frames in a Cluster.
fn keys_in(facts: &Facts, cluster: u32) -> &[KeyFrame] {
    let keys = &facts.key_frames;
    let begin = keys.partition_point(|key| key.cluster < cluster);
    let end = keys.partition_point(|key| key.cluster <= cluster);
    &keys[begin..end]
}

/// The cues that can be compared with key frames, with those of their Cluster and track.
///
/// Key frames of audio are not remembered where there is video.
fn comparable(facts: &Facts) -> impl Iterator<Item = (&Cue, impl Iterator<Item = &KeyFrame>)> {
    let cues = facts.cues.iter().filter(|cue| {
        let is_known = facts.tracks.iter().any(|track| track.number == cue.track);
        is_known && !facts.is_full && !(facts.has_video() && is_audio(facts, cue.track))
    });
    cues.filter_map(|cue| {
        let keys = keys_in(facts, cluster_of(facts, cue)?).iter();
        Some((cue, keys.filter(|key| u64::from(key.track) == cue.track)))
    })
}

/// Whether a cue has the time of a key frame, but for a tick, since some round and some truncate.
fn is_near(cue: &Cue, key: &KeyFrame) -> bool {
    u64::try_from(key.time).is_ok_and(|time| time.abs_diff(cue.time) <= 1)
}

/// A cue has the time of its block.
fn m54_time(facts: &Facts) -> Vec<Fault> {
    let wrong = comparable(facts).filter_map(|(cue, mut keys)| {
        let relative = cue.relative?;
        let key = keys.find(|key| key.relative == relative)?;
        let is_wrong = !is_near(cue, key);
        is_wrong.then(|| {
            Fault::new(
                cue.offset,
                format!("CueTime {}", cue.time),
                format!("{}, the time of its block", key.time),
            )
        })
    });
    wrong.collect()
}

/// Without video, two cues a second are enough.
fn m55_dense(facts: &Facts) -> Vec<Fault> {
    const MIN: u64 = 500_000_000;
    let [first, .., last] = &*facts.cues else {
        return Vec::new();
    };
    let steps = facts.cues.len() as u64 - 1;
    let gap = last.time.saturating_sub(first.time).saturating_mul(facts.scale) / steps;
    if facts.has_video() || gap >= MIN {
        return Vec::new();
    }
    let found = format!(
        "{} cues, {} ms apart, in a file without video",
        steps + 1,
        gap / 1_000_000
    );
    vec![Fault::new(first.offset, found, "500 ms at least")]
}

/// A cue leads to a Cluster.
fn m56_cluster(facts: &Facts) -> Vec<Fault> {
    let wrong = facts
        .cues
        .iter()
        .filter(|cue| !facts.is_full && cluster_of(facts, cue).is_none());
    wrong
        .map(|cue| {
            let found = format!(
                "a cue that leads to {}, where no Cluster begins",
                facts.in_file(cue.cluster)
            );
            Fault::new(cue.offset, found, "the offset of a Cluster in the Segment")
        })
        .collect()
}

/// A cue leads to a key frame.
fn m56_block(facts: &Facts) -> Vec<Fault> {
    let wrong = comparable(facts).filter_map(|(cue, mut keys)| {
        let is_right = keys.any(|key| match cue.relative {
            Some(relative) => key.relative == relative,
            None => is_near(cue, key),
        });
        let found = || match cue.relative {
            Some(relative) => {
                format!("a cue that leads to byte {relative} of a Cluster, where no key frame begins")
            }
            None => format!(
                "a cue that leads to a Cluster without a key frame at {}",
                cue.time
            ),
        };
        (!is_right).then(|| Fault::new(cue.offset, found(), "a key frame of its track"))
    });
    wrong.collect()
}

/// The last cue is before the end.
fn m71_last(facts: &Facts) -> Vec<Fault> {
    let Some((duration, _)) = facts.duration.filter(|(value, _)| *value > 0.0) else {
        return Vec::new();
    };
    // Where the Duration is counted from the first block, so it is here.
    let start = facts.first.map_or(0, |(time, _)| time.max(0)) as f64;
    let last = facts.cues.last().filter(|cue| cue.time as f64 > duration + start);
    let fault = |cue: &Cue| {
        Fault::new(
            cue.offset,
            format!("CueTime {}", cue.time),
            format!("{duration} at most, the Duration"),
        )
    };
    last.map(fault).into_iter().collect()
}
