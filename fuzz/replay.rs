//! Every saved input of the fuzz targets, and every one that failed once, goes through its target, without libFuzzer.
#![allow(clippy::unwrap_used, reason = "what is not as it should be fails the test")]
#![allow(unreachable_pub, reason = "the modules are those of a library")]

#[path = "src/lib.rs"]
mod targets;

use std::fs;
use std::path::{Path, PathBuf};

/// The saved inputs of a target.
fn inputs(target: &str) -> Vec<PathBuf> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let folders = [
        fuzz.join("corpus").join(target),
        fuzz.join("crashes").join(target),
    ];
    let entries = folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok());
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "there is no input of {target}");
    paths
}

fn replay(name: &str, target: fn(&[u8])) {
    for path in inputs(name) {
        println!("{}", path.display());
        target(&fs::read(path).unwrap());
    }
}

#[test]
fn webm_is_read_inspected_and_checked_to_its_end() {
    replay("reader", targets::reader::run);
}

#[test]
fn a_repaired_file_needs_no_other_repair() {
    replay("fix", targets::fix::run);
}

#[test]
fn pieces_of_a_file_are_that_file_when_joined() {
    replay("join", targets::join::run);
}

#[test]
fn supported_mime_types_can_be_recorded() {
    replay("mime", targets::mime::run);
}

#[cfg(feature = "preview")]
mod preview {
    #[test]
    fn requests_to_the_live_page_are_let_in_only_with_a_right_to_be() {
        super::replay("preview", super::targets::preview::run);
    }
}

#[cfg(feature = "network")]
mod network {
    #[test]
    fn publishers_are_let_in_only_with_the_token_and_none_ends_the_server() {
        super::replay("whip", super::targets::whip::run);
    }
}

#[test]
fn constraints_select_what_is_offered() {
    replay("constraints", targets::constraints::run);
}

#[test]
fn y4m_is_read_to_its_last_whole_frame() {
    replay("y4m", targets::y4m::run);
}

#[test]
fn wav_is_read_to_its_last_whole_sample() {
    replay("wav", targets::wav::run);
}
