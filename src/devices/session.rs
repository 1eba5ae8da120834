//! `SessionOptions`: which devices a session exposes.

/// Which devices a session exposes, and with which details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    /// The salt of the device ids: sessions with the same salt have the same ids, and ids with different salts cannot be
    /// related. A program whose users must not be identified by their devices uses a salt for each. Default: `mediarec`.
    pub salt: String,
    /// Whether to expose devices as to a web page (9.2.1): one entry for each kind and no details, until a device of that
    /// kind has been captured in this session. Default: `false`.
    pub web_exposure: bool,
    /// Whether cameras may be listed and opened. Default: `true`.
    pub cameras: bool,
    /// Whether microphones may be listed and opened. Default: `true`.
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
