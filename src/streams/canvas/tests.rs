//! W147, W117, W155, W161 and the rates of `captureStream`.
use super::*;
use crate::constraints::{Constrain, MediaTrackConstraintSet, MediaTrackConstraints};
use crate::media::TrackKind;
use crate::streams::listener::Listener;
use crate::streams::track::ReadyState;

fn canvas() -> (Canvas, Clock) {
    let clock = Clock::manual();
    (Canvas::new(2, 2, &clock).unwrap(), clock)
}

fn listen(track: &MediaStreamTrack) -> Listener<VideoFrame> {
    match track.feed() {
        Feed::Video(feed) => feed.listen(100),
        Feed::Audio(_) => panic!("a canvas has a video track"),
    }
}

/// Milliseconds and luma of all frames in the queue.
fn taken(listener: &Listener<VideoFrame>) -> Vec<(u64, u8)> {
    let frames = std::iter::from_fn(|| listener.next_timeout(Duration::ZERO).ok());
    frames
        .map(|frame| (frame.time.round_millis(), frame.picture.data()[0]))
        .collect()
}

/// Draws in grey, then lets time pass.
fn draw(canvas: &Canvas, clock: &Clock, luma: u8, millis: u64) {
    canvas.draw(PixelFormat::I420, &[luma; 6]).unwrap();
    clock.advance(Duration::from_millis(millis));
}

#[test]
fn without_a_rate_every_drawing_is_a_frame_stamped_when_it_was_drawn() {
    let (canvas, clock) = canvas();
    let stream = canvas.capture_stream(None).unwrap();
    let track = &stream.video_tracks()[0];
    let listener = listen(track);
    for (luma, millis) in [(1, 10), (2, 500), (3, 0)] {
        draw(&canvas, &clock, luma, millis);
    }
    assert_eq!(taken(&listener), [(0, 1), (10, 2), (510, 3)]);
    let settings = track.get_settings();
    assert_eq!((settings.width, settings.height), (Some(2), Some(2)));
}

#[test]
fn with_a_rate_at_most_so_many_a_second_are_taken_and_only_drawings() {
    let (canvas, clock) = canvas();
    let track = canvas.capture_track(Some(10.0)).unwrap();
    let listener = listen(&track);
    for luma in 0..10 {
        draw(&canvas, &clock, luma, 30);
    }
    assert_eq!(taken(&listener), [(0, 0), (120, 4), (210, 7)]);
    clock.advance(Duration::from_secs(5));
    assert_eq!(taken(&listener), []);
    draw(&canvas, &clock, 77, 50);
    draw(&canvas, &clock, 78, 50);
    draw(&canvas, &clock, 79, 50);
    assert_eq!(taken(&listener), [(5300, 77), (5400, 79)]);
}

#[test]
fn the_interval_of_a_rate_begins_with_the_first_drawing_whatever_the_clock_shows() {
    let (canvas, clock) = canvas();
    let track = canvas.capture_track(Some(1.0)).unwrap();
    let listener = listen(&track);
    clock.advance(Duration::from_millis(900));
    for luma in 0..4 {
        draw(&canvas, &clock, luma, 500);
    }
    assert_eq!(taken(&listener), [(900, 0), (1900, 2)]);
}

// W147
#[test]
fn at_rate_0_only_the_drawing_after_a_request_is_taken_and_the_first() {
    let (canvas, clock) = canvas();
    let track = canvas.capture_track(Some(0.0)).unwrap();
    assert_eq!((track.kind(), track.canvas()), (TrackKind::Video, &canvas));
    let listener = listen(&track);
    track.request_frame();
    assert_eq!(taken(&listener), []);
    draw(&canvas, &clock, 1, 10);
    draw(&canvas, &clock, 2, 10);
    track.request_frame();
    track.request_frame();
    assert_eq!(taken(&listener), [(0, 1)]);
    draw(&canvas, &clock, 3, 10);
    draw(&canvas, &clock, 4, 10);
    assert_eq!(taken(&listener), [(20, 3)]);
}

