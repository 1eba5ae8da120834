//! The findings, as lines for people or as one JSON object.
use crate::cli::doctor::finding::{Finding, Status};
use crate::cli::readable::printable;
use crate::cli::stdout;
use serde_json::json;

/// The columns before a message.
const SUBJECT: usize = 13;
const STATUS: usize = 9;

/// All findings so far.
pub struct Report {
    is_json: bool,
    findings: Vec<Finding>,
}

impl Report {
    pub const fn new(is_json: bool) -> Self {
        Self {
            is_json,
            findings: Vec::new(),
        }
    }

    /// Adds findings, and prints them for people.
    ///
    /// # Errors
    /// Those of standard output.
    pub fn add(&mut self, findings: impl IntoIterator<Item = Finding>) -> anyhow::Result<()> {
        for finding in findings {
            if !self.is_json {
                stdout::print(lines(&finding))?;
            }
            self.findings.push(finding);
        }
        Ok(())
    }

    pub fn worst(&self) -> Status {
        let has = |status| self.findings.iter().any(|finding| finding.status == status);
        let worst = [Status::Problem, Status::Warning]
            .into_iter()
            .find(|&status| has(status));
        worst.unwrap_or(Status::Ok)
    }

    /// What is printed at the end.
    ///
    /// # Errors
    /// None: the findings are plain text.
    pub fn end(&self) -> anyhow::Result<String> {
        if self.is_json {
            let all = json!({
                "version": env!("CARGO_PKG_VERSION"),
                "status": self.worst(),
                "findings": self.findings,
            });
            return Ok(serde_json::to_string_pretty(&all)? + "\n");
        }
        let count = |status| {
            self.findings
                .iter()
                .filter(|finding| finding.status == status)
                .count()
        };
        Ok(match (count(Status::Problem), count(Status::Warning)) {
            (0, 0) => "\nAll is well. Record with: mediarec record -o talk.webm\n".to_owned(),
            (0, warnings) => format!(
                "\nNothing is in the way of a recording ({}).\n",
                counted(warnings, "warning")
            ),
            (problems, _) => format!("\n{} to solve.\n", counted(problems, "problem")),
        })
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A line, and the advice below it.
fn lines(finding: &Finding) -> String {
    let status = match finding.status {
        Status::Ok => "ok",
        Status::Warning => "warning",
        Status::Problem => "PROBLEM",
    };
    let line = format!(
        "{:SUBJECT$}{status:STATUS$}{}\n",
        finding.subject,
        printable(&finding.message)
    );
    match &finding.advice {
        Some(advice) => format!(
            "{line}{:width$}{}\n",
            "",
            printable(advice),
            width = SUBJECT + STATUS
        ),
        None => line,
    }
}
