//! What a selection comes to, and everything that happened on the way to it.
use crate::constraints::candidate::Candidate;
use crate::constraints::property::Property;
use crate::constraints::set::MediaTrackConstraints;
use crate::constraints::settings::MediaTrackSettings;
use crate::constraints::sort_key::Merit;
use crate::constraints::space::Space;
use crate::constraints::terms::{Bare, Terms};
use crate::error::Error;

/// What was selected.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Index of the candidate.
    pub candidate: usize,
    /// One full assignment that the candidate can deliver.
    pub settings: MediaTrackSettings,
    /// From the basic set; 0 is all that was wished for.
    pub distance: f64,
    /// Indices of the advanced sets that nothing satisfied.
    pub skipped: Vec<usize>,
}

/// Nothing satisfies what is required.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Overconstrained {
    /// The first property whose requirement no candidate can meet, even alone; None when no single one is to blame.
    pub constraint: Option<Property>,
    /// What was asked for and what is offered.
    pub message: String,
}

impl From<Overconstrained> for Error {
    fn from(failure: Overconstrained) -> Self {
        Self::Overconstrained {
            constraint: failure.constraint.map_or("", Property::name).to_owned(),
            message: failure.message,
        }
    }
}

/// A candidate that is still in the race, and the best of what it can deliver.
#[derive(Clone, Debug)]
pub(super) struct Contender {
    pub(super) candidate: usize,
    pub(super) settings: MediaTrackSettings,
    pub(super) merit: Merit,
}

/// Everything that happened on the way to a selection.
pub(super) struct Trace {
    /// Candidates that no longer were in the race, and the advanced set that decided so; None is the basic set.
    pub(super) dropped: Vec<(usize, Option<usize>)>,
    pub(super) skipped: Vec<usize>,
    /// The others, in the order of the candidates.
    pub(super) contenders: Vec<Contender>,
    pub(super) chosen: Option<Contender>,
}

impl Trace {
    pub(super) fn run(
        asked: &MediaTrackConstraints,
        candidates: &[Candidate],
        defaults: &MediaTrackSettings,
    ) -> Self {
        let basic = asked.basic.terms(Bare::Ideal);
        let all: Vec<_> = candidates.iter().map(Space::of).enumerate().collect();
        let (mut spaces, missed) = narrow(&all, &basic);
        let mut dropped: Vec<_> = missed.into_iter().map(|candidate| (candidate, None)).collect();
        let mut skipped = Vec::new();
        for (index, set) in asked.advanced.iter().enumerate() {
            let (kept, missed) = narrow(&spaces, &set.terms(Bare::Exact));
            if kept.is_empty() {
                skipped.push(index);
            } else {
                spaces = kept;
                dropped.extend(missed.into_iter().map(|candidate| (candidate, Some(index))));
            }
        }
        let contenders: Vec<_> = spaces
            .into_iter()
            .map(|(candidate, space)| {
                let (settings, merit) = space.best(&basic, defaults, candidates[candidate].rank);
                Contender {
                    candidate,
                    settings,
                    merit,
                }
            })
            .collect();
        let chosen = contenders.iter().min_by(|a, b| a.merit.order(&b.merit)).cloned();
        Self {
            dropped,
            skipped,
            contenders,
            chosen,
        }
    }

    pub(super) fn selection(&self) -> Option<Selection> {
        let chosen = self.chosen.as_ref()?;
        Some(Selection {
            candidate: chosen.candidate,
            settings: chosen.settings.clone(),
            distance: chosen.merit.distance,
            skipped: self.skipped.clone(),
        })
    }
}

/// What is left of each candidate, and the candidates of which nothing is.
fn narrow(spaces: &[(usize, Space)], asked: &[Terms<'_>]) -> (Vec<(usize, Space)>, Vec<usize>) {
    let (mut kept, mut missed) = (Vec::new(), Vec::new());
    for (candidate, space) in spaces {
        match space.narrow(asked) {
            Some(space) => kept.push((*candidate, space)),
            None => missed.push(*candidate),
        }
    }
    (kept, missed)
}
