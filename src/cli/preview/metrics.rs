//! The state of the recording as metrics of Prometheus (text format 0.0.4).
use serde_json::Value;
use std::fmt::Write;

/// The content type of the text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Metrics of the recording: their name, type, help and member of the status.
const OF_RECORDING: [(&str, &str, &str, &str); 2] = [
    ("media_seconds", "counter", "Media that is recorded.", "mediaTime"),
    ("bytes", "counter", "Size of what is recorded.", "size"),
];

/// The same of each track.
const OF_TRACKS: [(&str, &str, &str, &str); 5] = [
    (
        "packets_total",
        "counter",
        "Packets that are recorded.",
        "packets",
    ),
    ("dropped_total", "counter", "Frames that were dropped.", "dropped"),
    ("bit_rate", "gauge", "Bits per second.", "bitRate"),
    (
        "frames_waiting",
        "gauge",
        "Frames that wait for the encoder.",
        "framesWaiting",
    ),
    ("peak", "gauge", "Highest sample, 1 is full scale.", "peak"),
];

/// The text of this status.
pub fn text(status: &Value) -> String {
    let mut text = String::new();
    head(
        &mut text,
        "recording",
        "gauge",
        "1 while it is recording, 0 if it is paused or has ended.",
    );
    let is_recording = status["state"] == "recording";
    // Writing to a String cannot fail.
    let _ = writeln!(text, "mediarec_recording {}", u8::from(is_recording));
    head(&mut text, "viewers", "gauge", "Streams that are being watched.");
    let _ = writeln!(text, "mediarec_viewers {}", number(&status["preview"]["viewers"]));
    for (name, kind, help, member) in OF_RECORDING {
        head(&mut text, name, kind, help);
        let _ = writeln!(text, "mediarec_{name} {}", number(&status[member]));
    }
    for (name, kind, help, member) in OF_TRACKS {
        head(&mut text, &format!("track_{name}"), kind, help);
        for (index, track) in status["tracks"].as_array().into_iter().flatten().enumerate() {
            if !track[member].is_number() {
                continue;
            }
            let [label, kind] = ["label", "kind"].map(|member| escaped(&track[member]));
            let labels = format!("track=\"{index}\",kind=\"{kind}\",label=\"{label}\"");
            let _ = writeln!(
                text,
                "mediarec_track_{name}{{{labels}}} {}",
                number(&track[member])
            );
        }
    }
    text
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(
        text,
        "# HELP mediarec_{name} {help}\n# TYPE mediarec_{name} {kind}"
    );
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

fn escaped(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_number_of_the_status_is_a_metric_with_its_track() {
        let text = text(&json!({
            "state": "recording", "mediaTime": 2.5, "size": 1000, "preview": { "viewers": 3 },
            "tracks": [{ "kind": "video", "label": "A \"B\"\\\n", "packets": 75, "dropped": 1, "bitRate": 9, "framesWaiting": 0 }],
        }));
        for line in [
            "mediarec_recording 1",
            "mediarec_viewers 3",
            "mediarec_media_seconds 2.5",
            "# TYPE mediarec_bytes counter",
            r#"mediarec_track_packets_total{track="0",kind="video",label="A \"B\"\\\n"} 75"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("mediarec_track_peak{"));
    }
}
