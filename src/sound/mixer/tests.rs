use super::*;
use std::time::Duration;

/// A tone of a device, as blocks of 10 ms.
#[derive(Clone, Copy)]
struct Tone {
    rate: u32,
    channels: u16,
    frequency: f64,
    amplitude: f64,
    /// How much faster its clock is.
    ppm: f64,
}

const TONE: Tone = Tone {
    rate: 48_000,
    channels: 1,
    frequency: 1000.0,
    amplitude: 0.25,
    ppm: 0.0,
};

impl Tone {
    /// Block number `index`, captured from `start_ms` on.
    fn block(self, index: u32, start_ms: u64) -> AudioBlock {
        let frames = self.rate / 100;
        let true_rate = f64::from(self.rate) * (1.0 + self.ppm * 1e-6);
        let first = f64::from(index) * f64::from(frames) / true_rate;
        let begin = start_ms as f64 * 1e-3;
        let samples = (0..frames).flat_map(|n| {
            // The phase follows the time, so that a mix can be compared with a tone.
            let time = begin + first + f64::from(n) / true_rate;
            let sample = (std::f64::consts::TAU * self.frequency * time).sin() * self.amplitude;
            vec![sample as f32; usize::from(self.channels)]
        });
        AudioBlock {
            time: Timestamp::from_nanos(((begin + first) * 1e9).round() as u64),
            sample_rate: self.rate,
            channels: self.channels,
            samples: samples.collect(),
        }
    }

    /// The value at a time in seconds.
    fn at(self, time: f64) -> f32 {
        ((std::f64::consts::TAU * self.frequency * time).sin() * self.amplitude) as f32
    }
}

fn drain(mixer: &mut Mixer, output: &mut Vec<AudioBlock>) {
    while let Some(block) = mixer.next_block().unwrap() {
        output.push(block);
    }
}

/// Mixes two inputs, each a tone, its first block's time in ms and its number of blocks.
fn mixed(channels: u16, inputs: [(Tone, u64, u32); 2]) -> (Vec<AudioBlock>, MixCounts) {
    let mut mixer = Mixer::new(2, channels, true);
    let mut output = Vec::new();
    let longest = inputs
        .iter()
        .map(|(_, start, count)| start / 10 + u64::from(*count));
    for turn in 0..longest.max().unwrap() {
        for (number, (tone, start, count)) in inputs.iter().enumerate() {
            let Some(index) = turn.checked_sub(start / 10) else {
                continue;
            };
            let index = u32::try_from(index).unwrap();
            match index.cmp(count) {
                std::cmp::Ordering::Less => mixer.push(number, &tone.block(index, *start)).unwrap(),
                _ => mixer.end(number).unwrap(),
            }
            drain(&mut mixer, &mut output);
        }
    }
    mixer.end(0).unwrap();
    mixer.end(1).unwrap();
    drain(&mut mixer, &mut output);
    (output, mixer.counts())
}

/// The amplitude of a frequency in mono blocks between two times in seconds.
fn amplitude(blocks: &[AudioBlock], frequency: f64, from: f64, to: f64) -> f64 {
    let (mut real, mut imaginary, mut count) = (0.0, 0.0, 0.0);
    for (time, sample) in samples(blocks).filter(|(time, _)| (from..to).contains(time)) {
        let phase = std::f64::consts::TAU * frequency * time;
        real += f64::from(sample) * phase.cos();
        imaginary += f64::from(sample) * phase.sin();
        count += 1.0;
    }
    2.0 * f64::hypot(real, imaginary) / count
}

/// The first channel with its times in seconds.
fn samples(blocks: &[AudioBlock]) -> impl Iterator<Item = (f64, f32)> {
    blocks.iter().flat_map(|block| {
        let begin = block.time.as_nanos() as f64 * 1e-9;
        let first = block.samples.iter().step_by(usize::from(block.channels));
        first
            .enumerate()
            .map(move |(n, sample)| (begin + n as f64 / 48_000.0, *sample))
    })
}

fn is_near(value: f64, expected: f64) -> bool {
    (value - expected).abs() < 0.005
}

/// The largest step between neighbouring samples.
fn largest_step(blocks: &[AudioBlock]) -> f32 {
    let samples: Vec<f32> = samples(blocks).map(|(_, sample)| sample).collect();
    samples
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .fold(0.0, f32::max)
}

fn assert_gapless(blocks: &[AudioBlock]) {
    for pair in blocks.windows(2) {
        let end = pair[0].time + pair[0].duration();
        let distance = (pair[1].time - end).max(end - pair[1].time);
        assert!(distance <= Duration::from_nanos(2), "{distance:?}");
    }
}

#[test]
fn two_tones_are_both_there_at_their_levels() {
    let other = Tone {
        frequency: 440.0,
        amplitude: 0.5,
        ..TONE
    };
    let (blocks, counts) = mixed(1, [(TONE, 0, 100), (other, 0, 100)]);
    assert_gapless(&blocks);
    assert!(is_near(amplitude(&blocks, 1000.0, 0.1, 0.9), 0.25));
    assert!(is_near(amplitude(&blocks, 440.0, 0.1, 0.9), 0.5));
    assert_eq!(samples(&blocks).count(), 48_000);
    assert_eq!(counts, MixCounts::default());
}

