//! `mediarec constraints`: the supported constraints.
use crate::cli::stdout;
use mediarec::constraints::{Property, ValueType, supported_constraints};
use mediarec::media::TrackKind;

/// Prints the names, the kinds of tracks that have them and the form of their values; as JSON, what
/// `getSupportedConstraints` returns.
///
/// # Errors
/// Those of standard output.
pub fn run(json: bool) -> anyhow::Result<()> {
    let text = if json {
        format!("{}\n", serde_json::to_string_pretty(&supported_constraints())?)
    } else {
        let lines: Vec<String> = Property::ALL.into_iter().map(line).collect();
        lines.concat()
    };
    stdout::print(text)
}

fn line(property: Property) -> String {
    let kinds = match (
        property.applies_to(TrackKind::Audio),
        property.applies_to(TrackKind::Video),
    ) {
        (true, true) => "both",
        (true, false) => "audio",
        _ => "video",
    };
    let form = match property.value_type() {
        ValueType::ULong => "whole number",
        ValueType::Double => "number",
        ValueType::Boolean => "true or false",
        ValueType::Text => "text, or several: a|b",
        ValueType::BooleanOrText => "true, false or text",
        ValueType::Points => "points from 0 to 1: x:y|x:y",
    };
    format!("{:20}  {kinds:5}  {form}\n", property.name())
}
