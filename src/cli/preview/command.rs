//! `mediarec preview`: `record --preview` without a file.
use crate::cli::args::preview::PreviewArgs;
use crate::cli::args::record::RecordArgs;
use crate::cli::preview::target::PreviewTarget;
use clap::{Args, Command, FromArgMatches};

/// The arguments of `record` that do the same.
///
/// # Errors
/// None: `record` needs no arguments.
pub fn record_args(args: PreviewArgs) -> anyhow::Result<RecordArgs> {
    let defaults = RecordArgs::augment_args(Command::new("record")).try_get_matches_from(["record"])?;
    let mut recorded = RecordArgs::from_arg_matches(&defaults)?;
    recorded.source = args.source;
    recorded.recorder = args.recorder;
    let target = args
        .terminal
        .map_or(args.listen, |terminal| PreviewTarget::Terminal(terminal.0));
    recorded.preview.preview = Some(target);
    recorded.preview.access = args.access;
    recorded.output.has_no_file = true;
    recorded.output.opens_browser = args.open;
    recorded.output.quiet = args.quiet;
    Ok(recorded)
}
