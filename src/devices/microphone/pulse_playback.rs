//! Plays to a sink of a PulseAudio server.
use crate::clock::{Clock, Timestamp};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::microphone::errors::speaker_error;
use crate::devices::microphone::pulse::{Server, node_name};
use crate::error::{Error, Result};
use crate::media::{AudioFormat, duration_to_frames};
use crate::streams::{Playback, PlaybackQueue};
use cpal::ErrorKind;
use futures::executor::block_on;
use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    ChannelMap, ChannelVolume, PlaybackStreamParams, PulseError, SampleFormat, SampleSpec,
};
use pulseaudio::{AsPlaybackSource, ClientError, PlaybackStream};
use std::time::Duration;

/// What waits at the server: enough for a busy machine, and little for whoever listens.
const LATENCY: Duration = Duration::from_millis(60);
/// How often the server is asked whether the sink is still there.
const WATCH_INTERVAL: Duration = Duration::from_millis(500);
/// Size of a sample in bytes.
const SAMPLE_BYTES: usize = size_of::<f32>();

/// A sink that is played to. Its stream is dropped before its connection.
struct SinkStream {
    stream: PlaybackStream,
    server: Server,
    label: String,
    index: u32,
    clock: Clock,
    checked: Timestamp,
}

/// Opens a sink, and plays what is in the queue.
///
/// # Errors
/// `NotFound` if there is no server or no such sink; `NotAllowed` or `NotReadable` if the server refuses.
pub(super) fn open(
    device: &CaptureDevice,
    queue: &PlaybackQueue,
    clock: &Clock,
) -> Result<Box<dyn Playback>> {
    let server = Server::connect()?;
    let fail = |error| sink_error(&device.label, &error);
    let sink = server
        .sink(node_name(&device.hardware_id).unwrap_or_default())
        .map_err(fail)?;
    let format = AudioFormat {
        sample_rate: sink.sample_spec.sample_rate,
        channels: 2,
    };
    let parameters = PlaybackStreamParams {
        sample_spec: SampleSpec {
            format: SampleFormat::Float32Le,
            channels: 2,
            sample_rate: format.sample_rate,
        },
        channel_map: ChannelMap::stereo(),
        cvolume: Some(ChannelVolume::norm(2)),
        sink_index: Some(sink.index),
        buffer_attr: BufferAttr {
            target_length: bytes(LATENCY, format),
            ..BufferAttr::default()
        },
        flags: StreamFlags {
            adjust_latency: true,
            // When the sink is gone, the server would play on another one: on loudspeakers, say, beside the microphone.
            no_move: true,
            ..StreamFlags::default()
        },
        ..PlaybackStreamParams::default()
    };
    queue.start(format);
    let stream = server
        .client()
        .create_playback_stream(parameters, source(queue.clone()).as_playback_source());
    let stream = block_on(stream).map_err(fail)?;
    Ok(Box::new(SinkStream {
        stream,
        server,
        label: device.label.clone(),
        index: sink.index,
        clock: clock.clone(),
        checked: clock.now(),
    }))
}

/// What the server asks for whenever it has room.
fn source(queue: PlaybackQueue) -> impl FnMut(&mut [u8]) -> usize {
    let mut block = Vec::new();
    move |output| {
        let (targets, rest) = output.as_chunks_mut::<SAMPLE_BYTES>();
        block.resize(targets.len(), 0.0);
        queue.fill(&mut block);
        for (target, sample) in targets.iter_mut().zip(&block) {
            *target = sample.to_le_bytes();
        }
        let length = targets.len() * SAMPLE_BYTES;
        // To fill none would be the end.
        if length == 0 { rest.len() } else { length }
    }
}

impl Playback for SinkStream {
    fn failure(&mut self) -> Option<Error> {
        let now = self.clock.now();
        if now - self.checked < WATCH_INTERVAL {
            return None;
        }
        self.checked = now;
        let is_there = block_on(self.server.client().sink_info(self.index))
            .and_then(|_| block_on(self.stream.timing_info()));
        is_there.err().map(|error| sink_error(&self.label, &error))
    }
}

fn bytes(length: Duration, format: AudioFormat) -> u32 {
    let frames = duration_to_frames(length, format.sample_rate);
    u32::try_from(frames * u64::from(format.channels) * SAMPLE_BYTES as u64).unwrap_or(u32::MAX)
}

fn sink_error(label: &str, error: &ClientError) -> Error {
    let kind = match error {
        ClientError::ServerError(PulseError::NoEntity) => ErrorKind::DeviceNotAvailable,
        ClientError::ServerError(PulseError::AccessDenied) => ErrorKind::PermissionDenied,
        ClientError::ServerError(PulseError::Busy) => ErrorKind::DeviceBusy,
        ClientError::ServerError(_) => ErrorKind::BackendError,
        _ => ErrorKind::StreamInvalidated,
    };
    speaker_error(label, cpal::Error::with_message(kind, error.to_string()))
}
