//! The driver's memory-mapped buffers. Works around the panics of `v4l`'s stream after a failure.
use crate::devices::camera::v4l2::errors::is_disconnected;
use nix::libc::POLLIN;
use std::io;
use std::time::Duration;
use v4l::buffer::{Metadata, Type};
use v4l::io::mmap::Stream;
use v4l::io::traits::{CaptureStream, Stream as _};

/// Number of buffers requested: one is read while the driver fills the others.
const BUFFER_COUNT: u32 = 4;

/// The most buffers that a driver allocates.
const MAX_BUFFERS: usize = 64;

/// A running stream of one device; dropping it stops the camera.
pub(super) struct Buffers {
    /// `None` only while it is being dropped.
    stream: Option<Stream<'static>>,
}

impl Buffers {
    /// Allocates the buffers and starts the camera. The format must be set before.
    pub(super) fn start(device: &v4l::Device) -> io::Result<Self> {
        let mut stream = Stream::with_buffers(device, Type::VideoCapture, BUFFER_COUNT)?;
        // `next` is called only when a buffer is ready.
        stream.set_timeout(Duration::ZERO);
        let mut buffers = Self { stream: Some(stream) };
        let stream = buffers.stream();
        // `next` queues the buffer that was dequeued last, at first number 0, so the others are queued here. The driver
        // refuses the first index that it did not allocate.
        let queued = (1..MAX_BUFFERS)
            .take_while(|&index| CaptureStream::queue(stream, index).is_ok())
            .count();
        if queued == 0 {
            return Err(io::Error::other("the driver allocated too few buffers"));
        }
        stream.start()?;
        Ok(buffers)
    }

    /// Waits for a frame or an error to dequeue. Returns `false` on timeout.
    ///
    /// # Errors
    /// `Interrupted` by a signal.
    pub(super) fn wait(&mut self, timeout: Duration) -> io::Result<bool> {
        let millis = timeout.as_nanos().div_ceil(1_000_000);
        let millis = i32::try_from(millis).unwrap_or(i32::MAX);
        Ok(self.stream().handle().poll(POLLIN, millis)? != 0)
    }

    /// Dequeues the frame that [`wait`](Self::wait) announced. After an error, the buffers cannot be used any more.
    pub(super) fn dequeue(&mut self) -> io::Result<(&[u8], Metadata)> {
        let (bytes, metadata) = CaptureStream::next(self.stream())?;
        let used = bytes.len().min(metadata.bytesused as usize);
        Ok((&bytes[..used], *metadata))
    }

    fn stream(&mut self) -> &mut Stream<'static> {
        self.stream
            .as_mut()
            .expect("it is `None` only while it is being dropped")
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        let Some(mut stream) = self.stream.take() else {
            return;
        };
        // If the driver cannot stop the stream, dropping it panics, and dropping its buffers panics again, which aborts the
        // program. So it is leaked; the camera stays in use until the program ends.
        if stream.stop().is_err_and(|error| !is_disconnected(&error)) {
            std::mem::forget(stream);
        }
    }
}
