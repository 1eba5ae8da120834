//! WAV files written by hound, by hand, and by nobody in his senses.
use super::*;
use hound::{SampleFormat, WavSpec, WavWriter};
use std::io::Cursor;

const HEADER: usize = 44;

fn spec(channels: u16, bits_per_sample: u16, sample_format: SampleFormat) -> WavSpec {
    WavSpec {
        channels,
        sample_rate: 44_100,
        bits_per_sample,
        sample_format,
    }
}

/// A file of these samples by hound: plain for mono and stereo of 8 and 16 bits, extensible otherwise.
fn write<S: hound::Sample>(spec: WavSpec, samples: impl IntoIterator<Item = S>) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut file, spec).unwrap();
    for sample in samples {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
    file.into_inner()
}

/// A plain file of 16 bits, mono, whose header is [`HEADER`] bytes long.
fn simple(samples: impl IntoIterator<Item = i16>) -> Vec<u8> {
    write(spec(1, 16, SampleFormat::Int), samples)
}

/// All samples, and the error that came behind them.
fn read(file: &[u8]) -> (Vec<f32>, Result<()>) {
    let mut samples = Vec::new();
    let mut wav = match WavReader::open(file) {
        Ok(wav) => wav,
        Err(error) => return (samples, Err(error)),
    };
    loop {
        match wav.read(&mut samples, 100) {
            Ok(0) => return (samples, Ok(())),
            Ok(frames) => assert!(frames <= 100),
            Err(error) => {
                assert_eq!(wav.read(&mut samples, 100).unwrap(), 0, "an error is the end");
                return (samples, Err(error));
            }
        }
    }
}

fn samples(file: &[u8]) -> Vec<f32> {
    let (samples, result) = read(file);
    result.unwrap();
    samples
}

fn error(file: &[u8]) -> (&'static str, String) {
    let error = read(file).1.unwrap_err();
    (error.name(), error.to_string())
}

fn patched(mut file: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

#[test]
fn every_kind_of_integer_becomes_its_fraction_of_full_scale() {
    for bits in [8, 16, 24, 32] {
        let full = 2f64.powi(i32::from(bits) - 1);
        let values = [0.0, 0.5, -0.5, -1.0, 0.25];
        let written = values.map(|value| (value * full) as i32);
        assert_eq!(
            samples(&write(spec(1, bits, SampleFormat::Int), written)),
            values.map(|v| v as f32)
        );
    }
}

#[test]
fn floats_pass_as_they_are() {
    let values = [0.0f32, 1.5, -0.1, f32::MIN_POSITIVE];
    assert_eq!(samples(&write(spec(1, 32, SampleFormat::Float), values)), values);
    // hound writes no doubles.
    let mut file = simple([]);
    file = patched(file, 20, &[3, 0]);
    file = patched(file, 32, &[8, 0, 64, 0]);
    file.extend(0.1f64.to_le_bytes());
    assert_eq!(samples(&file), [0.1]);
}

#[test]
fn one_to_eight_channels_are_interleaved_as_in_the_file() {
    for channels in 1..=8 {
        let written = (0..channels as i16 * 300).map(|n| n * 8);
        let file = write(spec(channels, 16, SampleFormat::Int), written.clone());
        let format = WavReader::open(&file[..]).unwrap().format();
        assert_eq!((format.sample_rate, format.channels), (44_100, channels));
        let expected: Vec<f32> = written.map(|n| f32::from(n) / 32_768.0).collect();
        assert_eq!(samples(&file), expected);
    }
}

#[test]
fn other_chunks_before_the_samples_are_passed_over_even_odd_ones() {
    let mut file = simple([1, 2, 3]);
    file.splice(36..36, *b"LIST\x03\x00\x00\x00abc\x00");
    file.splice(12..12, *b"JUNK\x01\x00\x00\x00x\x00");
    assert_eq!(samples(&file).len(), 3);
}

#[test]
fn chunks_behind_the_samples_are_no_samples() {
    let mut file = simple([1, 2, 3]);
    file.extend(b"LIST\x04\x00\x00\x00abcd");
    assert_eq!(samples(&file).len(), 3);
}

#[test]
fn sizes_that_pipe_writers_leave_mean_until_the_end() {
    for size in [
        0,
        u32::MAX,
        u32::MAX - 36,
        0x7FFF_F000,
        0x7FFF_EFFC,
        0x7FFF_FF00,
        0x7FFF_FFFF,
    ] {
        let file = patched(simple([1, 2, 3]), 40, &size.to_le_bytes());
        let file = patched(file, 4, &u32::MAX.to_le_bytes());
        assert_eq!(samples(&file).len(), 3, "{size:#x}");
    }
}

#[test]
fn rf64_has_its_size_in_a_chunk_of_its_own() {
    for magic in [b"RF64", b"BW64"] {
        let file = patched(simple([1, 2, 3, 4]), 0, magic);
        let mut file = patched(file, 40, &u32::MAX.to_le_bytes());
        let mut ds64 = b"ds64\x1c\x00\x00\x00".to_vec();
        ds64.extend([0; 28]);
        ds64[16] = 6;
        file.splice(12..12, ds64);
        assert_eq!(samples(&file).len(), 3, "6 bytes, though there are 8");
    }
}

#[test]
fn a_file_that_is_cut_off_gives_what_it_has_and_then_says_so() {
    let file = simple(0..1000);
    for bytes in [0, 1, 2, 999, 1999] {
        let (samples, result) = read(&file[..HEADER + bytes]);
        assert_eq!(samples.len(), bytes / 2);
        let error = result.unwrap_err();
        assert_eq!(error.name(), "NotReadableError");
        let message = error.to_string();
        assert!(
            message.contains("2000") && message.contains(&format!(" {bytes} ")),
            "{message}"
        );
    }
}

#[test]
fn a_broken_last_frame_is_none() {
    let mut file = patched(simple([1, 2, 3]), 40, &5u32.to_le_bytes());
    file.pop();
    assert_eq!(samples(&file).len(), 2);
    let unknown = patched(file, 40, &[0; 4]);
    assert_eq!(samples(&unknown).len(), 2);
}

/// Gives a byte a time, as a slow pipe may.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(1);
        self.0.read(&mut buffer[..most])
    }
}

