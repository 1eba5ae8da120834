//! What all video decoders have in common.
use crate::error::{Error, Result};
use crate::media::Picture;

/// Maximum width and height that can be re-encoded, in pixels (RFC 6386, 9.1).
const MAX_SIDE: u32 = 16_383;
/// Maximum number of pixels, 8192×8192: larger frames are probably damaged, and libraries would allocate memory for them.
const MAX_PIXELS: u64 = 1 << 26;

/// A decoder of one video track.
pub(crate) trait VideoDecoder: Send {
    /// Width and height in pixels from the header of a key frame; `None` for other packets.
    ///
    /// # Errors
    /// `NotSupported` for other formats than 8-bit 4:2:0, and for frames too large to be recorded.
    fn start(&self, packet: &[u8]) -> Result<Option<(u32, u32)>>;

    /// Decodes a packet. Returns `None` if it shows no picture: it is a hidden reference frame, or there was no key
    /// frame yet.
    ///
    /// The size of the picture can differ from the one before.
    ///
    /// # Errors
    /// `NotSupported` for other formats than 8-bit 4:2:0; `NotReadable` for a damaged packet; the next packets can be
    /// decoded.
    fn decode(&mut self, packet: &[u8]) -> Result<Option<Picture>>;

    /// Whether pictures come out later than their packets, in the order of presentation.
    fn reorders(&self) -> bool {
        false
    }

    /// Returns the pictures that are still to come, after the last packet.
    ///
    /// # Errors
    /// `NotReadable` for damaged ones.
    fn flush(&mut self) -> Result<Vec<Picture>> {
        Ok(Vec::new())
    }
}

/// # Errors
/// `NotSupported` for a size that cannot be recorded.
pub(super) fn check_size(width: u32, height: u32) -> Result<()> {
    if width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Error::not_supported(format!(
            "its video has {width}×{height} pixels, too many to be recorded; scale it down: \
             ffmpeg -i IN -vf scale=1920:-2 OUT.webm"
        )));
    }
    Ok(())
}

/// The error for other pixel formats than 8-bit 4:2:0.
pub(super) fn not_420() -> Error {
    Error::not_supported("its video is not 8-bit 4:2:0; convert it: ffmpeg -i IN -pix_fmt yuv420p OUT.webm")
}
