//! One alarm as it is typed.
use crate::cli::values::parse_duration;
use mediarec::recorder::Alarm;
use std::time::Duration;

/// `silence=30s`, `level=-50dB:20s`, `frozen=10s`, `black=30s` or `dropped=5%`.
pub fn parse_alarm(text: &str) -> Result<Alarm, String> {
    const HELP: &str = "give silence=30s, level=-50dB:20s, frozen=10s, black=30s or dropped=5%";
    let (name, value) = text.split_once('=').ok_or(HELP)?;
    match name {
        "silence" => Ok(Alarm::Silence {
            after: length(name, value)?,
        }),
        "frozen" => Ok(Alarm::Frozen {
            after: length(name, value)?,
        }),
        "black" => Ok(Alarm::Black {
            after: length(name, value)?,
        }),
        "level" => {
            let (level, after) = value
                .split_once(':')
                .ok_or("level needs a level and a duration, such as level=-50dB:20s")?;
            Ok(Alarm::Level {
                below: decibels(level)?,
                after: length(name, after)?,
            })
        }
        "dropped" => Ok(Alarm::Dropped {
            percent: percent(value)?,
        }),
        _ => Err(format!("there is no alarm '{name}'; {HELP}")),
    }
}

fn length(name: &str, text: &str) -> Result<Duration, String> {
    let zero = || format!("{name} needs a duration of more than 0, such as 30s; leave it out for no alarm");
    // Zero needs no unit to be zero.
    match parse_duration(text) {
        _ if text == "0" => Err(zero()),
        Ok(Duration::ZERO) => Err(zero()),
        other => other.map_err(|why| format!("{name}: {why}")),
    }
}

fn decibels(text: &str) -> Result<f64, String> {
    let number = text
        .strip_suffix("dB")
        .or(text.strip_suffix("dBFS"))
        .unwrap_or(text);
    match number.parse::<f64>() {
        Ok(level) if level < 0.0 && level.is_finite() => Ok(level),
        _ => Err("level needs decibels below full scale, such as -50dB".into()),
    }
}

fn percent(text: &str) -> Result<f64, String> {
    match text.strip_suffix('%').unwrap_or(text).parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent <= 100.0 => Ok(percent),
        _ => Err("dropped needs a share of more than 0 %, and 100 % at most, such as 5%".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_are_names_with_durations_levels_and_shares() {
        let seconds = Duration::from_secs;
        let cases = [
            ("silence=30s", Alarm::Silence { after: seconds(30) }),
            ("frozen=1m", Alarm::Frozen { after: seconds(60) }),
            (
                "black=500ms",
                Alarm::Black {
                    after: Duration::from_millis(500),
                },
            ),
            (
                "level=-50dB:20s",
                Alarm::Level {
                    below: -50.0,
                    after: seconds(20),
                },
            ),
            (
                "level=-47.5:1s",
                Alarm::Level {
                    below: -47.5,
                    after: seconds(1),
                },
            ),
            ("dropped=5%", Alarm::Dropped { percent: 5.0 }),
            ("dropped=0.5", Alarm::Dropped { percent: 0.5 }),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_alarm(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_what_to_write() {
        let cases = [
            ("", "give silence=30s"),
            ("silence", "give silence=30s"),
            ("loud=3s", "there is no alarm 'loud'"),
            ("silence=", "such as 500ms"),
            ("silence=0", "more than 0"),
            ("silence=0s", "more than 0"),
            ("silence=30", "30s"),
            ("frozen=-1s", "such as 500ms"),
            ("level=-50dB", "level=-50dB:20s"),
            ("level=50dB:20s", "-50dB"),
            ("level=-infdB:20s", "-50dB"),
            ("level=-50dB:0s", "more than 0"),
            ("dropped=0%", "more than 0 %"),
            ("dropped=101%", "100 % at most"),
            ("dropped=NaN", "100 % at most"),
        ];
        for (text, expected) in cases {
            let error = parse_alarm(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
