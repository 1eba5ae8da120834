//! Collects findings: the first ones of each rule as they are, the others as a number.
use crate::webm::check::report::{Finding, Form, Level, Omitted, Report};
use crate::webm::check::rules::{Fault, Rule};

/// Longest text of a file that is quoted, in characters.
const MAX_QUOTE: usize = 60;

/// The findings about one rule.
struct Entry {
    rule: &'static Rule,
    findings: Vec<Finding>,
    count: u64,
}

/// The findings of one recording, by rule.
#[derive(Default)]
pub(super) struct Faults(Vec<Entry>);

impl Faults {
    /// Adds a finding.
    pub(super) fn add(&mut self, rule: &'static Rule, fault: Fault) {
        let index = self.0.iter().position(|entry| std::ptr::eq(entry.rule, rule));
        let index = index.unwrap_or_else(|| {
            self.0.push(Entry {
                rule,
                findings: Vec::new(),
                count: 0,
            });
            self.0.len() - 1
        });
        let entry = &mut self.0[index];
        entry.count += 1;
        if entry.findings.len() < Report::MAX_LISTED {
            entry.findings.push(Finding {
                rule: rule.id,
                level: rule.level,
                offset: fault.offset,
                found: fault.found,
                expected: fault.expected,
            });
        }
    }

    /// Adds what concerns a file of this form to the report.
    pub(super) fn move_to(self, report: &mut Report, form: Form) {
        let entries = self.0.into_iter();
        for entry in entries.filter(|entry| entry.rule.form.is_none_or(|only| only == form)) {
            match entry.rule.level {
                Level::Error => report.errors += entry.count,
                Level::Warning => report.warnings += entry.count,
            }
            let omitted = entry.count - entry.findings.len() as u64;
            report.findings.extend(entry.findings);
            if omitted > 0 {
                report.omitted.push(Omitted {
                    rule: entry.rule.id,
                    level: entry.rule.level,
                    count: omitted,
                });
            }
        }
        report.findings.sort_by_key(|finding| finding.offset);
    }
}

/// A text of the file for a message: short, in quotes, without control characters.
pub(super) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(MAX_QUOTE).collect();
    format!("{short:?}")
}
