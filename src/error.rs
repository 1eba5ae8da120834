//! The error type of the library, with the `DOMException` names of the specifications.
use std::error::Error as StdError;
use std::io;
use std::path::Path;

/// A result with an [`enum@Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// The underlying cause of an error.
pub type Source = Box<dyn StdError + Send + Sync>;

/// All errors of the library. [`name`](Self::name) returns the name of the error in the specifications.
///
/// Messages say what happened, why and what to do, in one or two lines. The cause is in
/// [`source`](std::error::Error::source).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such device or file.
    #[error("{message}")]
    NotFound {
        /// What was not found, and what to do.
        message: String,
    },
    /// Access is denied by the user, a policy or system permissions.
    #[error("{message}")]
    NotAllowed {
        /// What is denied, by whom, and what to do.
        message: String,
        /// The error of the system.
        #[source]
        source: Option<Source>,
    },
    /// A device or file exists and may be accessed, but cannot be read: it is busy, damaged or of another format.
    #[error("{message}")]
    NotReadable {
        /// What cannot be read and why.
        message: String,
        /// The error of the system.
        #[source]
        source: Option<Source>,
    },
    /// Opening the device failed for another reason.
    #[error("{message}")]
    Abort {
        /// What failed.
        message: String,
    },
    /// No device satisfies the required constraints.
    #[error("{message}")]
    Overconstrained {
        /// Name of the constraint; empty if only the combination of several cannot be satisfied.
        constraint: String,
        /// What was requested and what the devices offer.
        message: String,
    },
    /// A container, codec or track is not supported by this build.
    #[error("{message}")]
    NotSupported {
        /// What is not supported, and what is.
        message: String,
    },
    /// The call is not allowed in the current state of the object.
    #[error("{message}")]
    InvalidState {
        /// The call and the state.
        message: String,
    },
    /// An operation was aborted because its track ended.
    #[error("{message}")]
    Operation {
        /// The operation, and why it was aborted.
        message: String,
    },
    /// The set of tracks changed during a recording.
    #[error("{message}")]
    InvalidModification {
        /// What changed.
        message: String,
    },
    /// The content must not be recorded.
    #[error("{message}")]
    Security {
        /// The reason.
        message: String,
    },
    /// An argument is invalid.
    #[error("{message}")]
    Type {
        /// The argument and what was expected.
        message: String,
    },
    /// Any other failure, of an encoder, the disk or memory.
    #[error("{message}")]
    Unknown {
        /// What failed.
        message: String,
        /// The cause.
        #[source]
        source: Option<Source>,
    },
}

impl Error {
    /// The `DOMException` name, as in `error.name` of a browser: `NotFoundError`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "NotFoundError",
            Self::NotAllowed { .. } => "NotAllowedError",
            Self::NotReadable { .. } => "NotReadableError",
            Self::Abort { .. } => "AbortError",
            Self::Overconstrained { .. } => "OverconstrainedError",
            Self::NotSupported { .. } => "NotSupportedError",
            Self::InvalidState { .. } => "InvalidStateError",
            Self::Operation { .. } => "OperationError",
            Self::InvalidModification { .. } => "InvalidModificationError",
            Self::Security { .. } => "SecurityError",
            Self::Type { .. } => "TypeError",
            Self::Unknown { .. } => "UnknownError",
        }
    }

    /// Converts the error of opening a file: `NotFound`, `NotAllowed` or, for other errors, `NotReadable`.
    #[must_use]
    pub fn cannot_open(path: &Path, error: io::Error) -> Self {
        let path = path.display();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound {
                message: format!("{path} does not exist"),
            },
            io::ErrorKind::PermissionDenied => Self::NotAllowed {
                message: format!("permission to read {path} was denied; check its permissions"),
                source: Some(error.into()),
            },
            _ => Self::NotReadable {
                message: format!("{path} cannot be opened"),
                source: Some(error.into()),
            },
        }
    }

    /// Adds a prefix to the message: "clip.wav: the file is empty".
    pub(crate) fn of(mut self, what: &str) -> Self {
        let (Self::NotFound { message }
        | Self::NotAllowed { message, .. }
        | Self::NotReadable { message, .. }
        | Self::Abort { message }
        | Self::Overconstrained { message, .. }
        | Self::NotSupported { message }
        | Self::InvalidState { message }
        | Self::Operation { message }
        | Self::InvalidModification { message }
        | Self::Security { message }
        | Self::Type { message }
        | Self::Unknown { message, .. }) = &mut self;
        *message = format!("{what}: {message}");
        self
    }

    pub(crate) fn type_error(message: impl Into<String>) -> Self {
        Self::Type {
            message: message.into(),
        }
    }

    pub(crate) fn not_supported(message: impl Into<String>) -> Self {
        Self::NotSupported {
            message: message.into(),
        }
    }

    pub(crate) fn invalid_state(message: impl Into<String>) -> Self {
        Self::InvalidState {
            message: message.into(),
        }
    }

    pub(crate) fn not_readable(message: impl Into<String>) -> Self {
        Self::NotReadable {
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn unknown(message: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::Unknown {
            message: message.into(),
            source: Some(source.into()),
        }
    }
}
