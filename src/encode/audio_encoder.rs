//! What all encoders of sound have in common: one gapless stream at 48 kHz, and where it begins.
use crate::clock::Timestamp;
use crate::encode::audio_coder::{AudioCodec, AudioCoder, AudioOptions};
use crate::encode::encoder::Encoder;
use crate::encode::opus::OpusCoder;
use crate::encode::pcm::PcmCoder;
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, Packet, TrackInfo};
use crate::sound::{AudioCorrections, Samples};

/// The encoder of one audio track.
pub(crate) struct AudioEncoder {
    format: AudioFormat,
    samples: Samples,
    coder: Box<dyn AudioCoder>,
}

impl AudioEncoder {
    /// An encoder for blocks of about this format; what differs is remixed and resampled.
    ///
    /// `live` says that stamps are a device's, which jitter and drift. Up to 8 channels stay what they are, in
    /// WAV's order (front left, right, centre, low frequency, back, side); of more only the first two.
    ///
    /// # Errors
    ///
    /// `NotSupported` for 0 channels, `Unknown` when the codec's library fails.
    pub(crate) fn new(format: AudioFormat, options: AudioOptions, live: bool) -> Result<Self> {
        let channels = if format.channels > 8 { 2 } else { format.channels };
        if channels == 0 {
            return Err(Error::not_supported(
                "sound without a channel cannot be encoded: choose 1 to 8 channels",
            ));
        }
        Ok(Self {
            format,
            samples: Samples::new(channels, live),
            coder: match options.codec {
                AudioCodec::Opus => Box::new(OpusCoder::new(channels, options)?),
                AudioCodec::Pcm => Box::new(PcmCoder::new(channels)),
            },
        })
    }

    /// Moves packets, which the coder stamps from zero, to where the sound begins.
    fn stamp(&self, packets: &mut [Packet]) {
        let start = self.samples.start().unwrap_or_default();
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

    fn encode(&mut self, input: &AudioBlock, packets: &mut Vec<Packet>) -> Result<()> {
        let Self { samples, coder, .. } = self;
        let from = packets.len();
        let pushed = samples.push(input, &mut |frames| coder.push(frames, packets));
        self.stamp(&mut packets[from..]);
        pushed
    }

    /// Sound goes on seamlessly: a pause is cut out at the sample, and no packet needs another one.
    fn restart(&mut self) {}

    fn corrections(&self) -> AudioCorrections {
        self.samples.corrections()
    }

    fn finish(&mut self, packets: &mut Vec<Packet>) -> Result<()> {
        let Self { samples, coder, .. } = self;
        let from = packets.len();
        samples.finish(&mut |frames| coder.push(frames, packets))?;
        coder.finish(packets)?;
        self.stamp(&mut packets[from..]);
        Ok(())
    }
}
