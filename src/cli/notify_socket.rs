//! The socket on which a service manager such as systemd is told about this process: datagrams of `NAME=VALUE` lines, `sd_notify(3)`.

/// The variables that a service manager sets for this process alone.
pub const VARIABLES: [&str; 3] = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"];

#[cfg(unix)]
pub use unix::NotifySocket;

#[cfg(not(unix))]
pub use elsewhere::NotifySocket;

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::io;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    /// Where the service manager listens.
    #[derive(Debug)]
    pub struct NotifySocket {
        socket: UnixDatagram,
        address: SocketAddr,
    }

    impl NotifySocket {
        /// For the value of `NOTIFY_SOCKET`: a path, or `@` and an abstract name. Nothing needs to listen there yet.
        ///
        /// # Errors
        /// `Unsupported` for other kinds of sockets; those of the system.
        pub fn open(name: &OsStr) -> io::Result<Self> {
            let address = match name.as_bytes() {
                [b'/', ..] => SocketAddr::from_pathname(name)?,
                [b'@', name @ ..] => abstract_address(name)?,
                _ => return Err(io::ErrorKind::Unsupported.into()),
            };
            let socket = UnixDatagram::unbound()?;
            // A manager that does not read must not stop the recording.
            socket.set_nonblocking(true)?;
            Ok(Self { socket, address })
        }

        /// Sends one message, or fails at once. The socket is looked up each time: the manager may have been restarted.
        ///
        /// # Errors
        /// Those of the system: nobody listens, or it does not read.
        pub fn send(&self, message: &str) -> io::Result<()> {
            self.socket
                .send_to_addr(message.as_bytes(), &self.address)
                .map(drop)
        }
    }

    #[cfg(target_os = "linux")]
    fn abstract_address(name: &[u8]) -> io::Result<SocketAddr> {
        use std::os::linux::net::SocketAddrExt;
        SocketAddr::from_abstract_name(name)
    }

    #[cfg(not(target_os = "linux"))]
    fn abstract_address(_name: &[u8]) -> io::Result<SocketAddr> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::ffi::OsStr;
    use std::io;

    /// There is none.
    #[derive(Debug)]
    pub enum NotifySocket {}

    impl NotifySocket {
        /// # Errors
        /// Always `Unsupported`.
        pub fn open(_name: &OsStr) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        /// # Errors
        /// None: there is no socket.
        pub fn send(&self, _message: &str) -> io::Result<()> {
            match *self {}
        }
    }
}
