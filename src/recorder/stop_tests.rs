//! Stops of recordings whose encoders take too long, on a clock that only the tests move. The tests are the encoders.
use crate::clock::Clock;
use crate::encode::Encoder;
use crate::encode::{AudioCodec, AudioEncoder, AudioOptions};
use crate::error::Result;
use crate::media::{AudioFormat, Packet, TrackInfo};
use crate::recorder::calendar::Calendar;
use crate::recorder::container::Container;
use crate::recorder::interleaver::TrackOrder;
use crate::recorder::media_recorder_options::BitRates;
use crate::recorder::message::Message;
use crate::recorder::pipeline::Pipeline;
use crate::recorder::recording_limits::RecordingLimits;
use crate::recorder::recording_setup::Setup;
use crate::recorder::run_control::{Attributes, RunControl};
use crate::recorder::test_media::{ms, packet, vp8};
use crate::recorder::timeline::Timeline;
use crate::recorder::track_set::TrackSet;
use crate::recorder::watermark::Watermark;
use crate::recorder::{RecorderEvent, Recording};
use crate::streams::MediaStream;
use crate::streams::listener::Connection;
use crate::webm::{DocType, Metadata};
use crossbeam_channel::{Sender, unbounded};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

const RATES: BitRates = BitRates { audio: 1, video: 2 };

/// A queue in which so many frames wait.
struct Queue(usize);

impl Connection for Queue {
    fn release(&self) {}

    fn dropped(&self) -> u64 {
        0
    }

    fn lost(&self) -> u64 {
        0
    }

    fn waiting(&self) -> usize {
        self.0
    }
}

/// A recording of a camera, track 0, and a microphone, track 1.
struct Stopping {
    recording: Recording,
    control: Arc<RunControl>,
    clock: Clock,
    messages: Sender<Message>,
    watermark: Arc<Watermark>,
}

fn infos() -> [TrackInfo; 2] {
    let options = AudioOptions {
        codec: AudioCodec::Opus,
        bits_per_second: 64_000,
        constant: false,
    };
    let audio = AudioFormat {
        sample_rate: 48_000,
        channels: 2,
    };
    [vp8(), AudioEncoder::new(audio, options, true).unwrap().info()]
}

impl Stopping {
    /// Three frames wait for the camera's encoder.
    fn new() -> Self {
        let (clock, infos) = (Clock::manual(), infos());
        let timeline = Arc::new(Timeline::start(clock.clone(), None, false));
        let mime_type = "video/webm".to_owned();
        let control = Arc::new(RunControl::new(Attributes {
            mime_type: mime_type.clone(),
            bit_rates: RATES,
        }));
        let (run, commands) = control.begin(&timeline, None, RATES, false).unwrap();
        let container = Container {
            doc_type: DocType::Webm,
            metadata: Metadata::default(),
            calendar: Arc::new(Calendar::new(SystemTime::UNIX_EPOCH)),
        };
        let webm = container.begin(&infos, Duration::ZERO).unwrap();
        let pipelines = infos.into_iter().zip([3, 0]).enumerate();
        let pipelines: Vec<Pipeline> = pipelines
            .map(|(index, (info, waiting))| {
                let order = TrackOrder {
                    audio: index == 1,
                    live: true,
                    copied: false,
                };
                Pipeline::of(info, order, Arc::new(Queue(waiting)))
            })
            .collect();
        run.attach(&pipelines);
        let (sender, messages) = unbounded();
        let watermark = Arc::new(Watermark::new(2));
        let setup = Setup {
            clock: clock.clone(),
            tracks: TrackSet::live(&MediaStream::new([])),
            pipelines,
            threads: Vec::new(),
            messages,
            watermark: watermark.clone(),
            timeline,
            schedule: None,
            history: None,
            container,
            webm: Some(webm),
            mime_type: mime_type.into(),
        };
        Self {
            recording: Recording::new(run, setup, commands, RecordingLimits::default()),
            control,
            clock,
            messages: sender,
            watermark,
        }
    }

