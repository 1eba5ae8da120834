//! `--min-free`: how much of the disk is left.
use std::path::Path;

/// Bytes that this user may still write to the disk of this file, or its folder; `None` if the system does not tell.
#[cfg(unix)]
pub fn free_space(path: &Path) -> Option<u64> {
    let folder = path.ancestors().skip(1).find(|folder| folder.exists());
    let folder = folder.unwrap_or(Path::new("."));
    let of_disk = nix::sys::statvfs::statvfs(folder).ok()?;
    #[allow(clippy::unnecessary_cast, reason = "the types differ from system to system")]
    Some(of_disk.blocks_available() as u64 * of_disk.fragment_size() as u64)
}

#[cfg(not(unix))]
pub fn free_space(_: &Path) -> Option<u64> {
    None
}
