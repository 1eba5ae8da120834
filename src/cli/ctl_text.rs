//! The answer to a command of `mediarec ctl`, as people read it.
use crate::cli::control::command::{Command, Kind};
use crate::cli::progress::decibels;
use crate::cli::readable::{bit_rate, clock, printable};
use indicatif::HumanBytes;
use serde_json::Value;

/// A line, and for `status` another one for each track and each alarm that is raised.
pub fn text(command: &Command, result: &Value) -> String {
    let state = || printable(result["state"].as_str().unwrap_or("done"));
    let line = match command {
        Command::Status {} => return status(result),
        Command::RequestData {} => "data requested".into(),
        Command::Mute { kind } => format!("{} muted", name(*kind)),
        Command::Unmute { kind } => format!("{} unmuted", name(*kind)),
        Command::Mark { .. } => format!("marked at {}", clock(number(result, "mediaTime"))),
        Command::Stop {} => "stopped".into(),
        Command::SaveHistory {} => printable(result["file"].as_str().unwrap_or("done")),
        Command::Pause {} | Command::Resume {} | Command::Split {} => state(),
    };
    format!("{line}\n")
}

fn status(status: &Value) -> String {
    let state = printable(status["state"].as_str().unwrap_or_default());
    let time = clock(number(status, "mediaTime"));
    let size = HumanBytes(number(status, "size") as u64);
    let file = status["file"].as_str().map(printable);
    let file = file.map_or(String::new(), |file| format!("  {file}"));
    let mut lines = format!("{state}  {time}  {size}{file}\n");
    for track in status["tracks"].as_array().into_iter().flatten() {
        lines.push_str(&of_track(track));
    }
    for alarm in status["alarms"].as_array().into_iter().flatten() {
        lines.push_str(&of_alarm(alarm));
    }
    lines
}

fn of_track(track: &Value) -> String {
    let text = |name: &str| printable(track[name].as_str().unwrap_or_default());
    let is_video = track["kind"] == "video";
    let unit = if is_video { "frames" } else { "packets" };
    let level = if is_video {
        String::new()
    } else {
        format!(", {}", decibels(number(track, "peak") as f32).trim())
    };
    let off = match (&track["enabled"], &track["muted"]) {
        (Value::Bool(false), _) => ", off",
        (_, Value::Bool(true)) => ", muted",
        _ => "",
    };
    format!(
        "{}  {}: {} {unit}, {} dropped, {}{level}{off}\n",
        text("kind"),
        text("label"),
        track["packets"],
        track["dropped"],
        bit_rate(number(track, "bitRate") as u64),
    )
}

fn of_alarm(alarm: &Value) -> String {
    let text = |name: &str| printable(alarm[name].as_str().unwrap_or_default());
    let since = clock(number(alarm, "since"));
    format!("alarm  {}: {}, since {since}\n", text("alarm"), text("label"))
}

fn number(object: &Value, name: &str) -> f64 {
    object[name].as_f64().unwrap_or_default()
}

const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Audio => "audio",
        Kind::Video => "video",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_status_is_a_line_and_one_for_each_track() {
        let status = json!({
            "state": "recording", "file": "a.webm", "mediaTime": 62.5, "size": 2048,
            "alarms": [{ "alarm": "silence", "label": "Mic", "since": 30.5 }],
            "tracks": [
                { "kind": "video", "label": "Cam\u{1b}", "packets": 30, "dropped": 2, "bitRate": 2_500_000,
                  "muted": false, "enabled": false },
                { "kind": "audio", "label": "Mic", "packets": 50, "dropped": 0, "bitRate": 128_000, "peak": 0.5,
                  "muted": true, "enabled": true },
            ],
        });
        assert_eq!(
            text(&Command::Status {}, &status),
            "recording  1:02.500  2.00 KiB  a.webm\n\
             video  Cam: 30 frames, 2 dropped, 2.50 Mbit/s, off\n\
             audio  Mic: 50 packets, 0 dropped, 128 kbit/s, -6.0 dB, muted\n\
             alarm  silence: Mic, since 0:30.500\n"
        );
    }

    #[test]
    fn other_answers_are_a_few_words() {
        let paused = json!({ "state": "paused" });
        assert_eq!(text(&Command::Pause {}, &paused), "paused\n");
        let mute = Command::Mute { kind: Kind::Video };
        assert_eq!(text(&mute, &json!({})), "video muted\n");
        let clip = json!({ "file": "a-history.webm" });
        assert_eq!(text(&Command::SaveHistory {}, &clip), "a-history.webm\n");
        let mark = Command::Mark { text: "x".into() };
        assert_eq!(text(&mark, &json!({ "mediaTime": 3.25 })), "marked at 0:03.250\n");
        // An answer of another program does no harm.
        assert_eq!(text(&Command::Status {}, &json!(3)), "  0:00.000  0 B\n");
    }
}
