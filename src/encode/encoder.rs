//! The trait of all encoders.
use crate::error::Result;
use crate::media::{Packet, TrackInfo};
use crate::sound::AudioCorrections;
use std::ops::RangeInclusive;

/// One track's encoder.
pub(crate) trait Encoder: Send {
    /// What it encodes: a `VideoFrame` or an `AudioBlock`, stamped with media time.
    type Input;

    /// What the container must say about its packets; known before the first of them.
    fn info(&self) -> TrackInfo;

    /// Encodes one frame; appends the packets that are ready. Their `track` is 0: the caller knows which it is.
    fn encode(&mut self, input: &Self::Input, packets: &mut Vec<Packet>) -> Result<()>;

    /// The next frame starts afresh: after a pause or a drop, decoders must not need what was before.
    fn restart(&mut self);

    /// The speeds between which it may be stepped while it runs; only one when there is nothing to choose.
    fn speeds(&self) -> RangeInclusive<u8> {
        0..=0
    }

    /// Encodes at this speed from the next frame on.
    fn set_speed(&mut self, _speed: u8) -> Result<()> {
        Ok(())
    }

    /// What was done to the input to keep it on its stamps; nothing is done to pictures.
    fn corrections(&self) -> AudioCorrections {
        AudioCorrections::default()
    }

    /// Appends what was held back.
    fn finish(&mut self, packets: &mut Vec<Packet>) -> Result<()>;
}
