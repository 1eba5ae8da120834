//! `SelectSettings` against a naive reading of the specification that looks at every settings dictionary.
//!
//! The reading shares nothing with the real one: it works on JSON.
use super::random::Random;
use crate::constraints::*;
use serde_json::{Map, Value as Json, json};

type Dictionary = Map<String, Json>;

/// Settings, and their device's place in the list.
type Ranked = (usize, Dictionary);

const WIDTHS: [f64; 4] = [320.0, 640.0, 1280.0, 1920.0];
const HEIGHTS: [f64; 4] = [240.0, 480.0, 720.0, 1080.0];
const RATES: [f64; 4] = [15.0, 25.0, 30.0, 60.0];
const SMALL: [f64; 7] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0];
const RATIOS: [f64; 6] = [0.5, 0.75, 1.0, 1.333_333_333_3, 1.777_777_777_8, 3.0];

/// The numbers that are asked for in a test.
struct Numbers {
    widths: &'static [f64],
    heights: &'static [f64],
}

impl Numbers {
    fn of(&self, name: &str) -> &'static [f64] {
        match name {
            "width" => self.widths,
            "height" => self.heights,
            "aspectRatio" => &RATIOS,
            "frameRate" => &RATES,
            _ => &[8_000.0, 44_100.0, 48_000.0],
        }
    }
}

fn random_value(random: &mut Random, name: &str, numbers: &Numbers) -> Json {
    let strings = |random: &mut Random, of: &[&str]| match random.below(4) {
        0 => json!([random.pick(of), random.pick(of)]),
        1 if random.one_in(4) => json!([]),
        _ => json!(random.pick(of)),
    };
    match name {
        "deviceId" => strings(random, &["a", "b", "c"]),
        "facingMode" => strings(random, &["user", "environment", "left"]),
        "resizeMode" => strings(random, &["none", "crop-and-scale"]),
        "noiseSuppression" => json!(random.one_in(2)),
        "echoCancellation" => random.pick(&[json!(true), json!(false), json!("all")]),
        _ => json!(random.pick(numbers.of(name))),
    }
}

fn random_set(random: &mut Random, names: &[&str], numbers: &Numbers) -> Dictionary {
    let mut set = Dictionary::new();
    for name in names {
        if !random.one_in(3) {
            continue;
        }
        let mut roles = vec!["ideal", "exact"];
        if random_value(random, name, numbers).is_number() {
            roles.extend(["min", "max", "min", "max"]);
        }
        let bare = random_value(random, name, numbers);
        let asked = if random.one_in(3) {
            bare
        } else {
            let mut members = Dictionary::new();
            for _ in 0..random.below(3) {
                let role = random.pick(&roles);
                members.insert(role.into(), random_value(random, name, numbers));
            }
            Json::Object(members)
        };
        set.insert((*name).into(), asked);
    }
    set
}

fn alternatives(value: &Json) -> Vec<Json> {
    match value {
        Json::Array(several) => several.clone(),
        one => vec![one.clone()],
    }
}

fn same(a: &Json, b: &Json) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= 0.0,
        _ => a == b,
    }
}

/// The fitness distance of one member, rule by rule.
fn member_distance(actual: Option<&Json>, asked: &Json, bare_is_exact: bool) -> f64 {
    let get = |role: &str| match asked {
        Json::Object(members) => members.get(role).filter(|value| **value != json!([])).cloned(),
        bare if role == "exact" && bare_is_exact => Some(bare.clone()),
        bare if role == "ideal" && !bare_is_exact => Some(bare.clone()),
        _ => None,
    };
    let (exact, min, max) = (get("exact"), get("min"), get("max"));
    let Some(actual) = actual else {
        let required = exact.is_some() || min.is_some() || max.is_some();
        return if required { f64::INFINITY } else { 1.0 };
    };
    let violates_exact = exact.is_some_and(|list| !alternatives(&list).iter().any(|one| same(one, actual)));
    let violates_min = min.is_some_and(|min| actual.as_f64() < min.as_f64());
    let violates_max = max.is_some_and(|max| actual.as_f64() > max.as_f64());
    if violates_exact || violates_min || violates_max {
        return f64::INFINITY;
    }
    let Some(ideal) = get("ideal") else { return 0.0 };
    match (actual.as_f64(), ideal.as_f64()) {
        _ if alternatives(&ideal).iter().any(|one| same(one, actual)) => 0.0,
        (Some(actual), Some(ideal)) => (actual - ideal).abs() / actual.abs().max(ideal.abs()),
        _ => 1.0,
    }
}

