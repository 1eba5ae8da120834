//! Values of a file as people read them.

/// Hours only where there are any: `1:02:03.456`, `2:03.456`.
pub fn clock(seconds: f64) -> String {
    let millis = (seconds * 1e3).round() as u64;
    let (minutes, millis) = (millis / 60_000, millis % 60_000);
    let seconds = format!("{:02}.{:03}", millis / 1_000, millis % 1_000);
    match minutes / 60 {
        0 => format!("{minutes}:{seconds}"),
        hours => format!("{hours}:{:02}:{seconds}", minutes % 60),
    }
}

/// A bit rate in the unit that suits it.
pub fn bit_rate(bits: u64) -> String {
    match bits {
        0..1_000_000 => format!("{:.0} kbit/s", bits as f64 / 1e3),
        _ => format!("{:.2} Mbit/s", bits as f64 / 1e6),
    }
}

/// Text from outside, without control characters for the terminal.
pub fn printable(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_clocks_show_them() {
        assert_eq!(clock(0.0), "0:00.000");
        assert_eq!(clock(59.9996), "1:00.000");
        assert_eq!(clock(3_723.456), "1:02:03.456");
    }

    #[test]
    fn rates_have_the_unit_that_suits_them() {
        assert_eq!(bit_rate(127_600), "128 kbit/s");
        assert_eq!(bit_rate(2_512_000), "2.51 Mbit/s");
    }

    #[test]
    fn a_file_cannot_control_the_terminal() {
        assert_eq!(printable("Cam\u{1b}[2Jera"), "Cam[2Jera");
    }
}
