//! Blocks with all kinds of time stamps, and where their samples are in the output.
use super::*;
use crate::media::frames_to_duration;

/// All the output of some blocks, and what was corrected.
fn stream(
    channels: u16,
    live: bool,
    blocks: impl IntoIterator<Item = AudioBlock>,
) -> (Vec<f32>, AudioCorrections) {
    let mut aligner = AudioAligner::new(channels, live);
    let mut output = Vec::new();
    let mut sink = |frames: &[f32]| {
        output.extend_from_slice(frames);
        Ok(())
    };
    for block in blocks {
        aligner.push(&block, &mut sink).unwrap();
    }
    let frames = aligner.finish(&mut sink).unwrap();
    assert_eq!(output.len() as u64, frames * u64::from(channels));
    (output, aligner.corrections())
}

fn mono(time: Duration, sample_rate: u32, samples: Vec<f32>) -> AudioBlock {
    AudioBlock {
        time: Timestamp::from_millis(500) + time,
        sample_rate,
        channels: 1,
        samples: samples.into(),
    }
}

/// A ramp whose sample `n` is `n`, in blocks of 480 frames stamped exactly.
fn ramp(blocks: u64, sample_rate: u32) -> Vec<AudioBlock> {
    (0..blocks)
        .map(|block| {
            let first = block * 480;
            let samples = (first..first + 480).map(|n| n as f32).collect();
            mono(frames_to_duration(first, sample_rate), sample_rate, samples)
        })
        .collect()
}

#[test]
fn at_48_khz_without_drift_every_sample_passes_as_it_is() {
    for live in [false, true] {
        let (output, corrections) = stream(1, live, ramp(1000, 48_000));
        let input: Vec<f32> = (0..480_000u32).map(|n| n as f32).collect();
        assert_eq!(output, input);
        assert_eq!(corrections, AudioCorrections::default());
    }
}

#[test]
fn a_file_of_any_rate_becomes_as_long_as_it_lasts() {
    for rate in [8000, 22_050, 44_100, 44_101, 96_000] {
        let (output, corrections) = stream(1, false, ramp(333, rate));
        let ideal = (333.0 * 480.0 * 48_000.0 / f64::from(rate)).round();
        assert_eq!(output.len(), ideal as usize, "{rate} Hz");
        assert_eq!(corrections, AudioCorrections::default());
    }
}

#[test]
fn sample_k_at_44_100_hz_comes_out_at_k_times_48000_by_44100() {
    let mut samples = vec![0.0; 44_100];
    for at in [0, 14_700, 29_400, 44_099] {
        samples[at] = 1.0;
    }
    let (output, _) = stream(1, false, [mono(Duration::ZERO, 44_100, samples)]);
    for at in [0, 16_000, 32_000] {
        assert!(output[at] > 0.9, "{at}: {}", output[at]);
        assert!(output[at + 1] < output[at]);
        assert!(at == 0 || (output[at - 1] - output[at + 1]).abs() < 1e-3);
    }
    assert!(output[47_999] > 0.8);
}

#[test]
fn a_gap_becomes_exactly_so_much_silence() {
    for live in [false, true] {
        let mut blocks = ramp(20, 48_000);
        for block in &mut blocks[10..] {
            block.time += Duration::from_millis(100);
        }
        let (output, corrections) = stream(1, live, blocks);
        assert_eq!(output.len(), 9600 + 4800);
        assert_eq!(output[4798..4800], [4798.0, 4799.0]);
        assert!(output[4800..9600].iter().all(|sample| sample.abs() == 0.0));
        assert_eq!(output[9600..9602], [4800.0, 4801.0]);
        assert_eq!(corrections.silence_inserted, 4800);
    }
}

#[test]
fn a_late_callback_that_is_made_up_for_is_no_gap() {
    let exact: Vec<f32> = ramp(400, 48_000)
        .into_iter()
        .flat_map(|b| b.samples.to_vec())
        .collect();
    let mut blocks = ramp(400, 48_000);
    // The device's thread slept: 15 blocks come at once, when the last of them is due.
    let due = blocks[315].time;
    for block in &mut blocks[300..315] {
        block.time = due;
    }
    let (output, corrections) = stream(1, true, blocks);
    assert_eq!(output, exact);
    assert_eq!(corrections, AudioCorrections::default());
}

#[test]
fn an_overlap_is_trimmed_where_it_comes_in() {
    for live in [false, true] {
        let mut blocks = ramp(20, 48_000);
        for block in &mut blocks[10..] {
            block.time = block.time - Duration::from_millis(45);
        }
        let (output, corrections) = stream(1, live, blocks);
        // 4.5 blocks are thrown away, then it goes on.
        assert_eq!(output.len(), 9600 - 2160);
        assert_eq!(output[4799..4801], [4799.0, 4800.0 + 2160.0]);
        assert_eq!(corrections.samples_trimmed, 2160);
    }
}

#[test]
fn a_gap_in_resampled_sound_leaves_both_sides_on_their_stamps() {
    let impulse = |time| {
        let mut samples = vec![0.0; 4410];
        samples[2205] = 1.0;
        mono(time, 44_100, samples)
    };
    let later = Duration::from_millis(300);
    let blocks = [impulse(Duration::ZERO), impulse(later)];
    let (output, corrections) = stream(1, true, blocks);
    assert_eq!(output.len(), 4800 * 4);
    assert_eq!(corrections.silence_inserted, 9600);
    assert!(output[2400] > 0.8 && output[2400 + 14_400] > 0.8);
}

