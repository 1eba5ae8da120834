//! Records from a source of a PulseAudio server. Not through `cpal`, whose connection cannot be shut down: its thread ends
//! only if the server answers after the last handle was dropped, which on a busy machine it does not always.
use crate::clock::{Clock, Timestamp};
use crate::devices::microphone::callback::Callback;
use crate::devices::microphone::errors::device_error;
use crate::devices::microphone::params::OpenParams;
use crate::devices::microphone::pulse::Server;
use crate::devices::microphone::pulse_times::{CaptureTimes, Query};
use crate::error::{Error, Result};
use crate::media::{AudioFormat, duration_to_frames};
use cpal::ErrorKind;
use crossbeam_channel::{Receiver, RecvError, Sender, TrySendError, bounded, select};
use futures::executor::block_on;
use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    ChannelMap, PulseError, RecordStreamParams, SampleFormat, SampleSpec, SourceInfo,
};
use pulseaudio::{ClientError, RecordStream};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How often the sound server is asked whether the source still exists.
const WATCH_INTERVAL: Duration = Duration::from_millis(500);
/// How often the sound server is asked for the latency while no audio arrives.
const LATENCY_INTERVAL: Duration = Duration::from_millis(100);
/// Length of the buffer at the sound server. What does not fit is lost without an error: on a busy machine, the server
/// handles what half a second brought at once. It is no delay: what is there is sent.
const SERVER_BUFFER: Duration = Duration::from_secs(2);
/// The most that PulseAudio sends at once.
const FRAGMENT: Duration = Duration::from_millis(200);
/// What PipeWire sends at once: it waits for a whole fragment, and then sends as many as there are.
const PIPEWIRE_FRAGMENT: Duration = Duration::from_millis(20);
/// Sample rate in Hz of the stream that lowers the latency of a source; its fragments have a fiftieth of a second.
const LATENCY_STREAM_RATE: u32 = 8_000;
/// Size of a sample in bytes.
const SAMPLE_BYTES: usize = size_of::<f32>();

/// Records from a source until it is stopped, or ends with an error. `started` gets one result: success with the first
/// audio, or why there is none.
pub(super) fn record(
    name: &str,
    params: OpenParams,
    started: &Sender<Result<()>>,
    stopped: &Receiver<Infallible>,
) {
    let (label, end) = (params.label.clone(), params.end.clone());
    let (arrival, arrived) = bounded(1);
    let stream = match SourceStream::open(name, params, arrival) {
        Ok(stream) => stream,
        Err(error) => {
            let _ = started.send(Err(error));
            return;
        }
    };
    let first = select! {
        recv(arrived) -> first => first,
        recv(stopped) -> _ => return,
    };
    let first = first.map_err(|RecvError| source_error(&label, &ClientError::Disconnected));
    let failed = first.is_err();
    // The receiver is gone if opening took longer than the timeout.
    if started.send(first).is_err() || failed {
        return;
    }
    if let Err(error) = stream.watch(&label, &arrived, stopped) {
        let _ = end.try_send(error);
    }
}

/// A source that is being recorded. Its streams are dropped before their connection.
struct SourceStream {
    stream: RecordStream,
    /// Makes the source deliver short blocks. With PulseAudio, a stream's fragment size is its latency and also the most
    /// that the server sends at once: the stream that is recorded has large ones, and this one requests the low latency.
    _low_latency: Option<RecordStream>,
    server: Server,
    name: String,
    index: u32,
    times: Arc<CaptureTimes>,
    clock: Clock,
}

