//! Explains a selection, and writes the message of an `OverconstrainedError`.
use crate::constraints::candidate::Candidate;
use crate::constraints::capabilities::MediaTrackCapabilities;
use crate::constraints::explanation::{
    CandidateOutcome, CandidateReport, ConstraintReport, Explanation, OpenFailure,
};
use crate::constraints::normalized::{NormalizedConstraint, SetKind};
use crate::constraints::offer::NOTHING;
use crate::constraints::selection::{Overconstrained, RankedCandidate, Selection, Trace};
use crate::constraints::set::MediaTrackConstraints;
use crate::constraints::settings::MediaTrackSettings;
use crate::constraints::sort_key::SortKey;
use crate::constraints::space::Space;

/// Selects as [`select_settings`](super::select_settings) does, and reports on every candidate.
pub(super) fn explain(
    constraints: &MediaTrackConstraints,
    candidates: &[Candidate],
    defaults: &MediaTrackSettings,
) -> Explanation {
    let trace = Trace::run(constraints, candidates, defaults);
    let basic = constraints.basic.normalized(SetKind::Basic);
    let reports = candidates.iter().enumerate();
    let reports = reports.map(|(index, candidate)| {
        let ranked = trace.ranked.iter().find(|ranked| ranked.candidate == index);
        if let (Some(ranked), Some(chosen)) = (ranked, &trace.chosen) {
            return report_ranked(candidate, ranked, chosen, &basic);
        }
        let rejected = trace.rejected.iter().find(|(rejected, _)| *rejected == index);
        let advanced = rejected.and_then(|(_, advanced)| *advanced);
        report_rejected(candidate, advanced, &basic, defaults)
    });
    Explanation {
        candidates: reports.collect(),
        open_failures: Vec::new(),
        outcome: trace
            .selection()
            .ok_or_else(|| overconstrained(constraints, candidates)),
    }
}

/// The same, if some devices could not be opened.
pub(crate) fn explain_opening(
    constraints: &MediaTrackConstraints,
    candidates: &[Candidate],
    defaults: &MediaTrackSettings,
    open_failures: &[OpenFailure],
) -> Explanation {
    let all = explain(constraints, candidates, defaults);
    if open_failures.is_empty() {
        return all;
    }
    let failure = |candidate: &Candidate| {
        open_failures
            .iter()
            .find(|failure| failure.rank == candidate.rank)
    };
    let places = (0..candidates.len()).filter(|place| failure(&candidates[*place]).is_none());
    let places: Vec<usize> = places.collect();
    let left: Vec<_> = places.iter().map(|place| candidates[*place].clone()).collect();
    let mut rest = explain(constraints, &left, defaults);
    let mut reports = all.candidates;
    for (report, candidate) in reports.iter_mut().zip(candidates) {
        let satisfies = !matches!(report.outcome, CandidateOutcome::ViolatesRequired(_));
        if let Some(failure) = failure(candidate).filter(|_| satisfies) {
            report.outcome = CandidateOutcome::OpenFailed(failure.name);
        }
    }
    for (report, place) in rest.candidates.drain(..).zip(&places) {
        reports[*place] = report;
    }
    Explanation {
        candidates: reports,
        open_failures: open_failures.to_vec(),
        outcome: match rest.outcome {
            Ok(selection) => Ok(Selection {
                candidate: places[selection.candidate],
                ..selection
            }),
            Err(_) => Err(Overconstrained {
                constraint: None,
                message: "no other device satisfies the required constraints".into(),
            }),
        },
    }
}

