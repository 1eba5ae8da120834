//! The trait of all encoders.
use crate::error::Result;
use crate::media::{Packet, TrackInfo};
use crate::sound::AudioCorrections;
use std::ops::RangeInclusive;
use std::time::Duration;

/// The encoder of one track.
pub(crate) trait Encoder: Send {
    /// What it encodes: a `VideoFrame` or an `AudioBlock`, with media time.
    type Input;

    /// Description of the track for the container; known before the first packet.
    fn info(&self) -> TrackInfo;

    /// Encodes one frame and appends the packets that are complete. Their `track` is 0; the caller sets it.
    fn encode(&mut self, input: Self::Input, packets: &mut Vec<Packet>) -> Result<()>;

    /// Makes the next frame independent of earlier ones, after a pause or dropped frames.
    fn restart(&mut self);

    /// Frames are missing before the next one: those of a pause, or dropped ones.
    fn resume(&mut self) {
        self.restart();
    }

    /// Range of speeds that [`set_speed`](Self::set_speed) accepts, from the best quality to the fastest; a single
    /// value if the speed is fixed.
    fn speeds(&self) -> RangeInclusive<u8> {
        0..=0
    }

    /// The speed at which a live recording begins, of those. All others begin with the best quality.
    fn live_speed(&self) -> u8 {
        *self.speeds().start()
    }

    /// Sets the speed from the next frame on.
    fn set_speed(&mut self, _speed: u8) -> Result<()> {
        Ok(())
    }

    /// How the audio was corrected to keep it on its time stamps; always the default for video.
    fn corrections(&self) -> AudioCorrections {
        AudioCorrections::default()
    }

    /// Number of frames that it has not encoded yet, as it does that meanwhile.
    fn pending(&self) -> usize {
        0
    }

    /// Waits until one of them is encoded, and appends the packets that are complete.
    fn wait(&mut self, _packets: &mut Vec<Packet>) -> Result<()> {
        Ok(())
    }

    /// Gives up what cannot be encoded within `time`, after a stop. Returns the number of frames.
    fn drain_within(&mut self, _time: Duration) -> u64 {
        0
    }

    /// Appends the remaining packets.
    fn finish(&mut self, packets: &mut Vec<Packet>) -> Result<()>;
}
