//! What a session shows of its devices.

/// What a session shows of its devices, and under which names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    /// CaptureDevice ids are hashed with it: the same salt gives the same ids, another one gives ids that cannot be
    /// recognised. A program whose users must not be told apart by their devices gives each its own.
    pub salt: String,
    /// Show devices as a page sees them (9.2.1): one entry a kind and no details, until something of that kind was
    /// captured in this session.
    pub web_exposure: bool,
    /// Whether cameras may be listed and opened.
    pub cameras: bool,
    /// Whether microphones may be listed and opened.
    pub microphones: bool,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            salt: "mediarec".into(),
            web_exposure: false,
            cameras: true,
            microphones: true,
        }
    }
}
