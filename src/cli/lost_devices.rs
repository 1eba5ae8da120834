//! From the flags for lost devices to the library's options.
use crate::cli::args::lost::{LostArgs, OnLostArg};
use mediarec::devices::{OnLost, SessionOptions};
use mediarec::error::{Error, Result};

/// The options of a session for these flags.
///
/// # Errors
/// `Type` for flags that do not go together.
pub fn session(args: &LostArgs) -> Result<SessionOptions> {
    let timeout = args.reconnect;
    let on_lost = match args.on_lost {
        Some(OnLostArg::Stop) if timeout.is_some() => {
            return Err(Error::Type {
                message: "--reconnect waits for a lost device, which --on-lost stop does not; leave one of them out".into(),
            });
        }
        Some(OnLostArg::Switch) => OnLost::Switch { timeout },
        Some(OnLostArg::Wait) => OnLost::Wait { timeout },
        None if timeout.is_some() => OnLost::Wait { timeout },
        Some(OnLostArg::Stop) | None => OnLost::Stop,
    };
    Ok(SessionOptions {
        on_lost,
        follow_default: args.follow_default,
        ..SessionOptions::default()
    })
}

/// The flag that was typed and that only devices understand.
pub fn flag(args: &LostArgs) -> Option<&'static str> {
    let flags = [
        ("on-lost", args.on_lost.is_some()),
        ("reconnect", args.reconnect.is_some()),
        ("follow-default", args.follow_default),
    ];
    flags.into_iter().find(|(_, typed)| *typed).map(|(flag, _)| flag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Command;
    use crate::cli::args::tests::parsed;
    use std::time::Duration;

    fn on_lost(line: &str) -> Option<OnLost> {
        let Command::Record(args) = parsed(&format!("record {line}")) else {
            unreachable!("it is record");
        };
        session(&args.source.lost).ok().map(|options| options.on_lost)
    }

    #[test]
    fn a_lost_device_is_waited_for_as_long_as_was_typed() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let cases = [
            ("", Some(OnLost::Stop)),
            ("--on-lost stop", Some(OnLost::Stop)),
            ("--on-lost wait", Some(OnLost::Wait { timeout: None })),
            ("--reconnect", Some(OnLost::Wait { timeout: seconds(60) })),
            (
                "--on-lost wait --reconnect=5s",
                Some(OnLost::Wait { timeout: seconds(5) }),
            ),
            (
                "--on-lost switch --reconnect=2m",
                Some(OnLost::Switch {
                    timeout: seconds(120),
                }),
            ),
            ("--on-lost stop --reconnect", None),
        ];
        for (line, expected) in cases {
            assert_eq!(on_lost(line), expected, "{line}");
        }
    }
}
