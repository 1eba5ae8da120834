//! A camera's controls as constraints (section I of the Web Platform Tests): what is asked reaches the camera.
use crate::library::name;
use crate::util::{Folder, run};
use mediarec::clock::Clock;
use mediarec::constraints::{MediaStreamConstraints, MediaTrackConstraints, Property, supported_constraints};
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::streams::{Canvas, ImageCapture, MediaStreamTrack};
use serde_json::{Value, json};

const MODES: [&str; 3] = ["whiteBalanceMode", "exposureMode", "focusMode"];

fn devices() -> MediaDevices {
    MediaDevices::new(FakeDevices::default())
}

fn open(devices: &MediaDevices, asked: &Value) -> Result<MediaStreamTrack, mediarec::error::Error> {
    let asked = MediaStreamConstraints::from_json(&json!({ "video": asked }).to_string())?;
    Ok(devices.get_user_media(&asked.value)?.tracks().remove(0))
}

fn camera() -> MediaStreamTrack {
    open(&devices(), &json!({})).unwrap()
}

fn constraints(asked: &Value) -> MediaTrackConstraints {
    let read = MediaTrackConstraints::from_json(&asked.to_string()).unwrap();
    assert_eq!(read.ignored, Vec::<String>::new());
    read.value
}

fn apply(track: &MediaStreamTrack, asked: &Value) -> &'static str {
    name(track.apply_constraints(&constraints(asked)))
}

fn settings(track: &MediaStreamTrack) -> Value {
    json!(track.get_settings())
}

/// A value of each control that the camera can have and does not stand at.
fn all_others() -> Value {
    json!({
        "whiteBalanceMode": "manual", "exposureMode": "manual", "focusMode": "manual",
        "exposureCompensation": -1.5, "exposureTime": 300.0, "colorTemperature": 3200.0, "iso": 400.0,
        "brightness": 20.0, "contrast": 40.0, "saturation": 70.0, "sharpness": 5.0, "focusDistance": 2.25,
        "pan": 3600.0, "tilt": -7200.0, "zoom": 2.5, "torch": true
    })
}

