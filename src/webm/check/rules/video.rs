//! Rules about video: sizes, alpha channels, frames that are not shown.
use crate::webm::check::block::Block;
use crate::webm::check::facts::Facts;
use crate::webm::check::frame::{self, Frame};
use crate::webm::check::rules::{Fault, Judge, Rule, error, warning};
use crate::webm::check::track::Track;

pub(super) static RULES: &[Rule] = &[
    error("M26", Judge::Track(m26_size)),
    error("M26", Judge::Track(m26_crop)),
    warning("M26", Judge::Track(m26_unit)),
    warning("M27", Judge::Track(m27_progressive)),
    error("M28", Judge::Track(m28_mode)),
    warning("M28", Judge::File(m28_blocks)),
    error("M52", Judge::Block(m52_size)),
    warning("M52", Judge::Block(m52_change)),
    warning("M51", Judge::Block(m51_hidden)),
];

/// Video has a size.
fn m26_size(track: &Track, _: &Facts) -> Option<Fault> {
    let video = &track.video;
    if !track.is_video() {
        return None;
    }
    if !video.is_there {
        return Some(Fault::new(
            track.offset,
            "a video track without Video",
            "its size",
        ));
    }
    let is_right = video.width > 0 && video.height > 0;
    let found = || format!("PixelWidth {} and PixelHeight {}", video.width, video.height);
    (!is_right).then(|| Fault::new(track.offset, found(), "numbers above 0"))
}

/// Something is left of the picture.
fn m26_crop(track: &Track, _: &Facts) -> Option<Fault> {
    let video = &track.video;
    let (rows, columns) = video.crop;
    let is_all = (rows > 0 && rows >= video.height) || (columns > 0 && columns >= video.width);
    let found = || format!("{rows} rows and {columns} columns cropped");
    is_all.then(|| {
        Fault::new(
            track.offset,
            found(),
            format!("less than {}x{}", video.width, video.height),
        )
    })
}

/// WebM has display sizes in pixels only.
fn m26_unit(track: &Track, facts: &Facts) -> Option<Fault> {
    let unit = track.video.display_unit;
    let is_wrong = facts.is_webm() && unit != 0;
    is_wrong.then(|| Fault::new(track.offset, format!("DisplayUnit {unit}"), "0, pixels"))
}

/// The codecs of WebM have no interlaced video.
fn m27_progressive(track: &Track, _: &Facts) -> Option<Fault> {
    let is_wrong = track.video.interlaced == 1 && track.is_in_order();
    is_wrong.then(|| Fault::new(track.offset, "FlagInterlaced 1", "2, progressive"))
}

fn m28_mode(track: &Track, _: &Facts) -> Option<Fault> {
    let mode = track.video.alpha;
    (mode > 1).then(|| Fault::new(track.offset, format!("AlphaMode {mode}"), "0 or 1"))
}

/// `AlphaMode` says whether there is an alpha channel.
fn m28_blocks(facts: &Facts) -> Vec<Fault> {
    let has_alpha = |track: &&Track| matches!(&*track.codec, "V_VP8" | "V_VP9") && track.seen.blocks > 0;
    let tracks = facts.tracks.iter().filter(has_alpha);
    let judge = |track: &Track| match (track.video.alpha, track.seen.alpha_blocks) {
        (1, 0) => Some(Fault::new(
            track.offset,
            "AlphaMode 1, but no block with an alpha channel",
            "AlphaMode 0",
        )),
        (0, blocks) if blocks > 0 => {
            let found = format!("AlphaMode 0, but {blocks} blocks with an alpha channel");
            Some(Fault::new(track.offset, found, "AlphaMode 1"))
        }
        _ => None,
    };
    tracks.filter_map(judge).collect()
}

/// What a frame says itself, with its track; none of encrypted tracks.
pub(super) fn described<'a>(block: &Block, facts: &'a Facts) -> Option<(&'a Track, Frame)> {
    let track = facts
        .track_of(block)
        .filter(|track| !track.wrapped && !block.header.is_laced())?;
    Some((track, frame::describe(&track.codec, &block.frame)?))
}

/// The size of a key frame, if it is not that of the track.
fn other_size(block: &Block, facts: &Facts, is_first: bool) -> Option<Fault> {
    let (track, frame) = described(block, facts)?;
    let (width, height) = frame::size(&track.codec, &block.frame).filter(|_| frame.key)?;
    let (w, h) = (track.video.width, track.video.height);
    let is_other = w > 0 && h > 0 && (width, height) != (w, h) && is_first == (track.seen.key_frames == 0);
    is_other.then(|| {
        Fault::new(
            block.offset,
            format!("a key frame of {width}x{height}"),
            format!("{w}x{h}, the size of the track"),
        )
    })
}

/// The first key frame has the size that the track says.
fn m52_size(block: &Block, facts: &Facts) -> Option<Fault> {
    other_size(block, facts, true)
}

/// The size stays the same: not all players can change it.
fn m52_change(block: &Block, facts: &Facts) -> Option<Fault> {
    other_size(block, facts, false)
}

/// A frame that is not shown is flagged, or in one packet with the next one.
fn m51_hidden(block: &Block, facts: &Facts) -> Option<Fault> {
    let (_, frame) = described(block, facts)?;
    let is_hidden = !frame.shown && !block.header.is_invisible() && block.is_whole();
    is_hidden.then(|| {
        Fault::new(
            block.offset,
            "a hidden frame in a block of its own",
            "the invisible flag",
        )
    })
}
