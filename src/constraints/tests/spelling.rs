//! Three ways to write the same.
use super::asked;
use crate::constraints::*;

#[test]
fn the_comma_language_json_and_single_flags_say_the_same() {
    let comma =
        asked("width==1280, frameRate>=25,frameRate=30,facingMode=user|environment,aspectRatio<=16:9");
    let json = asked(
        r#"{"width": {"exact": 1280}, "frameRate": {"min": 25, "ideal": 30},
            "facingMode": ["user", "environment"], "aspectRatio": {"max": 1.7777777777777777}}"#,
    );
    let mut flags = MediaTrackConstraints::default();
    for (name, text) in [
        ("width", "==1280"),
        ("frameRate", ">=25"),
        ("frameRate", "30"),
        ("facingMode", "user|environment"),
        ("aspectRatio", "<=16/9"),
    ] {
        flags.add(Property::from_name(name).unwrap(), text).unwrap();
    }
    let typed = MediaTrackConstraints::from(MediaTrackConstraintSet {
        width: Some(Constrain::exact(1280)),
        frame_rate: Some(Constrain::min(25.0).and(Constrain::ideal(30.0))),
        facing_mode: Some(Constrain::bare(["user", "environment"].into())),
        aspect_ratio: Some(Constrain::max(16.0 / 9.0)),
        ..Default::default()
    });
    assert_eq!(comma, json);
    assert_eq!(comma, flags);
    assert_eq!(comma, typed);
}

#[test]
fn what_is_written_out_reads_back_the_same() {
    let text = r#"{"deviceId":{"exact":"c1"},"width":{"ideal":1280,"min":640},"facingMode":["user","left"],"echoCancellation":"all","autoGainControl":true,"noiseSuppression":{},"advanced":[{"latency":0.01},{"width":{"max":800}}]}"#;
    assert_eq!(serde_json::to_string(&asked(text)).unwrap(), text);
}

#[test]
fn whole_streams_are_read_from_json() {
    let read = MediaStreamConstraints::from_json(r#"{"video": {"width": 640}, "audio": true}"#).unwrap();
    assert_eq!(read.value.video, Some(asked("width=640")));
    assert_eq!(read.value.audio, Some(MediaTrackConstraints::default()));
}

#[test]
fn text_is_parsed_without_the_ignored_names() {
    let track: MediaTrackConstraints = "width=640,colour=1".parse().unwrap();
    assert_eq!(track, asked("width=640"));
    let stream: MediaStreamConstraints = r#"{"audio": true, "colour": 1}"#.parse().unwrap();
    assert_eq!(stream, MediaStreamConstraints::audio());
    assert!("width".parse::<MediaTrackConstraints>().is_err());
    assert!("width=640".parse::<MediaStreamConstraints>().is_err());
}

#[test]
fn unknown_names_ask_for_nothing_and_are_returned_with_their_places() {
    let text = r#"{"video": {"colour": {"exact": 1}, "width": {"about": 3}, "facingMode": {"min": "a"},
        "advanced": [{"zoomies": 2}]}, "peerIdentity": 1}"#;
    let read = MediaStreamConstraints::from_json(text).unwrap();
    let expected = [
        "video.colour",
        "video.width.about",
        "video.facingMode.min",
        "video.advanced[0].zoomies",
        "peerIdentity",
    ];
    assert_eq!(read.ignored, expected);
    let read = MediaTrackConstraints::parse("colour==red,width=640").unwrap();
    assert_eq!(
        (read.ignored, read.value),
        (vec!["colour".to_owned()], asked("width=640"))
    );
}

#[test]
fn what_cannot_be_read_says_what_is_expected() {
    for (text, said) in [
        ("width", "'width' is not a constraint: expected NAME=VALUE"),
        ("width=1,,height=2", "'' is not a constraint"),
        ("width>640", "expected NAME=VALUE (ideal), NAME==VALUE (exact)"),
        (
            "width=wide",
            "width: expected a whole number such as 640, got 'wide'",
        ),
        (
            "autoGainControl=on",
            "autoGainControl: expected true or false, got 'on'",
        ),
        (
            "facingMode=",
            "facingMode: expected a string, or a list of alternatives, as in a|b",
        ),
        ("facingMode>=user", "facingMode: has no minimum or maximum"),
        ("{", "not a JSON object"),
        (
            r#"{"width": {"min": "640"}}"#,
            r#"width.min: expected a whole number such as 640, got "640""#,
        ),
        (r#"{"width": true}"#, "width: expected a whole number"),
        (
            r#"{"advanced": [1]}"#,
            "advanced[0]: expected an object of constraints, got 1",
        ),
        (r#"{"facingMode": ["user", 1]}"#, "facingMode: expected a string"),
    ] {
        let error = MediaTrackConstraints::parse(text).unwrap_err();
        assert_eq!(error.name(), "TypeError");
        assert!(error.to_string().contains(said), "{text}: {error}");
    }
    let error = MediaStreamConstraints::from_json(r#"{"video": 1}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "video: expected true, false or an object of constraints, got 1"
    );
}

#[test]
fn echo_cancellation_is_a_switch_or_a_mode() {
    assert_eq!(
        asked("echoCancellation==remote-only").basic.echo_cancellation,
        Some(Constrain::exact(EchoCancellation::Mode("remote-only".into())))
    );
    assert_eq!(
        asked("echoCancellation=false").basic.echo_cancellation,
        Some(Constrain::bare(false.into()))
    );
}

#[test]
fn a_camera_is_steered_or_not_with_true_and_false_in_place_of_a_number() {
    let text = r#"{"pan":true,"tilt":false,"zoom":true}"#;
    assert_eq!(asked("pan=true,tilt=false,zoom=true"), asked(text));
    assert_eq!(serde_json::to_string(&asked(text)).unwrap(), text);
    // Values say more, whichever comes first.
    for text in ["pan=true,pan>=0", "pan>=0,pan=false"] {
        assert_eq!(asked(text), asked("pan>=0"));
    }
    assert!(MediaTrackConstraints::parse("pan==true").is_err());
    let other = MediaTrackConstraints::from_json(r#"{"brightness": false}"#);
    assert_eq!(other.unwrap_err().name(), "TypeError");
}

#[test]
fn a_number_that_is_written_as_json_is_the_same_number() {
    let constraints: MediaTrackConstraints = "frameRate==9.980039920159681".parse().unwrap();
    let json = serde_json::to_string(&constraints).unwrap();
    assert_eq!(json.parse::<MediaTrackConstraints>().unwrap(), constraints);
}
