//! A thread that reads one track of a file.
use crate::constraints::MediaTrackSettings;
use crate::error::Result;
use crate::files::pacer::Pacer;
use crate::media::{AudioBlock, AudioFormat, VideoFormat, VideoFrame};
use crate::streams::WeakStream;
use crate::streams::source::{Backpressure, FrameSender, Source};
use crate::streams::track::TrackFeed;
use crate::streams::track_frame::TrackFrame;
use std::sync::Arc;

/// Starts a thread that reads one track of the file `name`. Errors are prefixed with the name.
pub(super) fn spawn<T: TrackFrame>(
    thread: &str,
    name: &str,
    pacer: &Pacer,
    format: T::Format,
    read: impl FnOnce(&FrameSender<T>, &Pacer) -> Result<()> + Send + 'static,
) -> Result<Source<T>> {
    let (name, pacer) = (name.to_owned(), pacer.clone());
    Source::spawn(thread, Backpressure::Block, format, move |sender| {
        // Read only once there is a consumer: a damaged file fails the recording that uses it.
        if !sender.wait_for_listener() {
            return Ok(());
        }
        let result = read(sender, &pacer).map_err(|error| error.of(&name));
        // A track ends, then it is removed from the stream (Media Capture from DOM Elements, 3).
        sender.end(result.err().map(Arc::new).as_ref());
        if let Some(stream) = pacer.stream.get().and_then(WeakStream::upgrade) {
            stream.remove_ended_by_source();
        }
        Ok(())
    })
}

/// The feed of a video track; a file has a single mode.
pub(super) fn video_feed(format: VideoFormat, source: Source<VideoFrame>) -> Result<TrackFeed<VideoFrame>> {
    let rate = format.frame_duration.map(|length| 1.0 / length.as_secs_f64());
    let settings = MediaTrackSettings::video(format.width, format.height, rate);
    TrackFeed::of_source(source, &settings)
}

/// The feed of an audio track.
pub(super) fn audio_feed(format: AudioFormat, source: Source<AudioBlock>) -> Result<TrackFeed<AudioBlock>> {
    let settings = MediaTrackSettings {
        sample_rate: Some(format.sample_rate),
        channel_count: Some(format.channels.into()),
        ..MediaTrackSettings::default()
    };
    TrackFeed::of_source(source, &settings)
}
