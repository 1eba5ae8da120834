//! `Signal`: what a fake device shows or plays in place of its test picture and its tone.
use super::noise::Noise;
use crate::media::Picture;

/// What a script makes a fake device deliver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Signal {
    /// A camera in the dark: black, with the noise of a sensor.
    Black,
    /// The same picture again and again.
    Frozen,
    /// The test picture without anything that moves, with the noise of a sensor.
    Still,
    /// Digital silence.
    Silence,
    /// Noise of this level, in dBFS.
    Noise(f32),
}

/// Levels of noise that a script may have, in dBFS; the least is less than a step of 16 bits.
const NOISE_LEVELS: std::ops::RangeInclusive<f32> = -120.0..=0.0;

/// Luma of black, limited range.
const BLACK: u8 = 16;
const NO_COLOR: u8 = 128;

/// The noise of a sensor in the dark, and of one that sees something, in steps of luma.
const DARK_NOISE: u8 = 8;
const STILL_NOISE: u8 = 3;

impl Signal {
    /// The signal of this name in a script, with its value.
    pub(super) fn parse(name: &str, value: Option<&str>) -> Option<Self> {
        match (name, value) {
            ("black", None) => Some(Self::Black),
            ("freeze", None) => Some(Self::Frozen),
            ("still", None) => Some(Self::Still),
            ("silence", None) => Some(Self::Silence),
            ("noise", Some(level)) => {
                let level: f32 = level.strip_suffix("dB")?.parse().ok()?;
                NOISE_LEVELS.contains(&level).then_some(Self::Noise(level))
            }
            _ => None,
        }
    }

    /// Whether it is for cameras; otherwise it is for microphones.
    pub(super) const fn is_for_cameras(self) -> bool {
        matches!(self, Self::Black | Self::Frozen | Self::Still)
    }

    /// The samples of a block of a microphone: `count` of them, the block with this number.
    pub(super) fn samples(self, number: u64, count: usize) -> Vec<f32> {
        match self {
            Self::Noise(level) => {
                let peak = 10f32.powf(level / 20.0);
                Noise::new(number).samples(peak).take(count).collect()
            }
            _ => vec![0.0; count],
        }
    }

    /// Paints frame `number` of a camera over what is in this picture.
    pub(super) fn paint(self, picture: &mut Picture, number: u64) {
        let [luma, u, v] = picture.planes_mut();
        let mut noise = Noise::new(number);
        if self == Self::Black {
            luma.fill(BLACK);
            u.fill(NO_COLOR);
            v.fill(NO_COLOR);
            noise.add_to(luma, DARK_NOISE);
        } else {
            noise.add_to(luma, STILL_NOISE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_the_level_that_the_script_says() {
        let samples = Signal::Noise(-60.0).samples(7, 4800);
        let peak = samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
        assert!((0.000_99..=0.001).contains(&peak), "{peak}");
        assert!(samples.iter().any(|sample| *sample < 0.0));
        assert_ne!(samples, Signal::Noise(-60.0).samples(8, 4800));
        assert_eq!(Signal::Silence.samples(7, 3), [0.0; 3]);
    }

    #[test]
    fn what_is_black_or_still_has_noise_and_differs_from_frame_to_frame() {
        let painted = |signal: Signal, number| {
            let mut picture = Picture::new(64, 32);
            picture.planes_mut()[0].fill(100);
            signal.paint(&mut picture, number);
            picture
        };
        let range = |picture: &Picture| {
            let luma = picture.planes()[0];
            (*luma.iter().min().unwrap(), *luma.iter().max().unwrap())
        };
        assert_eq!(range(&painted(Signal::Black, 1)), (16, 23));
        assert_eq!(range(&painted(Signal::Still, 1)), (100, 102));
        for signal in [Signal::Black, Signal::Still] {
            assert_ne!(painted(signal, 1), painted(signal, 2));
        }
    }

    #[test]
    fn values_out_of_range_are_not_understood() {
        for (name, value) in [
            ("noise", None),
            ("noise", Some("-60")),
            ("noise", Some("1dB")),
            ("noise", Some("NaNdB")),
            ("black", Some("1")),
            ("white", None),
        ] {
            assert_eq!(Signal::parse(name, value), None, "{name} {value:?}");
        }
    }
}
