//! WebM and Matroska files as sources: VP8, VP9 and Opus are decoded or copied, AV1 is copied only.
mod annex_b;
mod audio_decoder;
mod demuxer;
mod error_counts;
mod packet_copier;
mod video_decoder;

use crate::clock::Timestamp;
use crate::decode::{OPUS_RATE, OpusDecoder, VpxCodec, VpxDecoder};
use crate::error::{Error, Result};
use crate::files::file_source::{audio_feed, spawn, video_feed};
use crate::files::pacer::Pacer;
use crate::media::{
    AudioBlock, AudioFormat, MediaFormat, PixelAspect, TrackInfo, TrackKind, VideoFormat, VideoFrame,
};
use crate::streams::encoded::Encoded;
use crate::streams::source::FrameSender;
use crate::streams::track::Feed;
use crate::streams::track_frame::TrackFrame;
use crate::webm::{Block, Reader};
use crate::webm::{Track, TrackType};
use audio_decoder::TrackAudioDecoder;
use demuxer::{Demuxer, TrackBlocks};
use packet_copier::{Format, PacketCopier};
use std::io::Read;
use video_decoder::TrackVideoDecoder;

/// One track of a file whose header was read.
pub(super) struct WebmTrack<R> {
    kind: Kind,
    encoded: Encoded,
    copier: PacketCopier,
    blocks: TrackBlocks<R>,
}

enum Kind {
    Video(VideoFormat, TrackVideoDecoder),
    Audio(AudioFormat, TrackAudioDecoder),
}

/// Reads the header, and on until the frame size is known. Tracks of the kind `exclude`, subtitles and other tracks are
/// ignored.
///
/// # Errors
/// `NotReadable` if the file has no tracks or invalid ones; `NotSupported` if one of its tracks can be neither decoded nor
/// copied: a recording must not lack its audio without notice.
pub(super) fn open<R: Read>(stream: R, exclude: Option<TrackKind>) -> Result<Vec<WebmTrack<R>>> {
    let reader = Reader::new(stream)?;
    let tracks = reader.header().tracks.iter().cloned();
    let mut tracks: Vec<Track> = tracks.filter(|track| kind_of(track).is_some()).collect();
    if tracks.is_empty() {
        return Err(Error::not_readable(if reader.is_cut_off() {
            "the file ends within its header"
        } else {
            "the file has no video or audio track"
        }));
    }
    tracks.retain(|track| exclude.is_none() || kind_of(track) != exclude);
    let decoders: Result<Vec<Decoder>> = tracks.iter().map(Decoder::new).collect();
    let decoders = decoders?;
    let blocks = Demuxer::open(reader, tracks.iter().map(|track| track.number));
    let opened = tracks.iter().zip(decoders).zip(blocks);
    opened
        .map(|((track, decoder), blocks)| {
            let decoder = decoder.for_stream(&blocks);
            let only = decoder.undecodable();
            let kind = decoder.into_kind(track, &blocks)?;
            let (codec_private, format) = codec_private(track, &blocks)?;
            let info = kind.info(track, codec_private);
            Ok(WebmTrack {
                kind,
                encoded: Encoded {
                    info,
                    only,
                    omitted: blocks.omitted().clone(),
                },
                copier: PacketCopier::new(track, format),
                blocks,
            })
        })
        .collect()
}

impl<R: Read + Send + 'static> WebmTrack<R> {
    /// Starts a thread that reads the track.
    pub(super) fn into_feed(self, name: &str, pacer: &Pacer) -> Result<Feed> {
        let Self {
            kind,
            encoded,
            mut copier,
            blocks,
        } = self;
        match kind {
            Kind::Video(format, mut decoder) => {
                let source = spawn("file-video", name, pacer, format, move |sender, pacer| {
                    let mut format = format;
                    let handlers = BlockHandlers {
                        decode: |block: &Block| {
                            let frame = decoder.decode(block)?;
                            let resized = frame.as_ref().and_then(|frame| resized(format, frame));
                            if let Some(resized) = resized {
                                format = resized;
                                sender.set_format(format);
                            }
                            Ok(frame)
                        },
                        copier: &mut copier,
                        due: |frame: &VideoFrame| frame.time,
                    };
                    play(&blocks, handlers, sender, pacer)?;
                    copier.finish().and_then(|()| decoder.finish())
                })?;
                Ok(Feed::Video(video_feed(format, source)?.with_encoded(encoded)))
            }
            Kind::Audio(format, mut decoder) => {
                let source = spawn("file-audio", name, pacer, format, move |sender, pacer| {
                    let handlers = BlockHandlers {
                        decode: |block: &Block| decoder.decode(block),
                        copier: &mut copier,
                        // A block is due at its end, as from a microphone.
                        due: |block: &AudioBlock| block.time + block.duration(),
                    };
                    play(&blocks, handlers, sender, pacer)?;
                    copier.finish().and_then(|()| decoder.finish())
                })?;
                Ok(Feed::Audio(audio_feed(format, source)?.with_encoded(encoded)))
            }
        }
    }
}

