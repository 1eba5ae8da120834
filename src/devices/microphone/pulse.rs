//! A connection to a PulseAudio server, and its sources and sinks.
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::devices::microphone::cards;
use crate::devices::microphone::modes::SupportedFormats;
use crate::error::{Error, Result};
use crate::media::AudioFormat;
use futures::executor::block_on;
use pulseaudio::protocol::{
    Props, ProtocolError, SampleFormat, SampleSpec, ServerInfo, SinkInfo, SourceInfo,
};
use pulseaudio::{Client, ClientError};
use std::ffi::{CStr, CString};
use std::io::ErrorKind;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// Prefix of the ids of PulseAudio devices.
const PREFIX: &str = "pulseaudio:";

/// How long the server may take to answer the handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection to the sound server. Calls wait for the server without a timeout.
pub(super) struct Server {
    client: Client,
    /// The socket of the client. The client's thread ends only when it is shut down.
    socket: UnixStream,
}

impl Server {
    /// Connects to the server of this user.
    ///
    /// # Errors
    /// `NotFound` if there is no server, or it refuses the connection.
    pub(super) fn connect() -> Result<Self> {
        Self::try_connect().map_err(|error| Error::NotFound {
            message: format!(
                "no PulseAudio server: {}; start PulseAudio or PipeWire, or choose the backend alsa",
                describe(&error)
            ),
        })
    }

    fn try_connect() -> std::result::Result<Self, ClientError> {
        let path = pulseaudio::socket_path_from_env().ok_or(ClientError::ServerUnavailable)?;
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
        let socket = UnixStream::connect(path)?;
        socket.set_read_timeout(Some(HANDSHAKE_TIMEOUT))?;
        let shared = socket.try_clone()?;
        let client = Client::new_unix(c"mediarec", socket, cookie)?;
        Ok(Self {
            client,
            socket: shared,
        })
    }

    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    /// Whether the server is PipeWire with its PulseAudio interface.
    ///
    /// # Errors
    /// Those of the server.
    pub(super) fn is_pipewire(&self) -> std::result::Result<bool, ClientError> {
        block_on(self.client.server_info()).map(|info| pipewire(&info).is_some())
    }

    /// Returns the source of this name. A source that is removed and added again has another index.
    ///
    /// # Errors
    /// `NoEntity` if there is no source of this name; other errors of the server.
    pub(super) fn source(&self, name: &str) -> std::result::Result<SourceInfo, ClientError> {
        let name = CString::new(name).unwrap_or_default();
        block_on(self.client.source_info_by_name(name))
    }

    /// Returns the sink of this name.
    ///
    /// # Errors
    /// As [`source`](Self::source).
    pub(super) fn sink(&self, name: &str) -> std::result::Result<SinkInfo, ClientError> {
        let name = CString::new(name).unwrap_or_default();
        block_on(self.client.sink_info_by_name(name))
    }

