//! The audio encoder: makes a gapless stream at 48 kHz for the codec, and sets the time stamps of its packets.
use crate::clock::Timestamp;
use crate::encode::audio_coder::{AudioCodec, AudioCoder, AudioOptions};
use crate::encode::encoder::Encoder;
use crate::encode::opus::OpusCoder;
use crate::encode::pcm::PcmCoder;
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, Packet, TrackInfo};
use crate::sound::{AudioAligner, AudioCorrections};
use std::ops::RangeInclusive;

/// The encoder of one audio track.
pub(crate) struct AudioEncoder {
    format: AudioFormat,
    aligner: AudioAligner,
    coder: Box<dyn AudioCoder>,
}

impl AudioEncoder {
    /// Creates an encoder for blocks of this format. Blocks of other formats are remixed and resampled.
    ///
    /// `live` is for devices, whose time stamps jitter and whose clocks drift. 1 to 8 channels are kept, in WAV order
    /// (front left, right, centre, low frequency, back, side); of more channels only the first two.
    ///
    /// # Errors
    ///
    /// `NotSupported` for 0 channels, `Unknown` if the codec library fails.
    pub(crate) fn new(format: AudioFormat, options: AudioOptions, live: bool) -> Result<Self> {
        let channels = if format.channels > 8 { 2 } else { format.channels };
        if channels == 0 {
            return Err(Error::not_supported(
                "audio with 0 channels cannot be encoded: choose 1 to 8 channels",
            ));
        }
        Ok(Self {
            format,
            aligner: AudioAligner::new(channels, live),
            coder: match options.codec {
                AudioCodec::Opus => Box::new(OpusCoder::new(channels, options)?),
                AudioCodec::Pcm => Box::new(PcmCoder::new(channels)),
            },
        })
    }

    /// Moves packets, whose times the codec counts from zero, to the start of the audio.
    fn stamp(&self, packets: &mut [Packet]) {
        let start = self.aligner.start().unwrap_or_default();
        for packet in packets {
            packet.time = start + (packet.time - Timestamp::ZERO);
        }
    }
}

impl Encoder for AudioEncoder {
    type Input = AudioBlock;

    fn info(&self) -> TrackInfo {
        self.coder.info(self.format.sample_rate)
    }

    fn encode(&mut self, input: AudioBlock, packets: &mut Vec<Packet>) -> Result<()> {
        let Self { aligner, coder, .. } = self;
        let from = packets.len();
        let pushed = aligner.push(&input, &mut |frames| coder.push(frames, packets));
        self.stamp(&mut packets[from..]);
        pushed
    }

    /// Nothing to do: pauses are cut with the precision of a sample, and every packet is decodable.
    fn restart(&mut self) {}

    fn speeds(&self) -> RangeInclusive<u8> {
        self.coder.speeds()
    }

    fn set_speed(&mut self, speed: u8) -> Result<()> {
        self.coder.set_speed(speed)
    }

    fn corrections(&self) -> AudioCorrections {
        self.aligner.corrections()
    }

    fn finish(&mut self, packets: &mut Vec<Packet>) -> Result<()> {
        let Self { aligner, coder, .. } = self;
        let from = packets.len();
        aligner.finish(&mut |frames| coder.push(frames, packets))?;
        coder.finish(packets)?;
        self.stamp(&mut packets[from..]);
        Ok(())
    }
}
