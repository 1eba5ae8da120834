//! A track's frames for programs that look at them themselves (as `MediaStreamTrackProcessor` gives them).
use crate::error::{Error, Result};
use crate::media::{AudioBlock, VideoFrame};
use crate::streams::listener::Listener;
use crate::streams::track::{Feed, MediaStreamTrack};
use crate::streams::track_frame::TrackFrame;

/// A video track's frames, stamped with capture time, oldest first. It ends when the track does.
pub struct VideoFrames(Listener<VideoFrame>);

/// An audio track's blocks, stamped with capture time, oldest first. It ends when the track does.
pub struct AudioBlocks(Listener<AudioBlock>);

/// What a listener misses.
fn missed<T: TrackFrame>(listener: &Listener<T>) -> u64 {
    let connection = listener.connection();
    connection.dropped() + connection.lost()
}

impl VideoFrames {
    /// Frames that did not find room because whoever reads was too slow, and those that the device lost.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        missed(&self.0)
    }
}

impl AudioBlocks {
    /// Blocks that did not find room because whoever reads was too slow, and those that the device lost.
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
    /// Its frames from now on. `room` frames may wait; of a live source the newest is dropped when there is no capacity,
    /// and counted, while files wait.
    ///
    /// # Errors
    /// `Type` when the track carries sound.
    pub fn video_frames(&self, capacity: usize) -> Result<VideoFrames> {
        match self.feed() {
            Feed::Video(feed) => Ok(VideoFrames(feed.listen(capacity.max(1)))),
            Feed::Audio(_) => Err(Error::type_error("a track of sound has no pictures")),
        }
    }

    /// Its blocks of sound from now on; `room` as for [`video_frames`](Self::video_frames).
    ///
    /// # Errors
    /// `Type` when the track carries pictures.
    pub fn audio_blocks(&self, capacity: usize) -> Result<AudioBlocks> {
        match self.feed() {
            Feed::Audio(feed) => Ok(AudioBlocks(feed.listen(capacity.max(1)))),
            Feed::Video(_) => Err(Error::type_error("a track of pictures has no sound")),
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
                    samples: vec![0.0],
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
