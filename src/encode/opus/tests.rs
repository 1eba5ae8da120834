//! Packets decoded by libopus, without what a player discards.
use super::*;
use crate::encode::audio_coder::AudioCodec;
use crate::encode::audio_encoder::AudioEncoder;
use crate::encode::encoder::Encoder;
use crate::media::AudioBlock;

const OPTIONS: AudioOptions = AudioOptions {
    codec: AudioCodec::Opus,
    bits_per_second: 128_000,
    constant: false,
};

fn stereo_format() -> AudioFormat {
    AudioFormat {
        sample_rate: 48_000,
        channels: 2,
    }
}

/// Noise in which no two stretches are alike, without the highest frequencies.
fn noise(samples: usize) -> Vec<f32> {
    let (mut random, mut smooth) = (1u32, 0.0f32);
    (0..samples)
        .map(|_| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            smooth = 0.8 * smooth + 0.2 * ((random >> 8) as f32 / (1 << 23) as f32 - 1.0);
            smooth
        })
        .collect()
}

fn encode(format: AudioFormat, options: AudioOptions, samples: &[f32]) -> (TrackInfo, Vec<Packet>) {
    let mut encoder = AudioEncoder::new(format, options, false).unwrap();
    let mut packets = Vec::new();
    let piece = 480 * usize::from(format.channels);
    for (block, samples) in samples.chunks(piece).enumerate() {
        let at = frames_to_duration(block as u64 * 480, format.sample_rate);
        let block = AudioBlock {
            time: Timestamp::from_millis(250) + at,
            sample_rate: format.sample_rate,
            channels: format.channels,
            samples: samples.into(),
        };
        encoder.encode(block, &mut packets).unwrap();
    }
    encoder.finish(&mut packets).unwrap();
    (encoder.info(), packets)
}

fn frames(length: Duration) -> usize {
    crate::media::duration_to_frames(length, OUTPUT_RATE) as usize
}

/// What a player plays: everything decoded, without the pre-skip and the padding at the end.
fn play(info: &TrackInfo, packets: &[Packet], channels: Channels) -> Vec<f32> {
    let mut decoder = libopus::Decoder::new(OUTPUT_RATE, channels).unwrap();
    let mut all = Vec::new();
    for packet in packets {
        let mut buffer = vec![0.0; PACKET_FRAMES * channels as usize];
        let got = decoder.decode_float(&packet.data, &mut buffer, false).unwrap();
        assert_eq!(got, PACKET_FRAMES);
        all.extend(buffer);
    }
    let padding = packets.last().map_or(0, |last| frames(last.padding));
    assert!(padding < PACKET_FRAMES);
    let audible = frames(info.codec_delay)..all.len() / channels as usize - padding;
    all[audible.start * channels as usize..audible.end * channels as usize].to_vec()
}

#[test]
fn a_player_hears_exactly_as_many_samples_as_went_in() {
    for frames in [1, 311, 312, 648, 649, 960, 961, 48_000, 48_000 * 3 + 17] {
        let (info, packets) = encode(stereo_format(), OPTIONS, &noise(frames * 2));
        let heard = play(&info, &packets, Channels::Stereo);
        assert_eq!(heard.len(), frames * 2, "{frames} frames");
        let unpadded = packets.iter().rev().skip(1);
        assert!(
            unpadded
                .map(|packet| packet.padding)
                .all(|padding| padding.is_zero())
        );
    }
}

#[test]
fn sound_comes_out_where_it_went_in() {
    let input = noise(48_000);
    let format = AudioFormat {
        sample_rate: 48_000,
        channels: 1,
    };
    let (info, packets) = encode(format, OPTIONS, &input);
    let heard = play(&info, &packets, Channels::Mono);
    let likeness = |shift: usize| -> f32 {
        let inner = 4800..43_200;
        inner.map(|n| input[n] * heard[n + shift - 100]).sum()
    };
    let best = (0..=200).max_by(|a, b| likeness(*a).total_cmp(&likeness(*b)));
    assert_eq!(best, Some(100), "100 is no shift");
}

#[test]
fn no_input_gives_no_packets() {
    let (_, packets) = encode(stereo_format(), OPTIONS, &[]);
    assert!(packets.is_empty());
}

#[test]
fn packets_are_timed_by_the_first_sample_in_them() {
    let (info, packets) = encode(stereo_format(), OPTIONS, &noise(9600 * 2));
    assert_eq!(info.codec_delay, Duration::from_micros(6500));
    assert_eq!(packets.len(), 11);
    for (n, packet) in packets.iter().enumerate() {
        assert_eq!(packet.time, Timestamp::from_millis(250 + 20 * n as u64));
        assert_eq!(packet.duration, Duration::from_millis(20));
        assert!(packet.key);
    }
}

