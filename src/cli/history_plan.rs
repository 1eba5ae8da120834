//! How much history is kept, and the names of its clips.
use crate::cli::args::history::HistoryArgs;
use crate::cli::name_pattern::NamePattern;
use crate::cli::{descriptor, file_ending};
use mediarec::error::{Error, Result};
use mediarec::recorder::History;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The time in names of clips.
const TIME: &str = "%Y%m%d-%H%M%S";

/// What is to be done with the history.
#[derive(Debug, PartialEq, Eq)]
pub struct HistoryPlan {
    pub history: History,
    pub pattern: NamePattern,
}

/// The main output, as far as names of clips depend on it.
#[derive(Clone, Copy, Debug)]
pub struct MainOutput<'a> {
    pub path: Option<&'a Path>,
    pub has_segments: bool,
    /// The usual ending of its type.
    pub ending: &'a str,
}

impl HistoryPlan {
    /// `None` without a history.
    ///
    /// # Errors
    /// `Type` for names that cannot be those of clips.
    pub fn new(args: &HistoryArgs, main: MainOutput) -> Result<Option<Self>> {
        let Some(span) = args.history else {
            return Ok(None);
        };
        let history = History {
            span,
            after: args.history_after.unwrap_or(Duration::ZERO),
        };
        if let Some(name) = &args.history_file {
            file_ending::mime_type(name)?;
            if main.path == Some(name) {
                return Err(Error::Type {
                    message: format!(
                        "{} is the name of the recording and of its clips; choose another one for --history-file",
                        name.display()
                    ),
                });
            }
        }
        let name = args.history_file.clone().unwrap_or_else(|| default_name(main));
        let pattern = NamePattern::new(&name)?;
        Ok(Some(Self { history, pattern }))
    }
}

/// Beside the main output.
fn default_name(main: MainOutput) -> PathBuf {
    let is_file = |path: &&Path| {
        !descriptor::is_stdout(path) && descriptor::number(path).is_none() && !path.starts_with("/dev")
    };
    let Some(path) = main.path.filter(is_file) else {
        return format!("mediarec-history-{TIME}.{}", main.ending).into();
    };
    if main.has_segments {
        return path.with_file_name(format!("history-{TIME}.{}", main.ending));
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path
        .extension()
        .map_or(main.ending.into(), |ending| ending.to_string_lossy());
    let name = PathBuf::from(format!("{stem}-history").replace('%', "%%") + "-" + TIME + "." + &ending);
    let folder = path.parent().unwrap_or(Path::new(""));
    // The folder is no pattern either.
    Path::new(&folder.to_string_lossy().replace('%', "%%")).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Command;
    use crate::cli::args::tests::parsed;

    fn name(output: Option<&str>, has_segments: bool) -> String {
        let main = MainOutput {
            path: output.map(Path::new),
            has_segments,
            ending: "webm",
        };
        default_name(main).to_str().unwrap().to_owned()
    }

    fn plan(line: &str) -> Result<Option<HistoryPlan>> {
        let Command::Record(args) = parsed(&format!("record {line}")) else {
            unreachable!("it is record");
        };
        let main = MainOutput {
            path: args.output.output.as_deref(),
            has_segments: args.segments.divide(),
            ending: "webm",
        };
        HistoryPlan::new(&args.history, main)
    }

    #[test]
    fn clips_are_beside_the_recording_and_named_after_it() {
        let cases = [
            (None, "mediarec-history-%Y%m%d-%H%M%S.webm"),
            (Some("-"), "mediarec-history-%Y%m%d-%H%M%S.webm"),
            (Some("/dev/null"), "mediarec-history-%Y%m%d-%H%M%S.webm"),
            (Some("talk.mkv"), "talk-history-%Y%m%d-%H%M%S.mkv"),
            (
                Some("/a/100%/50%.webm"),
                "/a/100%%/50%%-history-%Y%m%d-%H%M%S.webm",
            ),
        ];
        for (output, expected) in cases {
            assert_eq!(name(output, false), expected, "{output:?}");
        }
        assert_eq!(
            name(Some("%Y/cam-%03i.webm"), true),
            "%Y/history-%Y%m%d-%H%M%S.webm"
        );
    }

    #[test]
    fn the_history_is_as_long_as_was_typed() {
        assert_eq!(plan("-o a.webm").unwrap(), None);
        let plan = plan("--history 30s --history-after 20s --history-file 'clip-%i.webm' -o a.webm");
        let history = plan.unwrap().unwrap().history;
        assert_eq!(
            history,
            History {
                span: Duration::from_secs(30),
                after: Duration::from_secs(20)
            }
        );
    }

    #[test]
    fn clips_need_names_of_their_own() {
        let refusal = |line: &str| plan(line).unwrap_err().to_string();
        assert!(refusal("--history 5s --history-file clip.webm").contains("clip-%03i.webm"));
        assert!(refusal("--history 5s --history-file clip-%i.mp4").contains(".mp4"));
        let same = "--history 5s --history-file c-%i.webm --segment-time 1m -o c-%i.webm";
        assert!(refusal(same).contains("--history-file"));
    }
}
