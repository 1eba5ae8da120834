//! Still images as files: JPEG and PNG.
use crate::error::{Error, Result};
use crate::media::{Color, Picture};
use crate::picture::pixel_format::{to_full_range, to_rgb};
use jpeg_encoder::{ColorType, Encoder, ImageBuffer, JpegColorType, SamplingFactor};

/// JPEG quality, 0 to 100: the one of browsers for photos.
const QUALITY: u8 = 92;

/// The file format of a photo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImageType {
    /// JPEG, 4:2:0, quality 92 of 100. The default.
    #[default]
    Jpeg,
    /// PNG, RGB with 8 bits per channel, without alpha.
    Png,
}

impl ImageType {
    /// The MIME type: `image/jpeg` or `image/png`.
    #[must_use]
    pub const fn mime_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// An encoded still image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// The file format.
    pub image_type: ImageType,
}

impl Photo {
    /// Encodes a picture in this color space.
    ///
    /// # Errors
    /// `Unknown` if the encoder fails.
    pub fn encode(picture: &Picture, color: Color, image_type: ImageType) -> Result<Self> {
        let bytes = match image_type {
            ImageType::Jpeg => {
                jpeg(picture, color).map_err(|e| Error::unknown("encoding the photo as JPEG failed", e))?
            }
            ImageType::Png => {
                png(picture, color).map_err(|e| Error::unknown("encoding the photo as PNG failed", e))?
            }
        };
        Ok(Self { bytes, image_type })
    }

    /// The MIME type of the file.
    #[must_use]
    pub const fn mime_type(&self) -> &'static str {
        self.image_type.mime_type()
    }
}

fn jpeg(picture: &Picture, color: Color) -> std::result::Result<Vec<u8>, jpeg_encoder::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    if let Some(picture) = to_full_range(picture, color) {
        encoder.encode_image(FullRangeImage(&picture))?;
    } else {
        let (width, height) = (picture.width() as u16, picture.height() as u16);
        encoder.encode(&to_rgb(picture, color), width, height, ColorType::Rgb)?;
    }
    Ok(bytes)
}

fn png(picture: &Picture, color: Color) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&to_rgb(picture, color))?;
    writer.finish()?;
    Ok(bytes)
}

/// A full-range picture as the JPEG encoder reads it: chroma is doubled here and halved there, so it is unchanged.
struct FullRangeImage<'a>(&'a Picture);

impl ImageBuffer for FullRangeImage<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    // Sides fit 16 bits: no source has larger frames.
    fn width(&self) -> u16 {
        self.0.width() as u16
    }

    fn height(&self) -> u16 {
        self.0.height() as u16
    }

    fn fill_buffers(&self, row: u16, [luma, blue, red, _]: &mut [Vec<u8>; 4]) {
        let (width, across) = (self.0.width() as usize, self.0.chroma_width() as usize);
        let row = usize::from(row);
        let [y, u, v] = self.0.planes();
        luma.extend_from_slice(&y[row * width..][..width]);
        for (buffer, plane) in [(blue, u), (red, v)] {
            let halved = &plane[row / 2 * across..][..across];
            let doubled = halved.iter().flat_map(|value| [*value; 2]);
            buffer.extend(doubled.take(width));
        }
    }
}
