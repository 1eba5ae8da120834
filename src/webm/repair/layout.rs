//! Errors in the structure of a file, which are gone when it is written anew.
use crate::error::Result;
use crate::webm::check::{Level, check};
use crate::webm::repair::repairs::Repair;
use std::io::Read;

/// The rules about sizes, positions, the index and the header that every file which is written here keeps.
const RULES: [&str; 19] = [
    "M1", "M2", "M4", "M5", "M8", "M9", "M10", "M13", "M15", "M17", "M19", "M21", "M22", "M24", "M40", "M50",
    "M53", "M54", "M56",
];

/// Finds errors in the structure of a file in which [`diagnose`](super::diagnose) finds nothing, such as wrong sizes of elements
/// or Cues that lead nowhere; `None` if there are none. Reads the file once more.
///
/// # Errors
///
/// As [`check()`](crate::webm::check()).
pub fn diagnose_structure<R: Read>(input: R) -> Result<Option<Repair>> {
    let report = check(input, None)?;
    let is_of_structure = |rule: &str, level| level == Level::Error && RULES.contains(&rule);
    let listed = report.findings.iter();
    let listed = listed
        .filter(|finding| is_of_structure(finding.rule, finding.level))
        .count() as u64;
    let omitted = report.omitted.iter();
    let omitted = omitted.filter(|omitted| is_of_structure(omitted.rule, omitted.level));
    let errors = listed + omitted.map(|omitted| omitted.count).sum::<u64>();
    Ok((errors > 0).then_some(Repair::Structure { errors }))
}
