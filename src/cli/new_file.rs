//! A file that is written under a temporary name, and takes its own only when it is whole.
use crate::cli::output_path::check_is_new;
use anyhow::{Context, bail};
use mediarec::error::Error;
use std::fs::{self, File, FileTimes, Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile, PersistError};

/// A file that is being written, in the folder where it will be.
pub struct NewFile {
    file: NamedTempFile,
    path: PathBuf,
    /// Whether there is an older file, which is lost when this one takes its place.
    replaces: bool,
    /// Whether a file that is put there meanwhile may be lost, too.
    overwrites: bool,
}

impl NewFile {
    /// A file that will be at `path`.
    ///
    /// # Errors
    /// If something is there and must not be overwritten, or the folder cannot be written to.
    pub fn create(path: &Path, force: bool) -> anyhow::Result<Self> {
        let name = path.display();
        if path.exists() && !path.is_file() {
            bail!("{name} is not a regular file");
        }
        if !force {
            check_is_new(path)?;
        }
        Ok(Self {
            file: temporary(path).with_context(|| {
                format!("cannot create {name}; check that its folder exists and is writable")
            })?,
            path: path.to_owned(),
            replaces: path.exists(),
            overwrites: force,
        })
    }

    /// A file that will replace the one at `path`.
    ///
    /// # Errors
    /// If its folder cannot be written to.
    pub fn replacing(path: &Path) -> anyhow::Result<Self> {
        // A link stays one: what it points to is replaced.
        let path = fs::canonicalize(path).map_err(|error| Error::cannot_open(path, error))?;
        let file = temporary(&path).with_context(|| {
            format!(
                "cannot write beside {}; use -o for another folder",
                path.display()
            )
        })?;
        Ok(Self {
            file,
            path,
            replaces: true,
            overwrites: true,
        })
    }

    /// The file, to be written and read.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Its temporary name.
    pub fn temporary_path(&self) -> &Path {
        self.file.path()
    }

    /// Gives it the permissions and times of the file that it replaces, and its owner as far as this user may; never the right
    /// to run as another user.
    ///
    /// # Errors
    /// Those of the system.
    pub fn take_after(&self, original: &Path) -> io::Result<()> {
        let metadata = fs::metadata(original)?;
        let file = self.file.as_file();
        file.set_permissions(permissions(&metadata, file))?;
        let times = FileTimes::new().set_modified(metadata.modified()?);
        file.set_times(times)
    }

    /// Gives it its name; an older file is only lost when this one is on the disk.
    ///
    /// # Errors
    /// Those of the system; the temporary file is gone then.
    pub fn keep(self) -> anyhow::Result<()> {
        let name = self.path.display().to_string();
        if self.replaces {
            let synced = self.file.as_file().sync_all();
            synced.with_context(|| format!("cannot write {name}"))?;
        }
        let persisted = if self.overwrites {
            self.file.persist(&self.path)
        } else {
            persist_new(self.file, &self.path)
        };
        persisted
            .map(drop)
            .map_err(|error| error.error)
            .with_context(|| format!("cannot create {name}"))
    }
}

#[cfg(unix)]
fn permissions(original: &Metadata, file: &File) -> Permissions {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    // Only root may, and only root needs it: the owner could no longer write to the file.
    let _ = fchown(file, Some(original.uid()), Some(original.gid()));
    Permissions::from_mode(original.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn permissions(original: &Metadata, _file: &File) -> Permissions {
    original.permissions()
}

/// As far as the file system can, without replacing what has been put there meanwhile.
fn persist_new(file: NamedTempFile, path: &Path) -> Result<File, PersistError> {
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists && !path.exists() => {
            error.file.persist(path)
        }
        other => other,
    }
}

fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = Builder::new();
    builder.prefix(".mediarec-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less the umask, as for every new file.
        builder.permissions(Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder.unwrap_or(Path::new(".")))
}

/// Opens a file to be read; its readers read large parts at once.
///
/// # Errors
/// If it does not exist, cannot be read or is a folder.
pub fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|error| Error::cannot_open(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn names(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn what_was_put_there_meanwhile_stays_unless_it_may_be_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.webm");
        for (force, left) in [(false, "theirs"), (true, "ours")] {
            let mut new = NewFile::create(&path, force).unwrap();
            new.file().write_all(b"ours").unwrap();
            fs::write(&path, "theirs").unwrap();
            assert_eq!(new.keep().is_ok(), force);
            assert_eq!(fs::read_to_string(&path).unwrap(), left);
            assert_eq!(names(folder.path()), std::slice::from_ref(&path));
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (link, victim) = (folder.path().join("a.webm"), folder.path().join("victim"));
        fs::write(&victim, "mine").unwrap();
        std::os::unix::fs::symlink(&victim, &link).unwrap();
        NewFile::create(&link, true).unwrap().keep().unwrap();
        assert!(!link.is_symlink());
        assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
    }

    #[test]
    fn temporary_names_are_in_the_same_folder_and_never_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.webm");
        let (_one, _other) = (
            NewFile::create(&path, false).unwrap(),
            NewFile::create(&path, false).unwrap(),
        );
        assert_eq!(names(folder.path()).len(), 2);
    }
}
