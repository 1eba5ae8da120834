//! Tips for those who type what other programs call the same thing.
use clap::Error;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

const MIME: &str = "container and codecs are given by --mime, such as --mime 'video/webm;codecs=vp9'";

/// What others call flags of `record`, and how they are given here.
const FLAGS: [(&[&str], &str); 4] = [
    (
        &[
            "--codec",
            "--vcodec",
            "--acodec",
            "--video-codec",
            "--audio-codec",
            "--format",
        ],
        MIME,
    ),
    (
        &["--fps", "--framerate", "--rate"],
        "frames per second are given by --frame-rate",
    ),
    (
        &["--size", "--resolution", "--video-size"],
        "the size is given by --width and --height",
    ),
    (
        &["--time", "--length", "--seconds"],
        "how long it records is given by --duration, such as --duration 10s",
    ),
];

/// What others call subcommands.
const COMMANDS: [(&[&str], &str); 3] = [
    (&["repair", "remux", "recover"], "mediarec fix repairs files"),
    (
        &["devices", "list", "ls", "sources"],
        "mediarec list-devices lists cameras and microphones",
    ),
    (&["capture", "start", "rec"], "mediarec record makes a recording"),
];

/// Adds a tip to a usage error of this command line, if there is one.
pub fn add(mut error: Error, line: &[OsString]) -> Error {
    let word = match error.kind() {
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        _ => return error,
    };
    let command = line.get(1).and_then(|word| word.to_str()).unwrap_or_default();
    let tip = match error.get(word) {
        Some(ContextValue::String(word)) => tip(command, word),
        _ => None,
    };
    if let Some(tip) = tip {
        let tip = ContextValue::StyledStrs(vec![StyledStr::from(tip)]);
        error.insert(ContextKind::Suggested, tip);
    }
    error
}

/// The tip for an unknown word of a subcommand, or before one.
fn tip(command: &str, word: &str) -> Option<&'static str> {
    let find = |table: &[(&[&str], &'static str)]| {
        let row = table.iter().find(|(words, _)| words.contains(&word));
        row.map(|(_, tip)| *tip)
    };
    if command == "record" {
        let is_file = !word.starts_with('-');
        return find(&FLAGS)
            .or(is_file.then_some("the output is given by -o FILE, the input by --input FILE"));
    }
    if command.starts_with('-') {
        return Some("flags follow a command, such as mediarec record --fake-devices");
    }
    find(&COMMANDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args;

    fn said(line: &str) -> String {
        let line: Vec<OsString> = line.split(' ').map(Into::into).collect();
        let error = args::definition().try_get_matches_from(&line).unwrap_err();
        add(error, &line).to_string()
    }

    #[test]
    fn words_of_other_programs_are_answered_with_ours() {
        for (line, tip) in [
            (
                "mediarec record --codec vp9",
                "tip: container and codecs are given by --mime",
            ),
            ("mediarec record talk.webm", "tip: the output is given by -o FILE"),
            ("mediarec record --fps 30", "tip: frames per second"),
            ("mediarec repair talk.webm", "tip: mediarec fix repairs files"),
            ("mediarec --fake-devices", "tip: flags follow a command"),
        ] {
            assert!(said(line).contains(tip), "{line}: {}", said(line));
        }
    }

    #[test]
    fn a_misspelled_flag_still_has_the_tip_that_it_had() {
        assert!(said("mediarec record --bitrat 1M").contains("'--bitrate'"));
        assert!(!said("mediarec inspect --nothing").contains("-o FILE"));
    }
}
