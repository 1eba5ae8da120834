//! The W3C *Media Capture and Streams* and *MediaStream Recording* APIs, native: cameras, microphones, media files and
//! canvases recorded to WebM, without a browser.
//!
//! Record the default camera and microphone for ten seconds, to a file that players can seek in:
//!
//! ```no_run
//! use mediarec::{MediaDevices, MediaRecorder, MediaRecorderOptions, MediaStreamConstraints};
//! use std::{fs::File, time::Duration};
//!
//! let stream = MediaDevices::native().get_user_media(&MediaStreamConstraints::audio_video())?;
//! let options = MediaRecorderOptions {
//!     max_duration: Some(Duration::from_secs(10)),
//!     ..Default::default()
//! };
//! let mut recording = MediaRecorder::new(&stream, options)?.start(Some(Duration::ZERO))?;
//! recording.write_to(&mut File::create("talk.webm")?, |event| println!("{event:?}"))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Without hardware, for example in tests, the fake devices do the same; `unpaced` makes them as fast as the encoder:
//!
//! ```
//! use mediarec::{MediaDevices, MediaRecorder, MediaRecorderOptions, MediaStreamConstraints};
//! use mediarec::devices::synthetic::FakeDevices;
//! use std::{io::Cursor, time::Duration};
//!
//! let devices = MediaDevices::new("unpaced".parse::<FakeDevices>()?);
//! let stream = devices.get_user_media(&MediaStreamConstraints::audio_video())?;
//! let options = MediaRecorderOptions {
//!     mime_type: "video/webm;codecs=vp8,opus".into(),
//!     max_duration: Some(Duration::from_secs(2)),
//!     ..Default::default()
//! };
//! let mut recording = MediaRecorder::new(&stream, options)?.start(Some(Duration::ZERO))?;
//! let mut file = Cursor::new(Vec::new());
//! recording.write_to(&mut file, |_| {})?;
//! assert_eq!(recording.stats().duration, Duration::from_secs(2));
//! # Ok::<(), mediarec::Error>(())
//! ```
//!
//! The [`guide`] leads from the list of devices to a seekable file, step by step.
//!
//! # Modules
//!
//! The types that almost every program needs are at the root; the others are in the module of their subject.
//!
//! | module | has |
//! |---|---|
//! | [`devices`] | `MediaDevices`: lists, selects and opens devices; [`CaptureBackend`](devices::CaptureBackend) for devices of your own |
//! | [`constraints`] | what is requested of a device, what it offers, and how a choice is made |
//! | [`streams`] | `MediaStream`, `MediaStreamTrack`, their events; canvases and generators that a program feeds; `ImageCapture` |
//! | [`files`] | WebM, Matroska, Y4M and WAV files, and raw frames on a pipe, as streams |
//! | [`recorder`] | `MediaRecorder`, its options, events and counts |
//! | [`webm`] | a WebM writer, finalising in place, a reader and an inspector, repairing and joining files |
//! | [`media`] | frames, blocks of audio, packets and their formats |
//! | [`picture`] | pixel formats, still images |
//! | `network` (feature) | peer connections (WebRTC): a recording to a media server |
//! | [`clock`], [`error`] | time stamps; the error type, with the names of the specifications |
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `cli` | yes | the program `mediarec`; libraries should leave it out |
//! | `camera` | yes | cameras: V4L2 on Linux, AVFoundation and Media Foundation elsewhere |
//! | `microphone` | yes | microphones and speakers: PulseAudio (PipeWire), ALSA, Core Audio, WASAPI |
//! | `av1` | yes | AV1, by the system's libaom |
//! | `audio-decoders` | no | AAC-LC, FLAC, MP3 and Vorbis of files that are re-encoded |
//! | `h264` | no | H.264 of files that are re-encoded |
//! | `network` | no | WebRTC: recordings to a media server (WHIP) |
//! | `png-plots` | no | PNG files from `mediarec inspect --plot` |
//! | `upload` | no | `mediarec record --upload`: object stores |
//!
//! Without any of them there are canvases, generators, media files, fake devices and devices of your own, recorded as VP8,
//! VP9, Opus and PCM. For WebAssembly there are [`webm`] and [`media`] alone: `examples/repair-page` repairs files in a web page.
#![cfg_attr(docsrs, feature(doc_cfg))]
// Some of what `webm` and `media` have is for the modules that are not there.
#![cfg_attr(target_family = "wasm", allow(dead_code, unused_imports))]

pub mod clock;
#[cfg(not(target_family = "wasm"))]
pub mod constraints;
#[cfg(not(target_family = "wasm"))]
pub mod devices;
pub mod error;
#[cfg(not(target_family = "wasm"))]
pub mod files;
#[doc = include_str!("../docs/guide.md")]
pub mod guide {}
pub mod media;
#[cfg(feature = "network")]
pub mod network;
#[cfg(not(target_family = "wasm"))]
pub mod picture;
#[cfg(not(target_family = "wasm"))]
pub mod recorder;
#[cfg(not(target_family = "wasm"))]
pub mod streams;
pub mod webm;

#[cfg(not(target_family = "wasm"))]
mod decode;
#[cfg(not(target_family = "wasm"))]
mod encode;
#[cfg(not(target_family = "wasm"))]
mod priority;
#[cfg(not(target_family = "wasm"))]
mod sound;
mod sync;

#[cfg(not(target_family = "wasm"))]
pub use constraints::{MediaStreamConstraints, MediaTrackConstraints};
#[cfg(not(target_family = "wasm"))]
pub use devices::MediaDevices;
pub use error::{Error, Result};
#[cfg(not(target_family = "wasm"))]
pub use recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent, Recording};
#[cfg(not(target_family = "wasm"))]
pub use streams::{Canvas, MediaStream, MediaStreamTrack};

// The page for library users is not part of the documentation, but its example must compile.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
mod library_page {}
