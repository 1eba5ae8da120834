//! WebM and Matroska files as sources: tracks are copied, or decoded if there is a decoder.
mod audio_decoder;
mod demuxer;
mod error_counts;
mod packet_copier;
mod video_decoder;

use crate::clock::Timestamp;
use crate::decode::{EncodedAudio, audio_decoder, video_decoder};
use crate::error::{Error, Result};
use crate::files::file_source::{audio_feed, spawn, video_feed};
use crate::files::pacer::Pacer;
use crate::media::{
    AudioBlock, AudioFormat, EncodedFrame, MediaFormat, PixelAspect, TrackInfo, TrackKind, VideoFormat,
    VideoFrame,
};
use crate::streams::encoded::Encoded;
use crate::streams::source::FrameSender;
use crate::streams::track::Feed;
use crate::streams::track_frame::TrackFrame;
use crate::webm::annex_b;
use crate::webm::{Block, Reader, Track, TrackType};
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
/// `NotReadable` if the file has no tracks or invalid ones; `NotSupported` if its blocks are encrypted or compressed.
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
    if tracks.iter().any(|track| track.wrapped) {
        return Err(Error::not_supported(
            "its blocks are encrypted or compressed; ffmpeg -i IN -c copy OUT.webm removes the compression",
        ));
    }
    let blocks = Demuxer::open(reader, tracks.iter().map(|track| track.number));
    let opened = tracks.iter().zip(blocks);
    opened
        .map(|(track, blocks)| {
            let kind = Kind::of(track, &blocks)?;
            let only = kind.undecodable().map(str::to_owned);
            let (codec_private, format) = codec_private(track, &blocks)?;
            let info = kind.info(track, codec_private);
            Ok(WebmTrack {
                kind,
                encoded: Encoded {
                    info,
                    only,
                    omitted: blocks.omitted().clone(),
                    key_frames: None,
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
            mut blocks,
        } = self;
        match kind {
            Kind::Video(format, mut decoder) => {
                let source = spawn("file-video", name, pacer, format, move |sender, pacer| {
                    let mut format = format;
                    let mut announce = |frame: &VideoFrame| {
                        if let Some(resized) = resized(format, frame) {
                            format = resized;
                            sender.set_format(format);
                        }
                    };
                    let handlers = BlockHandlers {
                        decode: |block: &Block| {
                            let frame = decoder.decode(block)?;
                            frame.iter().for_each(&mut announce);
                            Ok(frame)
                        },
                        copier: &mut copier,
                        due: |frame: &VideoFrame| frame.time,
                    };
                    let played = play(&mut blocks, handlers, sender, pacer);
                    for frame in decoder.flush()? {
                        announce(&frame);
                        if !(pacer.wait(sender, frame.time) && sender.send(&frame)) {
                            break;
                        }
                    }
                    played?;
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
                    play(&mut blocks, handlers, sender, pacer)?;
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
    blocks: &mut TrackBlocks<R>,
    handlers: BlockHandlers<impl FnMut(&Block) -> Result<Option<T>>, impl Fn(&T) -> Timestamp>,
    sender: &FrameSender<T>,
    pacer: &Pacer,
) -> Result<()> {
    let mut copied = Vec::new();
    let played = play_blocks(blocks, handlers, sender, pacer, &mut copied);
    // What precedes an error.
    sender.send_encoded(copied);
    played
}

/// Leaves frames in `copied` that are not delivered yet.
fn play_blocks<R: Read, T: TrackFrame>(
    blocks: &mut TrackBlocks<R>,
    mut handlers: BlockHandlers<impl FnMut(&Block) -> Result<Option<T>>, impl Fn(&T) -> Timestamp>,
    sender: &FrameSender<T>,
    pacer: &Pacer,
    copied: &mut Vec<EncodedFrame>,
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
        {
            if !pacer.wait(sender, frame.time()) {
                return Ok(());
            }
            copied.push(frame);
        }
        let is_due = !copied.is_empty() && (pacer.delays() || !blocks.has_next());
        if is_due && !sender.send_encoded(std::mem::take(copied)) {
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

impl Kind {
    /// The format of a track as it is decoded, and its decoder.
    fn of<R: Read>(track: &Track, blocks: &TrackBlocks<R>) -> Result<Self> {
        match track.kind {
            TrackType::Video => Self::video(track, blocks),
            _ => Self::audio(track, blocks),
        }
    }

    fn video<R: Read>(track: &Track, blocks: &TrackBlocks<R>) -> Result<Self> {
        let decoder = supported(video_decoder(&track.codec_id, &track.codec_private))?;
        let first = decoder.is_ok().then(|| blocks.peek()).flatten();
        // A format that the decoder does not support, such as 4:4:4, is known from the first frame.
        let (decoder, size) = match decoder {
            Ok(decoder) => match supported(decoder.start(&first.unwrap_or_default()))? {
                Ok(size) => (Ok(decoder), size),
                Err(why) => (Err(why), None),
            },
            Err(why) => (Err(why), None),
        };
        let format = video_format(track, size)?;
        Ok(Self::Video(format, TrackVideoDecoder::new(decoder, track)))
    }

    fn audio<R: Read>(track: &Track, blocks: &TrackBlocks<R>) -> Result<Self> {
        // Only MP3 needs it: reading on would fill the queues of other tracks.
        let first = (track.codec_id == "A_MPEG/L3").then(|| blocks.peek()).flatten();
        let decoder = supported(audio_decoder(&EncodedAudio {
            codec_id: &track.codec_id,
            codec_private: &track.codec_private,
            format: audio_format(track),
            bit_depth: track.bit_depth,
            delay: track.codec_delay,
            first: &first.unwrap_or_default(),
        }))?;
        let format = match &decoder {
            Ok(decoder) => decoder.format(),
            Err(_) => valid(audio_format(track))?,
        };
        Ok(Self::Audio(format, TrackAudioDecoder::new(decoder, track)))
    }

    /// Why the track cannot be decoded; `None` if it can.
    fn undecodable(&self) -> Option<&str> {
        match self {
            Self::Video(_, decoder) => decoder.undecodable(),
            Self::Audio(_, decoder) => decoder.undecodable(),
        }
    }

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

/// The format that the header says; numbers out of range are 0.
fn audio_format(track: &Track) -> AudioFormat {
    AudioFormat {
        // Saturates, and NaN is 0.
        sample_rate: track.sample_rate.round() as u32,
        channels: track.channels,
    }
}

fn valid(format: AudioFormat) -> Result<AudioFormat> {
    /// Of any audio, in hertz.
    const MAX_RATE: u32 = 10_000_000;
    if !(1..=MAX_RATE).contains(&format.sample_rate) || format.channels == 0 {
        return Err(Error::not_readable("its audio has no sample rate or no channels"));
    }
    Ok(format)
}

/// Separates what is not supported, which can still be copied, from other errors.
fn supported<T>(result: Result<T>) -> Result<std::result::Result<T, String>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error @ Error::NotSupported { .. }) => Ok(Err(error.to_string())),
        Err(error) => Err(error),
    }
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

#[cfg(test)]
mod tests;