    /// Packets of a track at these milliseconds.
    fn deliver(&self, track: usize, times: impl IntoIterator<Item = u64>) {
        for time in times {
            let packet = Packet {
                track,
                time: ms(time),
                ..packet(20)
            };
            self.messages.send(Message::Packets(vec![packet], 0)).unwrap();
        }
    }

    fn end(&self, track: usize, result: Result<()>) {
        self.messages.send(Message::Ended { track, result }).unwrap();
    }

    /// Handles all that waits, and what is due by now.
    fn handle(&mut self) -> Vec<RecorderEvent> {
        let next = || self.recording.next_timeout(Duration::ZERO);
        std::iter::from_fn(next).collect()
    }

    /// A second and a bit of audio, and one frame, with the next one in its encoder; then a stop.
    fn stop(&mut self) {
        self.deliver(0, [0]);
        assert!(self.watermark.claim(0, ms(33)));
        self.deliver(1, (0..60).map(|n| n * 20));
        assert!(matches!(self.handle()[..], [RecorderEvent::Start]));
        // Nothing behind the frame that is being encoded is in the file.
        assert_eq!(self.packets(), [1, 2]);
        self.control.end();
        assert_eq!(self.handle().len(), 0);
    }

    /// How many are in the file, of video and of audio.
    fn packets(&self) -> [u64; 2] {
        let stats = self.recording.stats();
        [stats.tracks[0].packets, stats.tracks[1].packets]
    }
}

#[test]
fn a_second_after_a_stop_video_is_given_up_and_audio_is_still_waited_for() {
    let mut it = Stopping::new();
    it.stop();
    it.clock.advance(Duration::from_millis(999));
    assert_eq!(it.handle().len(), 0);
    assert_eq!(it.packets(), [1, 2]);
    it.clock.advance(Duration::from_millis(1));
    assert_eq!(it.handle().len(), 0);
    assert_eq!(it.packets(), [1, 60]);
    it.clock.advance(Duration::from_millis(400));
    // What the camera's encoder still brings is behind the audio that is in the file.
    it.deliver(0, [33]);
    it.deliver(1, (60..70).map(|n| n * 20));
    it.end(1, Ok(()));
    let events = it.handle();
    assert!(
        matches!(events[..], [RecorderEvent::DataAvailable(_), RecorderEvent::Stop]),
        "{events:?}"
    );
    assert_eq!(it.packets(), [1, 70]);
    let stats = it.recording.stats();
    assert_eq!((stats.tracks[0].late, stats.tracks[1].late), (0, 0));
    // The one in the encoder and the three behind it.
    assert_eq!((stats.tracks[0].losses.encoder, stats.tracks[1].dropped), (4, 0));
}

#[test]
fn a_stop_ends_as_soon_as_both_encoders_have() {
    let mut it = Stopping::new();
    it.stop();
    it.deliver(0, [33, 67]);
    it.end(0, Ok(()));
    it.end(1, Ok(()));
    let events = it.handle();
    assert!(
        matches!(events[..], [RecorderEvent::DataAvailable(_), RecorderEvent::Stop]),
        "{events:?}"
    );
    assert_eq!(it.packets(), [3, 60]);
    assert_eq!(it.recording.stats().tracks[0].dropped, 0);
}

#[test]
fn audio_that_is_not_there_a_second_and_a_half_after_a_stop_is_an_error() {
    let mut it = Stopping::new();
    it.stop();
    it.clock.advance(Duration::from_secs(1));
    it.handle();
    it.clock.advance(Duration::from_millis(500));
    drop(std::mem::replace(&mut it.messages, unbounded().0));
    let events = it.handle();
    assert!(matches!(events[0], RecorderEvent::Error(_)), "{events:?}");
    assert_eq!(it.packets(), [1, 60]);
}
