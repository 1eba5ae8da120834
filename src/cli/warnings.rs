//! What a recording loses while it runs: the user is told of each kind once, when it begins.
use crate::cli::events::EventLog;
use crate::cli::message_line::MessageLine;
use mediarec::recorder::{RecordingState, RecordingStats, TrackStats};

/// A warning for the user and for the event log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// One word for programs.
    pub reason: &'static str,
    pub message: String,
}

impl Warning {
    /// Tells the user, and programs that read events.
    pub fn tell(&self, line: &MessageLine, events: &mut EventLog, state: RecordingState) {
        line.say(&self.message);
        events.warning(self.reason, &self.message, state);
    }
}

/// The kinds that were told.
#[derive(Default)]
pub struct Warnings {
    told: Vec<&'static str>,
}

impl Warnings {
    /// What begins with these statistics; `output` is the name of what is written.
    pub fn next(&mut self, stats: &RecordingStats, output: &str) -> Vec<Warning> {
        let mut found = Vec::new();
        for track in &stats.tracks {
            for warning in warnings(track, output) {
                if !self.told.contains(&warning.reason) {
                    self.told.push(warning.reason);
                    found.push(warning);
                }
            }
        }
        found
    }
}

fn warnings(track: &TrackStats, output: &str) -> impl Iterator<Item = Warning> {
    let what = if track.is_video { "video frames" } else { "audio" };
    let slow_output = (track.losses.output > 0).then(|| Warning {
        reason: "slowOutput",
        message: format!(
            "{output} takes less data than is recorded: {what} of '{}' are dropped, audio is kept; if that goes on, a \
             lower --video-bitrate helps",
            track.label
        ),
    });
    let slow_encoder = (track.losses.encoder > 0).then(|| Warning {
        reason: "slowEncoder",
        message: format!(
            "the machine is too slow or too busy: {what} of '{}' {} dropped; a lower --width or --frame-rate, or \
             another codec (--mime), takes less time",
            track.label,
            if track.is_video { "are" } else { "is" }
        ),
    });
    let late = (track.late > 0).then(|| Warning {
        reason: "late",
        message: format!(
            "'{}': packets arrived {:.3} s late and were shifted in the file; the other tracks wait no longer than \
             3 s for it",
            track.label,
            track.late_by.as_secs_f64()
        ),
    });
    [slow_output, slow_encoder, late].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Statistics of a recording of a camera that lost so many frames by the encoder and by the output.
    fn stats(encoder: u64, output: u64) -> RecordingStats {
        let mut track = TrackStats::default();
        (track.is_video, track.label) = (true, "cam".into());
        (track.losses.encoder, track.losses.output) = (encoder, output);
        let mut stats = RecordingStats::default();
        stats.tracks.push(track);
        stats
    }

    fn reasons(warnings: &[Warning]) -> Vec<&str> {
        warnings.iter().map(|warning| warning.reason).collect()
    }

    #[test]
    fn each_kind_of_loss_is_told_once_when_it_begins() {
        let mut warnings = Warnings::default();
        assert_eq!(warnings.next(&stats(0, 0), "a.webm"), []);
        let output = warnings.next(&stats(0, 3), "a.webm");
        assert_eq!(reasons(&output), ["slowOutput"]);
        assert!(
            output[0].message.starts_with("a.webm takes less data"),
            "{output:?}"
        );
        assert_eq!(reasons(&warnings.next(&stats(1, 9), "a.webm")), ["slowEncoder"]);
        assert_eq!(warnings.next(&stats(5, 30), "a.webm"), []);
    }
}
