//! The packets of a recording, for further consumers.
use crate::recorder::broadcast::{Broadcast, Broadcaster};
use crate::recorder::recording::Recording;

impl Recording {
    /// Extension: hands the encoded packets to further consumers, from now on.
    ///
    /// They get them while the program takes the events. Nothing is kept or copied for them before the first call.
    ///
    /// # Examples
    ///
    /// ```
    /// use mediarec::devices::MediaDevices;
    /// use mediarec::constraints::MediaStreamConstraints;
    /// use mediarec::devices::synthetic::FakeDevices;
    /// use mediarec::recorder::{MediaRecorder, MediaRecorderOptions};
    /// use std::thread;
    /// use std::time::Duration;
    ///
    /// let devices = MediaDevices::new(FakeDevices::from_spec("unpaced")?);
    /// let stream = devices.get_user_media(&MediaStreamConstraints::video())?;
    /// let options = MediaRecorderOptions {
    ///     max_duration: Some(Duration::from_millis(500)),
    ///     ..Default::default()
    /// };
    /// let mut recording = MediaRecorder::new(&stream, options)?.start(None)?;
    /// let subscription = recording.broadcast().subscribe(8 << 20);
    /// let viewer = thread::spawn(move || subscription.map(|packet| packet.data.len()).sum::<usize>());
    /// for event in recording {
    ///     // Written as without a viewer.
    /// }
    /// assert!(viewer.join().is_ok_and(|bytes| bytes > 0));
    /// # Ok::<(), mediarec::error::Error>(())
    /// ```
    pub fn broadcast(&mut self) -> Broadcast {
        if let Some(broadcaster) = &self.broadcaster {
            return broadcaster.handle();
        }
        let tracks = self.pipelines.iter().map(|pipeline| pipeline.info.clone());
        let broadcaster = Broadcaster::new(tracks.collect());
        let handle = broadcaster.handle();
        // Of a recording that has ended there is nothing but the end.
        self.broadcaster = Some(broadcaster).filter(|_| !self.done);
        handle
    }
}
