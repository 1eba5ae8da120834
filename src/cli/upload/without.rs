//! In place of `uploads.rs` in programs that cannot upload: there are no uploads.
use crate::cli::needed_files::NeededFiles;
use crate::cli::stop_request::StopRequest;
use crate::cli::upload::finished_file::{Announcer, FinishedFile};
use crate::cli::upload::plan::{self, UploadPlan};
use crate::cli::upload::report::Report;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The uploads of a recording: none.
pub enum Uploads {}

/// What a recording is, as far as keys and the index say it.
pub struct Recorded<'a> {
    pub device: &'a str,
    pub mime_type: &'a str,
    pub start: SystemTime,
}

impl Uploads {
    pub fn start(_: &UploadPlan, _: &Recorded, _: &[PathBuf]) -> anyhow::Result<Self> {
        Err(plan::not_built().into())
    }

    pub fn pending(&self) -> &NeededFiles {
        match *self {}
    }

    pub fn take_announcer(&mut self) -> Option<Announcer> {
        match *self {}
    }

    pub fn has_chunks(&self) -> bool {
        match *self {}
    }

    pub fn writing(&mut self, _: &Path, _: SystemTime) {
        match *self {}
    }

    pub fn finished(&mut self, _: &FinishedFile) {
        match *self {}
    }

    pub fn reports(&mut self) -> Vec<(Report, Option<String>)> {
        match *self {}
    }

    pub fn end(&mut self) {
        match *self {}
    }

    pub fn has_ended(&mut self, _: &StopRequest) -> bool {
        match *self {}
    }

    pub fn summary(&self) -> String {
        match *self {}
    }
}

pub fn send_left(_: &[PathBuf], _: impl FnMut(&str)) -> anyhow::Result<bool> {
    Err(plan::not_built().into())
}
