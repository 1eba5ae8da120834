//! What is done to audio before it is encoded: gaps, overlaps, sample rates, drift and channels.
mod channels;
mod corrections;
mod drift;
mod resampler;
mod samples;
mod segment;

pub(crate) use corrections::AudioCorrections;
pub(crate) use resampler::OUTPUT_RATE;
pub(crate) use samples::Samples;
