//! A client of the page of `--preview`, and the recording behind it.
use crate::util::{Folder, Running, wait_until};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A recording and where its page is.
pub struct Page {
    pub running: Running,
    pub address: SocketAddr,
    pub token: String,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Page {
    pub fn of(folder: &Folder, words: &str) -> Self {
        let mut command = folder.mediarec(words);
        let running = Running::start(command.stderr(fs::File::create(folder.path("said")).unwrap()));
        let said = || String::from_utf8(folder.read("said")).unwrap();
        wait_until("the URL", || {
            said().contains("preview at") && said().ends_with('\n')
        });
        let said = said();
        let line = said.lines().find(|line| line.contains("preview at")).unwrap();
        let url = line.split("http://").nth(1).unwrap_or_else(|| panic!("{line}"));
        let (address, token) = url.split_once('/').unwrap();
        Self {
            running,
            address: address.replace("0.0.0.0", "127.0.0.1").parse().unwrap(),
            token: token.to_owned(),
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    pub fn send(&self, head: &str) -> TcpStream {
        let mut stream = self.connect();
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    /// What is answered; `None` if the connection is reset, as there was no room for it.
    pub fn answer(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<Answer> {
        let (host, length) = (self.address, body.len());
        let host = if headers.contains("Host:") {
            String::new()
        } else {
            format!("Host: {host}\r\n")
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\n{host}Connection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        );
        let mut stream = self.connect();
        stream.write_all(head.as_bytes()).ok()?;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        Some(Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_lowercase(),
            body: bytes[end + 4..].to_vec(),
        })
    }

    pub fn asks(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let answer = self.answer(method, path, headers, body);
        answer.unwrap_or_else(|| panic!("no answer to {method} {path}"))
    }

    /// The state; `None` while there is no room for another connection.
    pub fn status_if_there_is_room(&self) -> Option<Value> {
        let answer = self.answer("GET", "/status.json", "", "")?;
        (answer.status == 200).then(|| answer.json())
    }

    pub fn gets(&self, path: &str) -> Answer {
        self.asks("GET", path, "", "")
    }

    pub fn posts(&self, path: &str, body: &str) -> Answer {
        self.asks("POST", path, "", body)
    }

    pub fn status(&self) -> Value {
        self.gets("/status.json").json()
    }

    /// A stream, after its first bytes.
    pub fn stream(&self) -> TcpStream {
        let mut stream = self.send(&format!(
            "GET /stream.webm HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.address
        ));
        stream.read_exact(&mut [0; 1000]).unwrap();
        stream
    }

    pub fn wait_for_media(&self) {
        wait_until("media", || self.status()["mediaTime"].as_f64() > Some(0.3));
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }
}
