//! Samples in whatever form a driver has them, as numbers in −1…1.
use cpal::{Data, FromSample, SampleFormat, SizedSample};

/// The samples of a block; None for formats that are no samples, such as DSD.
pub(super) fn to_f32(data: &Data) -> Option<Vec<f32>> {
    match data.sample_format() {
        SampleFormat::F32 => data.as_slice::<f32>().map(<[f32]>::to_vec),
        SampleFormat::F64 => each::<f64>(data),
        SampleFormat::I8 => each::<i8>(data),
        SampleFormat::I16 => each::<i16>(data),
        SampleFormat::I24 => each::<cpal::I24>(data),
        SampleFormat::I32 => each::<i32>(data),
        SampleFormat::I64 => each::<i64>(data),
        SampleFormat::U8 => each::<u8>(data),
        SampleFormat::U16 => each::<u16>(data),
        SampleFormat::U24 => each::<cpal::U24>(data),
        SampleFormat::U32 => each::<u32>(data),
        SampleFormat::U64 => each::<u64>(data),
        _ => None,
    }
}

fn each<T: SizedSample>(data: &Data) -> Option<Vec<f32>>
where
    f32: FromSample<T>,
{
    let samples = data.as_slice::<T>()?;
    Some(samples.iter().map(|sample| f32::from_sample_(*sample)).collect())
}
