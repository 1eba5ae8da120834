//! The frames that wait for the encoder of a track. They are queued from the start of the recording on, before there is an encoder.
use crate::media::{AudioBlock, EncodedFrame, VideoFrame};
use crate::streams::MediaStreamTrack;
use crate::streams::encoded::Encoded;
use crate::streams::listener::Listener;
use crate::streams::track::{Feed, TrackFeed};

/// Queue of raw video frames: half a second at 30 per second, which a busy machine may need.
const VIDEO_QUEUE: usize = 16;
/// Queue of raw blocks of audio: five seconds of the 10 ms that microphones deliver. Full, it takes 2 MB.
const AUDIO_QUEUE: usize = 500;
/// Queue of encoded frames of a file: one batch being copied, one ready.
const ENCODED_QUEUE: usize = 1;
/// Queue of packets of a live source: ten seconds at a hundred a second.
const LIVE_ENCODED_QUEUE: usize = 1000;
/// Files wait for their queues, so a few frames suffice: one being encoded, one ready, one being read.
const FILE_VIDEO_QUEUE: usize = 2;
const FILE_AUDIO_QUEUE: usize = 8;

/// The frames of a track from now on, raw or encoded.
pub(crate) enum TrackInput<'a> {
    Encoded(&'a Encoded, Listener<Vec<EncodedFrame>>),
    Video(&'a TrackFeed<VideoFrame>, Listener<VideoFrame>),
    Audio(&'a TrackFeed<AudioBlock>, Listener<AudioBlock>),
}

impl<'a> TrackInput<'a> {
    /// Listens to a track, and to what it has encoded if that is copied.
    pub(crate) fn new(track: &'a MediaStreamTrack, copied: Option<&'a Encoded>) -> Self {
        let live = track.is_live();
        let queue = |of_live, of_file| if live { of_live } else { of_file };
        match (copied, track.feed()) {
            (Some(encoded), _) => Self::Encoded(
                encoded,
                track.listen_encoded(queue(LIVE_ENCODED_QUEUE, ENCODED_QUEUE)),
            ),
            (None, Feed::Video(feed)) => Self::Video(feed, feed.listen(queue(VIDEO_QUEUE, FILE_VIDEO_QUEUE))),
            (None, Feed::Audio(feed)) => Self::Audio(feed, feed.listen(queue(AUDIO_QUEUE, FILE_AUDIO_QUEUE))),
        }
    }
}