#[test]
fn rounded_stamps_of_a_file_are_nothing() {
    let mut blocks = ramp(100, 44_100);
    for block in &mut blocks {
        block.time = Timestamp::from_millis(block.time.round_millis());
    }
    let (_, corrections) = stream(1, false, blocks);
    assert_eq!(corrections, AudioCorrections::default());
}

#[test]
fn a_change_of_rate_and_channels_loses_no_time() {
    let stereo = AudioBlock {
        time: Timestamp::from_millis(1500),
        sample_rate: 44_100,
        channels: 2,
        samples: vec![0.5; 88_200].into(),
    };
    let first = mono(Duration::ZERO, 48_000, vec![0.25; 48_000]);
    let last = mono(Duration::from_secs(2), 16_000, vec![0.25; 16_000]);
    for live in [false, true] {
        let blocks = [first.clone(), stereo.clone(), last.clone()];
        let (output, corrections) = stream(2, live, blocks);
        assert_eq!(output.len(), 3 * 48_000 * 2);
        assert_eq!(corrections, AudioCorrections::default());
        for second in [0.25, 0.5, 0.25].iter().zip(output.chunks(96_000)) {
            assert!((second.1[48_000] - second.0).abs() < 1e-3);
        }
    }
}

/// A 200 Hz tone by a clock that runs `skew` off, in blocks of 10 ms whose stamps jitter by ±3 ms.
fn skewed(rate: u32, skew: f64, seconds: u32) -> impl Iterator<Item = AudioBlock> {
    let frames = rate / 100;
    let mut random = 1u32;
    (0..seconds * 100).map(move |block| {
        let at = |frame: u32| f64::from(block * frames + frame) / f64::from(rate) * (1.0 + skew);
        let samples = (0..frames)
            .map(|frame| (at(frame) * 200.0 * std::f64::consts::TAU).sin() as f32)
            .collect();
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let jitter = (f64::from(random >> 8) / f64::from(1 << 24) - 0.5) * 0.006;
        let jitter = if block == 0 { 0.0 } else { jitter };
        let time = (at(0) + jitter).max(0.0);
        mono(Duration::from_secs_f64(time), rate, samples)
    })
}

/// By how many seconds the tone is late in 100 ms of output, which begin with output frame `first`.
fn lateness(first: usize, tone: &[f32]) -> f64 {
    let (mut sine, mut cosine) = (0.0, 0.0);
    for (n, sample) in tone.iter().enumerate() {
        let phase = (first + n) as f64 / 48_000.0 * 200.0 * std::f64::consts::TAU;
        sine += f64::from(*sample) * phase.sin();
        cosine += f64::from(*sample) * phase.cos();
    }
    -cosine.atan2(sine) / std::f64::consts::TAU / 200.0
}

#[test]
fn a_skewed_clock_is_followed_within_2_ms_without_clicks_or_wow() {
    for (rate, skew, seconds) in [
        (48_000, 1000e-6, 300),
        (48_000, -1000e-6, 40),
        (44_100, 1000e-6, 40),
    ] {
        let (output, corrections) = stream(1, true, skewed(rate, skew, seconds));
        let late = output.len() as f64 / 48_000.0 - f64::from(seconds) * (1.0 + skew);
        assert!(late.abs() < 0.002, "the end is {late} s late");
        assert_eq!(corrections.silence_inserted, 0);
        assert_eq!(corrections.samples_trimmed, 0);
        let step = (200.0 * std::f64::consts::TAU / 48_000.0) as f32;
        for pair in output[480..output.len() - 480].windows(2) {
            assert!((pair[1] - pair[0]).abs() < step * 1.005, "{pair:?}");
        }
        let mut before = 0.0;
        for half_second in 0..seconds as usize * 2 - 1 {
            let first = half_second * 24_000;
            let late = lateness(first, &output[first..first + 4800]);
            let (most, wow) = if half_second < 40 {
                (2e-3, 1e-3)
            } else {
                (0.5e-3, 5e-5)
            };
            assert!(late.abs() < most, "{late} s late at {half_second} / 2 s");
            assert!((late - before).abs() < wow, "wow at {half_second} / 2 s");
            before = late;
        }
    }
}

#[test]
fn a_leap_of_years_is_an_error_instead_of_years_of_silence() {
    let mut aligner = AudioAligner::new(1, false);
    let mut sink = |_: &[f32]| Ok(());
    let mut block = mono(Duration::ZERO, 48_000, vec![0.0; 480]);
    aligner.push(&block, &mut sink).unwrap();
    block.time = Timestamp::from_nanos(u64::MAX);
    let error = aligner.push(&block, &mut sink).unwrap_err();
    assert_eq!(error.name(), "NotReadableError");
}

#[test]
fn blocks_without_frames_rate_or_channels_do_no_harm() {
    let mut aligner = AudioAligner::new(2, true);
    let mut sink = |_: &[f32]| Ok(());
    let empty = mono(Duration::ZERO, 48_000, Vec::new());
    aligner.push(&empty, &mut sink).unwrap();
    for (channels, sample_rate) in [(0, 48_000), (1, 0), (1, u32::MAX)] {
        let nonsense = AudioBlock {
            sample_rate,
            channels,
            ..empty.clone()
        };
        let error = aligner.push(&nonsense, &mut sink).unwrap_err();
        assert_eq!(error.name(), "TypeError");
    }
    assert_eq!(aligner.finish(&mut sink).unwrap(), 0);
}
