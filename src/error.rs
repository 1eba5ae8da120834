//! One error type; its names are the `DOMException` names of the two specifications.
use std::error::Error as StdError;
use std::io;
use std::path::Path;

/// A result whose error is [`enum@Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// What lies beneath an error.
pub type Source = Box<dyn StdError + Send + Sync>;

/// Everything that can go wrong, named as the specifications name it.
///
/// Messages say what happened, why, and what to do, in one or two lines.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No device, or no file, of the kind that was asked for.
    #[error("{message}")]
    NotFound {
        /// What was not found, and what to do.
        message: String,
    },
    /// The user, a policy or the system's permissions forbid it.
    #[error("{message}")]
    NotAllowed {
        /// What is forbidden, by whom, and what to do.
        message: String,
        /// What the system said.
        #[source]
        source: Option<Source>,
    },
    /// The device or file is there and permitted, but cannot be read: busy, broken, or not what it claims to be.
    #[error("{message}")]
    NotReadable {
        /// What cannot be read and why.
        message: String,
        /// What the system said.
        #[source]
        source: Option<Source>,
    },
    /// Opening the device failed for another reason.
    #[error("{message}")]
    Abort {
        /// What failed.
        message: String,
    },
    /// No device satisfies a required constraint.
    #[error("{message}")]
    Overconstrained {
        /// The name of the constraint, or "" when no single one is to blame.
        constraint: String,
        /// What was asked for and what is offered.
        message: String,
    },
    /// A container, codec or track that this build cannot record.
    #[error("{message}")]
    NotSupported {
        /// What is not supported, and what is.
        message: String,
    },
    /// The call does not fit the state that the object is in.
    #[error("{message}")]
    InvalidState {
        /// The call and the state.
        message: String,
    },
    /// What was going on was cut short: the track ended while something was awaited of it.
    #[error("{message}")]
    Operation {
        /// What was awaited, and what ended it.
        message: String,
    },
    /// The set of tracks changed during a recording.
    #[error("{message}")]
    InvalidModification {
        /// What changed.
        message: String,
    },
    /// The content may not be recorded.
    #[error("{message}")]
    Security {
        /// Why not.
        message: String,
    },
    /// An argument that makes no sense.
    #[error("{message}")]
    Type {
        /// The argument and what is expected.
        message: String,
    },
    /// Any other failure: an encoder, the disk, memory.
    #[error("{message}")]
    Unknown {
        /// What failed.
        message: String,
        /// What lies beneath.
        #[source]
        source: Option<Source>,
    },
}

impl Error {
    /// The `DOMException` name, as `error.name` has it in a browser.
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

    /// Why a file cannot be opened: `NotFound`, `NotAllowed` or `NotReadable`.
    #[must_use]
    pub fn cannot_open(path: &Path, error: io::Error) -> Self {
        let path = path.display();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound {
                message: format!("{path} does not exist"),
            },
            io::ErrorKind::PermissionDenied => Self::NotAllowed {
                message: format!("{path} may not be read; look at its permissions"),
                source: Some(error.into()),
            },
            _ => Self::NotReadable {
                message: format!("{path} cannot be opened"),
                source: Some(error.into()),
            },
        }
    }

    /// The same error, saying of what it is: "clip.wav: it is empty".
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
