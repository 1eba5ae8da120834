//! WebM and Matroska files as sources: VP8, VP9 and Opus, decoded as they come, through pipes too.
mod demuxer;
mod losses;
mod pictures;
mod sound;

use super::{Pacer, audio_feed, spawn, video_feed};
use crate::decode::{OPUS_RATE, OpusDecoder, VpxCodec, VpxDecoder};
use crate::devices::medium::Medium;
use crate::devices::source::FrameSender;
use crate::devices::track::{Feed, TrackKind};
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, VideoFormat, VideoFrame};
use crate::webm::reader::{Block, Reader};
use crate::webm::track::{Track, TrackKind as Carried};
use demuxer::{Demuxer, TrackBlocks};
use pictures::Pictures;
use sound::Sound;
use std::io::Read;

/// What every EBML file begins with.
pub(super) const EBML: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];

/// One track of a file whose header was read.
pub(super) struct WebmTrack<R> {
    kind: Kind,
    blocks: TrackBlocks<R>,
}

enum Kind {
    Video(VideoFormat, Pictures),
    Audio(AudioFormat, Sound),
}

/// Reads the header, and on until the size of the pictures is known; tracks of the kind to `leave_out` are none.
///
/// Subtitles and the like are no tracks of a stream and left out.
///
/// # Errors
/// `NotReadable` for a file without tracks or with ones that make no sense; `NotSupported` when one of its tracks
/// cannot be decoded: a recording that lacks its sound without a word is nothing that anybody wants.
pub(super) fn open<R: Read>(stream: R, leave_out: Option<TrackKind>) -> Result<Vec<WebmTrack<R>>> {
    let reader = Reader::new(stream)?;
    let tracks = reader.header().tracks.iter().cloned();
    let mut tracks: Vec<Track> = tracks.filter(|track| kind_of(track).is_some()).collect();
    if tracks.is_empty() {
        return Err(Error::not_readable(if reader.is_cut_off() {
            "it ends within its header"
        } else {
            "it has no track of pictures or sound"
        }));
    }
    tracks.retain(|track| leave_out.is_none() || kind_of(track) != leave_out);
    let decoders: Result<Vec<Decoder>> = tracks.iter().map(Decoder::new).collect();
    let decoders = decoders?;
    let blocks = Demuxer::open(reader, tracks.iter().map(|track| track.number));
    let opened = tracks.iter().zip(decoders).zip(blocks);
    opened
        .map(|((track, decoder), blocks)| {
            let kind = decoder.into_kind(track, &blocks)?;
            Ok(WebmTrack { kind, blocks })
        })
        .collect()
}

impl<R: Read + Send + 'static> WebmTrack<R> {
    /// Decodes it on a thread of its own, beside the others of its file.
    pub(super) fn into_feed(self, name: &str, pacer: &Pacer) -> Result<Feed> {
        let blocks = self.blocks;
        match self.kind {
            Kind::Video(format, mut pictures) => {
                let source = spawn("file-video", name, pacer, format, move |sender, pacer| {
                    let due = |frame: &VideoFrame| pacer.wait(sender, frame.time);
                    let played = play(&blocks, |block| pictures.decode(block), sender, due);
                    played.and_then(|()| pictures.finish())
                })?;
                video_feed(format, source)
            }
            Kind::Audio(format, mut sound) => {
                let source = spawn("file-audio", name, pacer, format, move |sender, pacer| {
                    // Sound can be had when it is over, as from a microphone.
                    let due = |block: &AudioBlock| pacer.wait(sender, block.time + block.duration());
                    let played = play(&blocks, |block| sound.decode(block), sender, due);
                    played.and_then(|()| sound.finish())
                })?;
                audio_feed(format, source)
            }
        }
    }
}

/// Decodes and hands on until there is no more, which may be the file's failure, or nobody wants more.
fn play<R: Read, T: Medium>(
    blocks: &TrackBlocks<R>,
    mut decode: impl FnMut(&Block) -> Result<Option<T>>,
    sender: &FrameSender<T>,
    due: impl Fn(&T) -> bool,
) -> Result<()> {
    if !sender.wait_for_listener() {
        return Ok(());
    }
    blocks.begin();
    while let Some(block) = blocks.next() {
        if let Some(frame) = decode(&block)?
            && (!due(&frame) || !sender.send(&frame))
        {
            return Ok(());
        }
    }
    blocks.failure()
}

enum Decoder {
    Vpx(VpxCodec, VpxDecoder),
    Opus(OpusDecoder),
}

impl Decoder {
    fn new(track: &Track) -> Result<Self> {
        if track.wrapped {
            return Err(Error::not_supported(
                "it is encrypted or compressed as a whole; ffmpeg -i IN -c copy OUT.webm undoes the latter",
            ));
        }
        match track.codec_id.as_str() {
            "V_VP8" => Ok(Self::Vpx(VpxCodec::Vp8, VpxDecoder::new(VpxCodec::Vp8)?)),
            "V_VP9" => Ok(Self::Vpx(VpxCodec::Vp9, VpxDecoder::new(VpxCodec::Vp9)?)),
            "A_OPUS" => {
                OpusDecoder::new(&track.codec_private, track.channels, track.codec_delay).map(Self::Opus)
            }
            _ => Err(unknown(track)),
        }
    }

    fn into_kind<R: Read>(self, track: &Track, blocks: &TrackBlocks<R>) -> Result<Kind> {
        match self {
            Self::Opus(decoder) => {
                let format = AudioFormat {
                    sample_rate: OPUS_RATE,
                    channels: decoder.channels(),
                };
                Ok(Kind::Audio(format, Sound::new(decoder, track)))
            }
            Self::Vpx(codec, decoder) => {
                let format = video_format(codec, track, blocks)?;
                Ok(Kind::Video(format, Pictures::new(decoder, track)))
            }
        }
    }
}

/// The pictures' own size counts: what headers say may be another, and that of live streams often is.
fn video_format<R: Read>(codec: VpxCodec, track: &Track, blocks: &TrackBlocks<R>) -> Result<VideoFormat> {
    let first = blocks.peek();
    let size = first.map(|data| codec.start(&data)).transpose()?.flatten();
    let (width, height) = size.unwrap_or((track.width, track.height));
    if width == 0 || height == 0 {
        return Err(Error::not_readable("its pictures have no size"));
    }
    Ok(VideoFormat {
        width,
        height,
        frame_duration: track.default_duration,
        color: track.color,
    })
}

const fn kind_of(track: &Track) -> Option<TrackKind> {
    match track.kind {
        Carried::Video => Some(TrackKind::Video),
        Carried::Audio => Some(TrackKind::Audio),
        Carried::Other => None,
    }
}

fn unknown(track: &Track) -> Error {
    let codec = track.codec();
    Error::not_supported(match track.kind {
        Carried::Video => format!(
            "its pictures are {codec}, which is not decoded here; \
             ffmpeg -i IN -c:v libvpx -b:v 4M -c:a copy OUT.webm makes VP8 of them"
        ),
        _ => format!(
            "its sound is {codec}, which is not decoded here; \
             ffmpeg -i IN -c:v copy -c:a libopus OUT.webm makes Opus of it"
        ),
    })
}

#[cfg(test)]
mod tests;
