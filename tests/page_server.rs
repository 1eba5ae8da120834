//! The web server that a browser under test talks to: its page, the files of a folder, tasks for it and its answers.
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const PAGE: &[u8] = include_bytes!("browsers/page.html");

/// Serves one page that asks for a task, answers, and asks for the next one.
pub struct PageServer {
    address: SocketAddr,
    tasks: Sender<Value>,
    answers: Receiver<Value>,
    is_over: Arc<AtomicBool>,
}

/// What the threads of connections share.
struct Desk {
    folder: PathBuf,
    tasks: Mutex<Receiver<Value>>,
    answers: Sender<Value>,
}

/// A request, with what matters of its header.
struct Request {
    method: String,
    path: String,
    /// First byte, and last byte if it is given.
    range: Option<(usize, Option<usize>)>,
    body: Vec<u8>,
}

struct Response {
    status: &'static str,
    headers: String,
    body: Vec<u8>,
}

impl PageServer {
    /// Serves the files of this folder, and puts those there that the page sends.
    pub fn start(folder: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tasks, of_tasks) = channel();
        let (for_answers, answers) = channel();
        let is_over = Arc::new(AtomicBool::new(false));
        let desk = Arc::new(Desk {
            folder,
            tasks: Mutex::new(of_tasks),
            answers: for_answers,
        });
        let ends = is_over.clone();
        thread::spawn(move || {
            for connection in listener.incoming() {
                if ends.load(Ordering::Relaxed) {
                    break;
                }
                let desk = desk.clone();
                if let Ok(connection) = connection {
                    // A browser that closes a connection early, as after a seek, has done nothing wrong.
                    thread::spawn(move || desk.serve(connection));
                }
            }
        });
        Self {
            address,
            tasks,
            answers,
            is_over,
        }
    }

    /// Where the page is.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// What the page answers to a task; `None` if it does not in time.
    pub fn ask(&self, task: Value, patience: Duration) -> Option<Value> {
        self.tasks.send(task).unwrap();
        self.answers.recv_timeout(patience).ok()
    }
}

impl Drop for PageServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // So that it stops to wait for one.
        let _ = TcpStream::connect(self.address);
    }
}

impl Desk {
    fn serve(&self, connection: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(connection);
        let request = read_request(&mut reader)?;
        let Response {
            status,
            headers,
            body,
        } = self.respond(request);
        let mut connection = reader.into_inner();
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
        connection.write_all(head.as_bytes()).ok()?;
        connection.write_all(&body).ok()
    }

    fn respond(&self, request: Request) -> Response {
        let (first, name) = match request.path[1..].split_once('/') {
            Some((first, name)) => (first, name),
            None => (&request.path[1..], ""),
        };
        match (&*request.method, first) {
            ("GET", "") => ok("text/html", PAGE.to_vec()),
            ("GET", "task") => self.next_task(),
            ("GET", "file") => self.file(name, request.range),
            ("POST", "answer") => {
                let answer = serde_json::from_slice(&request.body).unwrap();
                let _ = self.answers.send(answer);
                ok("text/plain", vec![])
            }
            ("POST", "blob") => {
                fs::write(self.folder.join(name), request.body).unwrap();
                ok("text/plain", vec![])
            }
            _ => not_found(),
        }
    }

    /// As soon as there is one.
    fn next_task(&self) -> Response {
        let task = self.tasks.lock().unwrap().recv();
        task.map_or_else(
            |_| not_found(),
            |task| ok("application/json", task.to_string().into_bytes()),
        )
    }

    fn file(&self, name: &str, range: Option<(usize, Option<usize>)>) -> Response {
        let Ok(bytes) = fs::read(self.folder.join(name)) else {
            return not_found();
        };
        let Some((first, last)) = range else {
            return ok("video/webm", bytes);
        };
        let end = last.map_or(bytes.len(), |last| bytes.len().min(last + 1));
        let Some(part) = bytes.get(first..end) else {
            return Response {
                status: "416 Range Not Satisfiable",
                headers: format!("Content-Range: bytes */{}\r\n", bytes.len()),
                body: vec![],
            };
        };
        let range = format!("bytes {first}-{}/{}", end.saturating_sub(1), bytes.len());
        Response {
            status: "206 Partial Content",
            headers: format!("Content-Type: video/webm\r\nContent-Range: {range}\r\n"),
            body: part.to_vec(),
        }
    }
}

fn ok(kind: &str, body: Vec<u8>) -> Response {
    Response {
        status: "200 OK",
        headers: format!("Content-Type: {kind}\r\nAccept-Ranges: bytes\r\nCache-Control: no-store\r\n"),
        body,
    }
}

fn not_found() -> Response {
    Response {
        status: "404 Not Found",
        headers: String::new(),
        body: vec![],
    }
}

/// `None` if the connection ends before the request.
fn read_request(reader: &mut impl BufRead) -> Option<Request> {
    let first = read_line(reader)?;
    let mut words = first.split(' ').map(str::to_owned);
    let mut request = Request {
        method: words.next()?,
        path: words.next()?,
        range: None,
        body: Vec::new(),
    };
    loop {
        let line = read_line(reader)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        match &*name.to_ascii_lowercase() {
            "range" => request.range = parse_range(value.trim()),
            "content-length" => request.body = vec![0; value.trim().parse().ok()?],
            _ => {}
        }
    }
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}

fn read_line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let length = reader.read_line(&mut line).ok()?;
    (length > 0).then(|| line.trim_end().to_owned())
}

/// `bytes=5-9` and `bytes=5-`; browsers ask for nothing else.
fn parse_range(value: &str) -> Option<(usize, Option<usize>)> {
    let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()))
}
