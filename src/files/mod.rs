//! A media file, or a pipe that carries one, as a source: WebM, Y4M and WAV, streamed.
mod raw_video;
mod wav;
mod webm;
mod y4m;
mod y4m_header;

use crate::clock::{Clock, Timestamp};
use crate::constraints::MediaTrackSettings;
use crate::error::{Error, Result};
use crate::media::{
    AudioBlock, AudioFormat, PicturePool, TrackKind, VideoFormat, VideoFrame, frames_to_duration,
};
use crate::streams::MediaStream;
use crate::streams::WeakStream;
use crate::streams::source::{Backpressure, FrameSender, Source};
use crate::streams::track::{Feed, MediaStreamTrack, TrackFeed};
use crate::streams::track_frame::TrackFrame;
pub use raw_video::RawVideo;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread;
use wav::WavReader;
use webm::WebmTrack;
use y4m::Y4mReader;

/// Blocks a second that a file's sound is read in.
const BLOCKS_PER_SECOND: u32 = 100;

/// What every format begins with fits into this.
const MAGIC_LENGTH: usize = 9;

/// Where a media file comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, or anything else with a path that can be read from front to end.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

impl Input {
    fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Stdin => "standard input".into(),
        }
    }

    /// What a track of it is called: the file's name without its folder.
    fn label(&self) -> String {
        match self {
            Self::Path(path) => path
                .file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy()
                .into_owned(),
            Self::Stdin => "stdin".into(),
        }
    }

    fn open(&self) -> Result<Box<dyn Read + Send>> {
        match self {
            Self::Stdin => Ok(Box::new(io::stdin())),
            Self::Path(path) => match File::open(path) {
                Ok(file) if file.metadata().is_ok_and(|m| m.is_dir()) => Err(Error::not_readable(format!(
                    "{} is a directory; name a file",
                    self.name()
                ))),
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(Error::cannot_open(path, error)),
            },
        }
    }
}

/// How fast files are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// As fast as they are encoded.
    #[default]
    Unpaced,
    /// As fast as they are meant to be played.
    Realtime,
}

/// What is taken of files, and how fast; a [`Reading`] is one that takes everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileOptions {
    /// How fast.
    pub reading: Reading,
    /// Tracks of this kind are not opened, and their codecs need not be known.
    pub leave_out: Option<TrackKind>,
}

impl From<Reading> for FileOptions {
    fn from(reading: Reading) -> Self {
        Self {
            reading,
            leave_out: None,
        }
    }
}

/// Opens media files as the tracks of one stream, in their order; a WebM file may give several.
///
/// The files are opened and their headers read side by side, so that pipes may be filled in any order; there are
/// no tracks before all is known of them. A track ends with its file; where a file breaks off or turns out to be
/// damaged, that is the track's [`failure`](MediaStreamTrack::failure), and what can be decoded is good.
///
/// The tracks of a WebM file are read together: one that nobody listens to while others are read has passed by, and
/// ended, once 32 MiB of the file wait for it. A recorder takes VP8, VP9, AV1 and Opus out of it as they are where its
/// options allow that: nothing is decoded then. AV1 can be had in no other way.
///
/// # Errors
/// `NotFound` for a file that does not exist, `NotAllowed` for one that may not be read, `NotReadable` for one that
/// is not what it claims to be, `NotSupported` for a format that is not read; `Type` when there is no input.
pub fn open_files(inputs: &[Input], options: impl Into<FileOptions>, clock: &Clock) -> Result<MediaStream> {
    let FileOptions { reading, leave_out } = options.into();
    if inputs.is_empty() {
        return Err(Error::type_error("no input is named"));
    }
    if inputs.iter().filter(|input| **input == Input::Stdin).count() > 1 {
        return Err(Error::type_error("standard input can be read as one input only"));
    }
    let opened = thread::scope(|scope| {
        let openings: Vec<_> = inputs
            .iter()
            .map(|input| scope.spawn(move || Media::open(input, leave_out)))
            .collect();
        openings
            .into_iter()
            .map(|opening| opening.join().unwrap_or_else(|_| Err(panicked())))
            .collect()
    });
    let media: Vec<Media> = std::convert::identity::<Result<_>>(opened)?;
    let pacer = Pacer {
        reading,
        clock: clock.clone(),
        epoch: Arc::default(),
        stream: Arc::default(),
    };
    let mut tracks = Vec::new();
    for (media, input) in media.into_iter().zip(inputs) {
        for feed in media.into_feeds(&input.name(), &pacer)? {
            let track = MediaStreamTrack::new(input.label(), clock.clone(), feed);
            if Some(track.kind()) != leave_out {
                tracks.push(track);
            }
        }
    }
    let stream = MediaStream::new(tracks);
    // Before anybody can listen, so before any of them ends.
    let _ = pacer.stream.set(stream.downgrade());
    Ok(stream)
}

type Stream = io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// A file whose header was read.
enum Media {
    Y4m(Y4mReader<Stream>),
    Wav(WavReader<Stream>),
    Webm(Vec<WebmTrack<Stream>>),
}

