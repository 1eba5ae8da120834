//! Streams and tracks, sources that a program feeds itself, and still images.
//!
//! [`MediaStream`] and [`MediaStreamTrack`] are those of *Media Capture and Streams*. A track delivers the frames of a
//! source: a device (see [`devices`](crate::devices)), a file (see [`files`](crate::files)), a [`Canvas`], a generator
//! ([`VideoTrackGenerator`], [`AudioTrackGenerator`]) or a mix ([`AudioMixer`]). [`ImageCapture`] takes still images of a video track.
mod audio_mixer;
pub(crate) mod canvas;
mod capture;
mod channel_routing;
pub(crate) mod encoded;
mod events;
pub(crate) mod frame_counts;
mod frame_reader;
mod gain;
mod generator;
mod image_capture;
pub(crate) mod listener;
pub(crate) mod omitted;
pub(crate) mod playback;
pub(crate) mod shared_device;
pub(crate) mod source;
pub(crate) mod source_hold;
mod stream;
pub(crate) mod tap;
pub(crate) mod track;
mod track_event;
pub(crate) mod track_frame;

pub use audio_mixer::{AudioMixer, AudioMixerStats};
pub use canvas::{Canvas, CanvasTrack};
pub use capture::{Capture, CaptureEvent};
pub use events::Events;
pub use frame_reader::{AudioBlocks, VideoFrames};
pub use generator::{AudioTrackGenerator, GeneratorMode, VideoTrackGenerator};
pub use image_capture::{
    FillLightMode, ImageCapture, ImageFrame, PhotoCapabilities, PhotoRange, PhotoSettings, RedEyeReduction,
};
pub use playback::{Playback, PlaybackQueue};
pub(crate) use stream::WeakStream;
pub use stream::{MediaStream, StreamEvent};
pub use track::{MediaStreamTrack, ReadyState, TrackFrameStats};
pub use track_event::TrackEvent;
