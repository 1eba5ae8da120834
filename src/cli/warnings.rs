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
    told: Vec<Loss>,
}

/// A kind of loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    SlowOutput,
    SlowEncoder,
    Late,
}

impl Warnings {
    /// What begins with these statistics; `output` is the name of what is written.
    pub fn next(&mut self, stats: &RecordingStats, output: impl Fn() -> String) -> Vec<Warning> {
        let mut found = Vec::new();
        for track in &stats.tracks {
            for loss in Loss::ALL {
                if loss.is_of(track) && !self.told.contains(&loss) {
                    self.told.push(loss);
                    found.push(Warning {
                        reason: loss.reason(),
                        message: loss.message(track, &output()),
                    });
                }
            }
        }
        found
    }
}

impl Loss {
    const ALL: [Self; 3] = [Self::SlowOutput, Self::SlowEncoder, Self::Late];

    const fn is_of(self, track: &TrackStats) -> bool {
        match self {
            Self::SlowOutput => track.losses.output > 0,
            Self::SlowEncoder => track.losses.encoder > 0,
            Self::Late => track.late > 0,
        }
    }

    const fn reason(self) -> &'static str {
        match self {
            Self::SlowOutput => "slowOutput",
            Self::SlowEncoder => "slowEncoder",
            Self::Late => "late",
        }
    }

    fn message(self, track: &TrackStats, output: &str) -> String {
        let (label, what) = (
            &track.label,
            if track.is_video { "video frames" } else { "audio" },
        );
        match self {
            Self::SlowOutput => format!(
                "{output} takes less data than is recorded: {what} of '{label}' are dropped, audio is kept; if that \
                 goes on, a lower --video-bitrate helps"
            ),
            Self::SlowEncoder => format!(
                "the machine is too slow or too busy: {what} of '{label}' {} dropped; a lower --width or --frame-rate, \
                 or another codec (--mime), takes less time",
                if track.is_video { "are" } else { "is" }
            ),
            Self::Late => format!(
                "'{label}': packets arrived {:.3} s late and were shifted in the file; the other tracks wait no longer \
                 than 3 s for it",
                track.late_by.as_secs_f64()
            ),
        }
    }
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
        let name = || "a.webm".to_owned();
        assert_eq!(warnings.next(&stats(0, 0), name), []);
        let output = warnings.next(&stats(0, 3), name);
        assert_eq!(reasons(&output), ["slowOutput"]);
        assert!(
            output[0].message.starts_with("a.webm takes less data"),
            "{output:?}"
        );
        assert_eq!(reasons(&warnings.next(&stats(1, 9), name)), ["slowEncoder"]);
        assert_eq!(warnings.next(&stats(5, 30), name), []);
    }
}
