//! Streams: sets of tracks, and what they are to whoever looks at them.
use crate::inputs::{Y4m, cd_like, tone, write_wav};
use crate::library::unpaced;
use crate::util::Folder;
use mediarec::clock::{Clock, Timestamp};
use mediarec::constraints::{MediaStreamConstraints, MediaTrackConstraints};
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::files::{Input, ReadRate, open_files};
use mediarec::media::{Color, Picture, PixelAspect, TrackKind, VideoFormat, VideoFrame};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent};
use mediarec::streams::{
    GeneratorMode, MediaStream, MediaStreamTrack, ReadyState, StreamEvent, VideoTrackGenerator,
};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

fn opened(audio: bool, video: bool) -> MediaStream {
    let devices = MediaDevices::new(FakeDevices::from_spec("unpaced").unwrap());
    devices
        .get_user_media(&MediaStreamConstraints {
            audio: audio.then(MediaTrackConstraints::default),
            video: video.then(MediaTrackConstraints::default),
        })
        .unwrap()
}

fn counts(stream: &MediaStream) -> (usize, usize) {
    (stream.audio_tracks().len(), stream.video_tracks().len())
}

fn only(tracks: &[MediaStreamTrack]) -> MediaStreamTrack {
    assert_eq!(tracks.len(), 1);
    tracks[0].clone()
}

// W98, W99
#[test]
fn what_was_asked_for_is_there_once_and_nothing_else() {
    assert_eq!(counts(&opened(true, false)), (1, 0));
    assert_eq!(counts(&opened(false, true)), (0, 1));
    assert_eq!(only(&opened(true, false).tracks()).kind(), TrackKind::Audio);
}

// W100, W109
#[test]
fn a_track_is_in_a_set_once_and_taken_out_once_without_an_event() {
    let (stream, other) = (opened(false, true), opened(true, false));
    let events = stream.events();
    let track = only(&other.tracks());
    for _ in 0..2 {
        stream.add_track(&track);
        assert_eq!(counts(&stream), (1, 1));
    }
    stream.remove_track(&track);
    stream.remove_track(&track);
    assert_eq!(counts(&stream), (0, 1));
    stream.remove_track(&only(&stream.tracks()));
    assert_eq!(counts(&stream), (0, 0));
    assert_eq!(events.try_next(), None);
    // A track that is taken out goes on.
    assert_eq!(track.ready_state(), ReadyState::Live);
}

// W102
#[test]
fn a_stream_that_is_over_is_active_again_with_a_live_track() {
    let stream = opened(false, true);
    let old = only(&stream.tracks());
    old.stop();
    assert!(!stream.active());
    stream.add_track(&only(&opened(true, false).tracks()));
    stream.remove_track(&old);
    assert!(stream.active() && stream.audible());
}

// W103
#[test]
fn a_track_is_found_by_its_id_and_by_no_other() {
    let stream = unpaced();
    for track in stream.tracks() {
        assert_eq!(stream.track_by_id(track.id()), Some(track.clone()));
        assert_eq!(stream.track_by_id(&format!("{}foo", track.id())), None);
    }
}

// W105, W106
#[test]
fn a_stream_made_of_anothers_tracks_has_the_same_tracks_and_an_id_of_its_own() {
    let stream = unpaced();
    let other = MediaStream::new(stream.tracks());
    assert_ne!(stream.id(), other.id());
    assert_ne!(MediaStream::new([]).id(), MediaStream::new([]).id());
    assert_eq!(stream.tracks(), other.tracks());
    stream.tracks()[0].stop();
    let third = MediaStream::new(stream.tracks().into_iter().chain(stream.tracks()));
    assert_eq!(third.tracks(), stream.tracks());
    assert_eq!(
        third.track_by_id(stream.tracks()[0].id()),
        Some(stream.tracks()[0].clone())
    );
    assert!(stream.id().len() == 36 && !MediaStream::new([]).active());
}

