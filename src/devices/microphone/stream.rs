//! An open microphone. An audio-device thread of its own opens and closes the device, because that may block forever. It
//! delivers audio, and one error when the stream ends.
use crate::clock::Clock;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::microphone::callback::{Callback, Counters};
use crate::devices::microphone::errors::device_error;
use crate::devices::microphone::modes::BLOCK_DURATION;
use crate::devices::microphone::params::OpenParams;
use crate::devices::microphone::{measures_delay, recording_process, silence_error_output};
#[cfg(target_os = "linux")]
use crate::devices::microphone::{pulse::node_name, pulse_stream};
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, duration_to_frames};
use crate::streams::Capture;
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, DeviceId, StreamConfig};
use crossbeam_channel::{Receiver, Sender, bounded, select_biased};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// How long a device may take to open and to start.
const START_TIMEOUT: Duration = Duration::from_secs(3);
/// How long closing may take; after that, the thread that closes the device is abandoned.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);
/// How much later than the end of the stream its error may arrive.
const END_REASON_TIMEOUT: Duration = Duration::from_millis(500);
/// Prefix of the ids of ALSA devices.
const ALSA_PREFIX: &str = "alsa:";
/// Number of blocks that may wait for the capture thread: 2 s of the shortest usual blocks, 5 ms.
const QUEUE_CAPACITY: usize = 400;

/// An open microphone. Dropping it closes the device.
pub(super) struct Microphone {
    label: String,
    format: AudioFormat,
    blocks: Receiver<AudioBlock>,
    end: Receiver<Error>,
    counters: Arc<Counters>,
    /// Dropping it tells the audio-device thread to close the device.
    stop: Option<Sender<Infallible>>,
    /// Disconnected once the audio-device thread has closed the device.
    closed: Receiver<Infallible>,
}

impl Microphone {
    /// Opens the device and waits until it runs.
    ///
    /// # Errors
    /// As [`open`](crate::devices::microphone::open).
    pub(super) fn open(device: &CaptureDevice, format: AudioFormat, clock: &Clock) -> Result<Self> {
        let (queue, blocks) = bounded(QUEUE_CAPACITY);
        let (end_sender, end) = bounded(1);
        let (stop, stopped) = bounded(0);
        let (closing, closed) = bounded(0);
        let (started_sender, started) = bounded(1);
        let counters = Arc::new(Counters::default());
        let params = OpenParams {
            hardware_id: device.hardware_id.clone(),
            label: device.label.clone(),
            format,
            callback: Callback::new(
                format,
                clock.clone(),
                measures_delay(&device.hardware_id),
                queue,
                Arc::clone(&counters),
            ),
            end: end_sender,
        };
        std::thread::Builder::new()
            .name("audio-device".into())
            .spawn(move || {
                run_device(params, &started_sender, &stopped);
                drop(closing);
            })
            .map_err(|error| Error::unknown("cannot create a thread for the microphone", error))?;
        let microphone = Self {
            label: device.label.clone(),
            format,
            blocks,
            end,
            counters,
            stop: Some(stop),
            closed,
        };
        match started.recv_timeout(START_TIMEOUT) {
            Ok(result) => result.map(|()| microphone),
            Err(_) => Err(Error::not_readable(format!(
                "{} delivered no audio within {} s; check that it is switched on, or choose another microphone",
                device.label,
                START_TIMEOUT.as_secs()
            ))),
        }
    }

    /// Returns the error that ended the stream.
    fn end_reason(&self) -> Error {
        self.end
            .recv_timeout(END_REASON_TIMEOUT)
            .unwrap_or_else(|_| Error::not_readable(format!("{} ended for an unknown reason", self.label)))
    }
}

impl Capture<AudioBlock> for Microphone {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn read(&mut self, timeout: Duration) -> Result<Option<AudioBlock>> {
        // Blocks captured before the end are delivered before the error.
        select_biased! {
            recv(self.blocks) -> block => block.map(Some).map_err(|_| self.end_reason()),
            recv(self.end) -> reason => Err(reason.unwrap_or_else(|_| self.end_reason())),
            default(timeout) => Ok(None),
        }
    }

    fn lost(&self) -> u64 {
        self.counters.lost()
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        self.stop = None;
        // A driver that does not return in time is left to its thread.
        let _ = self.closed.recv_timeout(CLOSE_TIMEOUT);
    }
}

/// The audio-device thread: opens the device, waits until it is stopped, closes it.
fn run_device(params: OpenParams, started: &Sender<Result<()>>, stopped: &Receiver<Infallible>) {
    #[cfg(target_os = "linux")]
    if let Some(name) = node_name(&params.hardware_id).map(str::to_owned) {
        return pulse_stream::record(&name, params, started, stopped);
    }
    match start_stream(params) {
        Ok(stream) => {
            // The receiver is gone if opening took longer than the timeout.
            if started.send(Ok(())).is_ok() {
                let _ = stopped.recv();
            }
            drop(stream);
        }
        Err(error) => {
            let _ = started.send(Err(error));
        }
    }
}

/// Starts a stream of `cpal`.
fn start_stream(params: OpenParams) -> Result<cpal::Stream> {
    silence_error_output();
    let fail = |error: cpal::Error| {
        device_error(
            &params.label,
            error,
            recording_process(&params.hardware_id).as_deref(),
        )
    };
    let id: DeviceId = params.hardware_id.parse().map_err(fail)?;
    let host = cpal::host_from_id(id.host()).map_err(fail)?;
    let device = host.device_by_id(&id).ok_or_else(|| Error::NotFound {
        message: format!("{} is no longer connected; list the devices again", params.label),
    })?;
    let config = StreamConfig {
        channels: params.format.channels,
        sample_rate: params.format.sample_rate,
        buffer_size: buffer_size(params.format, &params.hardware_id),
    };
    let sample_format = device.default_input_config().map_err(fail)?.sample_format();
    let mut callback = params.callback;
    let mut error_callback = callback.error_callback(&params.label, params.end);
    let stream = device
        .build_input_stream_raw(
            config,
            sample_format,
            move |data, info| callback.on_data(data, info),
            move |error| error_callback.on_error(error),
            None,
        )
        .map_err(fail)?;
    stream.play().map_err(fail)?;
    Ok(stream)
}

/// By default, ALSA hardware overruns, and its plugins play blocks of seconds. Other systems have good defaults.
pub(super) fn buffer_size(format: AudioFormat, hardware_id: &str) -> BufferSize {
    if hardware_id.starts_with(ALSA_PREFIX) {
        BufferSize::Fixed(duration_to_frames(BLOCK_DURATION, format.sample_rate) as u32)
    } else {
        BufferSize::Default
    }
}
