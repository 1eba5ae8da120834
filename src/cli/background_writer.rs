//! Writing on a thread of its own, so that a file is read and parsed while what came before is written.
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// Size of a block in bytes: one that was just filled is still in the processor's cache when it is written.
const BLOCK: usize = 256 << 10;
/// Maximum number of blocks that wait to be written.
const QUEUE: usize = 4;

/// Writes a file from front to back in the background, up to the first seek; from there on as the file itself does.
///
/// An error of the file is returned by a later call, and by [`flush`](Write::flush) at the latest.
pub struct BackgroundWriter {
    /// The file, if no thread writes it.
    file: Option<File>,
    writer: Option<Writer>,
    block: Vec<u8>,
    position: u64,
    /// Whether a seek has ended the writing from front to back.
    has_sought: bool,
}

/// The thread that has the file.
struct Writer {
    full: SyncSender<Vec<u8>>,
    empty: Receiver<Vec<u8>>,
    thread: JoinHandle<io::Result<File>>,
}

impl BackgroundWriter {
    /// Writes from the position of `file` on.
    ///
    /// # Errors
    /// Those of the system.
    pub fn new(mut file: File) -> io::Result<Self> {
        Ok(Self {
            position: file.stream_position()?,
            file: Some(file),
            writer: None,
            block: Vec::new(),
            has_sought: false,
        })
    }

    /// Passes the block on. The thread starts with the first one: a file that is shorter needs none.
    fn send(&mut self) -> io::Result<()> {
        if let Some(file) = self.file.take() {
            self.writer = Some(Writer::start(file)?);
        }
        let next = self
            .writer
            .as_ref()
            .and_then(|writer| writer.exchange(&mut self.block));
        if let Some(next) = next {
            self.block = next;
            return Ok(());
        }
        // It has ended, and says why.
        self.settle().map(drop)
    }

    /// Waits until all is written; the file is here again.
    fn settle(&mut self) -> io::Result<&mut File> {
        if let Some(writer) = self.writer.take() {
            self.file = Some(writer.finish()?);
        }
        let lost = || io::Error::other("an earlier part could not be written");
        let file = self.file.as_mut().ok_or_else(lost)?;
        file.write_all(&self.block)?;
        self.block.clear();
        Ok(file)
    }
}

impl Writer {
    fn start(mut file: File) -> io::Result<Self> {
        let (full, blocks) = sync_channel::<Vec<u8>>(QUEUE);
        let (written, empty) = sync_channel(QUEUE);
        for _ in 1..QUEUE {
            let _ = written.try_send(Vec::with_capacity(BLOCK));
        }
        let run = move || {
            for mut block in blocks {
                file.write_all(&block)?;
                block.clear();
                // Nobody waits for it at the end.
                let _ = written.try_send(block);
            }
            Ok(file)
        };
        let thread = thread::Builder::new().name("writer".into()).spawn(run)?;
        Ok(Self { full, empty, thread })
    }

    /// Gives a full block for an empty one, or takes nothing if the thread has ended.
    fn exchange(&self, block: &mut Vec<u8>) -> Option<Vec<u8>> {
        let next = self.empty.recv().ok()?;
        self.full.send(std::mem::take(block)).ok()?;
        Some(next)
    }

    fn finish(self) -> io::Result<File> {
        drop(self.full);
        let panicked = |_| io::Error::other("the thread that writes has panicked");
        self.thread.join().map_err(panicked)?
    }
}

impl Write for BackgroundWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = if self.has_sought {
            self.settle()?.write(bytes)?
        } else {
            self.block.reserve_exact(BLOCK.saturating_sub(self.block.len()));
            let length = bytes.len().min(BLOCK - self.block.len());
            self.block.extend_from_slice(&bytes[..length]);
            if self.block.len() == BLOCK {
                self.send()?;
            }
            length
        };
        self.position += length as u64;
        Ok(length)
    }

    /// Waits until all is written.
    fn flush(&mut self) -> io::Result<()> {
        self.settle()?.flush()
    }
}

impl Seek for BackgroundWriter {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.settle()?.seek(to)?;
        self.has_sought = true;
        Ok(self.position)
    }

    /// Waits for nothing.
    fn stream_position(&mut self) -> io::Result<u64> {
        Ok(self.position)
    }
}

impl Drop for BackgroundWriter {
    /// Once it is dropped nothing is written any more.
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            let _ = writer.finish();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn file() -> File {
        tempfile::tempfile().unwrap()
    }

    fn content(mut file: &File) -> Vec<u8> {
        let mut content = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut content).unwrap();
        content
    }

    #[test]
    fn what_is_written_before_and_after_a_seek_is_in_the_file() {
        for size in [0, 1, BLOCK - 1, BLOCK, 9 * BLOCK + 7] {
            let file = file();
            let mut writer = BackgroundWriter::new(file.try_clone().unwrap()).unwrap();
            let mut expected: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            for part in expected.chunks(10_007) {
                writer.write_all(part).unwrap();
            }
            assert_eq!(writer.stream_position().unwrap(), size as u64);
            writer.seek(SeekFrom::Start(0)).unwrap();
            writer.write_all(b"begin").unwrap();
            writer.seek(SeekFrom::End(0)).unwrap();
            writer.write_all(b"end").unwrap();
            writer.flush().unwrap();
            expected.resize(size.max(5), 0);
            expected[..5].copy_from_slice(b"begin");
            expected.extend(b"end");
            assert!(content(&file) == expected, "{size} bytes");
        }
    }

    #[test]
    fn it_goes_on_where_the_file_is_and_flushes_what_waits() {
        let mut file = file();
        file.write_all(b"before").unwrap();
        let mut writer = BackgroundWriter::new(file.try_clone().unwrap()).unwrap();
        assert_eq!(writer.stream_position().unwrap(), 6);
        writer.write_all(b" and").unwrap();
        writer.flush().unwrap();
        writer.write_all(b" behind").unwrap();
        writer.flush().unwrap();
        assert_eq!(content(&file), b"before and behind");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_an_error_and_nothing_waits_for_ever() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut writer = BackgroundWriter::new(full).unwrap();
        let block = vec![1; BLOCK];
        let error = (0..100).find_map(|_| writer.write_all(&block).err());
        assert_eq!(error.unwrap().kind(), io::ErrorKind::StorageFull);
        assert!(writer.flush().is_err());
    }
}