fn distance(settings: &Dictionary, set: &Dictionary, bare_is_exact: bool) -> f64 {
    let given = set.iter().filter(|(_, asked)| **asked != json!([]));
    given.fold(0.0, |sum, (name, asked)| {
        sum + member_distance(settings.get(name), asked, bare_is_exact)
    })
}

/// `SelectSettings`: what is left when all is said, with distances, and the advanced sets that were skipped.
fn survivors<'a>(
    all: &'a [Ranked],
    basic: &Dictionary,
    advanced: &[Dictionary],
) -> (Vec<(f64, &'a Ranked)>, Vec<usize>) {
    let near = all.iter().map(|one| (distance(&one.1, basic, false), one));
    let mut left: Vec<_> = near.filter(|(distance, _)| distance.is_finite()).collect();
    let mut skipped = Vec::new();
    for (index, set) in advanced.iter().enumerate() {
        let keeps = |one: &(f64, &Ranked)| distance(&one.1.1, set, true).is_finite();
        if left.iter().any(keeps) {
            left.retain(keeps);
        } else {
            skipped.push(index);
        }
    }
    (left, skipped)
}

/// `failedConstraint`: the members of the basic set that no settings dictionary meets.
fn unmet<'a>(all: &[Ranked], basic: &'a Dictionary) -> Vec<&'a str> {
    let alone = |name: &str, asked: &Json| Dictionary::from_iter([(name.to_owned(), asked.clone())]);
    let unmet = basic.iter().filter(|(name, asked)| {
        let set = alone(name, asked);
        all.iter()
            .all(|(_, settings)| distance(settings, &set, false).is_infinite())
    });
    unmet.map(|(name, _)| name.as_str()).collect()
}

fn dictionary(settings: &MediaTrackSettings) -> Dictionary {
    match serde_json::to_value(settings).unwrap() {
        Json::Object(dictionary) => dictionary,
        other => panic!("settings are an object, not {other}"),
    }
}

/// Compares one selection; `all` is every dictionary with its device's place in the list. Says whether
/// something could be selected.
fn compare(candidates: &[Candidate], all: &[Ranked], basic: &Dictionary, advanced: &[Dictionary]) -> bool {
    let mut text = basic.clone();
    text.insert("advanced".into(), json!(advanced));
    let text = Json::Object(text).to_string();
    let read = MediaTrackConstraints::from_json(&text).unwrap();
    assert!(read.ignored.is_empty());
    let selected = select_settings(&read.value, candidates, &MediaTrackSettings::defaults());
    let (left, skipped) = survivors(all, basic, advanced);
    let Some(least) = left.iter().map(|(distance, _)| *distance).reduce(f64::min) else {
        let failure = selected.expect_err(&text);
        let blamed = failure.constraint.map(Property::name);
        assert_eq!(blamed, unmet(all, basic).first().copied(), "{text}");
        return false;
    };
    let selected = selected.unwrap_or_else(|_| panic!("nothing selected for {text}"));
    let (settings, rank) = (
        dictionary(&selected.settings),
        candidates[selected.candidate].rank,
    );
    assert!(
        (selected.distance - least).abs() < 1e-12,
        "{text}: {selected:?}, least {least}"
    );
    assert_eq!(selected.skipped, skipped, "{text}");
    assert!(
        (distance(&settings, basic, false) - least).abs() < 1e-12,
        "{text}: {selected:?}"
    );
    let taken = advanced
        .iter()
        .enumerate()
        .filter(|(index, _)| !skipped.contains(index));
    for (_, set) in taken {
        assert!(distance(&settings, set, true).is_finite(), "{text}: {selected:?}");
    }
    let first = left
        .iter()
        .filter(|(distance, _)| *distance <= least)
        .map(|(_, one)| one.0)
        .min();
    assert_eq!(
        Some(rank),
        first,
        "{text}: not the first device of equally near ones"
    );
    true
}