fn report_ranked(
    candidate: &Candidate,
    ranked: &RankedCandidate,
    chosen: &RankedCandidate,
    basic: &[NormalizedConstraint<'_>],
) -> CandidateReport {
    let outcome = if ranked.candidate == chosen.candidate {
        CandidateOutcome::Selected
    } else {
        why_not(&ranked.key, &chosen.key)
    };
    CandidateReport {
        label: candidate.label.clone(),
        mode: candidate.mode(),
        constraints: report_constraints(basic, &ranked.settings),
        distance: ranked.key.distance,
        outcome,
    }
}

fn report_constraints(
    basic: &[NormalizedConstraint<'_>],
    settings: &MediaTrackSettings,
) -> Vec<ConstraintReport> {
    let report = |constraint: &NormalizedConstraint<'_>| {
        let value = settings.get(constraint.property);
        ConstraintReport {
            property: constraint.property,
            requested: constraint.to_string(),
            offered: value.map_or_else(|| NOTHING.into(), |value| value.to_string()),
            distance: constraint.distance(value),
        }
    };
    basic.iter().map(report).collect()
}

/// The first difference, in the order of `SortKey`.
fn why_not(loser: &SortKey, winner: &SortKey) -> CandidateOutcome {
    if loser.distance > winner.distance {
        return CandidateOutcome::LargerDistance;
    }
    CandidateOutcome::LowerPreference(if loser.rank != winner.rank {
        "the device is listed first"
    } else if loser.derived != winner.derived {
        "the device delivers it natively"
    } else if loser.uneven != winner.uneven {
        "frames are dropped at even intervals"
    } else if loser.crop > winner.crop {
        "less is cropped"
    } else if loser.from_defaults > winner.from_defaults {
        "it is closer to the defaults"
    } else {
        "it is listed first"
    })
}

fn report_rejected(
    candidate: &Candidate,
    advanced: Option<usize>,
    basic: &[NormalizedConstraint<'_>],
    defaults: &MediaTrackSettings,
) -> CandidateReport {
    let space = Space::of(candidate);
    let report = |constraints, distance, outcome| CandidateReport {
        label: candidate.label.clone(),
        mode: candidate.mode(),
        constraints,
        distance,
        outcome,
    };
    if let (Some(set), Some(left)) = (advanced, space.narrow(basic)) {
        let (settings, key) = left.best(basic, defaults, candidate.rank);
        let constraints = report_constraints(basic, &settings);
        return report(constraints, key.distance, CandidateOutcome::FailsAdvanced(set));
    }
    let mut violated = Vec::new();
    let member = |constraint: &NormalizedConstraint<'_>| {
        let alone = std::slice::from_ref(constraint);
        let left = space.narrow(alone);
        if left.is_none() {
            violated.push(constraint.property);
        }
        let best = left.map(|left| left.best(alone, defaults, candidate.rank).1.distance);
        ConstraintReport {
            property: constraint.property,
            requested: constraint.to_string(),
            offered: space.offer(constraint.property),
            distance: best.unwrap_or(f64::INFINITY),
        }
    };
    let constraints = basic.iter().map(member).collect();
    report(
        constraints,
        f64::INFINITY,
        CandidateOutcome::ViolatesRequired(violated),
    )
}

/// Why no candidate satisfies the basic set: the first property whose constraint no candidate satisfies even alone,
/// what was requested, and what each device offers.
pub(super) fn overconstrained(
    constraints: &MediaTrackConstraints,
    candidates: &[Candidate],
) -> Overconstrained {
    let basic = constraints.basic.normalized(SetKind::Basic);
    let required: Vec<_> = basic
        .iter()
        .filter(|constraint| constraint.is_required())
        .collect();
    let spaces: Vec<_> = candidates.iter().map(Space::of).collect();
    if spaces.is_empty() {
        let message = "there are no devices".into();
        return Overconstrained {
            constraint: None,
            message,
        };
    }
    let violated = required.iter().find(|constraint| {
        let alone = std::slice::from_ref(**constraint);
        spaces.iter().all(|space| space.narrow(alone).is_none())
    });
    let message = if let Some(constraint) = violated {
        let offers = offers(&[*constraint], candidates);
        format!("{}: requested {constraint}, but {offers}", constraint.property)
    } else {
        let requests = required
            .iter()
            .map(|constraint| format!("{} {constraint}", constraint.property));
        let (requests, offers) = (
            requests.collect::<Vec<_>>().join("; "),
            offers(&required, candidates),
        );
        format!("no device satisfies all of these together: {requests}; {offers}")
    };
    Overconstrained {
        constraint: violated.map(|constraint| constraint.property),
        message,
    }
}

/// `Camera 1 offers width 1 to 1280, height 1 to 720; Camera 2 offers …`.
fn offers(requested: &[&NormalizedConstraint<'_>], candidates: &[Candidate]) -> String {
    let mut devices: Vec<(usize, &str)> = Vec::new();
    for candidate in candidates {
        let device = (candidate.rank, candidate.label.as_str());
        if !devices.contains(&device) {
            devices.push(device);
        }
    }
    let offers = devices.into_iter().map(|(rank, label)| {
        let own = candidates
            .iter()
            .filter(|one| (one.rank, one.label.as_str()) == (rank, label));
        let capabilities = MediaTrackCapabilities::of(own);
        let each = requested.iter().map(|constraint| match requested {
            [_] => capabilities.offer(constraint.property),
            _ => format!(
                "{} {}",
                constraint.property,
                capabilities.offer(constraint.property)
            ),
        });
        let each: Vec<_> = each.collect();
        format!("{label} offers {}", each.join(", "))
    });
    offers.collect::<Vec<_>>().join("; ")
}
