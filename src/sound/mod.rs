//! Audio before it is encoded: fills gaps, trims overlaps, resamples, follows clock drift, mixes channels and tracks.
//!
//! A frame in this module is one sample of each channel, also called a sample frame.
mod aligner;
mod channel_strip;
mod channels;
mod corrections;
mod drift;
mod mixer;
mod mixer_input;
mod playback;
mod playback_resampler;
mod resampler;
mod segment;

pub(crate) use aligner::AudioAligner;
pub(crate) use channel_strip::ChannelStrip;
pub(crate) use corrections::AudioCorrections;
pub(crate) use mixer::{MixCounts, Mixer};
pub(crate) use playback::{PlaybackBuffer, PlaybackCounts};
pub(crate) use playback_resampler::PlaybackResampler;
pub(crate) use resampler::OUTPUT_RATE;
