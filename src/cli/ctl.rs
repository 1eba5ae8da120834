//! `mediarec ctl`: sends one command to the control socket of a recording and prints the answer.
use crate::cli::args::ctl::{CtlArgs, CtlCommand};
use crate::cli::control::answer;
use crate::cli::control::command::{Command, Kind};
use crate::cli::control::socket::{self, Connection};
use crate::cli::{ctl_text, stdout};
use clap::ValueEnum;
use mediarec::error::{Error, Result};
use std::io::{self, BufRead, BufReader, Write};
use std::time::Duration;

/// How long a recording may take to answer: longer than it waits for itself.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends the command.
///
/// # Errors
/// `Type` for a wrong command, those of the connection, and the error that the recording answers.
pub fn run(args: &CtlArgs) -> anyhow::Result<()> {
    send(args, &command(args)?)
}

/// # Errors
/// `Type` if words are missing or too many.
fn command(args: &CtlArgs) -> Result<Command> {
    let words = &args.words[..];
    let takes_nothing = match args.command {
        CtlCommand::Mark if words.is_empty() => return Err(usage("mark needs a TEXT".into())),
        CtlCommand::Mark => {
            let text = words.join(" ");
            return Ok(Command::Mark { text });
        }
        CtlCommand::Mute => return Ok(Command::Mute { kind: kind(words)? }),
        CtlCommand::Unmute => return Ok(Command::Unmute { kind: kind(words)? }),
        CtlCommand::Status => Command::Status {},
        CtlCommand::Pause => Command::Pause {},
        CtlCommand::Resume => Command::Resume {},
        CtlCommand::Data => Command::RequestData {},
        CtlCommand::Split => Command::Split {},
        CtlCommand::SaveHistory => Command::SaveHistory {},
        CtlCommand::Stop => Command::Stop {},
    };
    match words {
        [] => Ok(takes_nothing),
        [word, ..] => Err(usage(format!(
            "unexpected '{word}': the command takes no argument"
        ))),
    }
}

fn kind(words: &[String]) -> Result<Kind> {
    match words {
        [word] => Kind::from_str(word, false).ok(),
        _ => None,
    }
    .ok_or_else(|| usage("mute and unmute need a KIND: audio or video".into()))
}

fn usage(message: String) -> Error {
    Error::Type { message }
}

fn send(args: &CtlArgs, command: &Command) -> anyhow::Result<()> {
    let stream = socket::connect(&args.socket)?;
    let line = exchange(&stream, &serde_json::to_string(command)?).map_err(not_answered)?;
    if line.is_empty() {
        return Err(Error::InvalidState {
            message: "the recording ended before it answered".into(),
        }
        .into());
    }
    let result = answer::parse(&line);
    if args.json && serde_json::from_str::<serde_json::Value>(&line).is_ok() {
        stdout::print(&line)?;
        result?;
        return Ok(());
    }
    stdout::print(ctl_text::text(command, &result?))
}

fn exchange(mut stream: &Connection, request: &str) -> io::Result<String> {
    stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    stream.set_write_timeout(Some(ANSWER_TIMEOUT))?;
    // One that is refused is answered without having been read.
    let written = stream.write_all(format!("{request}\n").as_bytes());
    let mut line = String::new();
    let read = BufReader::new(stream).read_line(&mut line);
    match (read, written) {
        (Ok(_), Err(error)) if line.is_empty() => Err(error),
        (Ok(_), _) => Ok(line),
        (Err(error), _) => Err(error),
    }
}

fn not_answered(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Error::Abort {
            message: format!(
                "timed out: the recording did not answer within {} s",
                ANSWER_TIMEOUT.as_secs()
            ),
        },
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => Error::InvalidState {
            message: "the recording ended before it answered".into(),
        },
        _ => Error::NotReadable {
            message: "the answer cannot be read".into(),
            source: Some(error.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Command as Subcommand, tests::parsed};

    fn read(line: &str) -> std::result::Result<Command, String> {
        let Subcommand::Ctl(args) = parsed(&format!("ctl rec.sock {line}")) else {
            panic!("not ctl");
        };
        command(&args).map_err(|error| error.to_string())
    }

    #[test]
    fn words_are_commands() {
        assert_eq!(read("status"), Ok(Command::Status {}));
        assert_eq!(read("pause --json"), Ok(Command::Pause {}));
        for word in ["data", "requestData", "request-data"] {
            assert_eq!(read(word), Ok(Command::RequestData {}));
        }
        assert_eq!(read("save-history"), Ok(Command::SaveHistory {}));
        assert_eq!(read("mute audio"), Ok(Command::Mute { kind: Kind::Audio }));
        assert_eq!(read("unmute video"), Ok(Command::Unmute { kind: Kind::Video }));
        let text = "half time".to_owned();
        assert_eq!(read("mark half time"), Ok(Command::Mark { text }));
    }

    #[test]
    fn missing_and_surplus_words_are_usage_errors() {
        for line in ["mute", "mute both", "unmute audio video", "mark", "stop now"] {
            assert!(read(line).is_err(), "{line}");
        }
        assert_eq!(
            read("stop now"),
            Err("unexpected 'now': the command takes no argument".into())
        );
    }
}