#[test]
fn a_slow_pipe_gives_whole_frames_as_they_come() {
    let file = write(spec(2, 24, SampleFormat::Int), [1, 2, 3, 4, 5, 6]);
    let mut wav = WavReader::open(Drip(&file)).unwrap();
    let mut samples = Vec::new();
    for frames in [1, 1, 1, 0] {
        assert_eq!(wav.read(&mut samples, 100).unwrap(), frames);
    }
    assert_eq!(samples.len(), 6);
}

#[test]
fn nonsense_is_refused_with_what_and_why() {
    let broken = |at, bytes: &[u8]| error(&patched(simple([1, 2]), at, bytes));
    let cases = [
        (error(b""), "empty"),
        (error(b"hello, this is a text file"), "RIFF"),
        (error(b"RIFF\x04\x00\x00\x00AVI "), "AVI"),
        (error(b"RIFF\x04\x00"), "ends before"),
        (error(&simple([1, 2])[..30]), "ends before"),
        (broken(22, &[0, 0]), "0 channels"),
        (broken(24, &[0, 0, 0, 0]), "sample rate of 0 Hz"),
        (broken(24, &[255; 4]), "768000"),
        (broken(32, &[3, 0]), "2 bytes"),
        (broken(34, &[0, 0]), "0 bits"),
        (broken(34, &[40, 0]), "40 bits"),
        (broken(16, &[4, 0, 0, 0]), "4 bytes"),
        (broken(12, b"junk"), "before the format chunk"),
    ];
    for ((name, message), part) in cases {
        assert_eq!(name, "NotReadableError", "{message}");
        assert!(message.contains(part), "\"{part}\" in: {message}");
    }
}

#[test]
fn codecs_that_are_not_read_are_named_and_a_way_out_is_shown() {
    let cases: [(usize, &[u8], &str); 5] = [
        (20, &[2, 0], "ADPCM"),
        (20, &[0x55, 0], "MP3"),
        (20, &[7, 0], "µ-law"),
        (0, b"RIFX", "big-endian"),
        (22, &[9, 0], "9 channels"),
    ];
    for (at, bytes, part) in cases {
        let (name, message) = error(&patched(simple([1, 2]), at, bytes));
        assert_eq!(name, "NotSupportedError", "{message}");
        assert!(
            message.contains(part) && message.contains("ffmpeg -i"),
            "{message}"
        );
    }
}

#[test]
fn mutated_files_never_panic_and_never_give_more_than_they_hold() {
    let extensible = write(spec(3, 24, SampleFormat::Int), 0..300);
    let plain = simple(0..300);
    let mut random = 1u32;
    let mut next = |below: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize % below
    };
    for _ in 0..20_000 {
        let mut file = if next(2) == 0 {
            plain.clone()
        } else {
            extensible.clone()
        };
        for _ in 0..=next(4) {
            let at = next(80);
            file[at] = [0, 1, 0x7F, 0x80, 0xFF, next(256) as u8][next(6)];
        }
        file.truncate(file.len() - [0, next(100), next(file.len())][next(3)]);
        assert!(read(&file).0.len() <= file.len());
    }
}
