//! A program of the library's users: a crate of its own that leaves all features out.
use crate::judges::{assert_plays, probe};
use crate::util::Folder;
use std::env;
use std::fs;
use std::path::Path;

/// The profile is the one of our own tests, so that crates that were built for them need not be built again.
const MANIFEST: &str = r#"
[package]
name = "program"
version = "0.0.0"
edition = "2024"

[[bin]]
name = "program"
path = "main.rs"

[dependencies]
mediarec = { path = "REPOSITORY", default-features = false }

[profile.dev]
opt-level = 1
debug = "line-tables-only"
"#;

#[test]
fn ten_lines_without_features_draw_a_canvas_into_a_file() {
    let folder = Folder::new();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = fs::read_to_string(repository.join("examples/canvas_file.rs")).unwrap();
    let lines = program
        .lines()
        .filter(|line| line.len() > 1 && !line.starts_with("//"));
    assert!(lines.count() <= 11, "{program}");
    folder.write("main.rs", &program);
    folder.write(
        "Cargo.toml",
        MANIFEST.replace("REPOSITORY", &repository.to_string_lossy()),
    );
    // The versions of the repository, which are here already.
    folder.write("Cargo.lock", fs::read(repository.join("Cargo.lock")).unwrap());
    let tests = env::current_exe().unwrap();
    let target = tests.ancestors().nth(3).unwrap();
    // Not within the time that other programs have: it builds the library and some crates anew.
    let mut cargo = folder.program(env!("CARGO"), "run --quiet --offline");
    let outcome = cargo.env("CARGO_TARGET_DIR", target).output().unwrap();
    assert!(
        outcome.status.success(),
        "{}",
        String::from_utf8_lossy(&outcome.stderr)
    );
    assert_plays(&folder.path("canvas.webm"));
    // A frame every 40 ms, or later on a busy machine; the last one has no duration yet.
    let duration = probe(&folder.path("canvas.webm")).duration().unwrap();
    assert!((0.95..60.0).contains(&duration), "{duration}");
    let tree = folder
        .program(env!("CARGO"), "tree --offline --edges normal --prefix none")
        .output();
    let tree = String::from_utf8(tree.unwrap().stdout).unwrap();
    let mut crates: Vec<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    crates.sort_unstable();
    crates.dedup();
    // The library itself, and the program.
    assert!((10..=90 + 2).contains(&crates.len()), "{tree}");
}
