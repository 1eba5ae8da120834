//! Why an upload failed, in words, and whether that may pass by itself.
use crate::cli::exit;
use crate::cli::upload::destination::{Destination, Scheme};
use std::error::Error;
use std::io;

/// How long trouble lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// It may pass: the network, an overloaded server.
    Awhile,
    /// Until somebody mends it: keys, a bucket, room.
    UntilMended,
    /// It is about this file alone, which is not tried again by this recording.
    ForThisFile,
    /// The file is not there any more.
    Gone,
}

/// A failed upload.
#[derive(Debug)]
pub struct Trouble {
    pub lasts: Lasts,
    /// What, why, and what to do.
    pub message: String,
}

impl Trouble {
    pub fn new(lasts: Lasts, message: impl Into<String>) -> Self {
        Self {
            lasts,
            message: message.into(),
        }
    }

    /// Of a file of the spool that cannot be read.
    pub fn of_file(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::new(Lasts::Gone, "it was removed before it was uploaded"),
            _ => Self::new(Lasts::ForThisFile, format!("it cannot be read: {error}")),
        }
    }

    /// Of a store.
    pub fn of_store(error: &object_store::Error, to: &Destination) -> Self {
        use object_store::Error as E;
        let text = error.to_string();
        let (status, code) = (status(&text), code(&text));
        let why = why(error, status, code.as_deref());
        if is_full(error, status, code.as_deref()) {
            return Self::new(
                Lasts::UntilMended,
                format!("{to} is full ({why}); make room there, or raise its quota"),
            );
        }
        let is_upload_gone = code.as_deref() == Some("NoSuchUpload");
        match error {
            E::PermissionDenied { .. } | E::Unauthenticated { .. } => Self::new(
                Lasts::UntilMended,
                format!(
                    "{to} refuses this key ({why}); check {} and what the key may do",
                    variables(to.scheme)
                ),
            ),
            E::NotFound { .. } if to.scheme != Scheme::File && !is_upload_gone => Self::new(
                Lasts::UntilMended,
                format!(
                    "there is no bucket {} ({why}); create it, or correct --upload",
                    to.bucket
                ),
            ),
            _ if is_lasting(error, status) => {
                Self::new(Lasts::UntilMended, format!("{to} does not take files: {why}"))
            }
            _ => Self::new(Lasts::Awhile, format!("{to} cannot be reached: {why}")),
        }
    }
}

/// The error and what it comes from.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let source =
        |error: &&'a (dyn Error + 'static)| -> Option<&'a (dyn Error + 'static)> { (*error).source() };
    std::iter::successors(Some(error), source)
}

/// The status of HTTP that an error has in its text; the crate keeps it to itself.
fn status(text: &str) -> Option<u16> {
    text.split_once("status code: ")?.1.get(..3)?.parse().ok()
}

/// The reason in a few words. The texts of requests are left out: with some stores their URL has a key in it.
fn why(error: &object_store::Error, status: Option<u16>, code: Option<&str>) -> String {
    match (status, code) {
        (Some(status), Some(code)) => format!("status {status}, {code}"),
        (Some(status), None) => format!("status {status}"),
        (None, _) => {
            let last = causes(error).last().map(ToString::to_string);
            let last = last.unwrap_or_default();
            if last.contains("://") {
                "no answer".into()
            } else {
                last
            }
        }
    }
}

/// What the body of an answer of S3, Google or Azure calls the error.
fn code(body: &str) -> Option<String> {
    let code = body.split_once("<Code>")?.1.split_once("</Code>")?.0;
    let is_name = code.len() < 64 && code.chars().all(|c| c.is_ascii_alphanumeric());
    is_name.then(|| code.to_owned())
}

fn io_kind(error: &object_store::Error) -> Option<io::ErrorKind> {
    let found = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    found.last().map(io::Error::kind)
}

fn is_full(error: &object_store::Error, status: Option<u16>, code: Option<&str>) -> bool {
    use io::ErrorKind as K;
    let is_disk_full = || {
        matches!(
            io_kind(error),
            Some(K::StorageFull | K::QuotaExceeded | K::FileTooLarge)
        )
    };
    // Of servers that speak S3: MinIO, Ceph, OVH.
    let says_so = |code: &str| {
        code.contains("Quota") || code.contains("StorageFull") || code.contains("InsufficientStorage")
    };
    status == Some(507) || code.is_some_and(says_so) || is_disk_full()
}

fn is_lasting(error: &object_store::Error, status: Option<u16>) -> bool {
    use io::ErrorKind as K;
    use object_store::Error as E;
    match error {
        E::InvalidPath { .. }
        | E::NotSupported { .. }
        | E::NotImplemented { .. }
        | E::UnknownConfigurationKey { .. } => true,
        _ => match status {
            Some(status) => (400..500).contains(&status) && ![404, 408, 409, 412, 425, 429].contains(&status),
            None => matches!(
                io_kind(error),
                Some(K::NotFound | K::PermissionDenied | K::ReadOnlyFilesystem | K::NotADirectory)
            ),
        },
    }
}

/// A store that cannot be opened, for want of settings.
pub fn of_settings(error: &object_store::Error, to: &Destination) -> Trouble {
    let why = match to.scheme {
        Scheme::File => causes(error).last().map(ToString::to_string).unwrap_or_default(),
        _ => exit::with_causes(error),
    };
    let what = variables(to.scheme);
    Trouble::new(
        Lasts::UntilMended,
        format!("{to} cannot be used: {why}; check {what}"),
    )
}

/// What the user can check.
fn variables(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::S3 => "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION",
        Scheme::Google => "GOOGLE_SERVICE_ACCOUNT",
        Scheme::Azure => "AZURE_STORAGE_ACCOUNT_NAME, AZURE_STORAGE_ACCOUNT_KEY",
        Scheme::File => "that the folder exists, and that you may write there",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_lasts_and_a_broken_connection_passes() {
        let to: Destination = "file:///srv".parse().unwrap();
        let trouble = |kind: io::ErrorKind| {
            let error = object_store::Error::Generic {
                store: "x",
                source: Box::new(io::Error::from(kind)),
            };
            Trouble::of_store(&error, &to)
        };
        let full = trouble(io::ErrorKind::StorageFull);
        assert_eq!(full.lasts, Lasts::UntilMended);
        assert!(full.message.contains("file:///srv is full"), "{}", full.message);
        assert_eq!(trouble(io::ErrorKind::PermissionDenied).lasts, Lasts::UntilMended);
        assert_eq!(trouble(io::ErrorKind::ConnectionReset).lasts, Lasts::Awhile);
    }

    #[test]
    fn the_name_of_an_error_is_taken_from_the_answer_if_it_is_a_name() {
        let body = "<?xml?><Error><Code>NoSuchBucket</Code><Message>no</Message></Error>";
        assert_eq!(code(body).as_deref(), Some("NoSuchBucket"));
        assert_eq!(code("<Code>a b</Code>"), None);
        assert_eq!(code("busy"), None);
        let text =
            "Error after 2 retries - Server returned non-2xx status code: 507 Insufficient Storage: full";
        assert_eq!(status(text), Some(507));
    }
}
