//! WebM and Matroska files as sources: VP8, VP9 and Opus, decoded as they come or as they are, through pipes too; AV1
//! only as it is.
mod copies;
mod demuxer;
mod losses;
mod pictures;
mod sound;

use super::{Pacer, audio_feed, spawn, video_feed};
use crate::clock::Timestamp;
use crate::decode::{OPUS_RATE, OpusDecoder, VpxCodec, VpxDecoder};
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, MediaFormat, TrackInfo, TrackKind, VideoFormat, VideoFrame};
use crate::streams::encoded::Encoded;
use crate::streams::source::FrameSender;
use crate::streams::track::Feed;
use crate::streams::track_frame::TrackFrame;
use crate::webm::{Block, Reader, Track, TrackType};
use copies::Copies;
use demuxer::{Demuxer, TrackBlocks};
use pictures::Pictures;
use sound::Sound;
use std::io::Read;

/// What every EBML file begins with.
pub(super) const EBML: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];

/// One track of a file whose header was read.
pub(super) struct WebmTrack<R> {
    kind: Kind,
    encoded: Encoded,
    copies: Copies,
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
/// can be neither decoded nor copied: a recording that lacks its sound without a word is nothing that anybody wants.
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
            let codec_id = decoder.codec_id();
            let only = decoder.missing();
            let kind = decoder.into_kind(track, &blocks)?;
            let info = kind.info(track, codec_id);
            Ok(WebmTrack {
                kind,
                encoded: Encoded { info, only },
                copies: Copies::new(track),
                blocks,
            })
        })
        .collect()
}

impl<R: Read + Send + 'static> WebmTrack<R> {
    /// Reads it on a thread of its own, beside the others of its file.
    pub(super) fn into_feed(self, name: &str, pacer: &Pacer) -> Result<Feed> {
        let Self {
            kind,
            encoded,
            mut copies,
            blocks,
        } = self;
        match kind {
            Kind::Video(format, mut pictures) => {
                let source = spawn("file-video", name, pacer, format, move |sender, pacer| {
                    let ways = Ways {
                        decode: |block: &Block| pictures.decode(block),
                        copies: &mut copies,
                        due: |frame: &VideoFrame| frame.time,
                    };
                    play(&blocks, ways, sender, pacer)?;
                    copies.finish().and_then(|()| pictures.finish())
                })?;
                Ok(Feed::Video(video_feed(format, source)?.with_encoded(encoded)))
            }
            Kind::Audio(format, mut sound) => {
                let source = spawn("file-audio", name, pacer, format, move |sender, pacer| {
                    let ways = Ways {
                        decode: |block: &Block| sound.decode(block),
                        copies: &mut copies,
                        // Sound can be had when it is over, as from a microphone.
                        due: |block: &AudioBlock| block.time + block.duration(),
                    };
                    play(&blocks, ways, sender, pacer)?;
                    copies.finish().and_then(|()| sound.finish())
                })?;
                Ok(Feed::Audio(audio_feed(format, source)?.with_encoded(encoded)))
            }
        }
    }
}

/// What is made of a track's blocks.
struct Ways<'a, Decode, Due> {
    decode: Decode,
    copies: &'a mut Copies,
    /// When a decoded frame can be had, in media time.
    due: Due,
}

/// Hands blocks on, decoded or as they are, until there is no more, which may be the file's failure, or nobody wants
/// more. Nothing is decoded for those who want it as it is.
fn play<R: Read, T: TrackFrame>(
    blocks: &TrackBlocks<R>,
    mut ways: Ways<impl FnMut(&Block) -> Result<Option<T>>, impl Fn(&T) -> Timestamp>,
    sender: &FrameSender<T>,
    pacer: &Pacer,
) -> Result<()> {
    // Whether the decoder lacks what came before.
    let mut behind = false;
    while sender.wait_for_listener() {
        blocks.begin();
        let Some(block) = blocks.next() else {
            return blocks.failure();
        };
        let wants = sender.wants();
        if wants.encoded
            && let Some(frame) = ways.copies.copy(&block)?
            && !(pacer.wait(sender, frame.time()) && sender.send_encoded(&frame))
        {
            return Ok(());
        }
        behind = (wants.encoded && !wants.frames) || (behind && !block.key);
        if !behind
            && let Some(frame) = (ways.decode)(&block)?
            && !(pacer.wait(sender, (ways.due)(&frame)) && sender.send(&frame))
        {
            return Ok(());
        }
    }
    Ok(())
}

enum Decoder {
    Vpx(VpxCodec, VpxDecoder),
    /// There is none; why.
    Av1(String),
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
            "V_AV1" => Ok(Self::Av1(unknown(track))),
            "A_OPUS" => {
                OpusDecoder::new(&track.codec_private, track.channels, track.codec_delay).map(Self::Opus)
            }
            _ => Err(Error::not_supported(unknown(track))),
        }
    }

    const fn codec_id(&self) -> &'static str {
        match self {
            Self::Vpx(VpxCodec::Vp8, _) => "V_VP8",
            Self::Vpx(VpxCodec::Vp9, _) => "V_VP9",
            Self::Av1(_) => "V_AV1",
            Self::Opus(_) => "A_OPUS",
        }
    }

    /// Why nothing can be decoded.
    fn missing(&self) -> Option<String> {
        match self {
            Self::Av1(why) => Some(why.clone()),
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
                Ok(Kind::Audio(format, Sound::new(decoder, track)))
            }
            Self::Vpx(codec, decoder) => {
                let first = blocks.peek();
                let size = first.map(|data| codec.start(&data)).transpose()?.flatten();
                let format = video_format(track, size)?;
                Ok(Kind::Video(format, Pictures::new(Ok(decoder), track)))
            }
            Self::Av1(why) => {
                let format = video_format(track, None)?;
                Ok(Kind::Video(format, Pictures::new(Err(why), track)))
            }
        }
    }
}

impl Kind {
    /// What a copy of the track says about it.
    fn info(&self, track: &Track, codec_id: &'static str) -> TrackInfo {
        TrackInfo {
            format: match self {
                Self::Video(format, _) => MediaFormat::Video(*format),
                Self::Audio(format, _) => MediaFormat::Audio(*format),
            },
            codec_id,
            codec_private: track.codec_private.clone(),
            codec_delay: track.codec_delay,
            seek_pre_roll: track.seek_pre_roll,
            name: String::new(),
        }
    }
}

/// The pictures' own size counts: what headers say may be another, and that of live streams often is.
fn video_format(track: &Track, size: Option<(u32, u32)>) -> Result<VideoFormat> {
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
        TrackType::Video => Some(TrackKind::Video),
        TrackType::Audio => Some(TrackKind::Audio),
        TrackType::Other => None,
    }
}

/// Why it cannot be decoded.
fn unknown(track: &Track) -> String {
    let codec = track.codec();
    match track.kind {
        TrackType::Video => format!(
            "its pictures are {codec}, which is not decoded here; \
             ffmpeg -i IN -c:v libvpx -b:v 4M -c:a copy OUT.webm makes VP8 of them"
        ),
        _ => format!(
            "its sound is {codec}, which is not decoded here; \
             ffmpeg -i IN -c:v copy -c:a libopus OUT.webm makes Opus of it"
        ),
    }
}

#[cfg(test)]
mod tests;
