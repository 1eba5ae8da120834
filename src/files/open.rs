//! Opens media files as a stream.
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::files::input::Input;
use crate::files::media_file::MediaFile;
use crate::files::pacer::{Pacer, ReadRate};
use crate::media::TrackKind;
use crate::streams::MediaStream;
use crate::streams::track::MediaStreamTrack;
use std::sync::Arc;
use std::thread;

/// How files are opened. A [`ReadRate`] converts to options with all tracks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileOptions {
    /// How fast files are read; unpaced by default.
    pub read_rate: ReadRate,
    /// Tracks of this kind are not opened; their codecs may be unknown. `None` (the default) opens all tracks.
    pub exclude: Option<TrackKind>,
}

impl From<ReadRate> for FileOptions {
    fn from(read_rate: ReadRate) -> Self {
        Self {
            read_rate,
            exclude: None,
        }
    }
}

/// Opens WebM, Matroska, Y4M and WAV files as the tracks of one stream, in order; a WebM file may have several tracks.
///
/// All files are opened and their headers read in parallel, so pipes may be filled in any order. A track ends with its
/// file. If a file is truncated or damaged, the error is the track's [`failure`](MediaStreamTrack::failure), and everything
/// that can be decoded is delivered.
///
/// The tracks of a WebM file are read together. If a track has no consumer while others are read, its data is dropped and
/// the track ends once 32 MiB are waiting. A recorder copies tracks without decoding if its options allow
/// it; a track without a decoder can only be copied.
///
/// # Errors
/// `NotFound` if a file does not exist, `NotAllowed` if access is denied, `NotReadable` if a file is damaged or of an unknown
/// format, `NotSupported` if its codec or pixel format is not supported; `Type` if there is no input.
pub fn open_files(inputs: &[Input], options: impl Into<FileOptions>, clock: &Clock) -> Result<MediaStream> {
    let FileOptions { read_rate, exclude } = options.into();
    if inputs.is_empty() {
        return Err(Error::type_error("no input is given"));
    }
    if inputs.iter().filter(|input| **input == Input::Stdin).count() > 1 {
        return Err(Error::type_error("standard input can be used for one input only"));
    }
    let opened = thread::scope(|scope| {
        let openings: Vec<_> = inputs
            .iter()
            .map(|input| scope.spawn(move || MediaFile::open(input, exclude)))
            .collect();
        openings
            .into_iter()
            .map(|opening| opening.join().unwrap_or_else(|_| Err(panicked())))
            .collect()
    });
    let files: Vec<MediaFile> = std::convert::identity::<Result<_>>(opened)?;
    let pacer = Pacer {
        read_rate,
        clock: clock.clone(),
        epoch: Arc::default(),
        stream: Arc::default(),
    };
    let mut tracks = Vec::new();
    for (file, input) in files.into_iter().zip(inputs) {
        for feed in file.into_feeds(&input.name(), &pacer)? {
            let track = MediaStreamTrack::new(input.label(), clock.clone(), feed);
            if Some(track.kind()) != exclude {
                tracks.push(track);
            }
        }
    }
    let stream = MediaStream::new(tracks);
    // No track has a consumer yet, so none has ended.
    let _ = pacer.stream.set(stream.downgrade());
    Ok(stream)
}

fn panicked() -> Error {
    Error::not_readable("reading its header panicked; please report this")
}
