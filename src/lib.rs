//! The W3C *Media Capture and Streams* and *MediaStream Recording* APIs, native.
//!
//! [`devices`] finds cameras and microphones and opens them as a stream of tracks; [`recorder`] records a stream
//! into WebM. Time is [`clock`]'s, errors are [`error`]'s and carry the specifications' names, and [`media`] holds
//! the values that pass between them. [`webm`] finishes and inspects recorded files.
//!
//! Record two seconds of the fake devices into a file that players can seek in:
//!
//! ```
//! use mediarec::devices::MediaDevices;
//! use mediarec::constraints::MediaStreamConstraints;
//! use mediarec::devices::synthetic::FakeDevices;
//! use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent};
//! use std::{fs::File, io::Write, time::Duration};
//!
//! # let folder = std::env::temp_dir().join(format!("mediarec-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("recording.webm");
//! let devices = MediaDevices::new(FakeDevices::from_spec("unpaced")?);
//! let stream = devices.get_user_media(&MediaStreamConstraints::audio_video())?;
//! let recorder = MediaRecorder::new(&stream, MediaRecorderOptions {
//!     mime_type: "video/webm;codecs=vp8,opus".into(),
//!     max_duration: Some(Duration::from_secs(2)),
//!     ..Default::default()
//! })?;
//!
//! let mut file = File::create(&path)?;
//! let mut recording = recorder.start(Some(Duration::from_millis(100)))?;
//! while let Some(event) = recording.next() {
//!     match event {
//!         RecorderEvent::DataAvailable(blob) => file.write_all(&blob.data.bytes)?,
//!         RecorderEvent::Error(error) => return Err(error.into()),
//!         _ => {}
//!     }
//! }
//! let index = recording.seek_index().expect("a stopped recording has one");
//! index.finalize(&mut file, 0, |_| Ok(()))?;
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The [`guide`] goes the whole way, from a list of devices to a file.
pub mod clock;
pub mod constraints;
pub mod devices;
pub mod error;
pub mod files;
#[doc = include_str!("../docs/guide.md")]
pub mod guide {}
pub mod media;
pub mod picture;
pub mod recorder;
pub mod streams;
pub mod webm;

mod decode;
mod encode;
mod sound;
mod sync;
