//! `status`: what the event `stats` has, and the file, and what tracks are muted.
use crate::cli::events::stats_fields;
use crate::cli::rates::Rates;
use mediarec::media::TrackKind;
use mediarec::recorder::{RecordingState, RecordingStats, TrackStats};
use mediarec::streams::MediaStreamTrack;
use serde_json::{Value, json};

/// What a recording is and how far it is.
pub struct Status<'a> {
    pub state: RecordingState,
    pub mime_type: &'a str,
    /// Name of the output; `None` if only chunks are written.
    pub file: Option<&'a str>,
    pub so_far: &'a RecordingStats,
    pub rates: &'a Rates,
    /// Those of the statistics, in the same order, and perhaps some that had ended before the start.
    pub tracks: &'a [MediaStreamTrack],
    /// The alarms that are raised now.
    pub alarms: Value,
}

impl Status<'_> {
    pub fn to_json(&self) -> Value {
        let mut fields = json!({
            "state": self.state.as_str(),
            "mimeType": self.mime_type,
            "file": self.file,
            "alarms": self.alarms,
        });
        let mut stats = stats_fields(self.so_far, self.rates);
        let mut tracks = self.tracks.iter();
        for (counted, of_track) in self.so_far.tracks.iter().zip(fields_of_tracks(&mut stats)) {
            if let Some(track) = tracks.find(|track| is_of(track, counted)) {
                of_track["muted"] = track.muted().into();
                of_track["enabled"] = track.enabled().into();
            }
        }
        if let (Value::Object(fields), Value::Object(stats)) = (&mut fields, stats) {
            fields.extend(stats);
        }
        fields
    }
}

fn fields_of_tracks(stats: &mut Value) -> &mut [Value] {
    stats["tracks"].as_array_mut().map_or(&mut [], Vec::as_mut_slice)
}

fn is_of(track: &MediaStreamTrack, stats: &TrackStats) -> bool {
    (track.kind() == TrackKind::Video) == stats.is_video && track.label() == &*stats.label
}
