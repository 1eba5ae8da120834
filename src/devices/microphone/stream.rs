//! An open microphone. `cpal` lives on a thread of its own, because most of its calls may wait for ever; what comes
//! from it is sound, and at the end a reason.
use crate::clock::Clock;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::microphone::failure::failure;
use crate::devices::microphone::intake::{Counters, Intake};
use crate::devices::microphone::modes::BLOCK;
use crate::devices::microphone::{Watch, holder, quieten};
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, duration_to_frames};
use crate::streams::Capture;
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, DeviceId, SampleFormat, StreamConfig};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, select_biased};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// How long a device may take from being opened to its first sound.
const START: Duration = Duration::from_secs(3);
/// How long closing may take before the thread that does it is left behind.
const CLOSE: Duration = Duration::from_millis(500);
/// How often the sound server is asked whether the source is still there.
const WATCH: Duration = Duration::from_millis(500);
/// How long the reason may come behind the end.
const REASON: Duration = Duration::from_millis(500);
/// How much the sound server may keep for us; what is more is lost without a word. It sends what it has at once.
const ROOM: Duration = Duration::from_millis(200);
/// How the devices of the sound server begin.
const PULSE: &str = "pulseaudio:";
/// How the devices of ALSA begin.
const ALSA: &str = "alsa:";
/// Blocks that wait for the capture thread: 2 s of the shortest usual ones, of 5 ms.
const QUEUE: usize = 400;

/// Sound of one device, from its capture on.
pub(super) struct Microphone {
    label: String,
    format: AudioFormat,
    blocks: Receiver<AudioBlock>,
    end: Receiver<Error>,
    counters: Arc<Counters>,
    /// Dropping it asks the keeper to close the device.
    stop: Option<Sender<Infallible>>,
    /// Disconnected when the keeper has closed it.
    closed: Receiver<Infallible>,
}

/// What the keeper thread needs to open the device.
struct Order {
    hardware_id: String,
    label: String,
    format: AudioFormat,
    intake: Intake,
    end: Sender<Error>,
}

impl Microphone {
    /// Opens it and waits for it to run.
    ///
    /// # Errors
    /// As [`open`](crate::devices::microphone::open).
    pub(super) fn open(device: &CaptureDevice, format: AudioFormat, clock: &Clock) -> Result<Self> {
        let (filled, blocks) = bounded(QUEUE);
        let (ended, end) = bounded(1);
        let (stop, stopped) = bounded(0);
        let (closing, closed) = bounded(0);
        let (started, starts) = bounded(1);
        let counters = Arc::new(Counters::default());
        let order = Order {
            hardware_id: device.hardware_id.clone(),
            label: device.label.clone(),
            format,
            intake: Intake::new(format, clock.clone(), filled, Arc::clone(&counters)),
            end: ended,
        };
        std::thread::Builder::new()
            .name("sound-keeper".into())
            .spawn(move || {
                keep(order, &started, &stopped);
                drop(closing);
            })
            .map_err(|error| Error::unknown("no thread for the microphone", error))?;
        let microphone = Self {
            label: device.label.clone(),
            format,
            blocks,
            end,
            counters,
            stop: Some(stop),
            closed,
        };
        match starts.recv_timeout(START) {
            Ok(result) => result.map(|()| microphone),
            Err(_) => Err(Error::not_readable(format!(
                "{} gives no sound: opened, it was silent for {} s; check that it is switched on, or choose another",
                device.label,
                START.as_secs()
            ))),
        }
    }

    /// Why no more sound will come.
    fn reason(&self) -> Error {
        self.end
            .recv_timeout(REASON)
            .unwrap_or_else(|_| Error::not_readable(format!("{} ended without a reason", self.label)))
    }
}

impl Capture<AudioBlock> for Microphone {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn read(&mut self, wait: Duration) -> Result<Option<AudioBlock>> {
        // Sound that came before the end is heard before it.
        select_biased! {
            recv(self.blocks) -> block => block.map(Some).map_err(|_| self.reason()),
            recv(self.end) -> reason => Err(reason.unwrap_or_else(|_| self.reason())),
            default(wait) => Ok(None),
        }
    }

    fn lost(&self) -> u64 {
        self.counters.lost()
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        self.stop = None;
        // A driver that does not come back is left to its thread.
        let _ = self.closed.recv_timeout(CLOSE);
    }
}

/// The keeper thread: opens, watches, closes.
fn keep(order: Order, started: &Sender<Result<()>>, stopped: &Receiver<Infallible>) {
    let (hardware_id, label, end) = (order.hardware_id.clone(), order.label.clone(), order.end.clone());
    let watch = Watch::of(&hardware_id);
    let stream = match play(order) {
        Ok(stream) => stream,
        Err(error) => {
            let _ = started.send(Err(error));
            return;
        }
    };
    // Nobody listens when it took too long.
    if started.send(Ok(())).is_err() {
        return;
    }
    while stopped.recv_timeout(WATCH) == Err(RecvTimeoutError::Timeout) {
        if watch.as_ref().is_some_and(Watch::is_gone) {
            let gone = format!(
                "{label} was removed from the sound server; plug it in again, or choose another microphone"
            );
            let _ = end.try_send(Error::not_readable(gone));
            break;
        }
    }
    drop(stream);
}

/// A running stream. Host and device are gone when it is returned: on the sound server, the last of them to be dropped
/// must be the stream, or their connection's thread stays.
fn play(order: Order) -> Result<cpal::Stream> {
    quieten();
    let fail = |error: cpal::Error| failure(&order.label, error, holder(&order.hardware_id).as_deref());
    let id: DeviceId = order.hardware_id.parse().map_err(fail)?;
    let host = cpal::host_from_id(id.host()).map_err(fail)?;
    let device = host.device_by_id(&id).ok_or_else(|| Error::NotFound {
        message: format!("{} is not there any more; see the list of devices", order.label),
    })?;
    let config = StreamConfig {
        channels: order.format.channels,
        sample_rate: order.format.sample_rate,
        buffer_size: buffer_size(order.format, &order.hardware_id),
    };
    let sample_format = sample_format(&device, &order.hardware_id).map_err(fail)?;
    let mut sound = order.intake;
    let mut errors = sound.errors(&order.label, order.end);
    let stream = device
        .build_input_stream_raw(
            config,
            sample_format,
            move |data, info| sound.take(data, info),
            move |error| errors.take(error),
            None,
        )
        .map_err(fail)?;
    stream.play().map_err(fail)?;
    Ok(stream)
}

/// Left to itself a sound server sends seconds at once, and hardware overruns; other systems know best.
fn buffer_size(format: AudioFormat, hardware_id: &str) -> BufferSize {
    if hardware_id.starts_with(PULSE) {
        BufferSize::Fixed(duration_to_frames(ROOM, format.sample_rate) as u32)
    } else if hardware_id.starts_with(ALSA) {
        BufferSize::Fixed(duration_to_frames(BLOCK, format.sample_rate) as u32)
    } else {
        BufferSize::Default
    }
}

/// The sound server converts to what we need; hardware has what it has.
fn sample_format(device: &cpal::Device, hardware_id: &str) -> std::result::Result<SampleFormat, cpal::Error> {
    if hardware_id.starts_with(PULSE) {
        return Ok(SampleFormat::F32);
    }
    Ok(device.default_input_config()?.sample_format())
}
