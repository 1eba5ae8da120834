//! Controls against the rules by trying every step.
use super::random::Random;
use crate::constraints::{
    Candidate, Constrain, Control, ControlRange, ControlValue, ImageConstraintSet, MediaTrackConstraintSet,
    MediaTrackConstraints, MediaTrackSettings, Property, select_settings,
};

const MIN: f64 = -1.5;
const STEP: f64 = 0.5;
const STEPS: usize = 9;

fn on_step(step: usize) -> f64 {
    MIN + step as f64 * STEP
}

/// Some on a step, some between, some outside.
fn number(random: &mut Random) -> f64 {
    -3.0 + random.below(33) as f64 * 0.25
}

fn asked(random: &mut Random) -> (Constrain<f64>, [Option<f64>; 4]) {
    let mut constrain = Constrain::default();
    let mut parts = [None; 4];
    let make: [fn(f64) -> Constrain<f64>; 4] =
        [Constrain::min, Constrain::max, Constrain::exact, Constrain::ideal];
    for (part, make) in parts.iter_mut().zip(make) {
        if random.one_in(3) {
            let number = number(random);
            *part = Some(number);
            constrain = constrain.and(make(number));
        }
    }
    (constrain, parts)
}

#[test]
fn the_best_step_of_all_is_chosen_or_none_when_none_will_do() {
    let mut random = Random::new(11);
    for case in 0..20_000 {
        let present = on_step(random.below(STEPS));
        let (zoom, [min, max, exact, ideal]) = asked(&mut random);
        let control = Control {
            property: Property::Zoom,
            range: ControlRange::Numbers {
                min: MIN,
                max: on_step(STEPS - 1),
                step: STEP,
            },
            value: ControlValue::Number(present),
        };
        let mode = MediaTrackSettings::video(640, 480, Some(30.0));
        let camera = Candidate::fixed("camera", 0, mode).with_controls(&[control]);
        let constraints = MediaTrackConstraints::from(MediaTrackConstraintSet {
            image: ImageConstraintSet {
                zoom: Some(zoom),
                ..ImageConstraintSet::default()
            },
            ..MediaTrackConstraintSet::default()
        });
        let chosen = select_settings(&constraints, &[camera], &MediaTrackSettings::defaults());
        let allowed = (0..STEPS).map(on_step).filter(|step| {
            min.is_none_or(|min| *step >= min)
                && max.is_none_or(|max| *step <= max)
                && exact.is_none_or(|exact| (exact - step).abs() < 1e-9)
        });
        let distance = |step: f64| (step - ideal.unwrap_or(present)).abs();
        let least = allowed.map(distance).reduce(f64::min);
        let found = chosen
            .ok()
            .map(|chosen| match chosen.settings.controls[&Property::Zoom] {
                ControlValue::Number(number) => distance(number),
                _ => f64::NAN,
            });
        assert_eq!(found, least, "case {case}: {constraints:?}, at {present}");
    }
}

#[test]
fn a_control_that_has_nothing_to_choose_from_stays_where_it_is() {
    for range in [ControlRange::Modes(Vec::new()), ControlRange::Flags(Vec::new())] {
        let value = ControlValue::Mode("manual".into());
        let focus = Control {
            property: Property::FocusMode,
            range,
            value: value.clone(),
        };
        let camera = Candidate::fixed("camera", 0, MediaTrackSettings::default()).with_controls(&[focus]);
        let nothing = MediaTrackConstraints::default();
        let selection = select_settings(&nothing, &[camera], &MediaTrackSettings::defaults()).unwrap();
        assert_eq!(selection.settings.controls[&Property::FocusMode], value);
    }
}

#[test]
fn true_prefers_a_camera_that_can_be_steered_and_false_one_that_can_not() {
    let zoom = Control {
        property: Property::Zoom,
        range: ControlRange::Numbers {
            min: 1.0,
            max: 4.0,
            step: 0.0,
        },
        value: ControlValue::Number(1.0),
    };
    let fixed = Candidate::fixed("fixed", 0, MediaTrackSettings::default());
    let steered = Candidate::fixed("steered", 1, MediaTrackSettings::default()).with_controls(&[zoom]);
    let chosen = |text: &str, candidates: &[Candidate]| {
        let selection =
            select_settings(&super::asked(text), candidates, &MediaTrackSettings::defaults()).unwrap();
        (candidates[selection.candidate].label.clone(), selection.distance)
    };
    let both = [fixed, steered];
    assert_eq!(chosen("zoom=true", &both), ("steered".to_owned(), 0.0));
    assert_eq!(chosen("zoom=false", &both), ("fixed".to_owned(), 0.0));
    assert_eq!(chosen("zoom=false", &both[1..]), ("steered".to_owned(), 1.0));
    assert_eq!(chosen("zoom=true", &both[..1]), ("fixed".to_owned(), 1.0));
}
