//! In place of `whep_input.rs` in programs without the network: nothing is received.
use crate::cli::whep::plan::WhepPlan;
use crate::cli::whip::plan::not_built;
use mediarec::clock::Clock;
use mediarec::error::Result;
use mediarec::streams::MediaStream;

/// There is none.
pub enum WhepInput {}

impl WhepInput {
    pub fn open(_: &WhepPlan, _: &Clock) -> Result<(Self, MediaStream)> {
        Err(not_built())
    }

    pub fn finish(&mut self) {
        match *self {}
    }
}