#[test]
fn what_is_selected_is_what_looking_at_every_dictionary_finds() {
    const NAMES: [&str; 9] = [
        "deviceId",
        "width",
        "height",
        "frameRate",
        "facingMode",
        "resizeMode",
        "sampleRate",
        "echoCancellation",
        "noiseSuppression",
    ];
    let numbers = Numbers {
        widths: &WIDTHS,
        heights: &HEIGHTS,
    };
    let mut random = Random::new(3);
    let (mut selected, mut cases) = (0, 0);
    while cases < 100_000 {
        let candidates: Vec<_> = (0..=random.below(6))
            .map(|at| random_candidate(&mut random, at))
            .collect();
        let all = candidates.iter().map(|one| (one.rank, dictionary(&one.settings)));
        let all: Vec<_> = all.collect();
        for _ in 0..20 {
            let basic = random_set(&mut random, &NAMES, &numbers);
            let count = random.below(4);
            let advanced: Vec<_> = (0..count)
                .map(|_| random_set(&mut random, &NAMES, &numbers))
                .collect();
            selected += usize::from(compare(&candidates, &all, &basic, &advanced));
            cases += 1;
        }
    }
    // Both ends are visited.
    assert!(
        selected > 20_000 && cases - selected > 20_000,
        "{selected} of {cases}"
    );
}

fn random_candidate(random: &mut Random, at: usize) -> Candidate {
    let settings = MediaTrackSettings {
        device_id: random.maybe(1, &["a".to_owned(), "b".to_owned()]),
        width: random.maybe(1, &WIDTHS).map(|n| n as u32),
        height: random.maybe(1, &HEIGHTS).map(|n| n as u32),
        frame_rate: random.maybe(1, &RATES),
        facing_mode: random.maybe(2, &["user".to_owned(), "environment".to_owned()]),
        resize_mode: random.maybe(1, &["none".to_owned(), "crop-and-scale".to_owned()]),
        sample_rate: random.maybe(2, &[44_100, 48_000]),
        echo_cancellation: random.maybe(2, &[true.into(), EchoCancellation::Mode("all".into())]),
        noise_suppression: random.maybe(2, &[true, false]),
        ..MediaTrackSettings::default()
    };
    Candidate::fixed("device", at / 2, settings)
}

#[test]
fn ranges_find_what_looking_at_every_size_and_rate_finds() {
    const NAMES: [&str; 6] = [
        "deviceId",
        "width",
        "height",
        "aspectRatio",
        "frameRate",
        "resizeMode",
    ];
    let numbers = Numbers {
        widths: &SMALL,
        heights: &SMALL,
    };
    let mut random = Random::new(7);
    let (mut selected, mut cases) = (0, 0);
    while cases < 3_000 {
        let mut candidates = Vec::new();
        let mut all = Vec::new();
        for rank in 0..=random.below(2) {
            let size = (1 + random.below(6) as u32, 1 + random.below(6) as u32);
            let mode = MediaTrackSettings {
                device_id: random.maybe(1, &["a".to_owned(), "b".to_owned()]),
                ..MediaTrackSettings::video(size.0, size.1, random.maybe(1, &RATES))
            };
            candidates.extend(Candidate::of_mode("camera", rank, &mode));
            all.extend(every_setting(&mode).iter().map(|one| (rank, dictionary(one))));
        }
        for _ in 0..20 {
            let basic = random_set(&mut random, &NAMES, &numbers);
            let count = random.below(3);
            let advanced: Vec<_> = (0..count)
                .map(|_| random_set(&mut random, &NAMES, &numbers))
                .collect();
            selected += usize::from(compare(&candidates, &all, &basic, &advanced));
            cases += 1;
        }
    }
    assert!(selected > 400 && cases - selected > 400, "{selected} of {cases}");
}

/// A mode, and every size and every rate of interest that can be made of it.
fn every_setting(mode: &MediaTrackSettings) -> Vec<MediaTrackSettings> {
    let mut all = vec![mode.clone()];
    let full = mode.frame_rate.unwrap();
    // The bounds of what can be derived, whatever is asked for, and values between.
    let rates = [1.0 / 3600.0, 20.0, 27.0, 45.0].into_iter().chain(RATES);
    let rates: Vec<_> = rates.filter(|rate| *rate <= full).collect();
    for width in 1..=mode.width.unwrap() {
        for height in 1..=mode.height.unwrap() {
            for rate in &rates {
                let derived = MediaTrackSettings {
                    frame_rate: Some(*rate),
                    resize_mode: Some("crop-and-scale".into()),
                    ..mode.clone()
                };
                all.push(derived.sized(width, height));
            }
        }
    }
    all
}
