//! The modes of a microphone: converts ranges of sample rates and channel counts to a list of settings, and back.
use crate::constraints::{EchoCancellation, MediaTrackSettings};
use crate::media::AudioFormat;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Length of the blocks that a device delivers; with a sound server, at most.
pub(super) const BLOCK_DURATION: Duration = Duration::from_millis(50);

/// The sample rates in Hz that are listed if a range contains them, the most common first.
const COMMON_RATES: [u32; 9] = [
    48_000, 44_100, 96_000, 32_000, 24_000, 22_050, 16_000, 11_025, 8_000,
];

/// Maximum number of channels listed. No hardware has more; software mixers claim any number.
const MAX_CHANNELS: u16 = 32;

/// The formats that a device supports, as ranges.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SupportedFormats {
    /// The default format of the device.
    pub(super) default: AudioFormat,
    /// Bits per sample.
    pub(super) sample_size: u32,
    /// Channel counts, each with a range of sample rates in Hz.
    pub(super) ranges: Vec<(u16, RangeInclusive<u32>)>,
}

impl SupportedFormats {
    /// Returns the formats of a device behind software that converts: any rate; one, two or the default number of channels.
    #[cfg(any(target_os = "linux", test))]
    pub(super) fn with_conversion(default: AudioFormat, sample_size: u32) -> Self {
        let rates = COMMON_RATES[COMMON_RATES.len() - 1]..=COMMON_RATES.into_iter().max().unwrap_or_default();
        let ranges = [1, 2, default.channels].map(|channels| (channels, rates.clone()));
        Self {
            default,
            sample_size,
            ranges: ranges.into(),
        }
    }

    /// Lists all modes, the default format first.
    pub(super) fn modes(&self) -> Vec<MediaTrackSettings> {
        let mut formats = vec![self.default];
        for (channels, rates) in &self.ranges {
            let ends = [*rates.end(), *rates.start()];
            // A range of one rate is a fixed rate of the hardware, however unusual.
            let fixed = ends.iter().filter(|_| rates.start() == rates.end());
            for rate in COMMON_RATES
                .iter()
                .chain(fixed)
                .copied()
                .filter(|rate| rates.contains(rate))
            {
                let format = AudioFormat {
                    sample_rate: rate,
                    channels: *channels,
                };
                if !formats.contains(&format) && *channels <= MAX_CHANNELS.max(self.default.channels) {
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
            latency: Some(BLOCK_DURATION.as_secs_f64()),
            echo_cancellation: Some(EchoCancellation::from(false)),
            auto_gain_control: Some(false),
            noise_suppression: Some(false),
            ..MediaTrackSettings::default()
        }
    }
}

/// Returns the audio format of a mode.
pub(super) fn format(mode: &MediaTrackSettings) -> AudioFormat {
    AudioFormat {
        sample_rate: mode.sample_rate.unwrap_or(COMMON_RATES[0]),
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

    fn formats(supported: &SupportedFormats) -> Vec<(u32, u16)> {
        let formats = supported.modes();
        formats
            .iter()
            .map(format)
            .map(|format| (format.sample_rate, format.channels))
            .collect()
    }

    #[test]
    fn a_devices_own_format_comes_first_and_once() {
        let formats = formats(&SupportedFormats::with_conversion(format_of(44_100, 2), 16));
        assert_eq!(formats[0], (44_100, 2));
        assert_eq!(formats.iter().filter(|format| **format == (44_100, 2)).count(), 1);
        assert!(formats.contains(&(48_000, 1)));
        assert_eq!(formats.len(), 2 * COMMON_RATES.len());
    }

    #[test]
    fn hardware_offers_what_it_has_and_nothing_else() {
        let hardware = SupportedFormats {
            default: format_of(48_000, 1),
            sample_size: 16,
            ranges: vec![(1, 48_000..=48_000), (1, 12_345..=12_345), (64, 44_100..=44_100)],
        };
        assert_eq!(formats(&hardware), [(48_000, 1), (12_345, 1)]);
    }

    #[test]
    fn nothing_is_done_to_the_sound() {
        let mode = &SupportedFormats::with_conversion(format_of(48_000, 1), 24).modes()[0];
        assert_eq!(mode.sample_size, Some(24));
        assert_eq!(mode.latency, Some(0.05));
        assert_eq!(mode.echo_cancellation, Some(EchoCancellation::from(false)));
        assert_eq!(mode.auto_gain_control, Some(false));
        assert_eq!(mode.noise_suppression, Some(false));
    }
}
