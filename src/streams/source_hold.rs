//! A source that waits.
use crate::streams::MediaStreamTrack;
use crate::streams::track::Feed;

/// While it exists, the source of the track delivers nothing, unless it is live.
pub(crate) struct SourceHold<'a>(&'a MediaStreamTrack);

impl<'a> SourceHold<'a> {
    pub(crate) fn new(track: &'a MediaStreamTrack) -> Self {
        match track.feed() {
            Feed::Video(feed) => feed.source.hold(),
            Feed::Audio(feed) => feed.source.hold(),
        }
        Self(track)
    }
}

impl Drop for SourceHold<'_> {
    fn drop(&mut self) {
        match self.0.feed() {
            Feed::Video(feed) => feed.source.release(),
            Feed::Audio(feed) => feed.source.release(),
        }
    }
}
