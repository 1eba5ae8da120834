//! Rules about blocks: their headers, their times, their order.
use crate::webm::check::block::Block;
use crate::webm::check::facts::Facts;
use crate::webm::check::rules::video::described;
use crate::webm::check::rules::{Fault, Judge, Rule, error, warning};
use crate::webm::check::track::Track;

/// A Block without room for a header.
pub(in crate::webm::check) static SHORT_BLOCK: Rule = error("M46", Judge::Walk);

pub(super) static RULES: &[Rule] = &[
    error("M21", Judge::Block(m21_known)),
    error("M22", Judge::Block(m22_flag)),
    error("M22", Judge::Block(m22_sizes)),
    warning("M22", Judge::File(m22_webm)),
    error("M37", Judge::Block(m37_negative)),
    error("M41", Judge::Block(m41_wrapped)),
    error("M43", Judge::Block(m43_track)),
    warning("M43", Judge::Block(m43_same_time)),
    warning("M43", Judge::Block(m43_all)),
    warning("M45", Judge::Block(m45_audio_first)),
    error("M46", Judge::Block(m46_flags)),
    warning("M46", Judge::Block(m46_group_flags)),
    warning("M46", Judge::Block(m46_empty)),
    warning("M47", Judge::File(m47_audio)),
    error("M47", Judge::Block(m47_false_key)),
    warning("M47", Judge::Block(m47_hidden_key)),
    warning("M48", Judge::Block(m48_group)),
    error("M49", Judge::Block(m49_first)),
    warning("M49", Judge::File(m49_start)),
];

/// A time that is earlier by more than this has wrapped around, in ticks.
const WRAP: i64 = 1 << 15;

/// A block is of a track of the file.
fn m21_known(block: &Block, _: &Facts) -> Option<Fault> {
    let found = || format!("a block of track {}", block.header.track);
    block
        .track
        .is_none()
        .then(|| Fault::new(block.offset, found(), "a track of the file"))
}

/// Laced blocks are announced.
fn m22_flag(block: &Block, facts: &Facts) -> Option<Fault> {
    let track = facts.track_of(block)?;
    let is_wrong = block.header.is_laced() && !track.lacing;
    is_wrong.then(|| {
        Fault::new(
            block.offset,
            "a laced block on a track with FlagLacing 0",
            "no lacing",
        )
    })
}

fn m22_sizes(block: &Block, _: &Facts) -> Option<Fault> {
    let is_judged = block.header.is_laced() && block.is_whole();
    let is_wrong = is_judged && block.header.frames(&block.frame).is_none();
    is_wrong.then(|| {
        Fault::new(
            block.offset,
            "a laced block whose sizes do not add up",
            "frames that fill the block",
        )
    })
}

/// WebM does without lacing.
fn m22_webm(facts: &Facts) -> Vec<Fault> {
    let laced = facts
        .tracks
        .iter()
        .filter(|track| facts.is_webm() && track.lacing && track.seen.laced > 0);
    let found = |track: &Track| format!("{} laced blocks in WebM", track.seen.laced);
    laced
        .map(|track| Fault::new(track.offset, found(track), "one frame in each block"))
        .collect()
}

/// Nothing is before the beginning, unless it has wrapped around.
fn m37_negative(block: &Block, facts: &Facts) -> Option<Fault> {
    let is_wrapped = step_back(block, facts).is_some_and(|step| step > WRAP);
    let is_wrong = block.time < 0 && !is_wrapped;
    is_wrong.then(|| Fault::new(block.offset, format!("the time {}", block.time), "0 or later"))
}

/// How much earlier a block is than the one before on its track, in ticks; negative if it is later.
fn step_back(block: &Block, facts: &Facts) -> Option<i64> {
    let last = facts.track_of(block)?.seen.last?;
    Some(last.saturating_sub(block.time))
}

/// The time of a block in its Cluster has 16 bits.
fn m41_wrapped(block: &Block, facts: &Facts) -> Option<Fault> {
    let is_same = facts.track_of(block)?.seen.cluster == facts.cluster_count;
    let step = step_back(block, facts).filter(|&step| is_same && step > WRAP)?;
    let found = format!("a time that is {step} ticks earlier, as it has wrapped around");
    Some(Fault::new(
        block.offset,
        found,
        "a new Cluster after 32767 ticks at most",
    ))
}

/// Whether the order of its track is judged: codecs of other formats may store frames in another order.
fn is_ordered(track: &Track, block: &Block) -> bool {
    track.is_in_order() && !block.header.is_invisible()
}

/// Times do not decrease on a track.
fn m43_track(block: &Block, facts: &Facts) -> Option<Fault> {
    facts.track_of(block).filter(|track| is_ordered(track, block))?;
    let step = step_back(block, facts).filter(|step| (1..=WRAP).contains(step))?;
    Some(Fault::new(
        block.offset,
        format!("a time {step} ticks before that of the block before"),
        "times that increase on each track",
    ))
}

/// Times increase on a track.
fn m43_same_time(block: &Block, facts: &Facts) -> Option<Fault> {
    facts
        .track_of(block)
        .filter(|track| is_ordered(track, block) && facts.is_webm())?;
    step_back(block, facts).filter(|&step| step == 0)?;
    Some(Fault::new(
        block.offset,
        format!("the time {} again", block.time),
        "times that increase on each track",
    ))
}

