//! `--sandbox`: a recording of files that can reach nothing but its inputs and the folders of its outputs, whatever a decoder is
//! made to do by a file.
pub mod allowed_paths;

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
))]
mod linux;
#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
)))]
#[path = "without.rs"]
mod linux;
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
))]
mod system_calls;

use crate::cli::args::record::RecordArgs;
use allowed_paths::AllowedPaths;
use mediarec::error::Result;

/// Confines the program for good, if that was asked for. No thread may run yet: one that is not confined could be made to act for
/// the others.
///
/// # Errors
/// `Type` for what cannot be recorded in a sandbox, `NotSupported` where the system has none.
pub fn enter(args: &RecordArgs) -> Result<()> {
    if !args.sandbox {
        return Ok(());
    }
    linux::confine(&AllowedPaths::new(args)?)
}
