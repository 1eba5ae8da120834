//! Encoder threads that have too little time, and stops that find them so, on a clock that only the tests move.
use crate::clock::Clock;
use crate::constraints::MediaTrackSettings;
use crate::encode::Encoder;
use crate::error::Result;
use crate::media::{AudioFormat, Color, MediaFormat, Packet, PixelAspect, TrackInfo, TrackKind, VideoFormat};
use crate::recorder::alarms::Observe;
use crate::recorder::backlog::Backlog;
use crate::recorder::batch::Batch;
use crate::recorder::cuts::MapTime;
use crate::recorder::encoder_thread::EncoderThread;
use crate::recorder::frame_segments::FrameSegments;
use crate::recorder::interleaver::TrackOrder;
use crate::recorder::message::Message;
use crate::recorder::test_media::{block, frame, ms, packet};
use crate::recorder::timeline::Timeline;
use crate::recorder::track_counters::TrackCounters;
use crate::recorder::watermark::Watermark;
use crate::streams::source::{Backpressure, Source};
use crate::streams::track::TrackFeed;
use crate::streams::track_frame::TrackFrame;
use crate::sync::Mutex;
use crossbeam_channel::unbounded;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const AUDIO: AudioFormat = AudioFormat {
    sample_rate: 48_000,
    channels: 2,
};
const VIDEO: VideoFormat = VideoFormat {
    width: 1,
    height: 1,
    frame_duration: None,
    color: Color::UNSPECIFIED,
    pixel_aspect: PixelAspect::SQUARE,
    interlaced: false,
};

/// An encoder that takes so long for each frame, and writes down the speeds that it is set to.
struct Slow<T> {
    takes: Duration,
    clock: Clock,
    speeds: Arc<Mutex<Vec<u8>>>,
    input: PhantomData<fn(T)>,
}

impl<T: MapTime> Encoder for Slow<T> {
    type Input = T;

    fn info(&self) -> TrackInfo {
        TrackInfo {
            format: MediaFormat::Audio(AUDIO),
            codec_id: "".into(),
            codec_private: vec![],
            codec_delay: Duration::ZERO,
            seek_pre_roll: Duration::ZERO,
            name: String::new(),
            elements: None,
        }
    }

    fn encode(&mut self, input: T, packets: &mut Vec<Packet>) -> Result<()> {
        self.clock.advance(self.takes);
        packets.push(Packet {
            time: input.time(),
            ..packet(33)
        });
        Ok(())
    }

    fn restart(&mut self) {}

    fn speeds(&self) -> RangeInclusive<u8> {
        0..=2
    }

    fn set_speed(&mut self, speed: u8) -> Result<()> {
        self.speeds.lock().push(speed);
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<Packet>) -> Result<()> {
        Ok(())
    }
}

/// What became of frames.
struct Encoded {
    /// Milliseconds of the packets.
    times: Vec<u64>,
    stale: u64,
    speeds: Vec<u8>,
}