impl Media {
    fn open(input: &Input, leave_out: Option<TrackKind>) -> Result<Self> {
        let mut reader = input.open()?;
        let mut magic = Vec::new();
        let sniffed = reader.by_ref().take(MAGIC_LENGTH as u64).read_to_end(&mut magic);
        sniffed.map_err(|error| cannot_read(input, error))?;
        let is_y4m = magic.starts_with(b"YUV4MPEG2");
        let is_wav = [b"RIFF", b"RF64", b"BW64"]
            .iter()
            .any(|id| magic.starts_with(*id));
        let is_webm = magic.starts_with(&webm::EBML);
        let is_empty = magic.is_empty();
        let stream = Cursor::new(magic).chain(reader);
        let media = if is_y4m {
            Y4mReader::open(stream).map(Self::Y4m)
        } else if is_wav {
            WavReader::open(stream).map(Self::Wav)
        } else if is_webm {
            webm::open(stream, leave_out).map(Self::Webm)
        } else if is_empty {
            Err(Error::not_readable("it is empty"))
        } else {
            Err(Error::not_readable(
                "it is neither WebM, Y4M nor WAV; ffmpeg turns other video into Y4M (-pix_fmt yuv420p x.y4m) \
                 and other sound into WAV (x.wav)",
            ))
        };
        media.map_err(|error| error.of(&input.name()))
    }

    fn into_feeds(self, name: &str, pacer: &Pacer) -> Result<Vec<Feed>> {
        match self {
            Self::Y4m(mut reader) => {
                let format = reader.format();
                let source = spawn("file-video", name, pacer, format, move |sender, pacer| {
                    read_pictures(&mut reader, sender, pacer)
                })?;
                Ok(vec![Feed::Video(video_feed(format, source)?)])
            }
            Self::Wav(mut reader) => {
                let format = reader.format();
                let source = spawn("file-audio", name, pacer, format, move |sender, pacer| {
                    read_sound(&mut reader, sender, pacer)
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

/// Reads on a thread of its own; errors say which file they are about.
fn spawn<T: TrackFrame>(
    thread: &str,
    name: &str,
    pacer: &Pacer,
    format: T::Format,
    read: impl FnOnce(&FrameSender<T>, &Pacer) -> Result<()> + Send + 'static,
) -> Result<Source<T>> {
    let (name, pacer) = (name.to_owned(), pacer.clone());
    Source::spawn(thread, Backpressure::Block, format, move |sender| {
        // Nothing is read before somebody wants it: a file that is broken fails those who record it.
        if !sender.wait_for_listener() {
            return Ok(());
        }
        let result = read(sender, &pacer).map_err(|error| error.of(&name));
        // A track ends, and then it leaves the stream (Media Capture from DOM Elements, 3).
        sender.end(result.err().map(Arc::new).as_ref());
        if let Some(stream) = pacer.stream.get().and_then(WeakStream::upgrade) {
            stream.remove_ended_by_source();
        }
        Ok(())
    })
}

/// Pictures of a file: it is in the one mode that it has.
fn video_feed(format: VideoFormat, source: Source<VideoFrame>) -> Result<TrackFeed<VideoFrame>> {
    let rate = format.frame_duration.map(|length| 1.0 / length.as_secs_f64());
    let settings = MediaTrackSettings::video(format.width, format.height, rate);
    TrackFeed::of_source(source, &settings)
}

/// Sound of a file.
fn audio_feed(format: AudioFormat, source: Source<AudioBlock>) -> Result<TrackFeed<AudioBlock>> {
    let settings = MediaTrackSettings {
        sample_rate: Some(format.sample_rate),
        channel_count: Some(format.channels.into()),
        ..MediaTrackSettings::default()
    };
    TrackFeed::of_source(source, &settings)
}

/// Lets media pass when it is due; all files of a stream count from the same moment.
#[derive(Clone)]
struct Pacer {
    reading: Reading,
    clock: Clock,
    epoch: Arc<OnceLock<Timestamp>>,
    /// What the tracks belong to, once it is there.
    stream: Arc<OnceLock<WeakStream>>,
}

impl Pacer {
    /// False when the source is to end.
    fn wait<T: TrackFrame>(&self, sender: &FrameSender<T>, media_time: Timestamp) -> bool {
        if self.reading == Reading::Unpaced {
            return true;
        }
        if !sender.wait_for_listener() {
            return false;
        }
        let epoch = *self.epoch.get_or_init(|| self.clock.now());
        sender.wait_until(&self.clock, epoch + (media_time - Timestamp::ZERO))
    }
}

fn read_pictures<R: Read>(
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

fn read_sound<R: Read>(
    reader: &mut WavReader<R>,
    sender: &FrameSender<AudioBlock>,
    pacer: &Pacer,
) -> Result<()> {
    let format = reader.format();
    let most_frames = (format.sample_rate / BLOCKS_PER_SECOND).max(1) as usize;
    let mut frames = 0;
    loop {
        let mut samples = Vec::with_capacity(most_frames * usize::from(format.channels));
        let read = reader.read(&mut samples, most_frames)?;
        if read == 0 {
            return Ok(());
        }
        let block = AudioBlock {
            time: Timestamp::ZERO + frames_to_duration(frames, format.sample_rate),
            sample_rate: format.sample_rate,
            channels: format.channels,
            samples,
        };
        // Sound can be had when it is over, as from a microphone.
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

fn panicked() -> Error {
    Error::not_readable("reading its header panicked; please report this")
}