/// The format of a frame whose size is not that of `format`.
fn resized(format: VideoFormat, frame: &VideoFrame) -> Option<VideoFormat> {
    let (width, height) = (frame.picture.width(), frame.picture.height());
    let same = (format.width, format.height) == (width, height);
    (!same).then_some(VideoFormat {
        width,
        height,
        ..format
    })
}

/// What is done with the blocks of a track.
struct BlockHandlers<'a, Decode, Due> {
    decode: Decode,
    copier: &'a mut PacketCopier,
    /// When a decoded frame is due, in media time.
    due: Due,
}

/// Delivers blocks, decoded or copied as the consumers request, until the file ends or there is no consumer.
///
/// # Errors
/// Those of the file and the decoder.
fn play<R: Read, T: TrackFrame>(
    blocks: &TrackBlocks<R>,
    mut handlers: BlockHandlers<impl FnMut(&Block) -> Result<Option<T>>, impl Fn(&T) -> Timestamp>,
    sender: &FrameSender<T>,
    pacer: &Pacer,
) -> Result<()> {
    // Whether the decoder has skipped blocks and needs a key frame.
    let mut needs_key_frame = false;
    while sender.wait_for_listener() {
        blocks.start();
        let Some(block) = blocks.next() else {
            return blocks.failure();
        };
        let wants = sender.wants();
        if wants.encoded
            && let Some(frame) = handlers.copier.copy(&block)?
            && !(pacer.wait(sender, frame.time()) && sender.send_encoded(&frame))
        {
            return Ok(());
        }
        if !wants.encoded && block.has_additions() {
            blocks.omitted().add_alpha();
        }
        needs_key_frame = (wants.encoded && !wants.frames) || (needs_key_frame && !block.key);
        if !needs_key_frame
            && let Some(frame) = (handlers.decode)(&block)?
            && !(pacer.wait(sender, (handlers.due)(&frame)) && sender.send(&frame))
        {
            return Ok(());
        }
    }
    Ok(())
}

enum Decoder {
    Vpx(VpxCodec, VpxDecoder),
    Opus(OpusDecoder),
    /// None; the reason.
    None(String),
}

impl Decoder {
    fn new(track: &Track) -> Result<Self> {
        if track.wrapped {
            return Err(Error::not_supported(
                "its blocks are encrypted or compressed; ffmpeg -i IN -c copy OUT.webm removes the compression",
            ));
        }
        match track.codec_id.as_str() {
            "V_VP8" => Ok(Self::Vpx(VpxCodec::Vp8, VpxDecoder::new(VpxCodec::Vp8)?)),
            "V_VP9" => Ok(Self::Vpx(VpxCodec::Vp9, VpxDecoder::new(VpxCodec::Vp9)?)),
            "A_OPUS" => {
                OpusDecoder::new(&track.codec_private, track.channels, track.codec_delay).map(Self::Opus)
            }
            _ => Ok(Self::None(unsupported(track))),
        }
    }

    /// None for a stream in a format that the decoder does not support, such as 4:4:4, which is known from its first frame.
    fn for_stream<R: Read>(self, blocks: &TrackBlocks<R>) -> Self {
        let Self::Vpx(codec, _) = self else {
            return self;
        };
        match blocks.peek().map(|first| codec.start(&first)) {
            Some(Err(error)) => Self::None(error.to_string()),
            _ => self,
        }
    }

    /// Why the track cannot be decoded; `None` if it can.
    fn undecodable(&self) -> Option<String> {
        match self {
            Self::None(why) => Some(why.clone()),
            Self::Vpx(..) | Self::Opus(_) => None,
        }
    }

