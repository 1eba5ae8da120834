//! The file of the control socket: private from the first moment, and removed on every way out.
use mediarec::error::{Error, Result};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::sys::stat::{Mode, umask};
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The longest path of a socket, in bytes.
const MAX_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// How long a program that listens may take to accept.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How often another program's lock of the folder is waited for, and how long each time.
const LOCK_TRIES: (u32, Duration) = (100, Duration::from_millis(10));

/// Takes clients.
pub type Listener = UnixListener;

/// A client, or what a client is connected to.
pub type Connection = UnixStream;

/// There is one control socket, and every way out has to remove it.
static BOUND: Mutex<Option<Bound>> = Mutex::new(None);

/// A socket that this program has created.
struct Bound {
    path: PathBuf,
    /// Device and number of the file, as another program may have put one of its own there.
    identity: (u64, u64),
}

/// A socket that takes connections; dropping it removes it.
pub struct ControlSocket(UnixListener);

impl ControlSocket {
    /// Creates the socket, with access for this user only. Call it while no other thread creates files: for a moment, they
    /// would be private, too.
    ///
    /// # Errors
    /// `Type` if the path is too long, or of something that is not a socket; `InvalidState` if another program listens
    /// there; otherwise as for other files.
    pub fn bind(path: &Path) -> Result<Self> {
        check_length(path)?;
        // Two programs that start at once would both find a stale socket.
        let lock = lock_folder(path);
        remove_stale(path)?;
        let others = umask(Mode::S_IRWXG | Mode::S_IRWXO | Mode::S_IXUSR);
        let listener = UnixListener::bind(path);
        umask(others);
        drop(lock);
        let listener = listener.map_err(|error| cannot("create", path, error))?;
        let created = fs::symlink_metadata(path).map_err(|error| cannot("create", path, error))?;
        *bound() = Some(Bound {
            path: path.to_owned(),
            identity: identity(&created),
        });
        Ok(Self(listener))
    }

    /// The socket for the thread that accepts.
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

/// Removes the socket, if there is one.
pub fn remove() {
    let Some(Bound { path, identity: own }) = bound().take() else {
        return;
    };
    if fs::symlink_metadata(&path).is_ok_and(|found| identity(&found) == own) {
        // What is left there is replaced by the next recording.
        let _ = fs::remove_file(path);
    }
}

/// Whether a client may send commands: the mode of the file has decided it.
pub const fn admit(_client: &Connection) -> bool {
    true
}

/// Connects to the socket of a recording.
///
/// # Errors
/// `NotFound` if there is none, or nobody listens; `NotAllowed` without permission; `Type` for what is not a socket;
/// otherwise `NotReadable`.
pub fn connect(path: &Path) -> Result<Connection> {
    check_length(path)?;
    let shown = path.display();
    let found = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NotFound {
            message: format!(
                "{shown} does not exist: no recording has this control socket: it has ended, or has not begun yet"
            ),
        },
        _ => Error::cannot_open(path, error),
    })?;
    if !found.file_type().is_socket() {
        return Err(not_a_socket(path));
    }
    connect_in_time(path).map_err(|error| match error.kind() {
        io::ErrorKind::ConnectionRefused => Error::NotFound {
            message: format!("no recording listens on {shown}; it was left by one that was killed"),
        },
        io::ErrorKind::TimedOut => Error::NotReadable {
            message: format!("timed out connecting to {shown}: its program accepts no clients"),
            source: None,
        },
        _ => Error::cannot_open(path, error),
    })
}

// Every change of it is whole before a panic could strike.
fn bound() -> MutexGuard<'static, Option<Bound>> {
    BOUND.lock().unwrap_or_else(PoisonError::into_inner)
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

fn check_length(path: &Path) -> Result<()> {
    let length = path.as_os_str().len();
    if SocketAddr::from_pathname(path).is_ok() && length > 0 {
        return Ok(());
    }
    Err(Error::Type {
        message: format!(
            "the path of a socket has at most {MAX_PATH} bytes, and {} has {length}; choose a shorter one",
            path.display()
        ),
    })
}

/// Removes what a recording that was killed has left.
fn remove_stale(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(cannot("create", path, error)),
        Ok(found) if !found.file_type().is_socket() => return Err(not_a_socket(path)),
        Ok(_) => {}
    }
    match connect_in_time(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(|error| cannot("replace", path, error))
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(cannot("replace", path, error)),
        _ => Err(Error::InvalidState {
            message: format!(
                "another program, probably a recording, listens on {}; choose another control socket",
                path.display()
            ),
        }),
    }
}

/// Connects in a thread: a program that listens and does not accept would block this one.
fn connect_in_time(path: &Path) -> io::Result<UnixStream> {
    let (sender, connected) = mpsc::channel();
    let path = path.to_owned();
    thread::Builder::new()
        .name("connect".into())
        .spawn(move || sender.send(UnixStream::connect(path)))?;
    connected
        .recv_timeout(CONNECT_TIMEOUT)
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Locks the folder of a file, as far as the system and other programs allow.
fn lock_folder(path: &Path) -> Option<Flock<File>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = File::open(folder.unwrap_or(Path::new("."))).ok()?;
    let (tries, pause) = LOCK_TRIES;
    for _ in 0..tries {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => return Some(lock),
            Err((unlocked, Errno::EWOULDBLOCK)) => file = unlocked,
            Err(_) => return None,
        }
        thread::sleep(pause);
    }
    None
}

fn not_a_socket(path: &Path) -> Error {
    Error::Type {
        message: format!("{} is not a socket", path.display()),
    }
}

fn cannot(what: &str, path: &Path, error: io::Error) -> Error {
    let message = format!("cannot {what} the socket {}", path.display());
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
