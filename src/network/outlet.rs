//! A received track's way into the program.
use crate::clock::Timestamp;
use crate::error::Error;
use crate::media::{
    AudioBlock, DEFAULT_FRAME_DURATION, EncodedFrame, Packet, VideoFrame, opus_packet_duration,
};
use crate::network::reception::ReceivedFrame;
use crate::streams::source::Feeder;
use crate::webm::annex_b;
use std::sync::Arc;
use std::time::Duration;
use str0m::format::Codec;

/// Longer ones are gaps.
const MAX_DURATION: Duration = Duration::from_secs(1);

/// One track's way into the program.
pub(super) struct Outlet {
    pub(super) feeder: EitherFeeder,
    pub(super) codec: Codec,
    pub(super) is_audio: bool,
    /// Whether what comes cannot be decoded before the next key frame.
    pub(super) awaits_key: bool,
    /// Time of the last frame.
    last: Option<Timestamp>,
    /// Between the last two frames.
    duration: Duration,
}

pub(super) enum EitherFeeder {
    Video(Feeder<VideoFrame>),
    Audio(Feeder<AudioBlock>),
}

impl Outlet {
    pub(super) fn new(feeder: EitherFeeder, codec: Codec) -> Self {
        let is_audio = matches!(feeder, EitherFeeder::Audio(_));
        Self {
            feeder,
            codec,
            is_audio,
            awaits_key: !is_audio,
            last: None,
            duration: DEFAULT_FRAME_DURATION,
        }
    }

    pub(super) fn is_wanted(&self) -> bool {
        match &self.feeder {
            EitherFeeder::Video(feeder) => feeder.is_wanted(),
            EitherFeeder::Audio(feeder) => feeder.is_wanted(),
        }
    }

    /// Delivers a frame, unless it is of no use.
    pub(super) fn take(&mut self, frame: &ReceivedFrame, at: Timestamp) {
        self.feeder.add_lost(frame.missing * u64::from(self.is_audio));
        self.awaits_key = !frame.key && (self.awaits_key || !frame.follows);
        // Another codec in the middle has no place in a file.
        if self.awaits_key || frame.codec != self.codec {
            self.feeder.add_lost(1);
            return;
        }
        let at = self
            .last
            .map_or(at, |last| at.max(last + Duration::from_micros(1)));
        if let Some(step) = self
            .last
            .map(|last| at - last)
            .filter(|step| *step < MAX_DURATION)
        {
            self.duration = step;
        }
        self.last = Some(at);
        let duration = if self.is_audio {
            opus_packet_duration(&frame.data).unwrap_or_default()
        } else {
            self.duration
        };
        self.feeder.send(EncodedFrame {
            packet: Packet {
                track: 0,
                time: at,
                duration,
                key: frame.key,
                padding: Duration::ZERO,
                early: Duration::ZERO,
                data: match frame.codec {
                    Codec::H264 => annex_b::length_prefixed(&frame.data),
                    _ => frame.data.clone(),
                },
                side_data: None,
            },
            delay: Duration::ZERO,
            is_sound: self.is_audio,
        });
    }
}

impl EitherFeeder {
    pub(super) fn send(&self, frame: EncodedFrame) {
        let frames = vec![frame];
        match self {
            Self::Video(feeder) => feeder.send_encoded(frames),
            Self::Audio(feeder) => feeder.send_encoded(frames),
        };
    }

    pub(super) fn has_listener(&self) -> bool {
        match self {
            Self::Video(feeder) => feeder.has_listener(),
            Self::Audio(feeder) => feeder.has_listener(),
        }
    }

    pub(super) fn awaits_key(&self) -> bool {
        match self {
            Self::Video(feeder) => feeder.awaits_key(),
            Self::Audio(_) => false,
        }
    }

    pub(super) fn fail(&self, failure: &Arc<Error>) {
        match self {
            Self::Video(feeder) => feeder.fail(failure),
            Self::Audio(feeder) => feeder.fail(failure),
        }
    }

    pub(super) fn lose(&self, error: &Arc<Error>, at: Timestamp) {
        match self {
            Self::Video(feeder) => feeder.lose(error.clone(), at),
            Self::Audio(feeder) => feeder.lose(error.clone(), at),
        }
    }

    pub(super) fn regain(&self, label: &str, at: Timestamp, gap: Duration) {
        match self {
            Self::Video(feeder) => feeder.regain(label, at, gap),
            Self::Audio(feeder) => feeder.regain(label, at, gap),
        }
    }

    pub(super) fn add_lost(&self, count: u64) {
        match self {
            Self::Video(feeder) => feeder.add_lost(count),
            Self::Audio(feeder) => feeder.add_lost(count),
        }
    }
}