    fn into_kind<R: Read>(self, track: &Track, blocks: &TrackBlocks<R>) -> Result<Kind> {
        match self {
            Self::Opus(decoder) => {
                let format = AudioFormat {
                    sample_rate: OPUS_RATE,
                    channels: decoder.channels(),
                };
                Ok(Kind::Audio(format, TrackAudioDecoder::new(Ok(decoder), track)))
            }
            Self::Vpx(codec, decoder) => {
                let first = blocks.peek();
                let size = first.map(|data| codec.start(&data)).transpose()?.flatten();
                let format = video_format(track, size)?;
                Ok(Kind::Video(format, TrackVideoDecoder::new(Ok(decoder), track)))
            }
            Self::None(why) if track.kind == TrackType::Video => {
                let format = video_format(track, None)?;
                Ok(Kind::Video(format, TrackVideoDecoder::new(Err(why), track)))
            }
            Self::None(why) => {
                let format = audio_format(track)?;
                Ok(Kind::Audio(format, TrackAudioDecoder::new(Err(why), track)))
            }
        }
    }
}

impl Kind {
    /// Description of the track for a container that it is copied to.
    fn info(&self, track: &Track, codec_private: Vec<u8>) -> TrackInfo {
        TrackInfo {
            format: match self {
                Self::Video(format, _) => MediaFormat::Video(*format),
                Self::Audio(format, _) => MediaFormat::Audio(*format),
            },
            codec_id: track.codec_id.clone().into(),
            codec_private,
            codec_delay: track.codec_delay,
            seek_pre_roll: track.seek_pre_roll,
            name: track.name.clone(),
            elements: Some(track.elements.clone()),
        }
    }
}

/// The format of a video track. The `size` in the frames has precedence over the header, which is often wrong in live
/// streams.
fn video_format(track: &Track, size: Option<(u32, u32)>) -> Result<VideoFormat> {
    let (width, height) = size.unwrap_or((track.width, track.height));
    if width == 0 || height == 0 {
        return Err(Error::not_readable("its video has no frame size"));
    }
    Ok(VideoFormat {
        width,
        height,
        frame_duration: track.default_duration,
        color: track.color,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    })
}

fn audio_format(track: &Track) -> Result<AudioFormat> {
    /// Of any audio.
    const MAX_RATE: f64 = 10_000_000.0;
    if !(1.0..=MAX_RATE).contains(&track.sample_rate) || track.channels == 0 {
        return Err(Error::not_readable("its audio has no sample rate or no channels"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is in the range"
    )]
    let sample_rate = track.sample_rate.round() as u32;
    Ok(AudioFormat {
        sample_rate,
        channels: track.channels,
    })
}

/// The `CodecPrivate` of a copied track, and the format of its frames: H.264 as browsers write it has none, and start codes.
fn codec_private<R: Read>(track: &Track, blocks: &TrackBlocks<R>) -> Result<(Vec<u8>, Format)> {
    let is_bare = track.codec_id == "V_MPEG4/ISO/AVC" && track.codec_private.is_empty();
    let first = is_bare.then(|| blocks.peek()).flatten();
    let Some(first) = first.filter(|first| annex_b::is_byte_stream(first)) else {
        return Ok((track.codec_private.clone(), Format::AsIs));
    };
    let private = annex_b::codec_private(&first);
    let private = private.ok_or_else(|| {
        Error::not_readable("its H.264 video does not begin with a key frame that has parameter sets")
    })?;
    Ok((private, Format::ByteStream))
}

const fn kind_of(track: &Track) -> Option<TrackKind> {
    match track.kind {
        TrackType::Video => Some(TrackKind::Video),
        TrackType::Audio => Some(TrackKind::Audio),
        TrackType::Other => None,
    }
}

/// The message for a codec that cannot be decoded.
fn unsupported(track: &Track) -> String {
    let codec = track.codec();
    match track.kind {
        TrackType::Video => format!(
            "decoding {codec} video is not supported; \
             ffmpeg -i IN -c:v libvpx -b:v 4M -c:a copy OUT.webm converts it to VP8"
        ),
        _ => format!(
            "decoding {codec} audio is not supported; \
             ffmpeg -i IN -c:v copy -c:a libopus OUT.webm converts it to Opus"
        ),
    }
}

#[cfg(test)]
mod tests;
