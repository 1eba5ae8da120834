//! Channel mixing by the rules of Web Audio (`ChannelInterpretation` "speakers").
use std::borrow::Cow;

/// −3 dB: a signal on two loudspeakers has the same power as on one.
const HALF_POWER: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// For each number of channels: gains of each channel, in WAV order, for the left and the right output.
///
/// The low-frequency channel is omitted, as in Web Audio and ITU-R BS.775.
const STEREO_MIX: [&[(f32, f32)]; 9] = {
    const LEFT: (f32, f32) = (1.0, 0.0);
    const RIGHT: (f32, f32) = (0.0, 1.0);
    const CENTER: (f32, f32) = (HALF_POWER, HALF_POWER);
    const LOW: (f32, f32) = (0.0, 0.0);
    const SIDE_LEFT: (f32, f32) = (HALF_POWER, 0.0);
    const SIDE_RIGHT: (f32, f32) = (0.0, HALF_POWER);
    // For four channels, Web Audio halves the sum of front and back.
    const QUAD_LEFT: (f32, f32) = (0.5, 0.0);
    const QUAD_RIGHT: (f32, f32) = (0.0, 0.5);
    const BACK: (f32, f32) = (0.5, 0.5);
    [
        &[],
        &[(1.0, 1.0)],
        &[LEFT, RIGHT],
        &[LEFT, RIGHT, CENTER],
        &[QUAD_LEFT, QUAD_RIGHT, QUAD_LEFT, QUAD_RIGHT],
        &[LEFT, RIGHT, CENTER, SIDE_LEFT, SIDE_RIGHT],
        &[LEFT, RIGHT, CENTER, LOW, SIDE_LEFT, SIDE_RIGHT],
        &[LEFT, RIGHT, CENTER, LOW, BACK, SIDE_LEFT, SIDE_RIGHT],
        &[
            LEFT, RIGHT, CENTER, LOW, SIDE_LEFT, SIDE_RIGHT, SIDE_LEFT, SIDE_RIGHT,
        ],
    ]
};

/// Mixes interleaved `samples` of `from` channels to `to` channels; both must be at least 1.
///
/// Mono is copied to both outputs; 3 to 8 channels in WAV order are mixed down to stereo and mono. For all other
/// combinations the first channels are kept, and missing ones are silent.
pub(crate) fn remix(samples: &[f32], from: u16, to: u16) -> Cow<'_, [f32]> {
    let (from, to) = (usize::from(from), usize::from(to));
    if from == to {
        return Cow::Borrowed(samples);
    }
    let mut mixed = Vec::with_capacity(samples.len() / from * to);
    for frame in samples.chunks_exact(from) {
        match (STEREO_MIX.get(from), to) {
            (Some(mix), 1) => {
                let (left, right) = stereo(frame, mix);
                mixed.push(f32::midpoint(left, right));
            }
            (Some(mix), 2) => {
                let (left, right) = stereo(frame, mix);
                mixed.extend([left, right]);
            }
            _ => {
                let kept = from.min(to);
                mixed.extend_from_slice(&frame[..kept]);
                mixed.resize(mixed.len() + to - kept, 0.0);
            }
        }
    }
    Cow::Owned(mixed)
}

fn stereo(frame: &[f32], mix: &[(f32, f32)]) -> (f32, f32) {
    frame
        .iter()
        .zip(mix)
        .fold((0.0, 0.0), |(left, right), (sample, (l, r))| {
            (left + sample * l, right + sample * r)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_of_channels_passes_without_a_copy() {
        assert!(matches!(remix(&[0.1, 0.2], 2, 2), Cow::Borrowed([0.1, 0.2])));
    }

    #[test]
    fn mono_goes_to_both_sides_and_stereo_meets_in_the_middle() {
        assert_eq!(*remix(&[0.5, -0.25], 1, 2), [0.5, 0.5, -0.25, -0.25]);
        assert_eq!(*remix(&[0.5, 0.25, 1.0, -1.0], 2, 1), [0.375, 0.0]);
    }

    #[test]
    fn the_centre_is_heard_on_both_sides_and_the_low_channel_on_none() {
        let center = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
        assert_eq!(*remix(&center, 6, 2), [HALF_POWER, HALF_POWER]);
        let low = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        assert_eq!(*remix(&low, 6, 2), [0.0, 0.0]);
    }

    #[test]
    fn every_layout_has_a_weight_for_each_of_its_channels() {
        for (channels, mix) in STEREO_MIX.iter().enumerate() {
            assert_eq!(mix.len(), channels);
        }
    }

    #[test]
    fn channels_without_a_rule_keep_their_places() {
        let twelve: Vec<f32> = (0u8..12).map(f32::from).collect();
        assert_eq!(*remix(&twelve, 12, 2), [0.0, 1.0]);
        assert_eq!(*remix(&[1.0, 2.0], 2, 4), [1.0, 2.0, 0.0, 0.0]);
    }
}
