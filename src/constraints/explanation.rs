//! Why settings were selected, or none: the lines that `--explain` prints.
use crate::constraints::property::Property;
use crate::constraints::selection::{Overconstrained, Selection};
use std::fmt;

/// How a selection came about; prints as lines for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Each candidate, in the order given.
    pub candidates: Vec<CandidateReport>,
    /// The devices that were chosen, but could not be opened, in the order in which that was tried.
    pub refusals: Vec<Refusal>,
    /// What came of it.
    pub outcome: Result<Selection, Overconstrained>,
}

/// A device that could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its place in the list of devices, as its candidates have it.
    pub rank: usize,
    /// Its name for people.
    pub label: String,
    /// Of the error: `NotAllowedError` of a device that is denied, `NotReadableError` of one that is busy.
    pub name: &'static str,
    /// What the error says.
    pub message: String,
}

/// How one candidate fared.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateReport {
    /// The device's name.
    pub label: String,
    /// The mode of the device, for people: `1280×720 30 fps, cropped and scaled`.
    pub mode: String,
    /// The basic set, member by member.
    pub members: Vec<MemberReport>,
    /// The sum of the distances; infinite when the candidate does not satisfy the basic set.
    pub distance: f64,
    /// What became of it, and why.
    pub fate: Fate,
}

/// How a candidate meets one member of the basic set.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberReport {
    /// The property.
    pub property: Property,
    /// What is asked: `at least 640, ideally 1280`.
    pub asked: String,
    /// What the candidate would deliver; when it is out, what it offers.
    pub offered: String,
    /// From what is asked: 0 to 1, or infinite.
    pub distance: f64,
}

/// What became of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was selected.
    Selected,
    /// It cannot deliver what is required of these properties; when there are none, not all of it together.
    Violates(Vec<Property>),
    /// It does not satisfy this advanced set, and another one does.
    MissesAdvanced(usize),
    /// The selected one is nearer to what is asked.
    Farther,
    /// It is as near as the selected one, which was preferred for this reason.
    Passed(&'static str),
    /// Its device could not be opened, which failed with an error of this name.
    Refused(&'static str),
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for report in &self.candidates {
            write!(f, "{report}")?;
        }
        for Refusal { label, message, .. } in &self.refusals {
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
                        "skipped: advanced[{index}], which nothing satisfies that is left"
                    )?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for CandidateReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (label, mode, distance, fate) = (&self.label, &self.mode, Distance(self.distance), &self.fate);
        writeln!(f, "{label}, {mode}: distance {distance}, {fate}")?;
        for member in &self.members {
            let (property, asked, offered) = (member.property, &member.asked, &member.offered);
            let distance = Distance(member.distance);
            writeln!(f, "    {property:<16} {distance:>8}  {offered} (asked: {asked})")?;
        }
        Ok(())
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selected => f.write_str("selected"),
            Self::Violates(which) if which.is_empty() => f.write_str("out: not all of it together"),
            Self::Violates(which) => {
                let names: Vec<_> = which.iter().map(|property| property.name()).collect();
                write!(f, "out: {}", names.join(", "))
            }
            Self::MissesAdvanced(index) => write!(f, "out: advanced[{index}]"),
            Self::Farther => f.write_str("farther than the selected one"),
            Self::Passed(why) => write!(f, "passed over for the selected one: {why}"),
            Self::Refused(name) => write!(f, "not opened: {name}"),
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
