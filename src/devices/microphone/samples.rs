//! Converts the sample formats of drivers to floating point in −1…1.
use cpal::{Data, FromSample, SampleFormat, SizedSample};
use std::sync::Arc;

/// Returns the samples of a block, or `None` if the format has no PCM samples (DSD).
pub(super) fn to_f32(data: &Data) -> Option<Arc<[f32]>> {
    match data.sample_format() {
        SampleFormat::F32 => data.as_slice::<f32>().map(Arc::from),
        SampleFormat::F64 => convert::<f64>(data),
        SampleFormat::I8 => convert::<i8>(data),
        SampleFormat::I16 => convert::<i16>(data),
        SampleFormat::I24 => convert::<cpal::I24>(data),
        SampleFormat::I32 => convert::<i32>(data),
        SampleFormat::I64 => convert::<i64>(data),
        SampleFormat::U8 => convert::<u8>(data),
        SampleFormat::U16 => convert::<u16>(data),
        SampleFormat::U24 => convert::<cpal::U24>(data),
        SampleFormat::U32 => convert::<u32>(data),
        SampleFormat::U64 => convert::<u64>(data),
        _ => None,
    }
}

fn convert<T: SizedSample>(data: &Data) -> Option<Arc<[f32]>>
where
    f32: FromSample<T>,
{
    let samples = data.as_slice::<T>()?;
    Some(samples.iter().map(|sample| f32::from_sample_(*sample)).collect())
}
