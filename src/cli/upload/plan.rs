//! What of a recording is uploaded, and from where.
use crate::cli::args::record::RecordArgs;
use crate::cli::plan::Plan;
use crate::cli::target::Target;
use crate::cli::upload::destination::Destination;
use mediarec::error::{Error, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Uploads of a recording.
#[derive(Clone, Debug)]
pub struct UploadPlan {
    pub to: Destination,
    /// The folder that has the files, or the folder of the chunks: here is the journal.
    pub spool: PathBuf,
    /// The folder of chunk files, if they are uploaded; then nothing else is.
    pub chunks: Option<PathBuf>,
    /// How long they may go on after a stop.
    pub wait: Duration,
}

impl UploadPlan {
    /// # Errors
    /// `Type` if this program cannot upload, or there is no file to upload.
    pub fn new(args: &RecordArgs, plan: &Plan) -> Result<Option<Self>> {
        let Some(to) = args.upload.upload.clone() else {
            return Ok(None);
        };
        check_is_built()?;
        let folder = if let Some(chunks) = &plan.chunks {
            folder_of(&chunks.folder)
        } else if let Some(segments) = &plan.segments {
            segments.pattern.fixed_folder()
        } else {
            match &plan.target {
                // A device or a pipe is no file that could be sent.
                Target::File { path, .. } if path.is_file() || !path.exists() => folder_of(path),
                _ => match &plan.history {
                    Some(history) => history.pattern.fixed_folder(),
                    None => {
                        return Err(Error::Type {
                            message: "--upload sends files, and the recording is written to none; use -o FILE, or add \
                                      --chunks DIR"
                                .into(),
                        });
                    }
                },
            }
        };
        Ok(Some(Self {
            to,
            spool: folder,
            chunks: plan.chunks.as_ref().map(|chunks| chunks.folder.clone()),
            wait: args.upload.upload_wait,
        }))
    }
}

/// # Errors
/// `Type` if this program was built without uploads.
pub fn check_is_built() -> Result<()> {
    if cfg!(feature = "upload") {
        Ok(())
    } else {
        Err(not_built())
    }
}

/// The error of a program that was built without uploads.
pub fn not_built() -> Error {
    Error::Type {
        message: "this program was built without the feature upload; build it from its sources with: cargo install --path . --features \
                  upload, or run a command on each file: --on-chunk, --on-segment"
            .into(),
    }
}

/// # Errors
/// `NotFound` if there is no such folder.
pub fn check_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    Err(Error::NotFound {
        message: format!(
            "{} is no folder; name the one that the recordings, or the folders of their chunks, are in",
            folder.display()
        ),
    })
}

/// The folder that this is in.
fn folder_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}
