//! What is done to the audio of one track before anything else: its channels are routed, and made louder or quieter.
use std::sync::Arc;

/// Gain and routing of a track, as a mixing console has them for each input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChannelStrip {
    /// Factor of all samples.
    pub(crate) gain: f32,
    /// For each channel of the output, the channel of the input that it is, from 0 on; `None` for all as they are.
    pub(crate) routing: Option<Arc<[u16]>>,
}

impl Default for ChannelStrip {
    fn default() -> Self {
        Self {
            gain: 1.0,
            routing: None,
        }
    }
}

impl ChannelStrip {
    /// Number of channels of the output, for an input with so many.
    pub(crate) fn channels(&self, input: u16) -> u16 {
        self.routing
            .as_ref()
            .map_or(input, |routing| routing.len() as u16)
    }

    /// What becomes of interleaved samples of so many channels; they are shared if nothing is to be done.
    ///
    /// A device that takes the place of another one may have fewer channels: the only one of mono audio is all of them, and
    /// others that are not there are silent.
    pub(crate) fn apply(&self, samples: Arc<[f32]>, channels: u16) -> Arc<[f32]> {
        let samples = match &self.routing {
            Some(routing) => routed(&samples, channels, routing),
            None => samples,
        };
        // Exact: a gain of 1 is none.
        if self.gain.to_bits() == 1.0_f32.to_bits() {
            return samples;
        }
        samples.iter().map(|sample| sample * self.gain).collect()
    }
}

fn routed(samples: &[f32], channels: u16, routing: &[u16]) -> Arc<[f32]> {
    let input = usize::from(channels.max(1));
    let mut output = Vec::with_capacity(samples.len() / input * routing.len());
    for frame in samples.chunks_exact(input) {
        let sample = |&channel: &u16| {
            let channel = if input == 1 { 0 } else { usize::from(channel) };
            frame.get(channel).copied().unwrap_or(0.0)
        };
        output.extend(routing.iter().map(sample));
    }
    output.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(routing: &[u16], samples: &[f32], channels: u16) -> Vec<f32> {
        let strip = ChannelStrip {
            gain: 2.0,
            routing: Some(routing.into()),
        };
        assert_eq!(usize::from(strip.channels(channels)), routing.len());
        strip.apply(samples.into(), channels).to_vec()
    }

    #[test]
    fn channels_are_taken_swapped_and_doubled_and_then_amplified() {
        let stereo = [0.1, 0.2, 0.3, 0.4];
        assert_eq!(apply(&[1], &stereo, 2), [0.4, 0.8]);
        assert_eq!(apply(&[1, 0], &stereo, 2), [0.4, 0.2, 0.8, 0.6]);
        assert_eq!(apply(&[0, 0], &stereo, 2), [0.2, 0.2, 0.6, 0.6]);
        assert_eq!(apply(&[3, 2], &stereo, 4), [0.8, 0.6]);
    }

    #[test]
    fn what_is_not_there_is_silent_but_mono_is_every_channel() {
        assert_eq!(apply(&[0, 5], &[0.1, 0.2], 2), [0.2, 0.0]);
        assert_eq!(apply(&[1], &[0.1, 0.2], 1), [0.2, 0.4]);
        assert_eq!(apply(&[0], &[], 2), [0.0; 0]);
    }

    #[test]
    fn samples_to_which_nothing_is_done_are_shared() {
        let samples: Arc<[f32]> = [0.1, 0.2].into();
        let same = ChannelStrip::default().apply(samples.clone(), 2);
        assert!(Arc::ptr_eq(&samples, &same));
    }
}
