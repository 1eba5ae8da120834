//! A file that is written under a temporary name, and takes its own only when it is whole.
use crate::cli::output::check_is_new;
use anyhow::{Context, bail};
use mediarec::error::Error;
use std::fs::{self, File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// A file that is being written, in the folder where it will be.
pub struct NewFile {
    file: NamedTempFile,
    path: PathBuf,
    /// Whether there is an older file, which is lost when this one takes its place.
    replaces: bool,
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
        })
    }

    /// The file, to be written and read.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Gives it the permissions and times of the file that it replaces.
    ///
    /// # Errors
    /// Those of the system.
    pub fn take_after(&self, original: &Path) -> io::Result<()> {
        let metadata = fs::metadata(original)?;
        let file = self.file.as_file();
        file.set_permissions(metadata.permissions())?;
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
        self.file
            .persist(&self.path)
            .map(drop)
            .map_err(|error| error.error)
            .with_context(|| format!("cannot create {name}"))
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
        builder.permissions(fs::Permissions::from_mode(0o666));
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