impl SourceStream {
    /// Opens a source; `arrival` gets a message after audio has arrived, and is dropped when the connection ends.
    fn open(name: &str, params: OpenParams, arrival: Sender<()>) -> Result<Self> {
        let server = Server::connect()?;
        let (label, clock) = (params.label, params.callback.clock.clone());
        let fail = |error| open_error(&label, &error);
        let source = server.source(name).map_err(fail)?;
        let (fragment, low_latency) = if server.is_pipewire().map_err(fail)? {
            (PIPEWIRE_FRAGMENT, None)
        } else {
            (FRAGMENT, low_latency_stream(&server, source.index).ok())
        };
        let parameters = parameters(&source, params.format, fragment);
        let times = Arc::new(CaptureTimes::new(parameters.sample_spec, clock.now()));
        let sink = sink(params.callback, clock.clone(), Arc::clone(&times), arrival);
        let stream = block_on(server.client().create_record_stream(parameters, sink)).map_err(fail)?;
        let stream = Self {
            stream,
            _low_latency: low_latency,
            server,
            name: name.to_owned(),
            index: source.index,
            times,
            clock,
        };
        // For the first block, which the client's thread may be delivering at this moment.
        stream.measure_latency().map_err(fail)?;
        Ok(stream)
    }

    /// Measures the latency after each block, and notices that the source is removed: the server then moves the stream to
    /// another source without an error. Returns once it is stopped.
    ///
    /// # Errors
    /// `NotReadable` if the source is removed, or the server ends the stream.
    fn watch(&self, label: &str, arrived: &Receiver<()>, stopped: &Receiver<Infallible>) -> Result<()> {
        let mut checked = self.clock.now();
        loop {
            self.measure_latency()
                .map_err(|error| source_error(label, &error))?;
            if self.clock.now() - checked >= WATCH_INTERVAL {
                checked = self.clock.now();
                self.check_source(label)?;
            }
            select! {
                recv(stopped) -> _ => return Ok(()),
                recv(arrived) -> block => block.map_err(|RecvError| source_error(label, &ClientError::Disconnected))?,
                default(LATENCY_INTERVAL) => {}
            }
        }
    }

    fn measure_latency(&self) -> std::result::Result<(), ClientError> {
        let sent = self.clock.now();
        let answer = block_on(self.stream.timing_info())?;
        let query = Query {
            sent,
            handled: self.clock.now(),
            handled_system: SystemTime::now(),
        };
        self.times.update(&answer, query);
        Ok(())
    }

    /// Fails if the source was removed since, even if it was added again: then it has another index.
    fn check_source(&self, label: &str) -> Result<()> {
        let is_removed = match self.server.source(&self.name) {
            Ok(source) => source.index != self.index,
            // If the server itself failed, the next measurement of the latency reports that.
            Err(error) => is_missing(&error),
        };
        if is_removed {
            return Err(Error::not_readable(format!(
                "{label} was removed from the sound server; plug it in again, or choose another microphone"
            )));
        }
        Ok(())
    }
}

/// Returns the callback that the client's thread calls with the bytes of each block.
fn sink(
    mut callback: Callback,
    clock: Clock,
    times: Arc<CaptureTimes>,
    arrival: Sender<()>,
) -> impl FnMut(&[u8]) + Send + 'static {
    let mut last = Timestamp::ZERO;
    move |bytes| {
        // The latency that the server tells may step up; timestamps never go back.
        last = last.max(times.receive(bytes.len(), clock.now()));
        callback.push(last, last, samples(bytes));
        // A message that still waits is enough.
        let (Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(()))) = arrival.try_send(());
    }
}

fn samples(bytes: &[u8]) -> Arc<[f32]> {
    let (samples, _) = bytes.as_chunks::<SAMPLE_BYTES>();
    samples.iter().map(|sample| f32::from_le_bytes(*sample)).collect()
}

fn parameters(source: &SourceInfo, format: AudioFormat, fragment: Duration) -> RecordStreamParams {
    let channels = u8::try_from(format.channels).unwrap_or(u8::MAX);
    let bytes = |length| {
        let frames = duration_to_frames(length, format.sample_rate);
        u32::try_from(frames * u64::from(format.channels) * SAMPLE_BYTES as u64).unwrap_or(u32::MAX)
    };
    RecordStreamParams {
        sample_spec: SampleSpec {
            format: SampleFormat::Float32Le,
            channels,
            sample_rate: format.sample_rate,
        },
        channel_map: channel_map(&source.channel_map, channels),
        buffer_attr: BufferAttr {
            max_length: bytes(SERVER_BUFFER),
            fragment_size: bytes(fragment),
            ..BufferAttr::default()
        },
        ..parameters_for(source.index)
    }
}

