//! In place of `listener.rs` in programs without the network: nobody can send.
use crate::cli::listen::plan::{self, ListenPlan};
use mediarec::clock::Clock;
use mediarec::error::Result;
use mediarec::streams::MediaStream;

pub fn open(_: &ListenPlan, _: &Clock) -> Result<MediaStream> {
    Err(plan::not_built("--listen"))
}
