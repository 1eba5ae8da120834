//! The commands of the control socket, as `mediarec ctl` writes and a recording reads them.
use clap::ValueEnum;
use mediarec::error::{Error, Result};
use mediarec::media::TrackKind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a recording is to do.
// The braces of those without members are for `deny_unknown_fields`, which does not apply to unit variants.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(tag = "command", rename_all = "camelCase", deny_unknown_fields)]
pub enum Command {
    Status {},
    Pause {},
    Resume {},
    RequestData {},
    Split {},
    #[serde(rename = "save-history")]
    SaveHistory {},
    Mute {
        kind: Kind,
    },
    Unmute {
        kind: Kind,
    },
    Mark {
        text: String,
    },
    Stop {},
}

/// Which tracks are muted.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Audio,
    Video,
}

impl From<Kind> for TrackKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Audio => Self::Audio,
            Kind::Video => Self::Video,
        }
    }
}

/// One line of a client.
#[derive(Debug)]
pub struct Request {
    /// Returned with the answer, so that the client can tell answers apart.
    pub id: Option<Value>,
    pub command: Result<Command>,
}

impl Request {
    /// Reads a line. What is wrong with it is the error of `command`.
    pub fn parse(line: &[u8]) -> Self {
        let mut object = match serde_json::from_slice::<Map<String, Value>>(line) {
            Ok(object) => object,
            Err(error) => {
                return Self {
                    id: None,
                    command: Err(wrong(format!("the line is not a JSON object: {error}"))),
                };
            }
        };
        let id = object.shift_remove("id");
        if id.as_ref().is_some_and(|id| !id.is_string() && !id.is_number()) {
            return Self {
                id: None,
                command: Err(wrong("id is neither a string nor a number".into())),
            };
        }
        let command = serde_json::from_value(Value::Object(object));
        Self {
            id,
            command: command.map_err(|error| wrong(format!("unknown request: {error}"))),
        }
    }
}

fn wrong(message: String) -> Error {
    Error::Type { message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parsed(line: &str) -> std::result::Result<Command, String> {
        let command = Request::parse(line.as_bytes()).command;
        command.map_err(|error| {
            assert_eq!(error.name(), "TypeError");
            error.to_string()
        })
    }

    #[test]
    fn every_command_is_read_as_it_is_written() {
        let text = "half time \u{1F389}\n".to_owned();
        for (command, line) in [
            (Command::Status {}, json!({ "command": "status" })),
            (Command::Pause {}, json!({ "command": "pause" })),
            (Command::Resume {}, json!({ "command": "resume" })),
            (Command::RequestData {}, json!({ "command": "requestData" })),
            (Command::Split {}, json!({ "command": "split" })),
            (Command::SaveHistory {}, json!({ "command": "save-history" })),
            (
                Command::Mute { kind: Kind::Audio },
                json!({ "command": "mute", "kind": "audio" }),
            ),
            (
                Command::Unmute { kind: Kind::Video },
                json!({ "command": "unmute", "kind": "video" }),
            ),
            (
                Command::Mark { text: text.clone() },
                json!({ "command": "mark", "text": text }),
            ),
            (Command::Stop {}, json!({ "command": "stop" })),
        ] {
            assert_eq!(serde_json::to_value(&command).unwrap(), line);
            assert_eq!(parsed(&line.to_string()), Ok(command));
        }
    }

    #[test]
    fn the_id_is_kept_even_if_the_command_is_wrong() {
        let id = |line: &str| Request::parse(line.as_bytes()).id;
        assert_eq!(id(r#"{"command":"pause","id":7}"#), Some(json!(7)));
        assert_eq!(id(r#"{"id":"a","command":"jump"}"#), Some(json!("a")));
        assert_eq!(id(r#"{"command":"pause"}"#), None);
        let refused = parsed(r#"{"command":"pause","id":[1]}"#);
        assert_eq!(refused, Err("id is neither a string nor a number".into()));
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        for (line, what) in [
            ("pause", "not a JSON object: expected value at line 1 column 1"),
            (r#"{"command":"pau"#, "EOF while parsing a string"),
            (r#"["pause"]"#, "not a JSON object: invalid type: sequence"),
            ("{}", "missing field `command`"),
            (
                r#"{"command":"jump"}"#,
                "unknown variant `jump`, expected one of `status`, `pause`",
            ),
            (r#"{"command":3}"#, "unknown request"),
            (r#"{"command":"pause","at":1}"#, "unknown field `at`"),
            (r#"{"command":"mute"}"#, "missing field `kind`"),
            (
                r#"{"command":"mute","kind":"both"}"#,
                "unknown variant `both`, expected `audio` or `video`",
            ),
            (r#"{"command":"mark","text":1}"#, "invalid type: integer"),
            (r#"{"command":"pause"} {}"#, "trailing characters"),
        ] {
            let message = parsed(line).unwrap_err();
            assert!(message.contains(what), "{line}: {message}");
        }
        assert!(Request::parse(b"{\"command\":\"\xff\"}").command.is_err());
        let deep = "[".repeat(50_000);
        assert!(parsed(&deep).is_err());
    }
}
