//! In place of `linux.rs` on other systems: there is no sandbox.
use crate::cli::sandbox::allowed_paths::AllowedPaths;
use mediarec::error::{Error, Result};

pub fn confine(_: &AllowedPaths) -> Result<()> {
    Err(Error::NotSupported {
        message: "--sandbox needs Linux, on x86-64, ARM64 or RISC-V; use a container or a user of its own"
            .into(),
    })
}
