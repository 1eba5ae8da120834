//! `mediarec probe`: settings and capabilities of devices, and why they were selected.
use crate::cli::args::probe::ProbeArgs;
use crate::cli::backend::Backend;
use crate::cli::device_tracks::{DeviceTracks, FAKE_DEVICES};
use crate::cli::readable::printable;
use crate::cli::track_requests::TrackRequests;
use crate::cli::{constraints_json, stdout};
use mediarec::clock::Clock;
use mediarec::media::TrackKind;
use mediarec::streams::MediaStreamTrack;
use serde_json::{Value, json};

/// Opens the devices, prints their tracks and closes them.
///
/// # Errors
/// Those of `getUserMedia` and of standard output.
pub fn run(args: &ProbeArgs) -> anyhow::Result<()> {
    let devices = Backend::new(&args.backend)?.devices(Clock::monotonic());
    let json = constraints_json::read(args.constraints.constraints.as_deref())?;
    let requests = TrackRequests::new(&args.constraints, json.as_deref(), false)?;
    let explain = args.constraints.explain || !args.json;
    let stream = DeviceTracks::new(devices, requests)?.open(explain, FAKE_DEVICES)?;
    let tracks = stream.tracks();
    let of = |kind| -> Vec<Value> {
        tracks
            .iter()
            .filter(|track| track.kind() == kind)
            .map(described)
            .collect()
    };
    let text = if args.json {
        let all = json!({ "video": of(TrackKind::Video), "audio": of(TrackKind::Audio) });
        format!("{}\n", serde_json::to_string_pretty(&all)?)
    } else {
        let texts: Vec<String> = tracks.iter().map(text).collect();
        texts.concat()
    };
    tracks.iter().for_each(MediaStreamTrack::stop);
    stdout::print(text)
}

fn described(track: &MediaStreamTrack) -> Value {
    let settings = track.get_settings();
    json!({
        "deviceId": settings.device_id,
        "label": track.label(),
        "groupId": settings.group_id,
        "settings": settings,
        "capabilities": track.get_capabilities(),
        "constraints": track.get_constraints(),
    })
}

/// A heading, then one line per setting with the capability.
fn text(track: &MediaStreamTrack) -> String {
    let mut lines = vec![format!(
        "{}  {}\n",
        track.kind().as_str(),
        printable(track.label())
    )];
    let (settings, capabilities) = (json!(track.get_settings()), json!(track.get_capabilities()));
    for (name, value) in settings.as_object().into_iter().flatten() {
        let capability = capabilities.get(name).map(plain).unwrap_or_default();
        lines.push(format!("  {name:20}  {:24}  {capability}\n", plain(value)));
    }
    lines.concat()
}

/// A JSON value as plain text.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => printable(text),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(range) => match (range.get("min"), range.get("max")) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}
