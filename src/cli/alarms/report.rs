//! What is told of an alarm: to people, in events, and to commands.
use crate::cli::hook::Occasion;
use crate::cli::rounding::{seconds, to_decimals};
use mediarec::recorder::{Alarm, AlarmEvent};
use serde_json::{Value, json};

/// The message on standard error.
pub fn message(event: &AlarmEvent) -> String {
    let (name, label) = (event.alarm.name(), &event.label);
    let lasted = event.lasted.as_secs_f64();
    if !event.raised {
        return format!("alarm {name} cleared: {label}, after {lasted:.1} s");
    }
    let what = match event.alarm {
        Alarm::Silence { .. } => format!("has been digitally silent for {lasted:.1} s"),
        Alarm::Level { below, .. } => {
            let measured = if event.measured.is_finite() {
                format!("{:.1} dB at most", event.measured)
            } else {
                "digital silence".to_owned()
            };
            format!("has been below {below} dB for {lasted:.1} s: {measured}")
        }
        Alarm::Frozen { .. } => format!("has shown no new picture for {lasted:.1} s"),
        Alarm::Black { .. } => format!("has been black for {lasted:.1} s"),
        Alarm::Dropped { percent } => format!(
            "has dropped {:.1} % of its latest frames; the limit is {percent} %",
            event.measured
        ),
        _ => format!("has lasted for {lasted:.1} s"),
    };
    format!("alarm {name}: {label} {what}")
}

/// The unit of the threshold and of what is measured.
fn unit(alarm: &Alarm) -> &'static str {
    match alarm {
        Alarm::Level { .. } => "dB",
        Alarm::Dropped { .. } => "%",
        _ => "s",
    }
}

fn threshold(alarm: &Alarm) -> f64 {
    match *alarm {
        Alarm::Level { below, .. } => below,
        Alarm::Dropped { percent } => percent,
        _ => alarm.after().map_or(0.0, seconds),
    }
}

/// What was measured; `null` for the level of digital silence, which is no number.
fn measured(event: &AlarmEvent) -> Value {
    if event.measured.is_finite() {
        to_decimals(event.measured, 6).into()
    } else {
        Value::Null
    }
}

/// The fields of the alarm, in events and in the status.
pub fn fields(event: &AlarmEvent) -> Value {
    let mut fields = json!({
        "alarm": event.alarm.name(),
        "raised": event.raised,
        "track": &*event.track,
        "kind": event.kind.as_str(),
        "label": &*event.label,
        "mediaTime": seconds(event.at),
        "since": seconds(event.since),
        "duration": seconds(event.lasted),
        "measured": measured(event),
        "threshold": threshold(&event.alarm),
        "unit": unit(&event.alarm),
    });
    if let Some(after) = event.alarm.after() {
        fields["after"] = seconds(after).into();
    }
    fields
}

/// What the command gets.
pub fn occasion(event: &AlarmEvent) -> Occasion {
    let state = if event.raised { "raised" } else { "cleared" };
    let measured = match measured(event) {
        Value::Null => String::new(),
        number => number.to_string(),
    };
    let variables = [
        ("MEDIAREC_ALARM_STATE", state.to_owned()),
        ("MEDIAREC_ALARM_LABEL", event.label.to_string()),
        ("MEDIAREC_ALARM_KIND", event.kind.as_str().to_owned()),
        ("MEDIAREC_ALARM_SINCE", seconds(event.since).to_string()),
        ("MEDIAREC_ALARM_AT", seconds(event.at).to_string()),
        ("MEDIAREC_ALARM_DURATION", seconds(event.lasted).to_string()),
        ("MEDIAREC_ALARM_THRESHOLD", threshold(&event.alarm).to_string()),
        ("MEDIAREC_ALARM_MEASURED", measured),
        ("MEDIAREC_ALARM_UNIT", unit(&event.alarm).to_owned()),
    ];
    Occasion {
        arguments: vec![event.alarm.name().into(), state.into()],
        variables: variables.map(|(name, value)| (name, value.into())).into(),
    }
}
