//! The result of selecting settings, and a trace of how it was found.
use crate::constraints::candidate::Candidate;
use crate::constraints::normalized::{NormalizedConstraint, SetKind};
use crate::constraints::property::Property;
use crate::constraints::set::MediaTrackConstraints;
use crate::constraints::settings::MediaTrackSettings;
use crate::constraints::sort_key::SortKey;
use crate::constraints::space::Space;
use crate::error::Error;

/// The settings selected for a track.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Index of the selected candidate in [`Explanation::candidates`](super::Explanation::candidates).
    pub candidate: usize,
    /// The settings, all of which the candidate can deliver together.
    pub settings: MediaTrackSettings,
    /// Fitness distance from the basic set; 0 if every ideal value is met.
    pub distance: f64,
    /// Indices of the advanced sets that were skipped because no remaining candidate satisfies them.
    pub skipped: Vec<usize>,
}

/// No candidate satisfies the required constraints (`OverconstrainedError`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Overconstrained {
    /// The first property whose required constraint no candidate satisfies even alone; `None` if only the combination
    /// of several cannot be satisfied.
    pub constraint: Option<Property>,
    /// What was requested and what the devices offer.
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

/// A candidate that satisfies the constraints, and its best settings.
#[derive(Clone, Debug)]
pub(super) struct RankedCandidate {
    pub(super) candidate: usize,
    pub(super) settings: MediaTrackSettings,
    pub(super) key: SortKey,
}

/// A record of a selection.
pub(super) struct Trace {
    /// Candidates that do not satisfy the constraints, with the advanced set that ruled them out; `None` is the basic
    /// set.
    pub(super) rejected: Vec<(usize, Option<usize>)>,
    pub(super) skipped: Vec<usize>,
    /// The other candidates, in their order.
    pub(super) ranked: Vec<RankedCandidate>,
    pub(super) chosen: Option<RankedCandidate>,
}

impl Trace {
    pub(super) fn run(
        constraints: &MediaTrackConstraints,
        candidates: &[Candidate],
        defaults: &MediaTrackSettings,
    ) -> Self {
        let basic = constraints.basic.normalized(SetKind::Basic);
        let all: Vec<_> = candidates.iter().map(Space::of).enumerate().collect();
        let (mut spaces, failed) = narrow(&all, &basic);
        let mut rejected: Vec<_> = failed.into_iter().map(|candidate| (candidate, None)).collect();
        let mut skipped = Vec::new();
        for (index, set) in constraints.advanced.iter().enumerate() {
            let (kept, failed) = narrow(&spaces, &set.normalized(SetKind::Advanced));
            if kept.is_empty() {
                skipped.push(index);
            } else {
                spaces = kept;
                rejected.extend(failed.into_iter().map(|candidate| (candidate, Some(index))));
            }
        }
        let ranked: Vec<_> = spaces
            .into_iter()
            .map(|(candidate, space)| {
                let (settings, key) = space.best(&basic, defaults, candidates[candidate].rank);
                RankedCandidate {
                    candidate,
                    settings,
                    key,
                }
            })
            .collect();
        let chosen = ranked.iter().min_by(|a, b| a.key.order(&b.key)).cloned();
        Self {
            rejected,
            skipped,
            ranked,
            chosen,
        }
    }

    pub(super) fn selection(&self) -> Option<Selection> {
        let chosen = self.chosen.as_ref()?;
        Some(Selection {
            candidate: chosen.candidate,
            settings: chosen.settings.clone(),
            distance: chosen.key.distance,
            skipped: self.skipped.clone(),
        })
    }
}

/// Narrows each candidate's settings. Returns what is left, and the candidates of which nothing is left.
fn narrow(
    spaces: &[(usize, Space)],
    constraints: &[NormalizedConstraint<'_>],
) -> (Vec<(usize, Space)>, Vec<usize>) {
    let (mut kept, mut failed) = (Vec::new(), Vec::new());
    for (candidate, space) in spaces {
        match space.narrow(constraints) {
            Some(space) => kept.push((*candidate, space)),
            None => failed.push(*candidate),
        }
    }
    (kept, failed)
}
