//! `mediarec check`: the rules that files break, as text or JSON.
use crate::cli::args::check::CheckArgs;
use crate::cli::readable::printable;
use crate::cli::{exit, new_file, stderr, stdout};
use anyhow::Result;
use mediarec::error::Error;
use mediarec::webm::{self, Form, Report};
use serde::Serialize;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Prints the findings about each file; the exit code is 1 if there is an error among them, and that of the last file that
/// cannot be read, if there is one.
///
/// # Errors
///
/// Those of standard output.
pub fn run(args: &CheckArgs) -> Result<ExitCode> {
    let form = match (args.live, args.finished) {
        (true, _) => Some(Form::Live),
        (_, true) => Some(Form::Finished),
        _ => None,
    };
    let (mut checked, mut code) = (Vec::new(), 0);
    for path in &args.files {
        let name = path.display().to_string();
        let result = check(path, form);
        code = match &result {
            Err(error) => exit::code(error),
            Ok(report) if is_broken(report, args.strict) => code.max(1),
            Ok(_) => code,
        };
        if args.json {
            checked.push(Checked::new(name, result));
        } else {
            print(&name, result)?;
        }
    }
    if args.json {
        let text = serde_json::to_string_pretty(&Output { files: checked })?;
        stdout::print(text + "\n")?;
    }
    Ok(ExitCode::from(code))
}

fn check(path: &Path, form: Option<Form>) -> mediarec::Result<Report> {
    if path == Path::new("-") {
        return webm::check(io::stdin().lock(), form);
    }
    webm::check(new_file::open(path)?, form)
}

const fn is_broken(report: &Report, strict: bool) -> bool {
    !report.is_clean() || (strict && report.warnings > 0)
}

fn print(name: &str, result: mediarec::Result<Report>) -> Result<()> {
    match result {
        Ok(report) => stdout::print(lines(name, &report)),
        Err(error) => {
            stderr::say(format_args!("mediarec: {}", named(name, &error)));
            Ok(())
        }
    }
}

/// The messages about files that cannot be opened have the name already.
fn named(name: &str, error: &Error) -> String {
    let text = exit::with_causes(error);
    if text.contains(name) && name != "-" {
        return text;
    }
    format!("{}: {text}", if name == "-" { "standard input" } else { name })
}

/// A line per finding.
fn lines(name: &str, report: &Report) -> String {
    let mut text = String::new();
    let name = printable(name);
    for finding in &report.findings {
        let (level, rule, offset) = (finding.level.name(), finding.rule, finding.offset);
        let (found, expected) = (printable(&finding.found), printable(&finding.expected));
        let _ = writeln!(
            text,
            "{name}:{offset}: {level} {rule}: found {found}, expected {expected}"
        );
    }
    for omitted in &report.omitted {
        let (level, rule, count) = (omitted.level.name(), omitted.rule, omitted.count);
        let _ = writeln!(text, "{name}: {level} {rule}: {count} more of the same");
    }
    text
}

#[derive(Serialize)]
struct Output {
    files: Vec<Checked>,
}

/// One file in JSON: a report, or why there is none.
#[derive(Serialize)]
struct Checked {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(flatten)]
    report: Option<Report>,
}

impl Checked {
    fn new(file: String, result: mediarec::Result<Report>) -> Self {
        let (report, error) = match result {
            Ok(report) => (Some(report), None),
            Err(error) => (None, Some(exit::with_causes(&error))),
        };
        Self { file, error, report }
    }
}
