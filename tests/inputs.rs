//! Media files whose every picture and sample is known.
use hound::{SampleFormat, WavSpec, WavWriter};
use std::f64::consts::TAU;
use std::path::Path;

/// Cells of the code that `read_frame_number` reads: light, dark, 24 bits of the number, 6 of it modulo 61.
const CELLS: usize = 32;

/// A Y4M file to be written; every picture carries its number, and all of it has one colour.
#[derive(Clone, Copy)]
pub struct Y4m {
    pub width: usize,
    pub height: usize,
    /// Pictures a second as numerator and denominator.
    pub rate: (u64, u64),
    /// The `C` parameter.
    pub layout: &'static str,
    pub frames: u32,
    /// Pictures of these numbers are white.
    pub is_white: fn(u32) -> bool,
}

/// U and V of every picture.
pub const CHROMA: (u8, u8) = (100, 170);

const LIGHT: u8 = 200;
const DARK: u8 = 60;
const GREY: u8 = 110;
const WHITE: u8 = 230;

impl Y4m {
    /// A small 4:2:0 file.
    pub fn new(rate: (u64, u64), frames: u32) -> Self {
        Self {
            width: 320,
            height: 180,
            rate,
            layout: "420jpeg",
            frames,
            is_white: |_| false,
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.header();
        for number in 0..self.frames {
            bytes.extend(self.frame(number));
        }
        bytes
    }

    pub fn header(&self) -> Vec<u8> {
        let Self {
            width, height, rate, ..
        } = self;
        let (over, under) = rate;
        format!(
            "YUV4MPEG2 W{width} H{height} F{over}:{under} Ip A1:1 C{}\n",
            self.layout
        )
        .into_bytes()
    }

    pub fn frame(&self, number: u32) -> Vec<u8> {
        let background = if (self.is_white)(number) { WHITE } else { GREY };
        let mut luma = vec![background; self.width * self.height];
        self.write_code(&mut luma, number);
        let (across, down) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let chroma = match self.layout {
            "mono" => 0,
            "444" => self.width * self.height,
            "422" => across * self.height,
            _ => across * down,
        };
        let mut frame = b"FRAME\n".to_vec();
        frame.extend(luma);
        frame.extend(std::iter::repeat_n(CHROMA.0, chroma));
        frame.extend(std::iter::repeat_n(CHROMA.1, chroma));
        frame
    }

    fn write_code(&self, luma: &mut [u8], number: u32) {
        let code = 0b10 << 30 | number << 6 | (number % 61);
        let across = (self.height * 8 / 9).max(self.width / 2).min(self.width);
        let left = (self.width - across) / 2;
        let (top, bottom) = (self.height * 84 / 100, self.height * 94 / 100);
        for row in luma.chunks_exact_mut(self.width).take(bottom).skip(top) {
            for cell in 0..CELLS {
                let light = code >> (CELLS - 1 - cell) & 1 == 1;
                let columns = left + across * cell / CELLS..left + across * (cell + 1) / CELLS;
                row[columns].fill(if light { LIGHT } else { DARK });
            }
        }
    }

    /// When picture `number` is shown, in milliseconds as a container rounds them.
    pub fn millis(&self, number: u32) -> i64 {
        let (over, under) = self.rate;
        let nanos = (u64::from(number) * 1_000_000_000 * under + over / 2) / over;
        ((nanos + 500_000) / 1_000_000) as i64
    }
}

/// 16-bit integers.
pub fn cd_like(sample_rate: u32, channels: u16) -> WavSpec {
    WavSpec {
        channels,
        sample_rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    }
}

/// Writes `frames` sample frames; `sample` gives each in −1…1 by its number, the same on all channels.
pub fn write_wav(path: &Path, spec: WavSpec, frames: u32, sample: impl Fn(u32) -> f64) {
    let mut writer = WavWriter::create(path, spec).unwrap();
    for value in (0..frames).map(sample) {
        for _ in 0..spec.channels {
            match spec.sample_format {
                SampleFormat::Float => writer.write_sample(value as f32).unwrap(),
                SampleFormat::Int => {
                    let full = f64::from(i32::MAX >> (32 - spec.bits_per_sample));
                    writer.write_sample((value * full).round() as i32).unwrap();
                }
            }
        }
    }
    writer.finalize().unwrap();
}

/// A tone of this frequency and this peak.
pub fn tone(frequency: f64, peak: f64, sample_rate: u32) -> impl Fn(u32) -> f64 {
    move |n| peak * (TAU * frequency * f64::from(n) / f64::from(sample_rate)).sin()
}

/// Silence, and a loud tone for a tenth of a second from each of these sample frames on.
pub fn beeps(at: &[u32], sample_rate: u32) -> impl Fn(u32) -> f64 {
    let tone = tone(1000.0, 0.7, sample_rate);
    move |n| {
        let begun = at.iter().rfind(|&&begin| begin <= n);
        let since = begun.map(|begin| n - begin);
        since.filter(|&n| n < sample_rate / 10).map_or(0.0, &tone)
    }
}
