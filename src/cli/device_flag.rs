//! Flags that only devices understand.
use crate::cli::args::constraints::ConstraintArgs;
use mediarec::constraints::Property;

/// A flag that was typed and that only devices understand.
pub fn device_flag(args: &ConstraintArgs) -> Option<String> {
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
