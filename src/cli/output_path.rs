//! Whether a path may be written, and which file it is.
use anyhow::bail;
use same_file::is_same_file;
use std::fs;
use std::path::{Path, PathBuf};

/// Whether both paths are, or would be, the same file.
pub fn is_same(one: &Path, other: &Path) -> bool {
    if one.exists() && other.exists() {
        // Pipes and devices may be shared; comparing them would open them.
        return one.is_file() && other.is_file() && is_same_file(one, other).unwrap_or(false);
    }
    place(one).is_some_and(|one| Some(one) == place(other))
}

/// The canonical path of a file that is, or would be, created at this path.
pub fn place(path: &Path) -> Option<PathBuf> {
    if let Ok(place) = fs::canonicalize(path) {
        return Some(place);
    }
    let path = std::path::absolute(path).ok()?;
    let folder = path.parent()?;
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    match fs::read_link(&path) {
        // A dangling link: the file is created where it points to. Further links are not followed.
        Ok(to) => std::path::absolute(folder.join(to)).ok(),
        Err(_) => Some(folder.join(path.file_name()?)),
    }
}

/// Checks in advance whether the path is free: only regular files are overwritten, all others are written to.
///
/// # Errors
/// If there is a regular file.
pub fn check_is_new(path: &Path) -> anyhow::Result<()> {
    let (name, link) = (path.display(), fs::read_link(path));
    match (path.exists(), link) {
        (false, Ok(to)) => bail!(
            "{name} is a link to {}, which does not exist; choose another name or create it with --force",
            to.display()
        ),
        (true, _) if path.is_file() => {
            bail!("{name} exists; choose another name or overwrite it with --force")
        }
        _ => Ok(()),
    }
}
