//! The control socket where there are no Unix domain sockets: a TCP port of this machine, and a file that names it.
//!
//! The file has a line for what it is, one for the port, and one for a key. Other users can connect to the port, but only
//! who can read the file has the key, which is the first line that a client sends; the recording answers it with a greeting.
use mediarec::error::{Error, Result};
use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Takes clients.
pub type Listener = TcpListener;

/// A client, or what a client is connected to.
pub type Connection = TcpStream;

/// The first line of the file.
const TITLE: &str = "mediarec control 1";

/// What the recording answers to its key.
const GREETING: &[u8] = b"mediarec\n";

/// The length of a key with the end of its line, in bytes.
const KEY_LINE: usize = 33;

/// How long the other side may take to say who it is.
const GREETING_TIMEOUT: Duration = Duration::from_secs(2);

/// There is one control socket, and every way out has to remove its file.
static BOUND: Mutex<Option<Bound>> = Mutex::new(None);

/// A file that this program has created.
struct Bound {
    path: PathBuf,
    key: String,
}

/// A port that takes connections; dropping it removes its file.
pub struct ControlSocket(TcpListener);

impl ControlSocket {
    /// Opens a port and creates the file that names it, with the access rights of its folder.
    ///
    /// # Errors
    /// `Type` if another kind of file is there; `InvalidState` if another recording listens; otherwise as for other files.
    pub fn bind(path: &Path) -> Result<Self> {
        remove_stale(path)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| cannot(path, error))?;
        let port = listener.local_addr().map_err(|error| cannot(path, error))?.port();
        let key = Uuid::new_v4().simple().to_string();
        write_new(path, &format!("{TITLE}\n{port}\n{key}\n")).map_err(|error| cannot(path, error))?;
        *bound() = Some(Bound {
            path: path.to_owned(),
            key,
        });
        Ok(Self(listener))
    }

    /// The port for the thread that accepts.
    ///
    /// # Errors
    /// Those of the system.
    pub fn listener(&self) -> io::Result<Listener> {
        self.0.try_clone()
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        remove();
    }
}

/// Removes the file, if there is one.
pub fn remove() {
    let Some(Bound { path, key }) = bound().take() else {
        return;
    };
    if Entry::read(&path).is_ok_and(|entry| entry.is_some_and(|entry| entry.key == key)) {
        // What is left there is replaced by the next recording.
        let _ = fs::remove_file(path);
    }
}

/// Whether a client has the key. Waits for it, at most two seconds.
pub fn admit(mut client: &Connection) -> bool {
    let key = bound().as_ref().map(|bound| format!("{}\n", bound.key));
    let mut line = [0; KEY_LINE];
    let read = client
        .set_read_timeout(Some(GREETING_TIMEOUT))
        .and_then(|()| client.read_exact(&mut line));
    let is_right = read.is_ok() && key.is_some_and(|key| key.as_bytes() == line);
    is_right && client.write_all(GREETING).is_ok() && client.set_read_timeout(None).is_ok()
}

/// Connects to a recording.
///
/// # Errors
/// `NotFound` if there is none, or nobody listens; `NotAllowed` without permission; `Type` for another kind of file; otherwise
/// `NotReadable`.
pub fn connect(path: &Path) -> Result<Connection> {
    let shown = path.display();
    let entry = Entry::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NotFound {
            message: format!(
                "{shown} does not exist: no recording has this control socket: it has ended, or has not begun yet"
            ),
        },
        _ => Error::cannot_open(path, error),
    })?;
    let entry = entry.ok_or_else(|| not_a_socket(path))?;
    entry.greet().map_err(|error| match error.kind() {
        io::ErrorKind::ResourceBusy => Error::NotReadable {
            message: format!("the recording of {shown} has as many clients as it takes; close one of them"),
            source: None,
        },
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Error::NotReadable {
            message: format!("timed out connecting to {shown}: its program accepts no clients"),
            source: None,
        },
        _ => Error::NotFound {
            message: format!("no recording listens on {shown}; it was left by one that was killed"),
        },
    })
}

/// What a file says.
struct Entry {
    port: u16,
    key: String,
}

