//! In place of `server.rs` in programs without previews: there are none.
use crate::cli::control::session_request::SessionRequest;
use crate::cli::preview::plan::{self, PreviewPlan};
use crate::cli::signals::Signals;
use mediarec::error::{Error, Result};
use mediarec::recorder::{MediaRecorder, Recording};

/// There is none.
pub enum PreviewListener {}

/// There is none.
pub enum Preview {}

impl PreviewListener {
    pub fn bind(_: &PreviewPlan) -> Result<Self> {
        Err(plan::not_built())
    }

    pub fn serve(
        self,
        _: &MediaRecorder,
        _: &mut Recording,
        _: &Signals,
    ) -> std::result::Result<Preview, Error> {
        match self {}
    }
}

impl Preview {
    pub fn waiting_requests(&self) -> Vec<SessionRequest> {
        match *self {}
    }

    pub fn end_requests(&mut self) {
        match *self {}
    }
}
