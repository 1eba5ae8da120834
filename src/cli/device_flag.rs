//! Flags that only devices understand.
use crate::cli::args::constraints::ConstraintArgs;
use crate::cli::args::record::SourceArgs;
use crate::cli::lost_devices;
use mediarec::constraints::Property;
use mediarec::error::{Error, Result};

/// Refuses them beside another source, which this flag gives.
///
/// # Errors
/// `Type` with the first of them.
pub fn refuse(args: &SourceArgs, source: &str) -> Result<()> {
    match lost_devices::flag(&args.lost) {
        Some(flag) => Err(not_with(flag, source)),
        None => refuse_constraints(args, source),
    }
}

/// The same beside a source that can be lost.
///
/// # Errors
/// `Type` with the first of them.
pub fn refuse_constraints(args: &SourceArgs, source: &str) -> Result<()> {
    match device_flag(&args.constraints) {
        Some(flag) => Err(not_with(&flag, source)),
        None => Ok(()),
    }
}

fn not_with(flag: &str, source: &str) -> Error {
    Error::Type {
        message: format!("--{flag} applies to devices only; it cannot be used with {source}"),
    }
}

/// A flag of constraints that was typed.
fn device_flag(args: &ConstraintArgs) -> Option<String> {
    let general = [
        ("video", !args.video.is_empty()),
        ("audio", !args.audio.is_empty()),
        ("camera", args.camera.is_some()),
        ("microphone", args.microphone.is_some()),
        ("constraints", args.constraints.is_some()),
        ("explain", args.explain),
    ];
    let general = general.into_iter().find(|(_, typed)| *typed);
    let single = || {
        let mut flags = args.single_flags().into_iter();
        flags.find(|(_, values)| !values.is_empty())
    };
    general
        .map(|(flag, _)| flag.to_owned())
        .or_else(|| single().map(|(property, _)| flag_name(property)))
}

/// `aspectRatio` as a flag: `aspect-ratio`.
fn flag_name(property: Property) -> String {
    let mut name = String::new();
    for letter in property.name().chars() {
        if letter.is_ascii_uppercase() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
