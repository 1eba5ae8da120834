//! Cases of the Web Platform Tests, and others that the specification implies.
use super::{asked, camera, cameras, microphones};
use crate::constraints::explain::explain;
use crate::constraints::fitness::fitness_distance;
use crate::constraints::normalized::SetKind;
use crate::constraints::*;
use crate::error::Error;
use crate::media::TrackKind;

fn select(text: &str) -> Result<Selection, Overconstrained> {
    select_settings(&asked(text), &cameras(), &MediaTrackSettings::defaults())
}

fn size(selection: &Selection) -> (u32, u32) {
    let settings = &selection.settings;
    (settings.width.unwrap(), settings.height.unwrap())
}

fn blamed(text: &str) -> Option<&'static str> {
    select(text).unwrap_err().constraint.map(Property::name)
}

// W70
#[test]
fn asking_for_neither_audio_nor_video_is_a_type_error() {
    for text in [
        "{}",
        r#"{"audio": false}"#,
        r#"{"video": null, "peerIdentity": "x"}"#,
    ] {
        let read = MediaStreamConstraints::from_json(text).unwrap();
        assert_eq!(read.value.checked().unwrap_err().name(), "TypeError", "{text}");
    }
}

// W72
#[test]
fn an_impossible_width_is_blamed_by_name_with_what_was_asked_and_what_is_offered() {
    let failure = select("width>=100000000").unwrap_err();
    assert_eq!(
        failure.message,
        "width: requested at least 100000000, but Camera 1 offers 1 to 1280; Camera 2 offers 1 to 1920"
    );
    let error = Error::from(failure);
    assert!(matches!(error, Error::Overconstrained { constraint, .. } if constraint == "width"));
}

// W74, W75
#[test]
fn names_of_video_ask_nothing_of_audio_not_even_impossible_things() {
    let text = r#"{"audio": {"width": {"min": 100000000}, "height": {"min": 0}, "frameRate": {"exact": 1e9},
        "aspectRatio": {"min": 0}, "facingMode": {"exact": "invalid"}, "resizeMode": "none"}}"#;
    let read = MediaStreamConstraints::from_json(text).unwrap();
    assert!(read.ignored.is_empty());
    let (kept, dropped) = read.value.checked().unwrap();
    let audio = kept.audio.unwrap();
    assert!(audio.is_empty());
    assert_eq!(dropped.len(), 6);
    assert!(select_settings(&audio, &microphones(), &MediaTrackSettings::defaults()).is_ok());
}

