//! What of a track cannot be decoded: the rest is kept, and at its end the track says what is missing.
use crate::error::{Error, Result};

#[derive(Debug)]
pub(super) struct Losses {
    /// What is lost, in the plural.
    what: &'static str,
    damaged: u64,
    /// Not damaged, but in the wrong place.
    late: u64,
    first: Option<Error>,
}

impl Losses {
    pub(super) const fn of(what: &'static str) -> Self {
        Self {
            what,
            damaged: 0,
            late: 0,
            first: None,
        }
    }

    /// Counts what cannot be decoded. What is not supported is passed on, unless decoding has `begun`.
    pub(super) fn add(&mut self, error: Error, begun: bool) -> Result<()> {
        if !begun && matches!(error, Error::NotSupported { .. }) {
            return Err(error);
        }
        self.damaged += 1;
        self.first.get_or_insert(error);
        Ok(())
    }

    /// Counts what comes from a time that has passed.
    pub(super) fn add_late(&mut self) {
        self.late += 1;
    }

    /// # Errors
    /// `NotReadable` when anything was lost; a second time, nothing was.
    pub(super) fn report(&mut self) -> Result<()> {
        let Self {
            what, damaged, late, ..
        } = std::mem::replace(self, Self::of(self.what));
        let message = match (damaged, late) {
            (0, 0) => return Ok(()),
            (damaged, 0) => format!("it is damaged: {damaged} of its {what} cannot be decoded"),
            (_, late) => format!(
                "its times leap back: {late} of its {what} are left out; if it is several recordings in a row, \
                 record them one at a time"
            ),
        };
        Err(Error::not_readable(message))
    }
}
