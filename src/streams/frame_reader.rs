//! Iterators over a track's frames, for programs that process them (compare `MediaStreamTrackProcessor`).
use crate::error::{Error, Result};
use crate::media::{AudioBlock, VideoFrame};
use crate::streams::listener::Listener;
use crate::streams::track::{Feed, MediaStreamTrack};
use crate::streams::track_frame::TrackFrame;

/// Iterates over a video track's frames, oldest first. Blocks until there is a frame; ends when the track ends.
pub struct VideoFrames(Listener<VideoFrame>);

/// Iterates over an audio track's blocks, oldest first. Blocks until there is a block; ends when the track ends.
pub struct AudioBlocks(Listener<AudioBlock>);

/// Frames that a listener did not receive: those dropped at its queue and those the device lost.
fn missed<T: TrackFrame>(listener: &Listener<T>) -> u64 {
    let connection = listener.connection();
    connection.dropped() + connection.lost()
}

impl VideoFrames {
    /// Returns how many frames were dropped because the queue was full, plus those that the device lost.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        missed(&self.0)
    }
}

impl AudioBlocks {
    /// Returns how many blocks were dropped because the queue was full, plus those that the device lost.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        missed(&self.0)
    }
}

impl Iterator for VideoFrames {
    type Item = VideoFrame;

    fn next(&mut self) -> Option<VideoFrame> {
        next(&self.0)
    }
}

impl Iterator for AudioBlocks {
    type Item = AudioBlock;

    fn next(&mut self) -> Option<AudioBlock> {
        next(&self.0)
    }
}

fn next<T: TrackFrame>(listener: &Listener<T>) -> Option<T> {
    listener.frames().next()
}

impl MediaStreamTrack {
    /// Returns the track's video frames from now on.
    ///
    /// `capacity` is the number of frames that may be queued; at least 1. When the queue is full, a live source drops the
    /// newest frame and counts it; a file waits. Each frame's time is its capture time on the track's clock, or media
    /// time if the track comes from a file.
    ///
    /// # Errors
    /// `Type` if this is an audio track.
    pub fn video_frames(&self, capacity: usize) -> Result<VideoFrames> {
        match self.feed() {
            Feed::Video(feed) => Ok(VideoFrames(feed.listen(capacity.max(1)))),
            Feed::Audio(_) => Err(Error::type_error("an audio track has no video frames")),
        }
    }

    /// Returns the track's blocks of audio from now on. `capacity`, in blocks, and times are as for
    /// [`video_frames`](Self::video_frames).
    ///
    /// # Errors
    /// `Type` if this is a video track.
    pub fn audio_blocks(&self, capacity: usize) -> Result<AudioBlocks> {
        match self.feed() {
            Feed::Audio(feed) => Ok(AudioBlocks(feed.listen(capacity.max(1)))),
            Feed::Video(_) => Err(Error::type_error("a video track has no blocks of audio")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::constraints::MediaTrackSettings;
    use crate::media::AudioFormat;
    use crate::streams::source::{Backpressure, Source};
    use crate::streams::track::TrackFeed;
    use crossbeam_channel::bounded;

    #[test]
    fn what_the_device_lost_is_counted_with_what_found_no_room() {
        let format = AudioFormat {
            sample_rate: 1000,
            channels: 1,
        };
        let (start, go) = bounded::<()>(1);
        let source = Source::spawn("losing", Backpressure::DropNewest, format, move |sender| {
            let _ = go.recv();
            sender.add_lost(3);
            for _ in 0..3 {
                sender.send(&AudioBlock {
                    time: crate::clock::Timestamp::ZERO,
                    sample_rate: 1000,
                    channels: 1,
                    samples: vec![0.0].into(),
                });
            }
            Ok(())
        });
        let feed = TrackFeed::of_source(source.unwrap(), &MediaTrackSettings::default()).unwrap();
        let track = MediaStreamTrack::new("losing", Clock::manual(), Feed::Audio(feed));
        let mut blocks = track.audio_blocks(1).unwrap();
        start.send(()).unwrap();
        track.events().for_each(drop);
        assert_eq!((blocks.dropped(), blocks.by_ref().count()), (5, 1));
    }
}
