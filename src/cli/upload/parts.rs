//! An object that is sent in parts, and is there when it is completed.
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use object_store::{MultipartUpload, PutPayload, Result};
use std::sync::Arc;

/// The parts that were sent.
pub enum Parts {
    Cloud {
        store: Arc<dyn MultipartStore>,
        path: Path,
        id: String,
        sent: Vec<PartId>,
    },
    Folder(Box<dyn MultipartUpload>),
}

impl Parts {
    pub fn of_cloud(store: Arc<dyn MultipartStore>, path: Path, id: String) -> Self {
        Self::Cloud {
            store,
            path,
            id,
            sent: Vec::new(),
        }
    }

    pub fn of_folder(upload: Box<dyn MultipartUpload>) -> Self {
        Self::Folder(upload)
    }

    /// What another process needs to abort it.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Cloud { id, .. } => Some(id),
            Self::Folder(_) => None,
        }
    }

    /// Sends the next part.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn put(&mut self, part: Vec<u8>) -> Result<()> {
        match self {
            Self::Cloud {
                store,
                path,
                id,
                sent,
            } => {
                sent.push(store.put_part(path, id, sent.len(), part.into()).await?);
                Ok(())
            }
            Self::Folder(upload) => upload.put_part(PutPayload::from(part)).await,
        }
    }

    /// Makes an object of them.
    ///
    /// # Errors
    /// Those of the store; the object may be there nevertheless.
    pub async fn complete(&mut self) -> Result<()> {
        match self {
            Self::Cloud {
                store,
                path,
                id,
                sent,
            } => {
                store.complete_multipart(path, id, std::mem::take(sent)).await?;
            }
            Self::Folder(upload) => _ = upload.complete().await?,
        }
        Ok(())
    }

    /// Removes them.
    pub async fn abort(&mut self) {
        // What cannot be removed now is removed by the rules of the bucket.
        let _ = match self {
            Self::Cloud { store, path, id, .. } => store.abort_multipart(path, id).await,
            Self::Folder(upload) => upload.abort().await,
        };
    }
}
