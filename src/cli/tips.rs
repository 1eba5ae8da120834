//! Tips for those who type what other programs call the same thing, or leave an equals sign out.
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};
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
pub fn add(mut error: Error, line: &[OsString], definition: &Command) -> Error {
    let word = match error.kind() {
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        _ => return error,
    };
    let command = line.get(1).and_then(|word| word.to_str()).unwrap_or_default();
    let tip = match error.get(word) {
        Some(ContextValue::String(word)) => equals_sign(definition.find_subcommand(command), line, word)
            .or_else(|| tip(command, word).map(str::to_owned)),
        _ => None,
    };
    if let Some(tip) = tip {
        let tip = ContextValue::StyledStrs(vec![StyledStr::from(tip)]);
        error.insert(ContextKind::Suggested, tip);
    }
    error
}

/// The tip for a word behind a flag whose value may be left out, and so needs an equals sign.
fn equals_sign(command: Option<&Command>, line: &[OsString], word: &str) -> Option<String> {
    let place = line.iter().position(|one| one == word)?;
    let flag = line.get(place.checked_sub(1)?)?.to_str()?;
    let mut flags = command?.get_arguments();
    let is_meant = |arg: &&Arg| {
        arg.get_long()
            .is_some_and(|long| flag.strip_prefix("--") == Some(long))
    };
    let needs_it = flags.find(is_meant).filter(|arg| arg.is_require_equals_set());
    needs_it.map(|_| format!("the value of {flag} follows an equals sign: {flag}={word}"))
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
        let definition = args::definition();
        let error = definition.clone().try_get_matches_from(&line).unwrap_err();
        add(error, &line, &definition).to_string()
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
            (
                "mediarec record --fake-devices unpaced -o a.webm",
                "tip: the value of --fake-devices follows an equals sign: --fake-devices=unpaced",
            ),
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
