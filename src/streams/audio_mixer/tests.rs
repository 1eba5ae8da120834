use super::*;
use crate::clock::{Clock, Timestamp};
use crate::streams::{AudioTrackGenerator, GeneratorMode, ReadyState};

fn generator(mode: GeneratorMode, channels: u16) -> AudioTrackGenerator {
    let format = AudioFormat {
        sample_rate: 48_000,
        channels,
    };
    AudioTrackGenerator::new("input", format, mode, &Clock::manual()).unwrap()
}

fn block(ms: u64, channels: u16, sample: f32) -> AudioBlock {
    AudioBlock {
        time: Timestamp::from_nanos(ms * 1_000_000),
        sample_rate: 48_000,
        channels,
        samples: vec![sample; 480 * usize::from(channels)].into(),
    }
}

/// Writes 50 blocks of 10 ms to each, with these values.
fn feed(generators: &[(AudioTrackGenerator, u16, f32)]) {
    for turn in 0..50 {
        for (generator, channels, sample) in generators {
            generator.write(&block(turn * 10, *channels, *sample)).unwrap();
        }
    }
}

#[test]
fn the_mix_is_the_sum_after_each_gain_with_the_most_channels_and_ends_with_its_inputs() {
    let live = GeneratorMode::Live;
    let inputs = [(generator(live, 1), 1, 0.25), (generator(live, 2), 2, 0.5)];
    inputs[1].0.track().set_gain(0.5).unwrap();
    let tracks: Vec<_> = inputs.iter().map(|(input, ..)| input.track().clone()).collect();
    let mixer = AudioMixer::new(&tracks).unwrap();
    assert_eq!(mixer.track().label(), "input + input");
    let blocks = mixer.track().audio_blocks(100).unwrap();
    feed(&inputs);
    drop(inputs);
    let blocks: Vec<AudioBlock> = blocks.collect();
    assert_eq!(blocks.iter().map(AudioBlock::frames).sum::<usize>(), 24_000);
    assert_eq!(blocks[0].channels, 2);
    assert_eq!(blocks[0].samples[..2], [0.5, 0.5]);
    assert_eq!(mixer.track().ready_state(), ReadyState::Ended);
    assert_eq!(mixer.stats(), AudioMixerStats::default());
}

#[test]
fn inputs_are_released_when_the_mix_is_stopped() {
    let input = generator(GeneratorMode::Live, 1);
    let mixer = AudioMixer::new(&[input.track().clone()]).unwrap();
    mixer.track().stop();
    input.track().stop();
    assert!(input.write(&block(0, 1, 0.0)).is_err());
}

#[test]
fn what_cannot_be_mixed_is_refused() {
    let (live, file) = (
        generator(GeneratorMode::Live, 1),
        generator(GeneratorMode::Offline, 1),
    );
    assert!(AudioMixer::new(&[]).is_err());
    assert!(AudioMixer::new(&[live.track().clone(), file.track().clone()]).is_err());
}
