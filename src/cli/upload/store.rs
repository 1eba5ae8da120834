//! An object store. Nothing in it is ever overwritten, and an object is there as a whole or not at all.
use crate::cli::upload::destination::{Destination, Scheme};
use crate::cli::upload::parts::Parts;
use crate::cli::upload::trouble::{self, Lasts, Trouble};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::local::LocalFileSystem;
use object_store::multipart::MultipartStore;
use object_store::path::Path;
use object_store::{ClientConfigKey, Error, ObjectStore, ObjectStoreExt, PutMode, PutPayload, RetryConfig};
use std::env;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long a request may take, the sending of a part included: 8 MiB at 0.6 Mbit/s. A stalled connection is given up after it.
const TIMEOUT: &str = "120s";

/// Tries of a request within one try of a file, against single errors; longer trouble is the sender's.
const RETRIES: usize = 2;

/// A store that can be written to.
#[derive(Clone)]
pub struct Store {
    to: Destination,
    objects: Arc<dyn ObjectStore>,
    /// Uploads in parts, whose ids outlive the process; folders have none.
    multipart: Option<Arc<dyn MultipartStore>>,
}

impl Store {
    /// # Errors
    /// If the settings in the environment do not suffice, or the folder is not there.
    pub fn open(to: &Destination) -> Result<Self, Trouble> {
        // Fails if it was done before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let opened = match to.scheme {
            Scheme::S3 => amazon(to).map(of_cloud),
            Scheme::Google => google(to).map(of_cloud),
            Scheme::Azure => azure(to).map(of_cloud),
            // Not created: a folder that is missing may be a disk that is not mounted.
            Scheme::File => LocalFileSystem::new_with_prefix(&to.prefix)
                .map(|folder| (Arc::new(folder.with_fsync(true)) as Arc<dyn ObjectStore>, None)),
        };
        let (objects, multipart) = opened.map_err(|error| trouble::of_settings(&error, to))?;
        Ok(Self {
            to: to.clone(),
            objects,
            multipart,
        })
    }

    /// The size of an object, if there is one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn size(&self, key: &str) -> Result<Option<u64>, Trouble> {
        match self.objects.head(&Path::from(key)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.trouble(&error)),
        }
    }

    /// Creates an object of these bytes, unless there is one of this size already.
    ///
    /// # Errors
    /// Those of the store; if there is an object of another size.
    pub async fn create(&self, key: &str, bytes: Vec<u8>) -> Result<(), Trouble> {
        let size = bytes.len() as u64;
        let payload = PutPayload::from(bytes);
        if self.to.scheme == Scheme::File {
            self.clean_up(key);
            return self.put_if_missing(key, payload).await;
        }
        let path = Path::from(key);
        let created = self
            .objects
            .put_opts(&path, payload.clone(), PutMode::Create.into())
            .await;
        match created {
            Ok(_) => Ok(()),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => self.check(key, size).await,
            // Some servers know no conditions.
            Err(error) if knows_no_conditions(&error) => self.put_if_missing(key, payload).await,
            Err(error) => Err(self.trouble(&error)),
        }
    }

    /// For stores that cannot refuse to overwrite: the process with the journal is the only one that writes to this key.
    async fn put_if_missing(&self, key: &str, payload: PutPayload) -> Result<(), Trouble> {
        if self.size(key).await?.is_some() {
            return self.check(key, payload.content_length() as u64).await;
        }
        let path = Path::from(key);
        let put = self
            .objects
            .put_opts(&path, payload, PutMode::Overwrite.into())
            .await;
        put.map(|_| ()).map_err(|error| self.trouble(&error))
    }

    /// Checks that an object has arrived.
    ///
    /// # Errors
    /// Those of the store; if there is none of this size.
    pub async fn check(&self, key: &str, size: u64) -> Result<(), Trouble> {
        match self.size(key).await? {
            Some(found) if found == size => Ok(()),
            Some(found) => Err(Trouble::new(
                Lasts::ForThisFile,
                format!(
                    "{} has another object {key}, of {found} bytes instead of {size}; it is not overwritten: compare the two",
                    self.to
                ),
            )),
            // Another request has created it, but it cannot be seen yet.
            None => Err(Trouble::new(
                Lasts::Awhile,
                format!("{} has no object {key} yet", self.to),
            )),
        }
    }

    /// Begins an object that is sent in parts.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn begin_parts(&self, key: &str) -> Result<Parts, Trouble> {
        self.clean_up(key);
        let path = Path::from(key);
        let begun = match &self.multipart {
            Some(store) => {
                let id = store.create_multipart(&path).await;
                id.map(|id| Parts::of_cloud(store.clone(), path, id))
            }
            None => self.objects.put_multipart(&path).await.map(Parts::of_folder),
        };
        begun.map_err(|error| self.trouble(&error))
    }

    /// Removes the parts of an upload that another process has begun: they cost money, and nobody sees them.
    pub async fn abort(&self, key: &str, id: &str) {
        if let Some(store) = &self.multipart {
            // It may be gone already.
            let _ = store.abort_multipart(&Path::from(key), &id.to_owned()).await;
        }
    }

    /// What an error of its means.
    pub fn trouble(&self, error: &Error) -> Trouble {
        Trouble::of_store(error, &self.to)
    }

    /// Removes what a process that was killed has left of this object in a folder.
    fn clean_up(&self, key: &str) {
        if self.to.scheme != Scheme::File {
            return;
        }
        for number in 1.. {
            let left = PathBuf::from(format!("{}/{key}#{number}", self.to.prefix));
            if fs::remove_file(left).is_err() {
                break;
            }
        }
    }
}

fn of_cloud<S: ObjectStore + MultipartStore>(
    store: S,
) -> (Arc<dyn ObjectStore>, Option<Arc<dyn MultipartStore>>) {
    let store = Arc::new(store);
    (store.clone(), Some(store))
}

fn retries() -> RetryConfig {
    RetryConfig {
        max_retries: RETRIES,
        retry_timeout: Duration::from_secs(30),
        ..RetryConfig::default()
    }
}

fn amazon(to: &Destination) -> object_store::Result<object_store::aws::AmazonS3> {
    let builder = AmazonS3Builder::from_env()
        .with_bucket_name(&to.bucket)
        .with_retry(retries());
    let builder = if env::var_os("AWS_TIMEOUT").is_none() {
        builder.with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), TIMEOUT)
    } else {
        builder
    };
    builder.build()
}

fn google(to: &Destination) -> object_store::Result<object_store::gcp::GoogleCloudStorage> {
    GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(&to.bucket)
        .with_retry(retries())
        .with_config(GoogleConfigKey::Client(ClientConfigKey::Timeout), TIMEOUT)
        .build()
}

fn azure(to: &Destination) -> object_store::Result<object_store::azure::MicrosoftAzure> {
    MicrosoftAzureBuilder::from_env()
        .with_container_name(&to.bucket)
        .with_retry(retries())
        .with_config(AzureConfigKey::Client(ClientConfigKey::Timeout), TIMEOUT)
        .build()
}

/// Whether a server refuses `If-None-Match`.
fn knows_no_conditions(error: &Error) -> bool {
    let text = || error.to_string();
    matches!(error, Error::NotImplemented { .. } | Error::NotSupported { .. })
        || text().contains("<Code>NotImplemented</Code>")
}
