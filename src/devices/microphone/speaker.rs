//! An open speaker of `cpal`: its driver calls for audio when it needs some.
use crate::devices::capture_device::CaptureDevice;
use crate::devices::microphone::errors::{Severity, severity, speaker_error};
use crate::devices::microphone::silence_error_output;
use crate::devices::microphone::stream::buffer_size;
use crate::error::{Error, Result};
use crate::media::AudioFormat;
use crate::streams::{Playback, PlaybackQueue};
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Data, DeviceId, FromSample, SampleFormat, SizedSample, StreamConfig};
use crossbeam_channel::{Receiver, bounded};

/// This many errors end the stream, if it does not end by the first: those that repeat mean that the device is gone.
const MAX_ERRORS: u32 = 50;

/// Dropping it closes the device.
struct Speaker {
    end: Receiver<Error>,
    _stream: cpal::Stream,
}

/// Opens a speaker, and plays what is in the queue.
///
/// # Errors
/// `NotFound` if it is no longer connected, `NotAllowed` without the permission, `NotReadable` if it is busy or broken.
pub(super) fn open(device: &CaptureDevice, queue: &PlaybackQueue) -> Result<Box<dyn Playback>> {
    silence_error_output();
    let fail = |error: cpal::Error| speaker_error(&device.label, error);
    let id: DeviceId = device.hardware_id.parse().map_err(fail)?;
    let host = cpal::host_from_id(id.host()).map_err(fail)?;
    let speaker = host.device_by_id(&id).ok_or_else(|| Error::NotFound {
        message: format!("{} is no longer connected; list the devices again", device.label),
    })?;
    let default = speaker.default_output_config().map_err(fail)?;
    let format = AudioFormat {
        sample_rate: default.sample_rate(),
        channels: default.channels(),
    };
    let config = StreamConfig {
        channels: format.channels,
        sample_rate: format.sample_rate,
        buffer_size: buffer_size(format, &device.hardware_id),
    };
    queue.start(format);
    let (of_driver, label) = (queue.clone(), device.label.clone());
    let (sender, end) = bounded(1);
    let mut errors = 0;
    let mut block = Vec::new();
    let stream = speaker
        .build_output_stream_raw(
            config,
            default.sample_format(),
            move |data, _| fill(data, &of_driver, &mut block),
            move |error| {
                errors += 1;
                if severity(error.kind()) == Severity::Fatal || errors >= MAX_ERRORS {
                    // Only the first error is reported: the channel has room for one.
                    let _ = sender.try_send(speaker_error(&label, error));
                }
            },
            None,
        )
        .map_err(fail)?;
    stream.play().map_err(fail)?;
    Ok(Box::new(Speaker { end, _stream: stream }))
}

impl Playback for Speaker {
    fn failure(&mut self) -> Option<Error> {
        self.end.try_recv().ok()
    }
}

/// Fills a block of the driver; one whose format has no PCM samples (DSD) stays as it is, which is silent.
fn fill(data: &mut Data, queue: &PlaybackQueue, block: &mut Vec<f32>) {
    block.resize(data.len(), 0.0);
    queue.fill(block);
    match data.sample_format() {
        SampleFormat::F32 => convert::<f32>(block, data),
        SampleFormat::F64 => convert::<f64>(block, data),
        SampleFormat::I8 => convert::<i8>(block, data),
        SampleFormat::I16 => convert::<i16>(block, data),
        SampleFormat::I24 => convert::<cpal::I24>(block, data),
        SampleFormat::I32 => convert::<i32>(block, data),
        SampleFormat::I64 => convert::<i64>(block, data),
        SampleFormat::U8 => convert::<u8>(block, data),
        SampleFormat::U16 => convert::<u16>(block, data),
        SampleFormat::U24 => convert::<cpal::U24>(block, data),
        SampleFormat::U32 => convert::<u32>(block, data),
        SampleFormat::U64 => convert::<u64>(block, data),
        _ => {}
    }
}

fn convert<T: SizedSample + FromSample<f32>>(block: &[f32], data: &mut Data) {
    for (sample, target) in block.iter().zip(data.as_slice_mut::<T>().into_iter().flatten()) {
        *target = T::from_sample_(sample.clamp(-1.0, 1.0));
    }
}
