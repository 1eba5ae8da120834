//! `SessionOptions`: which devices a session exposes, and what it does when one is lost.
use crate::devices::on_lost::OnLost;

/// Which devices a session exposes, with which details, and what it does when one is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
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
    /// What becomes of a track whose device is lost. Default: the track ends.
    pub on_lost: OnLost,
    /// Whether an audio track moves to another microphone when that becomes the system's default. Only tracks without
    /// constraints on `deviceId` do, opened while their microphone was the default. Default: `false`.
    pub follow_default: bool,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            salt: "mediarec".into(),
            web_exposure: false,
            cameras: true,
            microphones: true,
            on_lost: OnLost::Stop,
            follow_default: false,
        }
    }
}