#[test]
fn inputs_are_at_their_capture_times_to_the_sample() {
    let late = Tone {
        amplitude: 0.5,
        ..TONE
    };
    let (blocks, _) = mixed(1, [(TONE, 0, 100), (late, 130, 80)]);
    let expected = Tone {
        amplitude: 0.75,
        ..TONE
    };
    for (time, sample) in samples(&blocks).filter(|(time, _)| (0.2..0.9).contains(time)) {
        assert!((sample - expected.at(time)).abs() < 1e-3, "{time}");
    }
}

#[test]
fn sample_rates_and_channels_are_converted() {
    let other = Tone {
        rate: 44_100,
        channels: 2,
        frequency: 440.0,
        ..TONE
    };
    let (blocks, _) = mixed(2, [(TONE, 0, 100), (other, 0, 100)]);
    assert_eq!(blocks[0].channels, 2);
    assert!(is_near(amplitude(&blocks, 1000.0, 0.1, 0.9), 0.25));
    assert!(is_near(amplitude(&blocks, 440.0, 0.1, 0.9), 0.25));
}

#[test]
fn a_clock_that_is_500_ppm_fast_stays_aligned() {
    let fast = Tone {
        ppm: 500.0,
        frequency: 100.0,
        ..TONE
    };
    let silent = Tone {
        amplitude: 0.0,
        ..TONE
    };
    let (blocks, counts) = mixed(1, [(silent, 0, 6000), (fast, 0, 6000)]);
    assert_eq!((counts.timed_out, counts.too_late), (0, 0));
    // 60 s drift by 30 ms without a correction. 1 ms is a tenth of the period of 100 Hz.
    let most = std::f32::consts::TAU * 0.1 * 0.25;
    for (time, sample) in samples(&blocks).filter(|(time, _)| (40.0..59.0).contains(time)) {
        assert!((sample - fast.at(time)).abs() < most, "{time}");
    }
}

#[test]
fn an_input_that_joins_or_ends_does_not_click() {
    let cosine = |blocks: u32| (TONE, 133, blocks);
    let (blocks, _) = mixed(
        1,
        [
            (
                Tone {
                    amplitude: 0.0,
                    ..TONE
                },
                0,
                100,
            ),
            cosine(50),
        ],
    );
    // The steepest step of the tone itself is 0.033.
    assert!(largest_step(&blocks) < 0.036, "{}", largest_step(&blocks));
}

#[test]
fn the_others_go_on_without_an_input_that_delivers_nothing_and_take_it_back() {
    let other = Tone {
        frequency: 440.0,
        ..TONE
    };
    let mut mixer = Mixer::new(2, 1, true);
    let mut blocks = Vec::new();
    for index in 0..400 {
        mixer.push(0, &TONE.block(index, 0)).unwrap();
        if !(100..300).contains(&index) {
            mixer.push(1, &other.block(index, 0)).unwrap();
        }
        drain(&mut mixer, &mut blocks);
        let behind = i64::from(index + 1) * BLOCK - mixer.position;
        assert!(behind <= MAX_WAIT + BLOCK, "{index}: {behind}");
    }
    assert_gapless(&blocks);
    assert_eq!(mixer.counts().timed_out, 1);
    assert_eq!(mixer.counts().too_late, 0);
    for (from, to, expected) in [(0.1, 0.9, 0.25), (1.1, 2.9, 0.0), (3.1, 3.9, 0.25)] {
        assert!(is_near(amplitude(&blocks, 440.0, from, to), expected), "{from}");
        assert!(is_near(amplitude(&blocks, 1000.0, from, to), 0.25), "{from}");
    }
}

#[test]
fn an_input_that_never_delivers_is_not_waited_for_longer_than_half_a_second() {
    let mut mixer = Mixer::new(2, 1, true);
    let mut blocks = Vec::new();
    for index in 0..100 {
        mixer.push(0, &TONE.block(index, 0)).unwrap();
        drain(&mut mixer, &mut blocks);
    }
    assert_eq!(blocks[0].time, Timestamp::ZERO);
    assert!(samples(&blocks).count() > 47_000);
}

#[test]
fn loud_inputs_are_limited_to_full_scale_and_counted() {
    let loud = Tone {
        amplitude: 0.9,
        ..TONE
    };
    let (blocks, counts) = mixed(1, [(loud, 0, 50), (loud, 0, 50)]);
    assert!(samples(&blocks).all(|(_, sample)| sample.abs() <= 1.0));
    assert!(counts.clipped > 1000, "{counts:?}");
}

#[test]
fn a_jump_of_an_hour_is_neither_stored_nor_mixed_as_silence() {
    let mut mixer = Mixer::new(2, 1, true);
    let mut blocks = Vec::new();
    for start in [0, 3_600_000] {
        for index in 0..100 {
            for input in 0..2 {
                mixer.push(input, &TONE.block(index, start)).unwrap();
                drain(&mut mixer, &mut blocks);
            }
        }
    }
    assert!(blocks.len() < 400, "{}", blocks.len());
    assert!(blocks.last().unwrap().time > Timestamp::from_nanos(3_600_900_000_000));
}

#[test]
fn inputs_that_are_not_live_are_all_waited_for() {
    let mut mixer = Mixer::new(2, 1, false);
    for index in 0..200 {
        mixer.push(0, &TONE.block(index, 0)).unwrap();
    }
    assert_eq!(mixer.next_block().unwrap(), None);
    assert_eq!(mixer.furthest_behind(), Some(1));
    mixer.end(1).unwrap();
    assert!(mixer.next_block().unwrap().is_some());
    assert_eq!(mixer.furthest_behind(), Some(0));
}
