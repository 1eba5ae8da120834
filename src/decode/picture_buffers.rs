//! Pooled pictures for decoders, whose frame size can change.
use crate::media::{Picture, PicturePool};

/// The pool for the current size.
#[derive(Default)]
pub(super) struct PictureBuffers(Option<(u32, u32, PicturePool)>);

impl PictureBuffers {
    /// Returns a picture of this size with undefined content.
    pub(super) fn take(&mut self, width: u32, height: u32) -> Picture {
        if !matches!(self.0, Some((w, h, _)) if (w, h) == (width, height)) {
            self.0 = Some((width, height, PicturePool::new(width, height)));
        }
        match &self.0 {
            Some((_, _, pool)) => pool.take(),
            None => Picture::new(width, height),
        }
    }
}
