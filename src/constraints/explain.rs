//! Why something was selected, or nothing: what `--explain` prints and what an `OverconstrainedError` says.
use crate::constraints::candidate::Candidate;
use crate::constraints::capabilities::MediaTrackCapabilities;
use crate::constraints::explanation::{CandidateReport, Explanation, Fate, MemberReport, Refusal};
use crate::constraints::offer::NOTHING;
use crate::constraints::selection::{Contender, Overconstrained, Selection, Trace};
use crate::constraints::set::MediaTrackConstraints;
use crate::constraints::settings::MediaTrackSettings;
use crate::constraints::sort_key::Merit;
use crate::constraints::space::Space;
use crate::constraints::terms::{Bare, Terms};

/// Selects as [`select_settings`](super::select_settings) does, and tells how.
pub(super) fn explain(
    asked: &MediaTrackConstraints,
    candidates: &[Candidate],
    defaults: &MediaTrackSettings,
) -> Explanation {
    let trace = Trace::run(asked, candidates, defaults);
    let basic = asked.basic.terms(Bare::Ideal);
    let reports = candidates.iter().enumerate();
    let reports = reports.map(|(index, candidate)| {
        let contender = trace
            .contenders
            .iter()
            .find(|contender| contender.candidate == index);
        if let (Some(contender), Some(chosen)) = (contender, &trace.chosen) {
            return report_contender(candidate, contender, chosen, &basic);
        }
        let dropped = trace.dropped.iter().find(|(dropped, _)| *dropped == index);
        let advanced = dropped.and_then(|(_, advanced)| *advanced);
        report_dropped(candidate, advanced, &basic, defaults)
    });
    Explanation {
        candidates: reports.collect(),
        refusals: Vec::new(),
        outcome: trace.selection().ok_or_else(|| shortfall(asked, candidates)),
    }
}

/// The same where some devices turned out not to be had.
pub(crate) fn explain_opening(
    asked: &MediaTrackConstraints,
    candidates: &[Candidate],
    defaults: &MediaTrackSettings,
    refusals: &[Refusal],
) -> Explanation {
    let all = explain(asked, candidates, defaults);
    if refusals.is_empty() {
        return all;
    }
    let refusal = |candidate: &Candidate| refusals.iter().find(|refusal| refusal.rank == candidate.rank);
    let places = (0..candidates.len()).filter(|place| refusal(&candidates[*place]).is_none());
    let places: Vec<usize> = places.collect();
    let left: Vec<_> = places.iter().map(|place| candidates[*place].clone()).collect();
    let mut rest = explain(asked, &left, defaults);
    let mut reports = all.candidates;
    for (report, candidate) in reports.iter_mut().zip(candidates) {
        let would_do = !matches!(report.fate, Fate::Violates(_));
        if let Some(refusal) = refusal(candidate).filter(|_| would_do) {
            report.fate = Fate::Refused(refusal.name);
        }
    }
    for (report, place) in rest.candidates.drain(..).zip(&places) {
        reports[*place] = report;
    }
    Explanation {
        candidates: reports,
        refusals: refusals.to_vec(),
        outcome: match rest.outcome {
            Ok(selection) => Ok(Selection {
                candidate: places[selection.candidate],
                ..selection
            }),
            Err(_) => Err(Overconstrained {
                constraint: None,
                message: "nothing else satisfies what is required".into(),
            }),
        },
    }
}

