//! A client of `--control`, and recordings that have one.
use crate::util::{Folder, Running, has, wait_until};
use boon::{Compiler, Schemas};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// Frames that cost a busy machine next to nothing.
pub const RECORD: &str = "record --fake-devices --width 160 --height 120 --control s -o a.webm --events e";

/// Whoever waits longer for an answer waits in vain.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that is connected to a recording.
pub struct Client(pub BufReader<UnixStream>);

impl Client {
    pub fn of(folder: &Folder) -> Self {
        let stream = UnixStream::connect(folder.path("s")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self(BufReader::new(stream))
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    pub fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "{line:?}");
        let answer = serde_json::from_str(&line).unwrap();
        assert_conforms("answer", &answer);
        answer
    }

    /// The answer to what is no request of the schema.
    pub fn sends(&mut self, line: &str) -> Value {
        self.send(format!("{line}\n"));
        self.answer()
    }

    pub fn requests(&mut self, request: &Value) -> Value {
        assert_conforms("request", request);
        self.sends(&request.to_string())
    }

    /// The result of a command without arguments.
    pub fn does(&mut self, command: &str) -> Value {
        let answer = self.requests(&json!({ "command": command }));
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    pub fn is_refused(&mut self, request: &Value) -> (String, String) {
        let answer = self.requests(request);
        let error = |name: &str| answer["error"][name].as_str().unwrap().to_owned();
        (error("name"), error("message"))
    }

    /// Whether the recording has closed the connection.
    pub fn is_closed(&mut self) -> bool {
        matches!(self.0.read(&mut [0]), Ok(0) | Err(_))
    }
}

/// A line must be what the schema says.
pub fn assert_conforms(to: &str, line: &Value) {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut compiler = Compiler::new();
    let url = |name: &str| format!("https://mediarec/{name}.schema.json");
    for name in ["events", "control"] {
        let schema = fs::read_to_string(docs.join(format!("{name}.schema.json"))).unwrap();
        let schema = serde_json::from_str(&schema).unwrap();
        compiler.add_resource(&url(name), schema).unwrap();
    }
    let mut schemas = Schemas::new();
    let part = format!("{}#/$defs/{to}", url("control"));
    let index = compiler.compile(&part, &mut schemas).unwrap();
    if let Err(error) = schemas.validate(line, index) {
        panic!("{error}\n{line}");
    }
}

/// Starts a recording and waits until it has recorded something.
pub fn live(folder: &Folder, words: &str) -> Running {
    let _ = fs::remove_file(folder.path("e"));
    let running = Running::start(&mut folder.mediarec(words));
    wait_until("the start", || has(&folder.events("e"), "start"));
    running
}

/// Waits until the recording is longer by this much, in seconds.
pub fn record_on(client: &mut Client, length: f64) {
    let time = |client: &mut Client| client.does("status")["mediaTime"].as_f64().unwrap();
    let begin = time(client);
    wait_until("media", || time(client) > begin + length);
}
