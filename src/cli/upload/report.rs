//! What the thread that uploads tells the recording.
use serde_json::{Value, json};
use std::path::PathBuf;

/// What has happened to uploads.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// A file has arrived, with all its bytes.
    Arrived { file: PathBuf, key: String, size: u64 },
    /// A try failed. It is tried again, unless it is about this file alone.
    Failed { message: String, file: Option<PathBuf> },
    /// Files arrive again.
    Recovered,
    /// A file was removed before it was uploaded.
    Gone { file: PathBuf },
    /// How many files are left at the end, and their bytes.
    Waiting { files: usize, bytes: u64 },
}

impl Report {
    /// The fields of its event; `None` if it has none.
    pub fn fields(&self) -> Option<Value> {
        let fields = match self {
            Self::Arrived { file, key, size } => json!({
                "status": "arrived",
                "file": file.to_string_lossy(),
                "key": key,
                "size": size,
            }),
            Self::Failed { message, file } => {
                let mut fields = json!({ "status": "failed", "message": message });
                if let Some(file) = file {
                    fields["file"] = file.to_string_lossy().into();
                }
                fields
            }
            Self::Gone { file } => json!({
                "status": "failed",
                "message": "removed before it was uploaded",
                "file": file.to_string_lossy(),
            }),
            Self::Waiting { files, bytes } => json!({ "status": "waiting", "files": files, "size": bytes }),
            Self::Recovered => return None,
        };
        Some(fields)
    }
}