// W108
#[test]
fn a_stop_ends_a_track_at_once_and_without_an_event() {
    let stream = unpaced();
    let also = MediaStream::new(stream.tracks());
    let events: Vec<_> = stream.tracks().iter().map(MediaStreamTrack::events).collect();
    for track in stream.tracks() {
        track.stop();
        assert_eq!(track.ready_state(), ReadyState::Ended);
    }
    assert!(!stream.active() && !also.active());
    assert!(events.iter().all(|events| events.try_next().is_none()));
}

// W112
#[test]
fn a_clone_has_clones_of_the_tracks_that_live_and_end_for_themselves() {
    let stream = unpaced();
    let clone = stream.clone_stream().unwrap();
    assert_eq!(counts(&clone), counts(&stream));
    let grandchild = clone.clone_stream().unwrap();
    let streams = [&stream, &clone, &grandchild];
    let ids: HashSet<String> = streams
        .iter()
        .flat_map(|stream| {
            let tracks = stream.tracks().into_iter().map(|track| track.id().to_owned());
            tracks.chain([stream.id().to_owned()])
        })
        .collect();
    assert_eq!(ids.len(), 9);

    stream.audio_tracks()[0].stop();
    assert!(
        clone
            .tracks()
            .iter()
            .all(|track| track.ready_state() == ReadyState::Live)
    );
    let half = stream.clone_stream().unwrap();
    let states: Vec<ReadyState> = half.tracks().iter().map(MediaStreamTrack::ready_state).collect();
    assert_eq!(states, [ReadyState::Ended, ReadyState::Live]);
    stream.video_tracks()[0].stop();
    assert!(!stream.clone_stream().unwrap().active());
    assert!(clone.active());
}

#[test]
fn a_stopped_track_can_be_cloned_whatever_became_of_its_source() {
    let format = VideoFormat {
        width: 64,
        height: 48,
        frame_duration: None,
        color: Color::BT601,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    };
    let generator =
        VideoTrackGenerator::new("shrinking", format, GeneratorMode::Live, &Clock::manual()).unwrap();
    let stream = MediaStream::new([
        generator.track().clone(),
        generator.track().clone_track().unwrap(),
    ]);
    stream.tracks()[0].stop();
    let smaller = VideoFrame {
        time: Timestamp::ZERO,
        duration: None,
        picture: Arc::new(Picture::new(32, 24)),
    };
    generator.write(&smaller).unwrap();
    let clone = stream.clone_stream().unwrap();
    let states: Vec<ReadyState> = clone.tracks().iter().map(MediaStreamTrack::ready_state).collect();
    assert_eq!(states, [ReadyState::Ended, ReadyState::Live]);
    assert_eq!(clone.tracks()[1].get_settings().width, Some(32));
}

// W143: tracks are there when the header is known; each ends, and then leaves the stream, which a recorder does not mind.
#[test]
fn the_tracks_of_files_end_and_leave_their_stream() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((25, 1), 50).bytes());
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 1),
        48_000,
        tone(440.0, 0.5, 48_000),
    );
    let inputs = ["a.y4m", "a.wav"].map(|name| Input::Path(folder.path(name)));
    let stream = open_files(&inputs, ReadRate::Unpaced, &Clock::monotonic()).unwrap();
    let tracks = stream.tracks();
    assert_eq!(counts(&stream), (1, 1));
    assert!(tracks.iter().all(|track| track.ready_state() == ReadyState::Live));
    let events = stream.events();
    let recorder = MediaRecorder::new(&stream, MediaRecorderOptions::default()).unwrap();
    let told: Vec<RecorderEvent> = recorder.start(None).unwrap().collect();
    assert!(
        !told.iter().any(|event| matches!(event, RecorderEvent::Error(_))),
        "{told:?}"
    );
    let removed: Vec<StreamEvent> = (0..2)
        .filter_map(|_| events.next_timeout(Duration::from_secs(5)))
        .collect();
    for track in &tracks {
        assert_eq!(track.ready_state(), ReadyState::Ended);
        assert!(removed.contains(&StreamEvent::RemoveTrack(track.clone())));
    }
    assert!(stream.tracks().is_empty() && !stream.active());
}
