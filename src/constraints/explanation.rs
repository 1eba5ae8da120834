//! Why settings were selected, or none: the lines that `--explain` prints.
use crate::constraints::property::Property;
use crate::constraints::selection::{Overconstrained, Selection};
use std::fmt;

/// How settings were selected. Its `Display` is the text that `--explain` prints.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// All candidates, in order of preference of their devices.
    pub candidates: Vec<CandidateReport>,
    /// Devices that were selected but could not be opened, in the order in which they were tried.
    pub open_failures: Vec<OpenFailure>,
    /// The selection, or why there is none.
    pub outcome: Result<Selection, Overconstrained>,
}

/// A device that could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFailure {
    /// Index of the device in the list of devices of its kind.
    pub rank: usize,
    /// Label of the device.
    pub label: String,
    /// Name of the error: `NotAllowedError` if access is denied, `NotReadableError` if the device is busy.
    pub name: &'static str,
    /// Message of the error.
    pub message: String,
}

/// The evaluation of one candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateReport {
    /// Label of the device.
    pub label: String,
    /// The mode of the device as text: `1280×720 30 fps cropped and scaled`.
    pub mode: String,
    /// One report for each constraint of the basic set.
    pub constraints: Vec<ConstraintReport>,
    /// Fitness distance: the sum of the distances of the constraints; infinite if the candidate violates the basic set.
    pub distance: f64,
    /// Whether the candidate was selected, and why not.
    pub outcome: CandidateOutcome,
}

/// The evaluation of one constraint of the basic set.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintReport {
    /// The property.
    pub property: Property,
    /// The constraint as text: `at least 640, ideally 1280`.
    pub requested: String,
    /// The value the candidate would deliver; if the candidate is ruled out, the values it offers.
    pub offered: String,
    /// Distance from the constraint: 0 to 1, or infinite (11.1.2).
    pub distance: f64,
}

/// Why a candidate was or was not selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateOutcome {
    /// Selected.
    Selected,
    /// Violates the required constraints on these properties; if the list is empty, only their combination.
    ViolatesRequired(Vec<Property>),
    /// Does not satisfy the advanced set with this index, which another candidate satisfies.
    FailsAdvanced(usize),
    /// Its fitness distance is larger than that of the selected candidate.
    LargerDistance,
    /// Its fitness distance equals that of the selected candidate, which was preferred for this reason.
    LowerPreference(&'static str),
    /// Its device could not be opened; the name of the error.
    OpenFailed(&'static str),
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for report in &self.candidates {
            write!(f, "{report}")?;
        }
        for OpenFailure { label, message, .. } in &self.open_failures {
            writeln!(f, "not opened: {label}: {message}")?;
        }
        match &self.outcome {
            Err(failure) => writeln!(f, "selected: nothing; {}", failure.message),
            Ok(selection) => {
                let Some(chosen) = self.candidates.get(selection.candidate) else {
                    return Ok(());
                };
                write!(f, "selected: {}", chosen.label)?;
                for property in Property::ALL {
                    if let Some(value) = selection.settings.get(property) {
                        write!(f, ", {property} {value}")?;
                    }
                }
                writeln!(f)?;
                for index in &selection.skipped {
                    writeln!(
                        f,
                        "skipped: advanced[{index}], which no remaining candidate satisfies"
                    )?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for CandidateReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (label, mode, distance, outcome) =
            (&self.label, &self.mode, Distance(self.distance), &self.outcome);
        writeln!(f, "{label}, {mode}: distance {distance}, {outcome}")?;
        for constraint in &self.constraints {
            let (property, offered) = (constraint.property, &constraint.offered);
            let (distance, requested) = (Distance(constraint.distance), &constraint.requested);
            writeln!(
                f,
                "    {property:<16} {distance:>8}  {offered} (requested: {requested})"
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for CandidateOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selected => f.write_str("selected"),
            Self::ViolatesRequired(properties) if properties.is_empty() => {
                f.write_str("out: the required constraints together")
            }
            Self::ViolatesRequired(properties) => {
                let names: Vec<_> = properties.iter().map(|property| property.name()).collect();
                write!(f, "out: {}", names.join(", "))
            }
            Self::FailsAdvanced(index) => write!(f, "out: advanced[{index}]"),
            Self::LargerDistance => f.write_str("larger distance than the selected one"),
            Self::LowerPreference(why) => {
                write!(f, "same distance as the selected one, which is preferred: {why}")
            }
            Self::OpenFailed(name) => write!(f, "not opened: {name}"),
        }
    }
}

/// Four decimals, or "infinite".
struct Distance(f64);

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_finite() {
            f.pad(&format!("{:.4}", self.0))
        } else {
            f.pad("infinite")
        }
    }
}
