//! The driver's buffers: filled by the camera, seen in place. Works round what `v4l`'s stream does after a failure.
use crate::devices::camera::v4l2::errors::is_gone;
use nix::libc::POLLIN;
use std::io;
use std::time::Duration;
use v4l::buffer::{Metadata, Type};
use v4l::io::mmap::Stream;
use v4l::io::traits::{CaptureStream, Stream as _};

/// One is looked at while the driver fills the others: three frames of slack for a busy machine.
const COUNT: u32 = 4;

/// No driver makes more.
const MOST: usize = 64;

/// A running stream of one device; dropping it stops the camera.
pub(super) struct Buffers {
    /// Is only taken out to be dropped.
    stream: Option<Stream<'static>>,
}

impl Buffers {
    /// Has buffers made and the camera started. The format is set before.
    pub(super) fn start(device: &v4l::Device) -> io::Result<Self> {
        let mut stream = Stream::with_buffers(device, Type::VideoCapture, COUNT)?;
        // `next` is only called when there is something to take.
        stream.set_timeout(Duration::ZERO);
        let mut buffers = Self { stream: Some(stream) };
        let stream = buffers.stream();
        // `next` hands back the buffer that was looked at last, first of all number 0: the others are queued here.
        // How many the driver made of them shows when one is refused.
        let queued = (1..MOST)
            .take_while(|&index| CaptureStream::queue(stream, index).is_ok())
            .count();
        if queued == 0 {
            return Err(io::Error::other("the driver has too few buffers"));
        }
        stream.start()?;
        Ok(buffers)
    }

    /// Waits at most so long for a frame, or for the news that there will be none; false when nothing came.
    ///
    /// # Errors
    /// `Interrupted` by a signal.
    pub(super) fn wait(&mut self, at_most: Duration) -> io::Result<bool> {
        let millis = at_most.as_nanos().div_ceil(1_000_000);
        let millis = i32::try_from(millis).unwrap_or(i32::MAX);
        Ok(self.stream().handle().poll(POLLIN, millis)? != 0)
    }

    /// The frame that [`wait`](Self::wait) has announced. After an error nothing more can be had from here.
    pub(super) fn next(&mut self) -> io::Result<(&[u8], Metadata)> {
        let (bytes, metadata) = CaptureStream::next(self.stream())?;
        let used = bytes.len().min(metadata.bytesused as usize);
        Ok((&bytes[..used], *metadata))
    }

    fn stream(&mut self) -> &mut Stream<'static> {
        self.stream.as_mut().expect("it is only taken out to be dropped")
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        let Some(mut stream) = self.stream.take() else {
            return;
        };
        // A stream that the driver does not stop panics when it is dropped, and its buffers once more, which ends
        // the program. It is rather left as it is; so the camera stays in use until the program ends.
        if stream.stop().is_err_and(|error| !is_gone(&error)) {
            std::mem::forget(stream);
        }
    }
}