/// Encodes frames that were all captured before the first of them is encoded at `begin`, milliseconds; each takes `takes` of
/// them. Another track has passed `passed`.
fn encode<T>(format: T::Format, frames: &[T], (begin, takes, passed): (u64, u64, u64), stops: bool) -> Encoded
where
    T: TrackFrame + MapTime + Observe + Batch<Frame = T>,
{
    let clock = Clock::manual();
    let timeline = Arc::new(Timeline::start(clock.clone(), None, false));
    let (source, feeder) = Source::<T>::fed(Backpressure::DropNewest, format, None);
    let feed = TrackFeed::of_source(source, &MediaTrackSettings::default()).unwrap();
    let listener = feed.listen(1000);
    for frame in frames {
        assert!(feeder.send(frame));
    }
    drop(feeder);
    clock.advance(Duration::from_millis(begin));
    if stops {
        timeline.stop();
    }
    let (messages, received) = unbounded();
    let (counters, watermark) = (Arc::<TrackCounters>::default(), Arc::new(Watermark::new(1)));
    assert!(watermark.pass(ms(passed), [].into_iter()));
    let speeds = Arc::<Mutex<Vec<u8>>>::default();
    let worker = EncoderThread {
        track: 0,
        encoder: Slow {
            takes: Duration::from_millis(takes),
            clock: clock.clone(),
            speeds: speeds.clone(),
            input: PhantomData,
        },
        prepare: Box::new(Ok),
        clock,
        timeline,
        messages,
        order: TrackOrder {
            audio: T::KIND == TrackKind::Audio,
            live: true,
            copied: false,
        },
        watermark,
        high_water_mark: 50,
        backlog: Arc::new(Backlog::default()),
        counters: counters.clone(),
        schedule: None,
        alarms: None,
        segments: FrameSegments::default(),
        packets: Vec::new(),
    };
    worker.run(listener);
    let packets = received.try_iter().flat_map(|message| match message {
        Message::Packets(packets, _) => packets,
        Message::Alarm(_) | Message::Ended { .. } => Vec::new(),
    });
    let speeds = speeds.lock().clone();
    Encoded {
        times: packets.map(|packet| packet.time.round_millis()).collect(),
        stale: counters.stale.load(Ordering::Relaxed),
        speeds,
    }
}

/// The frames of a second at 30 a second.
fn second() -> Vec<u64> {
    (0..30).map(|n| n * 100 / 3).collect()
}

fn encode_video(times: (u64, u64, u64), stops: bool) -> Encoded {
    let frames: Vec<_> = second().into_iter().map(frame).collect();
    encode(VIDEO, &frames, times, stops)
}

fn encode_audio(times: (u64, u64, u64), stops: bool) -> Encoded {
    let blocks: Vec<_> = (0..200).map(|n| block(n * 10)).collect();
    encode(AUDIO, &blocks, times, stops)
}

#[test]
fn an_encoder_with_enough_time_drops_nothing() {
    let encoded = encode_video((1000, 0, 0), false);
    assert_eq!((encoded.times, encoded.stale), (second(), 0));
}

#[test]
fn a_slow_encoder_gets_newer_frames_and_those_before_them_are_counted() {
    // The first is a second old when the encoder comes to it, which is as fresh as this camera has been.
    let encoded = encode_video((1000, 400, 0), false);
    let Encoded { times, stale, .. } = encoded;
    // At 1.8 s, frames before 0.3 s are more than half a second older than that.
    assert_eq!(times[..3], [0, 33, 300]);
    assert!(times.is_sorted() && times.last() == Some(&966), "{times:?}");
    assert_eq!(times.len() as u64 + stale, 30);
    assert!(stale > 20, "{stale}");
}

#[test]
fn no_frame_from_before_what_is_in_the_file_reaches_an_encoder() {
    let encoded = encode_video((1000, 0, 600), false);
    assert_eq!(encoded.times[0], 600);
    assert_eq!(encoded.stale, 18);
}

#[test]
fn half_a_second_after_a_stop_the_rest_of_the_video_is_dropped_and_counted() {
    let encoded = encode_video((1000, 100, 0), true);
    assert_eq!(encoded.times.len(), 6);
    assert_eq!(encoded.stale, 24);
}

#[test]
fn all_audio_is_encoded_however_late_it_is_and_faster_when_much_of_it_waits() {
    for (late, stops) in [((2000, 30, 0), false), ((9000, 100, 0), true)] {
        let encoded = encode_audio(late, stops);
        assert_eq!(encoded.times, (0..200).map(|n| n * 10).collect::<Vec<u64>>());
        assert_eq!((encoded.stale, encoded.speeds), (0, vec![1, 2]));
    }
}

#[test]
fn audio_that_waits_for_a_moment_is_encoded_as_well_as_ever() {
    let blocks: Vec<_> = (0..50).map(|n| block(n * 10)).collect();
    let encoded = encode(AUDIO, &blocks, (500, 1, 0), false);
    assert_eq!((encoded.times.len(), encoded.speeds), (50, vec![]));
}
