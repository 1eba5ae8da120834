//! Bytes as a media file, opened as programs open it.
use mediarec::clock::Clock;
use mediarec::error::Result;
use mediarec::files::{Input, ReadRate, open_files};
use mediarec::streams::MediaStreamTrack;
use std::fs;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// A file that is removed when this is dropped.
struct TemporaryFile(PathBuf);

impl TemporaryFile {
    fn new(bytes: &[u8]) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("mediarec-fuzz-{}-{number}", process::id()));
        fs::write(&path, bytes).expect("the folder of temporary files is writable");
        Self(path)
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The only track of a file with these bytes. The file is open from here on, and no longer in its folder.
pub fn only_track(bytes: &[u8]) -> Result<MediaStreamTrack> {
    let file = TemporaryFile::new(bytes);
    let inputs = [Input::Path(file.0.clone())];
    let stream = open_files(&inputs, ReadRate::Unpaced, &Clock::manual())?;
    let mut tracks = stream.tracks();
    assert_eq!(tracks.len(), 1);
    Ok(tracks.remove(0))
}
