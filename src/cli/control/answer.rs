//! Answers of the control socket: a line of JSON with a `result` or an `error`, and the `id` of the request.
use crate::cli::events::described;
use mediarec::error::{Error, Result};
use serde_json::{Map, Value};

/// The line that answers a request, with its end.
pub fn line(id: Option<Value>, result: &Result<Value>) -> String {
    let mut object = Map::new();
    if let Some(id) = id {
        object.insert("id".into(), id);
    }
    match result {
        Ok(value) => object.insert("result".into(), value.clone()),
        Err(error) => object.insert("error".into(), described(error)),
    };
    format!("{}\n", Value::Object(object))
}

/// Reads an answer.
///
/// # Errors
/// The error in it, by its name; `NotReadable` if it is no answer.
pub fn parse(line: &str) -> Result<Value> {
    let not_understood = || Error::NotReadable {
        message: format!("this is not an answer of mediarec: {}", line.trim_end()),
        source: None,
    };
    let mut object: Map<String, Value> = serde_json::from_str(line).map_err(|_| not_understood())?;
    if let Some(result) = object.remove("result") {
        return Ok(result);
    }
    let error = object.get("error").ok_or_else(not_understood)?;
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    Err(named(text("name"), text("message").to_owned()))
}

/// The error of this name that can be an answer.
fn named(name: &str, message: String) -> Error {
    match name {
        "InvalidStateError" => Error::InvalidState { message },
        "NotFoundError" => Error::NotFound { message },
        "TypeError" => Error::Type { message },
        "AbortError" => Error::Abort { message },
        "NotReadableError" => Error::NotReadable {
            message,
            source: None,
        },
        _ => Error::Unknown {
            message,
            source: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_has_the_id_of_its_request_and_is_read_as_it_was_written() {
        let paused = json!({ "state": "paused" });
        let written = line(Some(json!(3)), &Ok(paused.clone()));
        assert_eq!(written, "{\"id\":3,\"result\":{\"state\":\"paused\"}}\n");
        assert_eq!(parse(&written).unwrap(), paused);
        assert_eq!(line(None, &Ok(json!({}))), "{\"result\":{}}\n");
    }

    #[test]
    fn errors_keep_their_name_and_message() {
        let message = || "the recording has ended".to_owned();
        for error in [
            Error::InvalidState { message: message() },
            Error::NotFound { message: message() },
            Error::Type { message: message() },
            Error::Abort { message: message() },
            Error::NotReadable {
                message: message(),
                source: None,
            },
            Error::Unknown {
                message: message(),
                source: None,
            },
        ] {
            let name = error.name();
            let read = parse(&line(None, &Err(error))).unwrap_err();
            assert_eq!((read.name(), read.to_string()), (name, message()));
        }
    }

    #[test]
    fn what_another_program_answers_is_not_readable() {
        for text in ["", "hello\n", "{}\n", "[]", "{\"result\""] {
            assert_eq!(parse(text).unwrap_err().name(), "NotReadableError", "{text}");
        }
    }
}