fn report_contender(
    candidate: &Candidate,
    contender: &Contender,
    chosen: &Contender,
    basic: &[Terms<'_>],
) -> CandidateReport {
    let fate = if contender.candidate == chosen.candidate {
        Fate::Selected
    } else {
        why_not(&contender.merit, &chosen.merit)
    };
    CandidateReport {
        label: candidate.label.clone(),
        mode: candidate.mode(),
        members: members(basic, &contender.settings),
        distance: contender.merit.distance,
        fate,
    }
}

fn members(basic: &[Terms<'_>], settings: &MediaTrackSettings) -> Vec<MemberReport> {
    let member = |terms: &Terms<'_>| {
        let value = settings.get(terms.property);
        MemberReport {
            property: terms.property,
            asked: terms.to_string(),
            offered: value.map_or_else(|| NOTHING.into(), |value| value.to_string()),
            distance: terms.distance(value),
        }
    };
    basic.iter().map(member).collect()
}

/// The first of the reasons, in the order of `Merit`.
fn why_not(loser: &Merit, winner: &Merit) -> Fate {
    if loser.distance > winner.distance {
        return Fate::Farther;
    }
    Fate::Passed(if loser.rank != winner.rank {
        "its device is listed first"
    } else if loser.derived != winner.derived {
        "the device itself delivers it"
    } else if loser.uneven != winner.uneven {
        "it leaves out pictures evenly"
    } else if loser.crop > winner.crop {
        "less of it is cropped"
    } else if loser.from_defaults > winner.from_defaults {
        "it is nearer to the defaults"
    } else {
        "it is listed first"
    })
}

fn report_dropped(
    candidate: &Candidate,
    advanced: Option<usize>,
    basic: &[Terms<'_>],
    defaults: &MediaTrackSettings,
) -> CandidateReport {
    let space = Space::of(candidate);
    let report = |members, distance, fate| CandidateReport {
        label: candidate.label.clone(),
        mode: candidate.mode(),
        members,
        distance,
        fate,
    };
    if let (Some(set), Some(left)) = (advanced, space.narrow(basic)) {
        let (settings, merit) = left.best(basic, defaults, candidate.rank);
        let members = members(basic, &settings);
        return report(members, merit.distance, Fate::MissesAdvanced(set));
    }
    let mut violated = Vec::new();
    let member = |terms: &Terms<'_>| {
        let alone = std::slice::from_ref(terms);
        let left = space.narrow(alone);
        if left.is_none() {
            violated.push(terms.property);
        }
        let best = left.map(|left| left.best(alone, defaults, candidate.rank).1.distance);
        MemberReport {
            property: terms.property,
            asked: terms.to_string(),
            offered: space.offer(terms.property),
            distance: best.unwrap_or(f64::INFINITY),
        }
    };
    let members = basic.iter().map(member).collect();
    report(members, f64::INFINITY, Fate::Violates(violated))
}

/// Why nothing satisfies the basic set: the first property that no candidate can meet even alone, what was
/// asked, and what each device offers.
pub(super) fn shortfall(asked: &MediaTrackConstraints, candidates: &[Candidate]) -> Overconstrained {
    let basic = asked.basic.terms(Bare::Ideal);
    let required: Vec<_> = basic.iter().filter(|terms| terms.is_required()).collect();
    let spaces: Vec<_> = candidates.iter().map(Space::of).collect();
    if spaces.is_empty() {
        let message = "there is no device to choose from".into();
        return Overconstrained {
            constraint: None,
            message,
        };
    }
    let culprit = required.iter().find(|terms| {
        let alone = std::slice::from_ref(**terms);
        spaces.iter().all(|space| space.narrow(alone).is_none())
    });
    let message = if let Some(terms) = culprit {
        let offers = offers(&[*terms], candidates);
        format!("{}: asked for {terms}, but {offers}", terms.property)
    } else {
        let requests = required.iter().map(|terms| format!("{} {terms}", terms.property));
        let (requests, offers) = (
            requests.collect::<Vec<_>>().join("; "),
            offers(&required, candidates),
        );
        format!("no device has all of this together: {requests}; {offers}")
    };
    Overconstrained {
        constraint: culprit.map(|terms| terms.property),
        message,
    }
}

/// `Camera 1 offers width 1 to 1280, height 1 to 720; Camera 2 offers …`.
fn offers(asked: &[&Terms<'_>], candidates: &[Candidate]) -> String {
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
        let each = asked.iter().map(|terms| match asked {
            [_] => capabilities.offer(terms.property),
            _ => format!("{} {}", terms.property, capabilities.offer(terms.property)),
        });
        let each: Vec<_> = each.collect();
        format!("{label} offers {}", each.join(", "))
    });
    offers.collect::<Vec<_>>().join("; ")
}