/// Returns the source's own channel map if it has as many channels, so that they are not mixed.
fn channel_map(source: &ChannelMap, channels: u8) -> ChannelMap {
    match channels {
        own if own == source.num_channels() => *source,
        1 => ChannelMap::mono(),
        _ => ChannelMap::stereo(),
    }
}

/// Makes a source deliver short blocks while the returned stream exists; the stream's audio is discarded.
fn low_latency_stream(server: &Server, source: u32) -> std::result::Result<RecordStream, ClientError> {
    let parameters = RecordStreamParams {
        sample_spec: SampleSpec {
            format: SampleFormat::U8,
            channels: 1,
            sample_rate: LATENCY_STREAM_RATE,
        },
        channel_map: ChannelMap::mono(),
        buffer_attr: BufferAttr {
            fragment_size: LATENCY_STREAM_RATE / 50,
            ..BufferAttr::default()
        },
        ..parameters_for(source)
    };
    block_on(server.client().create_record_stream(parameters, |_: &[u8]| {}))
}

fn parameters_for(source: u32) -> RecordStreamParams {
    RecordStreamParams {
        source_index: Some(source),
        flags: StreamFlags {
            adjust_latency: true,
            ..StreamFlags::default()
        },
        ..RecordStreamParams::default()
    }
}

fn is_missing(error: &ClientError) -> bool {
    matches!(error, ClientError::ServerError(PulseError::NoEntity))
}

fn open_error(label: &str, error: &ClientError) -> Error {
    if is_missing(error) {
        return Error::NotFound {
            message: format!("{label} is no longer connected; list the devices again"),
        };
    }
    source_error(label, error)
}

fn source_error(label: &str, error: &ClientError) -> Error {
    let kind = match error {
        ClientError::ServerError(PulseError::NoEntity) => ErrorKind::DeviceNotAvailable,
        ClientError::ServerError(PulseError::AccessDenied) => ErrorKind::PermissionDenied,
        ClientError::ServerError(PulseError::Busy) => ErrorKind::DeviceBusy,
        ClientError::ServerError(_) => ErrorKind::BackendError,
        _ => ErrorKind::StreamInvalidated,
    };
    device_error(label, cpal::Error::with_message(kind, error.to_string()), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulseaudio::protocol::ChannelPosition;

    #[test]
    fn samples_are_little_endian_and_part_of_one_is_left_out() {
        assert_eq!(samples(&[0, 0, 0, 0x3f, 0, 0, 0x80, 0xbf, 1])[..], [0.5, -1.0]);
    }

    #[test]
    fn channels_are_mixed_only_if_their_number_is_another() {
        use ChannelPosition::{Aux0, Aux1, FrontLeft, FrontRight};
        let source = ChannelMap::new([Aux0, Aux1]);
        assert_eq!(channel_map(&source, 2), source);
        assert_eq!(channel_map(&source, 1), ChannelMap::mono());
        let mono = ChannelMap::mono();
        assert_eq!(channel_map(&mono, 2), ChannelMap::new([FrontLeft, FrontRight]));
    }

    #[test]
    fn a_source_that_is_missing_was_not_found_and_one_that_ends_cannot_be_read() {
        let missing = || ClientError::ServerError(PulseError::NoEntity);
        assert_eq!(open_error("Studio", &missing()).name(), "NotFoundError");
        assert!(source_error("Studio", &missing()).to_string().contains("is gone"));
        let ended = source_error("Studio", &ClientError::Disconnected);
        assert_eq!(ended.name(), "NotReadableError");
        assert!(ended.to_string().contains("the sound server stopped"));
    }
}