    fn nodes(&self, kind: MediaDeviceKind) -> std::result::Result<Vec<Node>, ClientError> {
        let server = block_on(self.client.server_info())?;
        Ok(if kind == MediaDeviceKind::AudioOutput {
            let sinks = block_on(self.client.list_sinks())?;
            let default = server.default_sink_name;
            sinks
                .iter()
                .map(|sink| Node::from_sink(sink, default.as_deref()))
                .collect()
        } else {
            let sources = block_on(self.client.list_sources())?;
            let default = server.default_source_name;
            sources
                .iter()
                .map(|source| Node::from_source(source, default.as_deref()))
                .collect()
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails only if the server has closed the connection already.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

/// Returns the name of the source or sink that a hardware id is of, or `None` if it is of another backend.
pub(super) fn node_name(hardware_id: &str) -> Option<&str> {
    hardware_id.strip_prefix(PREFIX)
}

/// Returns the hardware id of the default source, if there is one.
///
/// # Errors
/// As [`Server::connect`]; `NotReadable` if the server does not answer.
pub(super) fn default_source() -> Result<Option<String>> {
    let server = Server::connect()?;
    let info = block_on(server.client.server_info());
    let info = info.map_err(|error| {
        Error::not_readable(format!(
            "the PulseAudio server does not answer: {}",
            describe(&error)
        ))
    })?;
    let name = info.default_source_name.as_deref().map(text);
    Ok(name.map(|name| format!("{PREFIX}{name}")))
}

/// Returns the name and version of the server, or `None` if there is none that answers.
pub(super) fn server_name() -> Option<String> {
    let server = Server::connect().ok()?;
    let info = block_on(server.client.server_info()).ok()?;
    Some(name_and_version(&info))
}

fn name_and_version(info: &ServerInfo) -> String {
    if let Some(pipewire) = pipewire(info) {
        return pipewire;
    }
    let version = info.server_version.as_deref().map(text).unwrap_or_default();
    match info.server_name.as_deref().map(text) {
        Some(name) if name != "pulseaudio" => format!("{name} {version}"),
        _ => format!("PulseAudio {version}"),
    }
}

/// Returns the name and version of PipeWire, from a name as in "`PulseAudio` (on `PipeWire` 0.3.65)".
fn pipewire(info: &ServerInfo) -> Option<String> {
    let name = info.server_name.as_deref().map(text)?;
    let from = name.find("PipeWire")?;
    Some(name[from..].trim_end_matches(')').to_owned())
}

/// Lists the sources or sinks of the server, the default first and monitors last.
pub(super) fn list(kind: MediaDeviceKind) -> Result<Vec<CaptureDevice>> {
    let server = Server::connect()?;
    let nodes = server.nodes(kind).map_err(|error| {
        Error::not_readable(format!(
            "the PulseAudio server cannot list its devices: {}",
            describe(&error)
        ))
    })?;
    Ok(devices(kind, nodes))
}

/// A source or sink.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    name: String,
    description: Option<String>,
    /// Whether it records what is played to a sink.
    is_monitor: bool,
    card: Option<u32>,
    is_default: bool,
    format: AudioFormat,
    sample_size: u32,
}

impl Node {
    fn from_source(source: &SourceInfo, default: Option<&CStr>) -> Self {
        Self {
            name: text(&source.name),
            description: source.description.as_deref().map(text),
            is_monitor: source.monitor_of_sink_index.is_some(),
            card: card(&source.props),
            is_default: default == Some(source.name.as_c_str()),
            format: format(source.sample_spec),
            sample_size: sample_size(source.sample_spec.format),
        }
    }

    fn from_sink(sink: &SinkInfo, default: Option<&CStr>) -> Self {
        Self {
            name: text(&sink.name),
            description: sink.description.as_deref().map(text),
            is_monitor: false,
            card: card(&sink.props),
            is_default: default == Some(sink.name.as_c_str()),
            format: format(sink.sample_spec),
            sample_size: sample_size(sink.sample_spec.format),
        }
    }

    fn into_device(self, kind: MediaDeviceKind) -> CaptureDevice {
        CaptureDevice {
            kind,
            hardware_id: format!("{PREFIX}{}", self.name),
            unit: self.card.and_then(cards::unit),
            label: self.description.unwrap_or_else(|| self.name.clone()),
            names: vec![self.name],
            is_default: self.is_default,
            controls: Vec::new(),
            modes: if kind == MediaDeviceKind::AudioOutput {
                Vec::new()
            } else {
                SupportedFormats::with_conversion(self.format, self.sample_size).modes()
            },
        }
    }
}

/// Sorts the default first and monitors last, so that a monitor is recorded only if requested.
fn devices(kind: MediaDeviceKind, mut nodes: Vec<Node>) -> Vec<CaptureDevice> {
    nodes.sort_by_key(|node| (!node.is_default, node.is_monitor));
    nodes.into_iter().map(|node| node.into_device(kind)).collect()
}

fn text(name: &CStr) -> String {
    name.to_string_lossy().into_owned()
}

fn card(properties: &Props) -> Option<u32> {
    let number = properties.get_bytes(c"alsa.card")?;
    CStr::from_bytes_until_nul(number)
        .ok()?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn format(spec: SampleSpec) -> AudioFormat {
    AudioFormat {
        sample_rate: spec.sample_rate,
        channels: spec.channels.into(),
    }
}

fn sample_size(format: SampleFormat) -> u32 {
    match format {
        SampleFormat::U8 | SampleFormat::Alaw | SampleFormat::Ulaw => 8,
        SampleFormat::S16Le | SampleFormat::S16Be => 16,
        SampleFormat::S24Le | SampleFormat::S24Be | SampleFormat::S24In32Le | SampleFormat::S24In32Be => 24,
        _ => 32,
    }
}

/// Returns the message of a client error with its cause, which the client's own message omits.
fn describe(error: &ClientError) -> String {
    match error {
        ClientError::Protocol(ProtocolError::Io(cause)) if cause.kind() == ErrorKind::UnexpectedEof => {
            "PulseAudio refused the connection (authentication cookie: ~/.config/pulse/cookie or PULSE_COOKIE)"
                .into()
        }
        ClientError::Io(cause) => cause.to_string(),
        ClientError::Protocol(cause) => cause.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, is_monitor: bool, is_default: bool) -> Node {
        Node {
            name: name.into(),
            description: None,
            is_monitor,
            card: None,
            is_default,
            format: AudioFormat {
                sample_rate: 44_100,
                channels: 2,
            },
            sample_size: 16,
        }
    }

    fn order(nodes: Vec<Node>) -> Vec<(String, bool)> {
        let devices = devices(MediaDeviceKind::AudioInput, nodes);
        devices
            .into_iter()
            .map(|device| (device.label, device.is_default))
            .collect()
    }

    #[test]
    fn the_default_is_first_and_monitors_are_last() {
        let nodes = vec![
            node("speaker.monitor", true, false),
            node("webcam", false, false),
            node("headset", false, true),
        ];
        let expected = [("headset", true), ("webcam", false), ("speaker.monitor", false)];
        assert_eq!(
            order(nodes),
            expected.map(|(name, default)| (name.to_owned(), default))
        );
    }

    #[test]
    fn a_monitor_is_the_default_when_the_server_says_so() {
        let nodes = vec![node("webcam", false, false), node("speaker.monitor", true, true)];
        assert_eq!(order(nodes)[0], ("speaker.monitor".to_owned(), true));
    }

    #[test]
    fn a_speaker_has_no_modes_and_a_source_its_own_format_first() {
        let [speaker] = &devices(MediaDeviceKind::AudioOutput, vec![node("speaker", false, true)])[..] else {
            panic!("one node is one device")
        };
        assert_eq!(speaker.modes, []);
        let [source] = &devices(MediaDeviceKind::AudioInput, vec![node("webcam", false, true)])[..] else {
            panic!("one node is one device")
        };
        assert_eq!(source.modes[0].sample_rate, Some(44_100));
        assert_eq!(source.hardware_id, "pulseaudio:webcam");
        assert_eq!(source.names, ["webcam"]);
    }

    #[test]
    fn pipewire_is_told_from_pulseaudio() {
        let info = |name: &CStr, version: &CStr| ServerInfo {
            server_name: Some(name.into()),
            server_version: Some(version.into()),
            user_name: None,
            host_name: None,
            sample_spec: SampleSpec::default(),
            cookie: 0,
            default_sink_name: None,
            default_source_name: None,
            channel_map: pulseaudio::protocol::ChannelMap::stereo(),
        };
        let pipewire = info(c"PulseAudio (on PipeWire 0.3.65)", c"15.0.0");
        assert_eq!(name_and_version(&pipewire), "PipeWire 0.3.65");
        let pulseaudio = info(c"pulseaudio", c"16.1");
        assert_eq!(name_and_version(&pulseaudio), "PulseAudio 16.1");
        assert_eq!(super::pipewire(&pulseaudio), None);
        assert_eq!(name_and_version(&info(c"other", c"1")), "other 1");
    }

    #[test]
    fn the_card_is_read_from_the_properties() {
        let mut properties = Props::new();
        assert_eq!(card(&properties), None);
        properties.set_bytes(c"alsa.card", b"3\0");
        assert_eq!(card(&properties), Some(3));
        properties.set_bytes(c"alsa.card", b"none\0");
        assert_eq!(card(&properties), None);
    }
}
