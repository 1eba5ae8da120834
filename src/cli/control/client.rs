//! A client of the control socket: answers its requests in their order, until it closes its end.
use crate::cli::control::answer;
use crate::cli::control::command::{Command, Request};
use crate::cli::control::line::{Line, MAX_LINE, next_line};
use mediarec::error::{Error, Result};
use serde_json::Value;
use std::io::{self, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many requests are being answered.
#[derive(Clone, Debug, Default)]
pub struct Answering(Arc<AtomicUsize>);

/// One of them.
struct Answer(Answering);

impl Answering {
    /// Whether all answers are written.
    pub fn is_over(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }

    fn begin(&self) -> Answer {
        self.0.fetch_add(1, Ordering::SeqCst);
        Answer(self.clone())
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Answers all requests.
///
/// # Errors
/// Those of the connection.
pub fn serve(
    input: impl Read,
    mut output: impl Write,
    execute: &dyn Fn(Command) -> Result<Value>,
    answering: &Answering,
) -> io::Result<()> {
    let mut input = BufReader::new(input);
    let mut line = Vec::new();
    loop {
        let read = next_line(&mut input, &mut line)?;
        let _answer = answering.begin();
        let answer = match read {
            Line::End => return Ok(()),
            Line::Whole if line.trim_ascii().is_empty() => continue,
            Line::Whole => {
                let Request { id, command } = Request::parse(&line);
                answer::line(id, &command.and_then(execute))
            }
            Line::TooLong => answer::line(None, &Err(too_long())),
        };
        output.write_all(answer.as_bytes())?;
    }
}

fn too_long() -> Error {
    Error::Type {
        message: format!("the line is longer than {MAX_LINE} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answers(requests: &[u8]) -> Vec<Value> {
        let execute = |command| match command {
            Command::Pause {} => Ok(json!({ "state": "paused" })),
            _ => Err(Error::InvalidState {
                message: "the recording has ended".into(),
            }),
        };
        let (mut output, answering) = (Vec::new(), Answering::default());
        serve(requests, &mut output, &execute, &answering).unwrap();
        assert!(answering.is_over());
        let lines = output.split_inclusive(|&byte| byte == b'\n');
        lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
    }

    #[test]
    fn every_request_has_one_answer_in_its_order() {
        let answers = answers(
            b"{\"command\":\"pause\",\"id\":1}\n\r\n\n{\"command\":\"stop\",\"id\":2}\nstop\n{\"command\":\"pause\"}",
        );
        let message = "the recording has ended";
        assert_eq!(answers[0], json!({ "id": 1, "result": { "state": "paused" } }));
        assert_eq!(
            answers[1],
            json!({ "id": 2, "error": { "name": "InvalidStateError", "message": message } })
        );
        assert_eq!(answers[2]["error"]["name"], "TypeError");
        // The last line needs no end.
        assert_eq!(answers[3], json!({ "result": { "state": "paused" } }));
        assert_eq!(answers.len(), 4);
    }

    #[test]
    fn a_line_that_is_too_long_is_answered_and_the_next_one_is_done() {
        let mut requests = vec![b'{'; MAX_LINE + 1];
        requests.extend(b"\n{\"command\":\"pause\"}\n");
        let answers = answers(&requests);
        assert_eq!(
            answers[0]["error"]["message"],
            "the line is longer than 65536 bytes"
        );
        assert_eq!(answers[1]["result"]["state"], "paused");
    }
}
