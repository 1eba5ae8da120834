//! Where a media file is read from.
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

/// Where a media file is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, or a pipe or device with a path.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

impl Input {
    /// The path, or "standard input", for messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Stdin => "standard input".into(),
        }
    }

    /// Label of its tracks: the file name without its directory.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Path(path) => path
                .file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy()
                .into_owned(),
            Self::Stdin => "stdin".into(),
        }
    }

    pub(super) fn open(&self) -> Result<Box<dyn Read + Send>> {
        match self {
            Self::Stdin => Ok(Box::new(io::stdin())),
            Self::Path(path) => match File::open(path) {
                Ok(file) if file.metadata().is_ok_and(|m| m.is_dir()) => Err(Error::not_readable(format!(
                    "{} is a directory; name a file",
                    self.name()
                ))),
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(Error::cannot_open(path, error)),
            },
        }
    }
}