#[test]
fn the_head_says_what_a_decoder_needs() {
    let format = AudioFormat {
        sample_rate: 44_100,
        channels: 2,
    };
    let info = AudioEncoder::new(format, OPTIONS, false).unwrap().info();
    assert_eq!(
        info.codec_private,
        b"OpusHead\x01\x02\x38\x01\x44\xac\x00\x00\x00\x00\x00"
    );
    assert_eq!(info.format, MediaFormat::Audio(stereo_format()));
}

#[test]
fn any_bit_rate_is_taken() {
    for constant in [false, true] {
        for bits_per_second in [0, 1, 6000, 512_000, u32::MAX] {
            for channels in 1..=8 {
                let format = AudioFormat {
                    sample_rate: 48_000,
                    channels,
                };
                let options = AudioOptions {
                    codec: AudioCodec::Opus,
                    bits_per_second,
                    constant,
                };
                let (_, packets) = encode(format, options, &noise(1920 * usize::from(channels)));
                assert_eq!(packets.len(), 3);
            }
        }
    }
}

#[test]
fn constant_means_that_every_packet_is_as_long_as_the_rate_says() {
    let options = AudioOptions {
        codec: AudioCodec::Opus,
        bits_per_second: 96_000,
        constant: true,
    };
    let (_, packets) = encode(stereo_format(), options, &noise(48_000));
    assert!(packets.iter().all(|packet| packet.data.len() == 240));
}

#[test]
fn surround_channels_come_out_in_vorbis_order() {
    for channels in 3..=8u16 {
        let layout = Layout::of(channels).unwrap();
        let count = usize::from(channels);
        // One channel sounds, in each of the places it can have in a WAV file.
        for sounding in 0..count {
            let samples: Vec<f32> = noise(4800)
                .into_iter()
                .flat_map(|sample| {
                    (0..count).map(move |channel| if channel == sounding { sample } else { 0.0 })
                })
                .collect();
            let format = AudioFormat {
                sample_rate: 48_000,
                channels,
            };
            let (info, packets) = encode(format, OPTIONS, &samples);
            let head = &info.codec_private;
            assert_eq!(head[18..21], [1, layout.streams, layout.coupled]);
            let mut decoder = libopus::MSDecoder::new(OUTPUT_RATE, head[19], head[20], &head[21..]).unwrap();
            let mut power = vec![0.0f32; count];
            for packet in &packets {
                let mut buffer = vec![0.0; PACKET_FRAMES * count];
                decoder.decode_float(&packet.data, &mut buffer, false).unwrap();
                for (n, sample) in buffer.iter().enumerate() {
                    power[n % count] += sample * sample;
                }
            }
            let loudest = (0..count).max_by(|a, b| power[*a].total_cmp(&power[*b])).unwrap();
            assert_eq!(
                usize::from(layout.wav[loudest]),
                sounding,
                "of {channels}: {power:?}"
            );
        }
    }
}

#[test]
fn more_than_eight_channels_become_their_first_two_and_none_is_refused() {
    let format = |channels| AudioFormat {
        sample_rate: 48_000,
        channels,
    };
    let (info, packets) = encode(format(12), OPTIONS, &noise(12 * 960));
    assert_eq!(info.format, MediaFormat::Audio(stereo_format()));
    assert_eq!(play(&info, &packets, Channels::Stereo).len(), 960 * 2);
    let refused = AudioEncoder::new(format(0), OPTIONS, false);
    assert_eq!(refused.err().unwrap().name(), "NotSupportedError");
}

#[test]
fn a_lower_complexity_changes_neither_the_times_nor_the_length_of_the_audio() {
    let mut encoder = AudioEncoder::new(stereo_format(), OPTIONS, true).unwrap();
    let speeds = encoder.speeds();
    assert_eq!(speeds, 0..=2);
    let info = encoder.info();
    let (mut packets, samples) = (Vec::new(), noise(960));
    for (number, speed) in speeds.chain([0]).enumerate() {
        encoder.set_speed(speed).unwrap();
        for half in 0..2 {
            let block = AudioBlock {
                time: Timestamp::from_millis(number as u64 * 20 + half * 10),
                sample_rate: 48_000,
                channels: 2,
                samples: samples[..960].into(),
            };
            encoder.encode(block, &mut packets).unwrap();
        }
    }
    assert!(encoder.set_speed(9).is_ok());
    encoder.finish(&mut packets).unwrap();
    assert_eq!(play(&info, &packets, Channels::Stereo).len(), 2 * 4 * 960);
}