#[test]
fn a_negative_rate_is_not_supported_and_one_that_is_none_a_type_error() {
    let (canvas, _) = canvas();
    let name = |rate| canvas.capture_track(Some(rate)).map_err(|error| error.name());
    assert_eq!(name(-1.0).unwrap_err(), "NotSupportedError");
    assert_eq!(name(f64::NAN).unwrap_err(), "TypeError");
    assert_eq!(name(f64::INFINITY).unwrap_err(), "TypeError");
    assert!(name(1e-300).is_ok());
}

#[test]
fn whoever_comes_late_begins_with_what_is_shown_now() {
    let (canvas, clock) = canvas();
    draw(&canvas, &clock, 9, 100);
    let track = canvas.capture_track(None).unwrap();
    clock.advance(Duration::from_millis(50));
    let (first, other) = (listen(&track), track.clone_track().unwrap());
    assert_eq!(taken(&first), [(150, 9)]);
    draw(&canvas, &clock, 10, 100);
    assert_eq!(taken(&listen(&other)), [(250, 10)]);
    assert_eq!(taken(&first), [(150, 10)]);
}

#[test]
fn two_drawings_in_one_instant_are_two_frames_in_their_order() {
    let (canvas, clock) = canvas();
    let track = canvas.capture_track(None).unwrap();
    let listener = listen(&track);
    draw(&canvas, &clock, 1, 0);
    draw(&canvas, &clock, 2, 0);
    let times: Vec<u64> = std::iter::from_fn(|| listener.next_timeout(Duration::ZERO).ok())
        .map(|frame| frame.time.as_nanos())
        .collect();
    assert_eq!(times, [0, 1000]);
}

#[test]
fn tracks_end_when_nobody_can_draw_any_more() {
    let (canvas, clock) = canvas();
    let stream = canvas.capture_stream(None).unwrap();
    let listener = listen(&stream.tracks()[0]);
    draw(&canvas, &clock, 1, 0);
    drop(canvas);
    assert_eq!(stream.tracks()[0].ready_state(), ReadyState::Ended);
    assert_eq!(listener.frames().count(), 1);
}

#[test]
fn a_stopped_track_takes_nothing_and_costs_the_canvas_nothing() {
    let (canvas, clock) = canvas();
    let (one, two) = (
        canvas.capture_track(None).unwrap(),
        canvas.capture_track(None).unwrap(),
    );
    let (first, second) = (listen(&one), listen(&two));
    one.stop();
    draw(&canvas, &clock, 1, 0);
    assert_eq!((taken(&first), taken(&second)), (vec![], vec![(0, 1)]));
    assert_eq!(canvas.0.lock().captures.len(), 1);
}

// W155
#[test]
fn constraints_that_ask_for_nothing_can_be_applied() {
    let (canvas, _) = canvas();
    let track = canvas.capture_track(None).unwrap();
    let with_advanced = |advanced| MediaTrackConstraints {
        advanced,
        ..MediaTrackConstraints::default()
    };
    track.apply_constraints(&with_advanced(vec![])).unwrap();
    let narrower = MediaTrackConstraintSet {
        width: Some(Constrain::exact(1)),
        ..MediaTrackConstraintSet::default()
    };
    track.apply_constraints(&narrower.into()).unwrap();
    assert_eq!(track.get_settings().width, Some(1));
}

#[test]
fn a_picture_of_another_size_is_refused_and_nothing_is_drawn() {
    let (canvas, _) = canvas();
    let track = canvas.capture_track(None).unwrap();
    let listener = listen(&track);
    let errors = [
        canvas.draw(PixelFormat::Rgba, &[0; 15]),
        canvas.draw_picture(Arc::new(Picture::new(2, 3))),
        Canvas::new(0, 2, &Clock::manual()).map(drop),
        Canvas::new(2, 16_384, &Clock::manual()).map(drop),
    ];
    for error in errors {
        assert_eq!(error.unwrap_err().name(), "TypeError");
    }
    assert_eq!(taken(&listener), []);
}
