//! `--control` where there are no Unix domain sockets: refused.
use crate::cli::control::session_request::SessionRequest;
use crate::cli::signals::Signals;
use mediarec::error::{Error, Result};
use mediarec::recorder::{MediaRecorder, Waker};
use std::io;
use std::path::Path;

/// There is none.
pub enum ControlSocket {}

/// There is none.
pub enum Control {}

impl ControlSocket {
    /// # Errors
    /// Always `Type`.
    pub fn bind(_path: &Path) -> Result<Self> {
        Err(Error::Type {
            message: "--control needs Unix domain sockets, which this system does not have".into(),
        })
    }

    /// # Errors
    /// None: there is no socket.
    pub fn listen(self, _recorder: &MediaRecorder, _signals: &Signals, _waker: Waker) -> io::Result<Control> {
        match self {}
    }
}

impl Control {
    /// There are no requests.
    pub fn waiting_requests(&self) -> Vec<SessionRequest> {
        match *self {}
    }

    /// There are no requests.
    pub fn end_requests(&mut self) {
        match *self {}
    }
}
