//! A media file whose header was read, and how its tracks are read.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::files::file_source::{audio_feed, spawn, video_feed};
use crate::files::input::Input;
use crate::files::pacer::Pacer;
use crate::files::wav::WavReader;
use crate::files::webm::{self, WebmTrack};
use crate::files::y4m::Y4mReader;
use crate::media::{AudioBlock, PicturePool, TrackKind, VideoFrame, frames_to_duration};
use crate::streams::source::FrameSender;
use crate::streams::track::Feed;
use crate::webm::{BEGINNING, EBML, missing_beginning};
use std::io::{self, Cursor, Read};
use std::sync::Arc;

/// Blocks of audio per second that a file is read in.
const BLOCKS_PER_SECOND: u32 = 100;

/// Bytes that identify a format; of WebM they are the most.
const MAGIC_LENGTH: usize = BEGINNING;

type Stream = io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// A file whose header was read.
pub(super) enum MediaFile {
    Y4m(Y4mReader<Stream>),
    Wav(WavReader<Stream>),
    Webm(Vec<WebmTrack<Stream>>),
}

impl MediaFile {
    /// Opens the input and reads its header.
    pub(super) fn open(input: &Input, exclude: Option<TrackKind>) -> Result<Self> {
        let mut reader = input.open()?;
        let mut magic = Vec::new();
        let sniffed = reader.by_ref().take(MAGIC_LENGTH as u64).read_to_end(&mut magic);
        sniffed.map_err(|error| cannot_read(input, error))?;
        let is_y4m = magic.starts_with(b"YUV4MPEG2");
        let is_wav = [b"RIFF", b"RF64", b"BW64"]
            .iter()
            .any(|id| magic.starts_with(*id));
        let is_webm = magic.starts_with(&EBML) || missing_beginning(&magic).is_some();
        let is_empty = magic.is_empty();
        let stream = Cursor::new(magic).chain(reader);
        let media = if is_y4m {
            Y4mReader::open(stream).map(Self::Y4m)
        } else if is_wav {
            WavReader::open(stream).map(Self::Wav)
        } else if is_webm {
            webm::open(stream, exclude).map(Self::Webm)
        } else if is_empty {
            Err(Error::not_readable("the file is empty"))
        } else {
            Err(Error::not_readable(
                "the file is neither WebM, Matroska, Y4M nor WAV; ffmpeg -i IN -c copy OUT.mkv makes Matroska of most others, \
                 without re-encoding",
            ))
        };
        media.map_err(|error| error.of(&input.name()))
    }

    /// Starts a thread for each track, which reads once the track has a consumer.
    pub(super) fn into_feeds(self, name: &str, pacer: &Pacer) -> Result<Vec<Feed>> {
        match self {
            Self::Y4m(mut reader) => {
                let format = reader.format();
                let source = spawn("file-video", name, pacer, format, move |sender, pacer| {
                    read_video(&mut reader, sender, pacer)
                })?;
                Ok(vec![Feed::Video(video_feed(format, source)?)])
            }
            Self::Wav(mut reader) => {
                let format = reader.format();
                let source = spawn("file-audio", name, pacer, format, move |sender, pacer| {
                    read_audio(&mut reader, sender, pacer)
                })?;
                Ok(vec![Feed::Audio(audio_feed(format, source)?)])
            }
            Self::Webm(tracks) => tracks
                .into_iter()
                .map(|track| track.into_feed(name, pacer))
                .collect(),
        }
    }
}

fn read_video<R: Read>(
    reader: &mut Y4mReader<R>,
    sender: &FrameSender<VideoFrame>,
    pacer: &Pacer,
) -> Result<()> {
    let format = reader.format();
    let pool = PicturePool::new(format.width, format.height);
    for number in 0.. {
        let mut picture = pool.take();
        if !reader.read(&mut picture)? {
            break;
        }
        let time = Timestamp::ZERO + reader.frame_time(number);
        let frame = VideoFrame {
            time,
            duration: format.frame_duration,
            picture: Arc::new(picture),
        };
        if !pacer.wait(sender, time) || !sender.send(&frame) {
            break;
        }
    }
    Ok(())
}

fn read_audio<R: Read>(
    reader: &mut WavReader<R>,
    sender: &FrameSender<AudioBlock>,
    pacer: &Pacer,
) -> Result<()> {
    let format = reader.format();
    let max_frames = (format.sample_rate / BLOCKS_PER_SECOND).max(1) as usize;
    let mut samples = Vec::with_capacity(max_frames * usize::from(format.channels));
    let mut frames = 0;
    loop {
        samples.clear();
        let read = reader.read(&mut samples, max_frames)?;
        if read == 0 {
            return Ok(());
        }
        let block = AudioBlock {
            time: Timestamp::ZERO + frames_to_duration(frames, format.sample_rate),
            sample_rate: format.sample_rate,
            channels: format.channels,
            samples: samples.as_slice().into(),
        };
        // A block is due at its end, as from a microphone.
        if !pacer.wait(sender, block.time + block.duration()) || !sender.send(&block) {
            return Ok(());
        }
        frames += read as u64;
    }
}

fn cannot_read(input: &Input, error: io::Error) -> Error {
    Error::NotReadable {
        message: format!("{} cannot be read", input.name()),
        source: Some(error.into()),
    }
}
