//! A real object store for tests: moto's S3 on the loopback interface, and a proxy before it that breaks connections.
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use crate::util::{Folder, wait_until};

/// A server with S3's interface; it ends with this process.
pub struct Server {
    port: u16,
    /// Its end ends the server.
    _shell: Child,
}

/// Where `script/setup --test` puts it; `None` if it is not installed, which fails the test where that installs it.
fn program() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/moto/bin/moto_server");
    if path.exists() {
        return Some(path.to_string_lossy().into_owned());
    }
    let is_debian =
        fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"));
    assert!(
        !is_debian,
        "moto is not installed; script/setup --test installs it"
    );
    eprintln!("left out: moto is not installed; script/setup --test says how");
    None
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

impl Server {
    /// One that all tests share.
    pub fn shared() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        SERVER.get_or_init(|| Self::start("")).as_ref()
    }

    /// One with settings in its environment.
    pub fn start(settings: &str) -> Option<Self> {
        let port = free_port();
        // The shell reads until this process has ended, however that happens.
        let line = format!("{settings} \"$0\" -H 127.0.0.1 -p {port} & read -r; kill $!");
        let shell = Command::new("bash")
            .args(["-c", &line, &program()?])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { port, _shell: shell };
        wait_until("moto", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        Some(server)
    }

    /// A new bucket.
    pub fn bucket(&self) -> Bucket<'_> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("bucket-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let (status, _) = request(self.port, "PUT", &format!("/{name}"));
        assert_eq!(status, 200, "{name}");
        Bucket { server: self, name }
    }

    /// A proxy before it.
    pub fn proxy(&self) -> Proxy {
        Proxy::start(self.port)
    }
}

/// A bucket of its own for a test.
pub struct Bucket<'a> {
    server: &'a Server,
    pub name: String,
}

impl Bucket<'_> {
    /// Its objects by key.
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        let (_, list) = request(self.server.port, "GET", &format!("/{}?list-type=2", self.name));
        let list = String::from_utf8(list).unwrap();
        let keys = list
            .split("<Key>")
            .skip(1)
            .map(|rest| rest.split("</Key>").next().unwrap());
        keys.map(|key| {
            let (_, body) = request(self.server.port, "GET", &format!("/{}/{key}", self.name));
            (key.to_owned(), body)
        })
        .collect()
    }

    /// How many uploads in parts are not complete.
    pub fn unfinished_uploads(&self) -> usize {
        let (_, list) = request(self.server.port, "GET", &format!("/{}?uploads", self.name));
        String::from_utf8_lossy(&list).matches("<UploadId>").count()
    }
}

/// `mediarec` in this folder, with a key for the store at this port.
pub fn mediarec(folder: &Folder, port: u16, words: &str) -> Command {
    let mut command = folder.mediarec(words);
    command
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
        .envs([
            ("AWS_ACCESS_KEY_ID", "the-key"),
            ("AWS_SECRET_ACCESS_KEY", "the-secret"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ALLOW_HTTP", "true"),
            // Stalled connections are given up soon.
            ("AWS_TIMEOUT", "3s"),
        ]);
    command
}

/// A request with a signature that moto does not look at, unless it was told to.
fn request(port: u16, method: &str, path: &str) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=k/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer.split_off(end + 4))
}

/// What a proxy does.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
enum Mode {
    /// Bytes go through.
    Pass = -1,
    /// Connections are closed.
    Cut = -2,
    /// Connections are open, and nothing goes through.
    Stall = -3,
}

/// A proxy that breaks connections.
pub struct Proxy {
    pub port: u16,
    /// A mode, or how many bytes go to the server before all connections are cut.
    state: Arc<AtomicI64>,
}

impl Proxy {
    fn start(to: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(AtomicI64::new(Mode::Pass as i64));
        let of_thread = state.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, to)).unwrap();
                let (client_too, server_too) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let (there, back) = (of_thread.clone(), of_thread.clone());
                thread::spawn(move || copy(client, server, &there, true));
                thread::spawn(move || copy(server_too, client_too, &back, false));
            }
        });
        Self { port, state }
    }

    fn set(&self, mode: Mode) {
        self.state.store(mode as i64, Ordering::SeqCst);
    }

    pub fn pass(&self) {
        self.set(Mode::Pass);
    }

    pub fn cut(&self) {
        self.set(Mode::Cut);
    }

    pub fn stall(&self) {
        self.set(Mode::Stall);
    }

    /// Lets so many bytes through, then cuts.
    pub fn cut_after(&self, bytes: i64) {
        self.state.store(bytes, Ordering::SeqCst);
    }

    pub fn has_cut(&self) -> bool {
        self.state.load(Ordering::SeqCst) == Mode::Cut as i64
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, state: &AtomicI64, counts: bool) {
    from.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let mut buffer = [0; 16 << 10];
    loop {
        let mode = state.load(Ordering::SeqCst);
        if mode == Mode::Cut as i64 {
            break;
        }
        if mode == Mode::Stall as i64 {
            thread::sleep(Duration::from_millis(20));
            continue;
        }
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                if counts && mode >= 0 {
                    let left = mode - read as i64;
                    state.store(if left <= 0 { Mode::Cut as i64 } else { left }, Ordering::SeqCst);
                    if left <= 0 {
                        break;
                    }
                }
                if to.write_all(&buffer[..read]).is_err() {
                    break;
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    // They may be closed already.
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

/// A server that gives every request this answer. Returns its port.
pub fn always(answer: &'static str) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            thread::spawn(move || {
                client.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
                let mut buffer = [0; 16 << 10];
                while client.read(&mut buffer).is_ok_and(|read| read > 0) {}
                // It may not wait for the answer.
                let _ = client.write_all(answer.as_bytes());
            });
        }
    });
    port
}
