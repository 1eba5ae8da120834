//! How long a packet of audio lasts by its codec, if all packets of the codec last as long.
use std::time::Duration;

const LOW_RATE: f64 = 32_000.0;
/// Of any of these codecs.
const MIN_RATE: f64 = 7_350.0;

/// Duration of each packet of a codec at this sample rate, in hertz; `None` if they differ.
pub(super) fn of_codec(codec_id: &str, sample_rate: f64) -> Option<Duration> {
    let frames = match codec_id {
        "A_AAC" => 1_024.0,
        "A_MPEG/L3" if sample_rate < LOW_RATE => 576.0,
        "A_MPEG/L2" | "A_MPEG/L3" => 1_152.0,
        "A_AC3" => 1_536.0,
        _ => return None,
    };
    let is_rate = sample_rate >= MIN_RATE;
    Duration::try_from_secs_f64(frames / sample_rate)
        .ok()
        .filter(|_| is_rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_rate_that_no_codec_has_tells_nothing_of_the_length_of_a_packet() {
        assert_eq!(of_codec("A_AAC", 8_000.0), Some(Duration::from_millis(128)));
        for rate in [0.05, 0.0, f64::NAN] {
            assert_eq!(of_codec("A_AAC", rate), None, "{rate}");
        }
    }
}
