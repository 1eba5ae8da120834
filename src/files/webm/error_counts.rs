//! Counts the packets of a track that cannot be decoded; the rest is delivered, and the counts are reported at the end.
use crate::error::{Error, Result};

#[derive(Debug)]
pub(super) struct ErrorCounts {
    /// Plural noun for the message.
    noun: &'static str,
    damaged: u64,
    /// Out of order.
    late: u64,
    first: Option<Error>,
}

impl ErrorCounts {
    pub(super) const fn new(noun: &'static str) -> Self {
        Self {
            noun,
            damaged: 0,
            late: 0,
            first: None,
        }
    }

    /// Counts an undecodable packet.
    ///
    /// # Errors
    /// Returns the error if it is `NotSupported`, unless decoding has `begun`.
    pub(super) fn add(&mut self, error: Error, begun: bool) -> Result<()> {
        if !begun && matches!(error, Error::NotSupported { .. }) {
            return Err(error);
        }
        self.damaged += 1;
        self.first.get_or_insert(error);
        Ok(())
    }

    /// Counts a packet that is out of order.
    pub(super) fn add_late(&mut self) {
        self.late += 1;
    }

    /// Reports the counts and resets them.
    ///
    /// # Errors
    /// `NotReadable` if anything was counted.
    pub(super) fn report(&mut self) -> Result<()> {
        let Self {
            noun, damaged, late, ..
        } = std::mem::replace(self, Self::new(self.noun));
        let message = match (damaged, late) {
            (0, 0) => return Ok(()),
            (damaged, 0) => format!("the file is damaged: {damaged} of its {noun} cannot be decoded"),
            (_, late) => format!(
                "timestamps go back: {late} of its {noun} are dropped; if the file is several recordings in a row, \
                 record them one at a time"
            ),
        };
        Err(Error::not_readable(message))
    }
}