impl Entry {
    /// `None` for another kind of file.
    ///
    /// # Errors
    /// Those of the system.
    fn read(path: &Path) -> io::Result<Option<Self>> {
        let mut text = Vec::new();
        let most = (TITLE.len() + KEY_LINE + "65535".len() + 3) as u64;
        fs::File::open(path)?.take(most).read_to_end(&mut text)?;
        Ok(Self::parse(&String::from_utf8_lossy(&text)))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_prefix(TITLE)?.strip_prefix('\n')?.lines();
        let port = lines.next()?.parse().ok()?;
        let key = lines.next()?.to_owned();
        (key.len() + 1 == KEY_LINE).then_some(Self { port, key })
    }

    /// Connects, and tells the key.
    ///
    /// # Errors
    /// Those of the system; `ResourceBusy` if the recording takes no more clients; `InvalidData` if something else has the port
    /// now.
    fn greet(&self) -> io::Result<Connection> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut connection = TcpStream::connect_timeout(&address, GREETING_TIMEOUT)?;
        connection.set_nodelay(true)?;
        connection.set_read_timeout(Some(GREETING_TIMEOUT))?;
        connection.write_all(format!("{}\n", self.key).as_bytes())?;
        let mut greeting = [0; GREETING.len()];
        connection.read_exact(&mut greeting)?;
        match &greeting[..] {
            GREETING => Ok(connection),
            // An answer: the refusal of the server.
            [b'{', ..] => Err(io::ErrorKind::ResourceBusy.into()),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

// Every change of it is whole before a panic could strike.
fn bound() -> MutexGuard<'static, Option<Bound>> {
    BOUND.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what a recording that was killed has left.
fn remove_stale(path: &Path) -> Result<()> {
    let entry = match Entry::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(cannot(path, error)),
        Ok(None) => return Err(not_a_socket(path)),
        Ok(Some(entry)) => entry,
    };
    // One that opens its devices yet, or has many clients, is there all the same.
    let is_busy = |kind| {
        matches!(
            kind,
            io::ErrorKind::ResourceBusy | io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock
        )
    };
    match entry.greet() {
        Err(error) if !is_busy(error.kind()) => fs::remove_file(path).map_err(|error| cannot(path, error)),
        _ => Err(Error::InvalidState {
            message: format!(
                "another recording listens on {}; choose another control socket",
                path.display()
            ),
        }),
    }
}

/// Creates the file when it is whole: nobody reads half of it.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.persist_noclobber(path)?;
    Ok(())
}

fn not_a_socket(path: &Path) -> Error {
    Error::Type {
        message: format!("{} is not a control socket", path.display()),
    }
}

fn cannot(path: &Path, error: io::Error) -> Error {
    let message = format!("cannot create the control socket {}", path.display());
    match error.kind() {
        io::ErrorKind::NotFound => Error::NotFound {
            message: format!("{message}: its folder does not exist"),
        },
        io::ErrorKind::PermissionDenied => Error::NotAllowed {
            message,
            source: Some(error.into()),
        },
        _ => Error::NotReadable {
            message,
            source: Some(error.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    // One test, as a process has one control socket.
    #[test]
    fn who_has_read_the_file_may_connect_and_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rec.sock");
        assert_eq!(connect(&path).unwrap_err().name(), "NotFoundError");
        let socket = ControlSocket::bind(&path).unwrap();
        let listener = socket.listener().unwrap();
        let clients = thread::spawn(move || -> Vec<bool> {
            let clients = listener.incoming().take(3);
            clients.map(|client| admit(&client.unwrap())).collect()
        });
        connect(&path).unwrap();
        // A second recording asks, too.
        let refusal = ControlSocket::bind(&path).err().unwrap();
        assert_eq!(refusal.name(), "InvalidStateError");
        let port = Entry::read(&path).unwrap().unwrap().port;
        let stranger = Entry {
            port,
            key: "0".repeat(32),
        };
        assert!(stranger.greet().is_err());
        assert_eq!(clients.join().unwrap(), [true, true, false]);
        drop(socket);
        assert!(!path.exists());
    }

    #[test]
    fn a_file_of_a_killed_recording_is_known_and_other_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rec.sock");
        // Nobody listens on the port of a listener that is gone.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        fs::write(&path, format!("{TITLE}\n{port}\n{}\n", "0".repeat(32))).unwrap();
        assert!(connect(&path).unwrap_err().to_string().contains("was killed"));
        remove_stale(&path).unwrap();
        assert!(!path.exists());
        fs::write(&path, "a diary").unwrap();
        assert_eq!(connect(&path).unwrap_err().name(), "TypeError");
        assert_eq!(remove_stale(&path).unwrap_err().name(), "TypeError");
        assert_eq!(fs::read(&path).unwrap(), b"a diary");
    }
}