// W76
#[test]
fn names_of_audio_ask_nothing_of_video() {
    let asked =
        asked(r#"{"sampleRate": {"min": 1}, "advanced": [{"echoCancellation": true, "width": 640}]}"#);
    let (kept, dropped) = asked.for_kind(TrackKind::Video);
    assert_eq!(dropped, [Property::SampleRate, Property::EchoCancellation]);
    assert_eq!(
        serde_json::to_string(&kept).unwrap(),
        r#"{"advanced":[{"width":640}]}"#
    );
}

// W78
#[test]
fn an_advanced_set_that_contradicts_itself_is_skipped() {
    let chosen = select(r#"{"advanced": [{"width": {"min": 1024, "max": 800}}]}"#).unwrap();
    assert_eq!(chosen.skipped, [0]);
}

// W79
#[test]
fn an_ideal_width_within_its_minimum_is_met_by_scaling_down() {
    let chosen = select(r#"{"width": {"ideal": 320, "min": 160}}"#).unwrap();
    assert_eq!(size(&chosen), (320, 240));
    assert_eq!(chosen.settings.resize_mode.as_deref(), Some("crop-and-scale"));
    assert!(chosen.distance.abs() < 1e-12);
}

// W80
#[test]
fn a_trivial_minimum_leaves_the_first_device_as_it_is() {
    let chosen = select("width>=0").unwrap();
    assert_eq!((size(&chosen), chosen.candidate), ((1280, 720), 0));
    assert_eq!(chosen.settings.resize_mode.as_deref(), Some("none"));
}

// W81, W122, W123
#[test]
fn a_group_is_found_or_blamed_and_as_an_ideal_ignored() {
    let chosen = select("groupId==G2").unwrap();
    assert_eq!(chosen.settings.device_id.as_deref(), Some("c2"));
    assert_eq!(blamed("groupId==INVALID"), Some("groupId"));
    let chosen = select("groupId=INVALID").unwrap();
    assert_eq!(chosen.settings.group_id.as_deref(), Some("G1"));
}

// W83, W85, W125
#[test]
fn an_exact_resize_mode_is_obeyed_or_blamed() {
    let chosen = select("resizeMode==none,width=500").unwrap();
    assert_eq!(size(&chosen), (640, 480));
    assert_eq!(select("resizeMode==crop-and-scale").unwrap().candidate, 1);
    assert_eq!(blamed("resizeMode==INVALID"), Some("resizeMode"));
}

// W86
#[test]
fn supported_constraints_are_exactly_the_known_names_each_true() {
    let list = supported_constraints();
    let expected = "width height aspectRatio frameRate facingMode resizeMode sampleRate sampleSize \
                    echoCancellation autoGainControl noiseSuppression latency channelCount deviceId groupId";
    assert!(expected.split_whitespace().all(|name| list[name]));
    // Those, backgroundBlur, and the controls of Image Capture.
    assert_eq!(list.len(), 15 + 1 + 17);
    assert!(!list.contains_key("colour"));
}

// W128, W129
#[test]
fn capabilities_are_ranges_and_lists_over_all_modes() {
    let video = serde_json::to_value(MediaTrackCapabilities::of(&cameras()[..4])).unwrap();
    assert_eq!(
        video.to_string(),
        r#"{"deviceId":"c1","groupId":"G1","width":{"min":1,"max":1280},"height":{"min":1,"max":720},"aspectRatio":{"min":0.0013888889,"max":1280.0},"frameRate":{"min":0.0,"max":30.0},"facingMode":["user"],"resizeMode":["none","crop-and-scale"]}"#
    );
    let audio = serde_json::to_value(MediaTrackCapabilities::of(&microphones())).unwrap();
    assert_eq!(audio["sampleRate"].to_string(), r#"{"min":44100,"max":48000}"#);
}

// W155, W161
#[test]
fn an_empty_list_of_advanced_sets_asks_for_nothing() {
    assert!(asked(r#"{"advanced": []}"#).is_empty());
}

// W188
#[test]
fn of_advanced_sets_the_earlier_one_wins() {
    let only: Vec<_> = cameras().into_iter().filter(|one| one.rank == 1).collect();
    let select = |text: &str| {
        let chosen = select_settings(&asked(text), &only, &MediaTrackSettings::defaults());
        chosen.unwrap()
    };
    let size_first =
        r#"{"advanced": [{"width": 1920, "height": 1280}, {"aspectRatio": 1.3333333333333333}]}"#;
    let ratio_first =
        r#"{"advanced": [{"aspectRatio": 1.3333333333333333}, {"width": 1920, "height": 1280}]}"#;
    assert_eq!(size(&select(size_first)), (1920, 1280));
    assert_eq!(size(&select(ratio_first)), (1024, 768));
    assert_eq!(select(ratio_first).skipped, [1]);
}

// W189
#[test]
fn a_bare_value_is_ideal_in_the_basic_set_and_exact_in_an_advanced_one() {
    assert_eq!(size(&select("width=5000").unwrap()), (1920, 1080));
    let chosen = select(r#"{"advanced": [{"width": 5000}, {"width": 1000}]}"#).unwrap();
    assert_eq!((chosen.skipped, chosen.settings.width), (vec![0], Some(1000)));
}

// W190
#[test]
fn what_cannot_be_had_together_is_nobodys_fault() {
    let text = "resizeMode==none,width==1280,height==480,frameRate==60";
    assert_eq!(blamed(text), None);
    let failure = select(text).unwrap_err();
    assert!(failure.message.contains("together"), "{}", failure.message);
    let error = Error::from(failure);
    assert!(matches!(error, Error::Overconstrained { constraint, .. } if constraint.is_empty()));
}

// W191
#[test]
fn whole_numbers_are_clamped_and_numbers_that_are_none_are_a_type_error() {
    let json = serde_json::to_string(&asked(r#"{"width": {"min": -5, "max": 1e20}}"#)).unwrap();
    assert_eq!(json, r#"{"width":{"min":0,"max":4294967295}}"#);
    for text in [
        "frameRate=NaN",
        "frameRate<=inf",
        "width=1e999",
        "aspectRatio=1/0",
    ] {
        assert_eq!(
            MediaTrackConstraints::parse(text).unwrap_err().name(),
            "TypeError",
            "{text}"
        );
    }
    let typed = MediaTrackConstraintSet {
        frame_rate: Some(Constrain::min(f64::NAN)),
        ..Default::default()
    };
    let typed = MediaTrackConstraints::from(typed);
    assert_eq!(typed.validate().unwrap_err().name(), "TypeError");
}

// W192
#[test]
fn an_empty_list_is_not_given_and_a_list_holds_alternatives() {
    for text in [r#"{"facingMode": []}"#, r#"{"facingMode": {"exact": []}}"#] {
        assert_eq!(select(text).unwrap().candidate, 0, "{text}");
    }
    let chosen = select(r#"{"facingMode": {"exact": ["left", "environment"]}}"#).unwrap();
    assert_eq!(chosen.settings.device_id.as_deref(), Some("c2"));
    assert_eq!(blamed("facingMode==left|Environment"), Some("facingMode"));
}

#[test]
fn an_exact_device_is_obeyed_and_another_is_never_taken() {
    assert_eq!(select("deviceId==c2").unwrap().candidate, 8);
    assert_eq!(blamed("deviceId==c3"), Some("deviceId"));
}

#[test]
fn only_some_properties_select_devices() {
    let required = MediaStreamConstraints::from_json(r#"{"video": {"backgroundBlur": {"exact": true}}}"#);
    assert_eq!(required.unwrap().value.checked().unwrap_err().name(), "TypeError");
    let ideal = MediaStreamConstraints::from_json(r#"{"video": {"backgroundBlur": true}}"#);
    assert!(ideal.unwrap().value.checked().is_ok());
}

#[test]
fn what_is_missing_costs_one_or_everything() {
    let unknown = camera(0, "c", "user", &[(640, 480, 30.0)]);
    let mut settings = unknown[0].settings.clone();
    settings.facing_mode = None;
    let distance = |text: &str| fitness_distance(&settings, &asked(text).basic.normalized(SetKind::Basic));
    assert_eq!(
        distance("facingMode=user").total_cmp(&1.0),
        std::cmp::Ordering::Equal
    );
    assert!(distance("facingMode==user").is_infinite());
    assert!((distance("width=1280,height=480") - 0.5).abs() < 1e-12);
}

#[test]
fn no_candidate_at_all_is_nobodys_fault() {
    let failure = select_settings(&asked("width>=1"), &[], &MediaTrackSettings::defaults()).unwrap_err();
    assert_eq!(failure.constraint, None);
}

#[test]
fn an_explanation_tells_what_became_of_each_candidate() {
    let told = explain(
        &asked("width>=1000,width=1280,frameRate=60"),
        &cameras(),
        &MediaTrackSettings::defaults(),
    );
    let outcomes: Vec<_> = told.candidates.iter().map(|one| one.outcome.clone()).collect();
    assert_eq!(outcomes[0], CandidateOutcome::Selected);
    assert_eq!(
        outcomes[1],
        CandidateOutcome::LowerPreference("the device delivers it natively")
    );
    assert_eq!(
        outcomes[2],
        CandidateOutcome::ViolatesRequired(vec![Property::Width])
    );
    assert_eq!(outcomes[4], CandidateOutcome::LargerDistance);
    let text = told.to_string();
    assert!(
        text.contains("Camera 1, 640×480 30 fps: distance infinite, out: width\n"),
        "{text}"
    );
    assert!(text.contains("selected: Camera 1, deviceId \"c1\""), "{text}");
}