fn members(object: &Value) -> Vec<(String, Value)> {
    let members = object.as_object().unwrap().iter();
    members
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

// W154
#[test]
fn the_seventeen_names_of_image_capture_are_known() {
    let known = supported_constraints();
    let controls: Vec<_> = Property::ALL
        .into_iter()
        .filter(|property| property.is_control())
        .collect();
    assert_eq!(controls.len(), 17);
    assert!(controls.iter().all(|control| known[control.name()]));
    let mut names: Vec<_> = members(&all_others()).into_iter().map(|(name, _)| name).collect();
    names.push("pointsOfInterest".into());
    assert!(names.iter().all(|name| known.contains_key(&**name)));
}

// W157, W163, W164
#[test]
fn every_control_in_one_advanced_set_reaches_the_camera_and_is_within_its_capabilities() {
    let devices = devices();
    let track = open(&devices, &json!({})).unwrap();
    let can = json!(track.get_capabilities());
    assert_eq!(can["zoom"], json!({ "min": 1.0, "max": 4.0, "step": 0.5 }));
    assert_eq!(can["torch"], json!([false, true]));
    for mode in MODES {
        assert_eq!(can[mode], json!(["manual", "continuous"]));
    }
    assert_eq!(apply(&track, &json!({ "advanced": [all_others()] })), "none");
    let now = settings(&track);
    for (name, value) in members(&all_others()) {
        assert_eq!(now[&name], value, "{name}");
        assert!(can.get(&name).is_some(), "{name}");
    }
    // The camera keeps what it is set to, whoever opens it next.
    let listed = settings(&open(&devices, &json!({})).unwrap());
    assert_eq!(listed["zoom"], 2.5);
    // The other camera has no controls.
    let other = settings(&open(&devices, &json!({ "facingMode": { "exact": "environment" } })).unwrap());
    assert_eq!(other.get("zoom"), None);
}

#[test]
fn a_brighter_camera_gives_brighter_pictures_while_it_runs() {
    let track = camera();
    let capture = ImageCapture::new(&track).unwrap();
    // The grey below the bars, which no number and no box crosses; it flashes white now and then.
    let grey = || {
        // The next one is painted already.
        capture.grab_frame().unwrap();
        let greys = (0..8).map(|_| capture.grab_frame().unwrap().picture.planes()[0][1280 * 580 + 2]);
        greys.min().unwrap()
    };
    assert_eq!(grey(), 48);
    assert_eq!(apply(&track, &json!({ "brightness": { "exact": 30 } })), "none");
    assert_eq!(grey(), 78);
    assert_eq!(apply(&track, &json!({})), "none");
    assert_eq!(settings(&track)["brightness"], 0.0);
    assert_eq!(grey(), 48);
}

// W159
#[test]
fn what_is_outside_the_range_is_skipped_when_advanced_and_overconstrained_when_required() {
    let track = camera();
    let before = settings(&track);
    let can = json!(track.get_capabilities());
    let mut variants = Vec::new();
    for (name, _) in members(&all_others()) {
        match &can[&name] {
            Value::Object(range) => {
                variants.push((name.clone(), json!(range["max"].as_f64().unwrap() + 1.0)));
                variants.push((name, json!(range["min"].as_f64().unwrap() - 1.0)));
            }
            _ if name != "torch" => variants.push((name, json!("single-shot"))),
            _ => {}
        }
    }
    assert_eq!(variants.len(), 27);
    for (name, value) in variants {
        let advanced = json!({ "advanced": [{ (&*name): value }] });
        assert_eq!(apply(&track, &advanced), "none", "{name}");
        assert_eq!(settings(&track), before, "{name}");
        assert_eq!(json!(track.get_constraints()), advanced);
        let error = track.apply_constraints(&constraints(&json!({ (&*name): { "exact": value } })));
        match error {
            Err(mediarec::error::Error::Overconstrained { constraint, .. }) => assert_eq!(constraint, name),
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(json!(track.get_constraints()), advanced);
    }
}

// W160
#[test]
fn get_constraints_returns_what_was_applied_alone_and_together() {
    let track = camera();
    let mut sets: Vec<Value> = members(&all_others())
        .into_iter()
        .map(|(name, value)| json!({ (name): value }))
        .collect();
    sets.push(json!({ "pointsOfInterest": [{ "x": 0.25, "y": 0.75 }] }));
    sets.push(all_others());
    for set in sets {
        let asked = json!({ "advanced": [set] });
        assert_eq!(apply(&track, &asked), "none");
        assert_eq!(json!(track.get_constraints()), asked);
    }
    assert_eq!(apply(&track, &json!({})), "none");
    assert_eq!(json!(track.get_constraints()), json!({}));
}

// W155, W161
#[test]
fn a_canvas_remembers_what_it_cannot_do() {
    let canvas = Canvas::new(16, 16, &Clock::monotonic()).unwrap();
    let track = canvas.capture_track(None).unwrap();
    assert_eq!(apply(&track, &json!({ "advanced": [] })), "none");
    for (name, value) in members(&all_others()) {
        let asked = json!({ "advanced": [{ (name): value }] });
        assert_eq!(apply(&track, &asked), "none");
        assert_eq!(json!(track.get_constraints()), asked);
    }
    let all = json!({ "advanced": [all_others()] });
    assert_eq!(apply(&track, &all), "none");
    assert_eq!(json!(track.get_constraints()), all);
    assert_eq!(apply(&track, &json!({})), "none");
    assert_eq!(json!(track.get_constraints()), json!({}));
}

#[test]
fn no_device_is_selected_by_a_control_but_it_may_be_wished_for() {
    let devices = devices();
    for (control, value) in members(&all_others()) {
        let required = json!({ (&*control): { "exact": value } });
        assert_eq!(name(open(&devices, &required)), "TypeError", "{control}");
        let track = open(&devices, &json!({ (&*control): value })).unwrap();
        assert_eq!(settings(&track)[&control], value);
    }
    assert!(open(&devices, &json!({ "pan": true, "tilt": true, "zoom": true })).is_ok());
}

#[test]
fn numbers_between_steps_are_the_nearest_and_exact_ones_cannot_be_had() {
    let track = camera();
    for (asked, zoom) in [
        (json!(2.2), 2.0),
        (json!(99), 4.0),
        (json!({ "min": 2.6 }), 3.0),
        (json!({ "max": 0.5 }), 0.0),
    ] {
        let outcome = apply(&track, &json!({ "zoom": asked }));
        if zoom > 0.0 {
            assert_eq!(
                (outcome, &settings(&track)["zoom"]),
                ("none", &json!(zoom)),
                "{asked}"
            );
        } else {
            assert_eq!(outcome, "OverconstrainedError");
        }
    }
    assert_eq!(
        apply(&track, &json!({ "zoom": { "exact": 2.2 } })),
        "OverconstrainedError"
    );
    assert_eq!(
        apply(&track, &json!({ "zoom": { "min": 2.1, "max": 2.4 } })),
        "OverconstrainedError"
    );
}

#[test]
fn what_one_track_requires_no_other_track_of_the_camera_changes() {
    let track = camera();
    let other = track.clone_track().unwrap();
    assert_eq!(apply(&track, &json!({ "zoom": { "exact": 2 } })), "none");
    // A clone of the handle's settings is the camera's.
    assert_eq!(settings(&other)["zoom"], 2.0);
    assert_eq!(
        apply(&other, &json!({ "zoom": { "exact": 3 } })),
        "OverconstrainedError"
    );
    assert_eq!(apply(&other, &json!({ "zoom": 3, "brightness": 5 })), "none");
    assert_eq!(
        (&settings(&track)["zoom"], &settings(&track)["brightness"]),
        (&json!(2.0), &json!(5.0))
    );
    track.stop();
    assert_eq!(apply(&other, &json!({ "zoom": { "exact": 3 } })), "none");
    assert_eq!(settings(&other)["zoom"], 3.0);
}

#[test]
fn controls_are_asked_for_on_the_command_line_like_everything_else() {
    let folder = Folder::new();
    let words = "probe --fake-devices --json --no-audio --video=zoom=3,torch=true,focusMode=manual,pointsOfInterest=0.5:0.5";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    let found: Value = serde_json::from_str(outcome.text()).unwrap();
    let track = &found["video"][0];
    assert_eq!(
        track["constraints"]["pointsOfInterest"],
        json!([{ "x": 0.5, "y": 0.5 }])
    );
    let now = &track["settings"];
    assert_eq!(
        (&now["zoom"], &now["torch"], &now["focusMode"]),
        (&json!(3.0), &json!(true), &json!("manual"))
    );
    let usage = run(&mut folder.mediarec("probe --fake-devices --video=zoom==3"));
    assert_eq!(usage.code, Some(2), "{}", usage.stderr);
}
