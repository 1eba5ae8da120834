//! What the audio-device thread needs to open a device.
use crate::devices::microphone::callback::Callback;
use crate::error::Error;
use crate::media::AudioFormat;
use crossbeam_channel::Sender;

/// What the audio-device thread needs to open a device.
pub(super) struct OpenParams {
    pub(super) hardware_id: String,
    pub(super) label: String,
    pub(super) format: AudioFormat,
    pub(super) callback: Callback,
    /// Gets the error that ends the stream.
    pub(super) end: Sender<Error>,
}
