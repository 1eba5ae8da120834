//! What a microphone can be opened as: from ranges of rates and channels to a list of settings, and back.
use crate::constraints::{EchoCancellation, MediaTrackSettings};
use crate::media::AudioFormat;
use std::ops::RangeInclusive;
use std::time::Duration;

/// How much sound a device gathers before it hands it on: at most, on the sound server.
pub(super) const BLOCK: Duration = Duration::from_millis(50);

/// The rates that are offered where a range holds them, the commonest first.
const RATES: [u32; 9] = [
    48_000, 44_100, 96_000, 32_000, 24_000, 22_050, 16_000, 11_025, 8_000,
];

/// More channels than this no one device has of its own; software that mixes claims any number.
const MAX_CHANNELS: u16 = 32;

/// What a device has, before it is spelt out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Abilities {
    /// What it gives when it is not asked for anything.
    pub(super) own: AudioFormat,
    /// Bits a sample.
    pub(super) sample_size: u32,
    /// Channel counts, and the rates that each can have.
    pub(super) ranges: Vec<(u16, RangeInclusive<u32>)>,
}

impl Abilities {
    /// A device behind software that converts: any rate, one channel, two, or its own number.
    pub(super) fn converted(own: AudioFormat, sample_size: u32) -> Self {
        let rates = RATES[RATES.len() - 1]..=RATES.into_iter().max().unwrap_or_default();
        let ranges = [1, 2, own.channels].map(|channels| (channels, rates.clone()));
        Self {
            own,
            sample_size,
            ranges: ranges.into(),
        }
    }

    /// All that it can be opened as, its own format first.
    pub(super) fn modes(&self) -> Vec<MediaTrackSettings> {
        let mut formats = vec![self.own];
        for (channels, rates) in &self.ranges {
            let ends = [*rates.end(), *rates.start()];
            // A rate that stands alone is the hardware's own, however odd it is.
            let odd = ends.iter().filter(|_| rates.start() == rates.end());
            for rate in RATES
                .iter()
                .chain(odd)
                .copied()
                .filter(|rate| rates.contains(rate))
            {
                let format = AudioFormat {
                    sample_rate: rate,
                    channels: *channels,
                };
                if !formats.contains(&format) && *channels <= MAX_CHANNELS.max(self.own.channels) {
                    formats.push(format);
                }
            }
        }
        formats.into_iter().map(|format| self.settings(format)).collect()
    }

    fn settings(&self, format: AudioFormat) -> MediaTrackSettings {
        MediaTrackSettings {
            sample_rate: Some(format.sample_rate),
            channel_count: Some(format.channels.into()),
            sample_size: Some(self.sample_size),
            latency: Some(BLOCK.as_secs_f64()),
            echo_cancellation: Some(EchoCancellation::from(false)),
            auto_gain_control: Some(false),
            noise_suppression: Some(false),
            ..MediaTrackSettings::default()
        }
    }
}

/// The format of one of the modes.
pub(super) fn format(mode: &MediaTrackSettings) -> AudioFormat {
    AudioFormat {
        sample_rate: mode.sample_rate.unwrap_or(RATES[0]),
        channels: mode
            .channel_count
            .and_then(|count| u16::try_from(count).ok())
            .unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn format_of(sample_rate: u32, channels: u16) -> AudioFormat {
        AudioFormat {
            sample_rate,
            channels,
        }
    }

    fn formats(abilities: &Abilities) -> Vec<(u32, u16)> {
        let formats = abilities.modes();
        formats
            .iter()
            .map(format)
            .map(|format| (format.sample_rate, format.channels))
            .collect()
    }

    #[test]
    fn a_devices_own_format_comes_first_and_once() {
        let formats = formats(&Abilities::converted(format_of(44_100, 2), 16));
        assert_eq!(formats[0], (44_100, 2));
        assert_eq!(formats.iter().filter(|format| **format == (44_100, 2)).count(), 1);
        assert!(formats.contains(&(48_000, 1)));
        assert_eq!(formats.len(), 2 * RATES.len());
    }

    #[test]
    fn hardware_offers_what_it_has_and_nothing_else() {
        let hardware = Abilities {
            own: format_of(48_000, 1),
            sample_size: 16,
            ranges: vec![(1, 48_000..=48_000), (1, 12_345..=12_345), (64, 44_100..=44_100)],
        };
        assert_eq!(formats(&hardware), [(48_000, 1), (12_345, 1)]);
    }

    #[test]
    fn nothing_is_done_to_the_sound() {
        let mode = &Abilities::converted(format_of(48_000, 1), 24).modes()[0];
        assert_eq!(mode.sample_size, Some(24));
        assert_eq!(mode.latency, Some(0.05));
        assert_eq!(mode.echo_cancellation, Some(EchoCancellation::from(false)));
        assert_eq!(mode.auto_gain_control, Some(false));
        assert_eq!(mode.noise_suppression, Some(false));
    }
}