/// Times do not decrease from block to block, whatever their tracks, with or without the delays of the codecs.
fn m43_all(block: &Block, facts: &Facts) -> Option<Fault> {
    let track = facts
        .track_of(block)
        .filter(|track| is_ordered(track, block) && facts.is_webm())?;
    // A laced block waits for its last frame, and the next one waits for it.
    if block.header.is_laced() || facts.is_laced() || step_back(block, facts).is_some_and(|step| step > 0) {
        return None;
    }
    let (last, last_presented, _) = facts.last?;
    let nanos = facts.nanos(block.time);
    let presented = nanos.saturating_sub(i64::try_from(track.delay).unwrap_or(i64::MAX));
    let tick = facts.nanos(1);
    let back = last
        .saturating_sub(nanos)
        .min(last_presented.saturating_sub(presented));
    let found = || {
        format!(
            "a time {:.1} ms before that of the block before, of another track",
            back as f64 / 1e6
        )
    };
    (back > tick).then(|| {
        Fault::new(
            block.offset,
            found(),
            "blocks of all tracks in the order of their times",
        )
    })
}

/// Audio of the time of a key frame is before it, so that a player that starts there has it.
fn m45_audio_first(block: &Block, facts: &Facts) -> Option<Fault> {
    facts
        .track_of(block)
        .filter(|track| track.is_audio() && facts.is_webm())?;
    let (last, _, is_key_frame) = facts.last?;
    let is_behind = is_key_frame && last == facts.nanos(block.time);
    is_behind.then(|| {
        Fault::new(
            block.offset,
            "audio behind a key frame of the same time",
            "audio first",
        )
    })
}

/// A block has only flags that there are.
fn m46_flags(block: &Block, _: &Facts) -> Option<Fault> {
    const RESERVED: u8 = 0x70;
    let flags = block.header.flags;
    let found = || format!("block flags {flags:#04X}");
    (flags & RESERVED != 0).then(|| Fault::new(block.offset, found(), "the reserved bits 0"))
}

/// Only a `SimpleBlock` has the flags for key frames and for frames that may be dropped.
fn m46_group_flags(block: &Block, _: &Facts) -> Option<Fault> {
    const OF_SIMPLE_BLOCK: u8 = 0x81;
    let flags = block.header.flags;
    let is_wrong = block.group.is_some() && flags & OF_SIMPLE_BLOCK != 0;
    is_wrong.then(|| {
        Fault::new(
            block.offset,
            format!("flags {flags:#04X} of a Block in a BlockGroup"),
            "flags of a SimpleBlock only there",
        )
    })
}

fn m46_empty(block: &Block, _: &Facts) -> Option<Fault> {
    block
        .frame
        .is_empty()
        .then(|| Fault::new(block.offset, "a block without data", "a frame"))
}

/// Each packet of audio can be decoded alone.
fn m47_audio(facts: &Facts) -> Vec<Fault> {
    let unflagged = facts
        .tracks
        .iter()
        .filter(|track| track.is_audio() && track.seen.unflagged > 0);
    let found = |track: &Track| format!("{} audio blocks without the key flag", track.seen.unflagged);
    unflagged
        .map(|track| Fault::new(track.offset, found(track), "the key flag"))
        .collect()
}

/// What is said to be a key frame is one.
fn m47_false_key(block: &Block, facts: &Facts) -> Option<Fault> {
    let (_, frame) = described(block, facts)?;
    let is_wrong = block.is_key() && !frame.key;
    let expected = "no key flag, or a ReferenceBlock in its BlockGroup";
    is_wrong.then(|| {
        Fault::new(
            block.offset,
            "a block marked as a key frame that is none",
            expected,
        )
    })
}

/// A key frame is said to be one.
fn m47_hidden_key(block: &Block, facts: &Facts) -> Option<Fault> {
    let (_, frame) = described(block, facts)?;
    let is_wrong = frame.key && !block.is_key();
    is_wrong.then(|| {
        Fault::new(
            block.offset,
            "a key frame that is not marked as one",
            "the key flag",
        )
    })
}

/// A `BlockGroup` has more than a `SimpleBlock` could have.
fn m48_group(block: &Block, facts: &Facts) -> Option<Fault> {
    let group = block.group.as_ref()?;
    let has_more = group.duration.is_some() || group.padding != 0 || group.additions || group.other;
    let is_needless = !has_more && !block.header.is_invisible() && facts.is_webm();
    is_needless.then(|| {
        Fault::new(
            block.offset,
            "a BlockGroup with nothing but a Block",
            "a SimpleBlock",
        )
    })
}

/// Video begins with a key frame.
fn m49_first(block: &Block, facts: &Facts) -> Option<Fault> {
    let track = facts.track_of(block)?;
    let is_wrong = track.is_video() && track.seen.blocks == 0 && !block.is_key();
    is_wrong.then(|| {
        Fault::new(
            block.offset,
            "a first video frame that is no key frame",
            "a key frame",
        )
    })
}

/// A recording begins at 0.
fn m49_start(facts: &Facts) -> Vec<Fault> {
    const MAX: i64 = 100_000_000;
    let Some((time, offset)) = facts.first.filter(|&(time, _)| facts.nanos(time) > MAX) else {
        return Vec::new();
    };
    vec![Fault::new(
        offset,
        format!("a first block at {time} ticks"),
        "about 0",
    )]
}
