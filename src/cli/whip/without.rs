//! In place of `whip_output.rs` in programs without the network: nothing is sent.
use crate::cli::warnings::Warning;
use crate::cli::whip::plan::{self, WhipPlan};
use mediarec::error::Result;
use mediarec::recorder::{MediaRecorder, Recording};

/// There is none.
pub enum WhipOutput {}

impl WhipOutput {
    pub fn check(_: &WhipPlan) -> Result<()> {
        Err(plan::not_built())
    }

    pub fn start(_: &WhipPlan, _: &MediaRecorder, _: &mut Recording) -> Result<Self> {
        Err(plan::not_built())
    }

    pub fn warnings(&mut self) -> Vec<Warning> {
        match *self {}
    }

    pub fn messages(&mut self) -> Vec<String> {
        match *self {}
    }

    pub fn finish(&mut self) {
        match *self {}
    }

    pub fn summary(&self) -> String {
        match *self {}
    }
}
