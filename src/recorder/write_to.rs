//! A recording written into an output until it ends: the loop over its events that most programs need.
use crate::error::{Error, Result};
use crate::recorder::recorder_event::RecorderEvent;
use crate::recorder::recording::Recording;
use std::io::{self, Seek, Write};

impl Recording {
    /// Writes the recording into a file until it ends, and makes the file seekable.
    ///
    /// Returns when the recording has ended: by [`MediaRecorder::stop`](crate::recorder::MediaRecorder::stop) from
    /// another thread or from `on_event`, by a limit of its options, or with its tracks. Each blob is written as soon as
    /// it comes; with a timeslice of 0 that is packet by packet, and the file can be played at every moment. The
    /// recording begins at the current position of `output`. Bytes behind that are overwritten, not removed.
    ///
    /// `on_event` gets every event before its data is written.
    ///
    /// # Errors
    /// The first of these:
    /// - `InvalidState` at the second segment of a recording that is divided into several files.
    /// - the error of [`RecorderEvent::Error`]. What was recorded until then is written, and the file made seekable.
    /// - `Unknown`, with the [`io::Error`] as its source, if `output` fails. The recording is stopped. What was written
    ///   can be played, but not be seeked in.
    ///
    /// # Examples
    /// ```
    /// use mediarec::constraints::MediaStreamConstraints;
    /// use mediarec::devices::synthetic::FakeDevices;
    /// use mediarec::devices::MediaDevices;
    /// use mediarec::recorder::{MediaRecorder, MediaRecorderOptions};
    /// use std::time::Duration;
    ///
    /// let devices = MediaDevices::new(FakeDevices::from_spec("unpaced")?);
    /// let stream = devices.get_user_media(&MediaStreamConstraints::audio_video())?;
    /// let options = MediaRecorderOptions {
    ///     max_duration: Some(Duration::from_millis(500)),
    ///     ..Default::default()
    /// };
    /// let mut recording = MediaRecorder::new(&stream, options)?.start(Some(Duration::ZERO))?;
    /// let mut file = std::io::Cursor::new(Vec::new());
    /// recording.write_to(&mut file, |_| {})?;
    /// assert_eq!(recording.stats().duration, Duration::from_millis(500));
    /// # Ok::<(), mediarec::error::Error>(())
    /// ```
    pub fn write_to<W: Write + Seek>(
        &mut self,
        output: &mut W,
        on_event: impl FnMut(&RecorderEvent),
    ) -> Result<()> {
        let base = output.stream_position().map_err(unwritable)?;
        let failure = self.write_events(output, on_event)?;
        let finalized = self.seek_index().map_or(Ok(()), |index| {
            let finalized = index.finalize(output, base, W::flush);
            finalized.map_err(unwritable)
        });
        failure.map_or(finalized, Err)
    }

    /// Writes the recording into an output that cannot seek, such as a pipe or a socket, until it ends.
    ///
    /// The same as [`write_to`](Self::write_to), but the output stays a live file, without Duration and Cues.
    ///
    /// # Errors
    /// As [`write_to`](Self::write_to).
    pub fn stream_to(&mut self, output: &mut impl Write, on_event: impl FnMut(&RecorderEvent)) -> Result<()> {
        self.write_events(output, on_event)?.map_or(Ok(()), Err)
    }

    /// Writes until the recording ends; returns the recording's own error.
    fn write_events(
        &mut self,
        output: &mut impl Write,
        mut on_event: impl FnMut(&RecorderEvent),
    ) -> Result<Option<Error>> {
        let mut failure = None;
        while let Some(event) = self.next() {
            on_event(&event);
            match event {
                RecorderEvent::DataAvailable(blob) => {
                    let written = output.write_all(&blob.data.bytes);
                    // Also what a buffer holds, as soon as it can be played.
                    if let Err(error) = written.and_then(|()| output.flush()) {
                        self.end();
                        return Err(unwritable(error));
                    }
                }
                RecorderEvent::Error(error) => failure = failure.or(Some(error)),
                RecorderEvent::Segment(_) => {
                    self.end();
                    return Err(Error::invalid_state(
                        "a recording in segments is more than one file; write what its events bring",
                    ));
                }
                _ => {}
            }
        }
        Ok(failure)
    }
}

fn unwritable(error: io::Error) -> Error {
    Error::unknown("the recording cannot be written", error)
}
