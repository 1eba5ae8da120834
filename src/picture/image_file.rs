//! Still pictures as files: JPEG and PNG.
use crate::error::{Error, Result};
use crate::media::{Color, Picture};
use crate::picture::pixel_format::{to_full_range, to_rgb};
use jpeg_encoder::{ColorType, Encoder, ImageBuffer, JpegColorType, SamplingFactor};

/// Of 100: what browsers take for photos, beyond which files grow faster than pictures improve.
const QUALITY: u8 = 92;

/// How a photo is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImageType {
    /// JPEG, chroma halved both ways, quality 92.
    #[default]
    Jpeg,
    /// PNG, 8 bits a channel, no alpha.
    Png,
}

impl ImageType {
    /// The MIME type.
    #[must_use]
    pub const fn mime_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// An encoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// A whole file.
    pub bytes: Vec<u8>,
    /// What the bytes are.
    pub image_type: ImageType,
}

impl Photo {
    /// Encodes a picture whose numbers are meant so.
    ///
    /// # Errors
    /// `Unknown` when it cannot be encoded.
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

    /// The MIME type of the bytes.
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
        encoder.encode_image(Rows(&picture))?;
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

/// A picture of full range as the JPEG encoder takes it: each pixel with its chroma, which is halved again there
/// and so comes out as it was.
struct Rows<'a>(&'a Picture);

impl ImageBuffer for Rows<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    // No source has pictures beyond 16 bits: encoders of video stop far below.
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
