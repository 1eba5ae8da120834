//! A media file, or a pipe that carries one, as a source: Y4M and WAV, streamed.
mod wav;
mod y4m;
mod y4m_header;

use crate::clock::{Clock, Timestamp};
use crate::devices::MediaStream;
use crate::devices::constraints::MediaTrackSettings;
use crate::devices::medium::Medium;
use crate::devices::source::{FrameSender, Pace, Source};
use crate::devices::track::{Feed, MediaStreamTrack, TrackFeed};
use crate::error::{Error, Result};
use crate::media::{AudioBlock, VideoFrame, frames_to_duration};
use crate::picture::PicturePool;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread;
use wav::WavReader;
use y4m::Y4mReader;

/// Blocks a second that a file's sound is read in.
const BLOCKS_PER_SECOND: u32 = 100;

/// What both formats begin with fits into this.
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
                Err(error) => Err(cannot_open(path, error)),
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

/// Opens media files as the tracks of one stream, in their order.
///
/// The files are opened and their headers read side by side, so that pipes may be filled in any order. A track
/// ends with its file; where a file breaks off or turns out to be damaged, that is the track's
/// [`failure`](MediaStreamTrack::failure), and what came before is good.
///
/// # Errors
/// `NotFound` for a file that does not exist, `NotAllowed` for one that may not be read, `NotReadable` for one that
/// is not what it claims to be, `NotSupported` for a format that is not read; `Type` when there is no input.
pub fn open_files(inputs: &[Input], reading: Reading, clock: &Clock) -> Result<MediaStream> {
    if inputs.is_empty() {
        return Err(Error::type_error("no input is named"));
    }
    if inputs.iter().filter(|input| **input == Input::Stdin).count() > 1 {
        return Err(Error::type_error("standard input can be read as one input only"));
    }
    let epoch = Arc::<OnceLock<Timestamp>>::default();
    let opened = thread::scope(|scope| {
        let openings: Vec<_> = inputs
            .iter()
            .map(|input| scope.spawn(|| Media::open(input)))
            .collect();
        openings
            .into_iter()
            .map(|opening| opening.join().unwrap_or_else(|_| Err(panicked())))
            .collect()
    });
    let media: Vec<Media> = std::convert::identity::<Result<_>>(opened)?;
    let tracks: Result<Vec<_>> = media
        .into_iter()
        .zip(inputs)
        .map(|(media, input)| {
            let pacer = Pacer {
                reading,
                clock: clock.clone(),
                epoch: epoch.clone(),
            };
            media.into_track(input, pacer)
        })
        .collect();
    Ok(MediaStream::new(tracks?))
}

type Stream = io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// A file whose header was read.
enum Media {
    Y4m(Y4mReader<Stream>),
    Wav(WavReader<Stream>),
}

impl Media {
    fn open(input: &Input) -> Result<Self> {
        let mut reader = input.open()?;
        let mut magic = Vec::new();
        let sniffed = reader.by_ref().take(MAGIC_LENGTH as u64).read_to_end(&mut magic);
        sniffed.map_err(|error| cannot_read(input, error))?;
        let is_y4m = magic.starts_with(b"YUV4MPEG2");
        let is_wav = [b"RIFF", b"RF64", b"BW64"]
            .iter()
            .any(|id| magic.starts_with(*id));
        let is_empty = magic.is_empty();
        let stream = Cursor::new(magic).chain(reader);
        let media = if is_y4m {
            Y4mReader::open(stream).map(Self::Y4m)
        } else if is_wav {
            WavReader::open(stream).map(Self::Wav)
        } else if is_empty {
            Err(Error::not_readable("it is empty"))
        } else {
            Err(Error::not_readable(
                "it is neither Y4M nor WAV; ffmpeg turns other video into Y4M (-pix_fmt yuv420p x.y4m) \
                 and other sound into WAV (x.wav)",
            ))
        };
        media.map_err(|error| error.of(&input.name()))
    }

    fn into_track(self, input: &Input, pacer: Pacer) -> Result<MediaStreamTrack> {
        let (name, clock) = (input.name(), pacer.clock.clone());
        let label = input.label();
        let feed = match self {
            Self::Y4m(mut reader) => {
                let format = reader.format();
                let source = Source::spawn("file-video", Pace::Patient, format, move |sender| {
                    read_pictures(&mut reader, sender, &pacer).map_err(|error| error.of(&name))
                })?;
                let rate = format.frame_duration.map(|length| 1.0 / length.as_secs_f64());
                let settings = MediaTrackSettings::video(format.width, format.height, rate);
                Feed::Video(TrackFeed::of_source(source, &settings)?)
            }
            Self::Wav(mut reader) => {
                let format = reader.format();
                let source = Source::spawn("file-audio", Pace::Patient, format, move |sender| {
                    read_sound(&mut reader, sender, &pacer).map_err(|error| error.of(&name))
                })?;
                let settings = MediaTrackSettings {
                    sample_rate: Some(format.sample_rate),
                    channel_count: Some(format.channels.into()),
                    ..MediaTrackSettings::default()
                };
                Feed::Audio(TrackFeed::of_source(source, &settings)?)
            }
        };
        Ok(MediaStreamTrack::new(label, clock, feed))
    }
}

/// Lets media pass when it is due; all files of a stream count from the same moment.
struct Pacer {
    reading: Reading,
    clock: Clock,
    epoch: Arc<OnceLock<Timestamp>>,
}

impl Pacer {
    /// False when the source is to end.
    fn wait<T: Medium>(&self, sender: &FrameSender<T>, media_time: Timestamp) -> bool {
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

fn cannot_open(path: &Path, error: io::Error) -> Error {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => Error::NotFound {
            message: format!("{path} does not exist"),
        },
        io::ErrorKind::PermissionDenied => Error::NotAllowed {
            message: format!("{path} may not be read; look at its permissions"),
            source: Some(error.into()),
        },
        _ => Error::NotReadable {
            message: format!("{path} cannot be opened"),
            source: Some(error.into()),
        },
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
