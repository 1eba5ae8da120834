//! A recording in progress: an iterator over its events, which muxes in the thread of its caller.
mod clock;
mod history;
mod packets;
mod segments;
mod waiting;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::media::Packet;
use crate::recorder::broadcast::Broadcaster;
use crate::recorder::calendar::Calendar;
use crate::recorder::clock_watch::ClockWatch;
use crate::recorder::command::Command;
use crate::recorder::deadline::{Deadline, WaitTime};
use crate::recorder::history::HistorySaver;
use crate::recorder::interleaver::Interleaver;
use crate::recorder::message::Message;
use crate::recorder::muxer::Muxer;
use crate::recorder::output_rate::OutputRate;
use crate::recorder::pipeline::Pipeline;
use crate::recorder::recorder_event::RecorderEvent;
use crate::recorder::recording_limits::RecordingLimits;
use crate::recorder::recording_setup::Setup;
use crate::recorder::recording_stats::{RecordingStats, TrackStats, av_offset};
use crate::recorder::run_control::RunHandle;
use crate::recorder::segment_schedule::SegmentSchedule;
use crate::recorder::timeline::Timeline;
use crate::recorder::track_set::TrackSet;
use crate::recorder::waker::{Waker, Wakes};
use crate::webm::SeekIndex;
use crossbeam_channel::{Receiver, RecvTimeoutError, never, select_biased};
use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

/// A recording in progress: an iterator over its events.
///
/// [`write_to`](Self::write_to) is all that most programs need. Otherwise the program must take the events: media is muxed
/// while it waits for the next one. Encoded media that is not read waits; when more than 20 s of it do, or 32 MiB, frames of
/// live video are dropped and counted. A program that is always slower than the media has half a second of waiting video, as
/// measured by how long it takes between events. Dropping the recording ends it.
pub struct Recording {
    pub(super) run: RunHandle,
    clock: Clock,
    calendar: Arc<Calendar>,
    /// `None` without live sources: nothing of theirs is captured at a time of the system.
    clock_watch: Option<ClockWatch>,
    messages: Receiver<Message>,
    commands: Receiver<Command>,
    wakes: Wakes,
    tracks: TrackSet,
    pipelines: Vec<Pipeline>,
    threads: Vec<JoinHandle<()>>,
    interleaver: Interleaver,
    timeline: Arc<Timeline>,
    /// `None` if it is one file.
    schedule: Option<Arc<SegmentSchedule>>,
    muxer: Muxer,
    rate: OutputRate,
    history: Option<HistorySaver>,
    broadcaster: Option<Broadcaster>,
    events: VecDeque<RecorderEvent>,
    /// Whether the last event was one of the history: they take turns with the others.
    was_history: bool,
    /// When to stop waiting, and for what.
    deadline: Deadline,
    stopped: bool,
    done: bool,
}

impl Recording {
    pub(super) fn new(
        run: RunHandle,
        setup: Setup,
        commands: Receiver<Command>,
        limits: RecordingLimits,
    ) -> Self {
        let live = setup.pipelines.iter().any(|p| p.order.live);
        let deadline = limits
            .max_duration
            .filter(|_| live)
            .map(|length| Deadline::of_media(setup.clock.now(), length));
        let tracks = setup.pipelines.iter().map(|p| p.info.clone()).collect();
        Self {
            run,
            clock_watch: live.then(|| ClockWatch::new(&setup.clock)),
            calendar: setup.container.calendar.clone(),
            clock: setup.clock,
            messages: setup.messages,
            commands,
            wakes: Wakes::none(),
            tracks: setup.tracks,
            interleaver: Interleaver::new(setup.pipelines.iter().map(|p| p.order), setup.watermark),
            pipelines: setup.pipelines,
            threads: setup.threads,
            muxer: Muxer::new(setup.mime_type, limits, tracks, setup.container, setup.webm),
            rate: OutputRate::default(),
            timeline: setup.timeline,
            schedule: setup.schedule,
            history: setup.history,
            broadcaster: None,
            was_history: false,
            events: VecDeque::from([RecorderEvent::Start]),
            deadline: deadline.unwrap_or_default(),
            stopped: false,
            done: false,
        }
    }

    /// Ends it before it has begun: its events are this error and the stop.
    pub(super) fn refused(mut self, error: Error) -> Self {
        self.events = VecDeque::from([RecorderEvent::Error(error), RecorderEvent::Stop]);
        self.done = true;
        self
    }

    /// Statistics so far.
    #[must_use]
    pub fn stats(&self) -> RecordingStats {
        let tracks = self.pipelines.iter().enumerate().map(|(index, pipeline)| {
            let (muxed, late) = (self.muxer.muxed(index), self.interleaver.late(index));
            TrackStats {
                packets: muxed.packets,
                bytes: muxed.bytes,
                end: muxed.end,
                late: late.packets,
                late_by: late.most,
                ..pipeline.stats()
            }
        });
        let tracks: Vec<TrackStats> = tracks.collect();
        RecordingStats {
            av_offset: av_offset(&tracks),
            tracks,
            bytes: self.muxer.size(),
            duration: self.muxer.duration(),
        }
    }

    /// Waits for the next event, for this time at most. `None` if none came, if a [waker](Self::waker) ended the wait, or if
    /// the recording [is over](Self::is_over).
    pub fn next_timeout(&mut self, wait: Duration) -> Option<RecorderEvent> {
        if self.rate.end(self.clock.now()) {
            self.limit_waiting_video();
        }
        let mut time = WaitTime::until(self.clock.now() + wait);
        let mut left = Some(wait);
        while let Some(at_most) = left.filter(|_| self.events.is_empty() && !self.done) {
            self.check_clock();
            let at_most = self.time_to_history().map_or(at_most, |limit| limit.min(at_most));
            left = match self.advance(at_most) {
                // The message has begun a clip, or ended one.
                Ok(true) if self.time_to_history() == Some(Duration::ZERO) => None,
                Ok(true) => time.left(self.clock.now(), self.messages.len()),
                Ok(false) => None,
                Err(error) => {
                    self.fail(error);
                    None
                }
            };
        }
        let event = self.take_event();
        match event {
            Some(RecorderEvent::Start) => self.run.complete_mime_type(self.muxer.mime_type()),
            // Whoever gets it finds the recorder inactive.
            Some(RecorderEvent::Error(_)) => self.run.end(),
            _ => {}
        }
        let bytes = event.as_ref().map_or(0, RecorderEvent::size);
        self.rate.begin(self.clock.now(), bytes);
        event
    }

    /// A handle that ends the wait of [`next_timeout`](Self::next_timeout) early. The iterator is not interrupted.
    pub fn waker(&mut self) -> Waker {
        self.wakes.waker()
    }

    /// Whether all events were returned, up to `Stop`.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.done && self.events.is_empty()
    }

    /// The index that makes the recorded file seekable; `None` before the event `Stop` was made. Of a recording in segments, it
    /// is that of the last one.
    #[must_use]
    pub fn seek_index(&self) -> Option<&SeekIndex> {
        self.muxer.index()
    }

    /// When it was started, by the system's clock; the origin of its times.
    #[must_use]
    pub fn started(&self) -> SystemTime {
        self.muxer.started()
    }

    /// Complete MIME type of what is recorded, such as `video/webm;codecs=vp8,opus`.
    #[must_use]
    pub fn mime_type(&self) -> &str {
        self.muxer.mime_type()
    }

    /// Stops the recorder, as far as this recording is concerned.
    pub(crate) fn end(&self) {
        self.run.end();
    }

    /// Waits for the next message, for this time at most, and handles it; returns `false` if none came, or a wake.
    fn advance(&mut self, at_most: Duration) -> Result<bool> {
        let deadline = self.deadline.wait(self.clock.now());
        let wait = deadline.map_or(at_most, |deadline| deadline.min(at_most));
        let handled = select_biased! {
            recv(self.commands) -> command => {
                match command {
                    Ok(command) => self.on_command(command),
                    // Nothing controls it any more; a closed channel would always be ready.
                    Err(_) => self.commands = never(),
                }
                Ok(())
            }
            recv(self.tracks.changes().receiver()) -> _ => self.check_tracks(),
            recv(self.messages) -> message => match message {
                Ok(message) => self.on_message(message),
                Err(_) => Err(Error::unknown("an encoder thread died", "it panicked")),
            },
            // The last, so that many wakes cannot keep media waiting.
            recv(self.wakes.receiver()) -> _ => return Ok(false),
            default(wait) => {
                if deadline != Some(wait) {
                    return Ok(false);
                }
                self.on_deadline()
            }
        };
        handled.map(|()| true)
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Pause => {
                self.deadline = self.deadline.held(self.clock.now());
                self.events.push_back(RecorderEvent::Pause);
            }
            Command::Resume => {
                self.deadline = self.deadline.released(self.clock.now());
                self.events.push_back(RecorderEvent::Resume);
            }
            Command::RequestData => self.muxer.request_data(&mut self.events),
            Command::SaveHistory(at) => self.history.iter_mut().for_each(|history| history.save(at)),
            Command::Stop => {
                self.stopped = true;
                self.interleaver.stop();
                self.deadline = Deadline::of_stop(self.clock.now());
            }
        }
    }

    fn check_tracks(&self) -> Result<()> {
        if self.stopped {
            return Ok(());
        }
        self.tracks.check()
    }

    fn on_deadline(&mut self) -> Result<()> {
        match self.deadline {
            Deadline::Never | Deadline::Held(_) => Ok(()),
            Deadline::OfMedia(_) => {
                self.run.end();
                Ok(())
            }
            Deadline::OfStoppedVideo(_, end) => {
                self.deadline = Deadline::OfStop(end);
                self.abandon_video()
            }
            Deadline::OfStop(_) => {
                // Not joined: that would block as they do.
                self.threads.clear();
                let why = "it did not finish within 1.5 s after the stop";
                Err(Error::unknown(
                    "an encoder timed out; its last frames are lost",
                    why,
                ))
            }
        }
    }

    /// Ends live video whose encoders still have frames, which are lost.
    fn abandon_video(&mut self) -> Result<()> {
        let mut all_ended = false;
        for (track, pipeline) in self.pipelines.iter().enumerate() {
            let is_live_video = pipeline.order.live && !pipeline.order.audio;
            if is_live_video && !self.interleaver.has_ended(track) {
                pipeline.abandon();
                all_ended = self.interleaver.end(track);
                // Not joined: that would wait for them.
                self.threads.clear();
            }
        }
        self.mux_ready(all_ended)
    }

    fn push(&mut self, packets: Vec<Packet>, segment: u64) {
        for packet in packets {
            if let Some(late) = self.interleaver.push(packet, segment) {
                self.pipelines[late.track].drop_packet(&late);
            }
        }
    }

    fn on_message(&mut self, message: Message) -> Result<()> {
        let mut all_ended = false;
        match message {
            Message::Packets(packets, segment) => self.push(packets, segment),
            Message::Alarm(event) => self.events.push_back(RecorderEvent::Alarm(event)),
            Message::Ended { track, result } => {
                result?;
                all_ended = self.interleaver.end(track);
                if self.stopped && !self.pipelines[track].order.live {
                    self.interleaver.cut_behind(track);
                }
            }
        }
        self.mux_ready(all_ended)
    }

    fn mux_ready(&mut self, all_ended: bool) -> Result<()> {
        while let Some((packet, segment)) = self.interleaver.pop() {
            self.mux(packet, segment)?;
        }
        if all_ended {
            self.finish();
        } else {
            self.muxer.on_idle(&mut self.events);
        }
        Ok(())
    }

    fn mux(&mut self, packet: Packet, segment: u64) -> Result<()> {
        self.pipelines[packet.track].backlog.remove(&packet);
        if self.schedule.is_some() && packet.key && self.leads(packet.track) {
            self.begin_segment_before(&packet, segment)?;
        }
        self.add_to_history(&packet);
        self.broadcaster
            .iter()
            .for_each(|consumers| consumers.send(&packet));
        if !self.muxer.write(packet, &mut self.events)? {
            self.run.end();
        }
        Ok(())
    }

    /// Ends the recording by an error. What was captured until now is delivered, as far as encoders finish in time.
    fn fail(&mut self, error: Error) {
        self.run.end();
        self.events.push_back(RecorderEvent::Error(error));
        self.drain();
        for track in 0..self.pipelines.len() {
            self.interleaver.end(track);
        }
        while let Some((packet, segment)) = self.interleaver.pop() {
            if self.mux(packet, segment).is_err() {
                break;
            }
        }
        self.finish();
    }

    /// Takes the packets of all encoders until they have finished.
    fn drain(&mut self) {
        let end = self.deadline.end_of_stop(self.clock.now());
        loop {
            match self.messages.recv_timeout(end - self.clock.now()) {
                Ok(Message::Packets(packets, segment)) => self.push(packets, segment),
                Ok(Message::Alarm(event)) => self.events.push_back(RecorderEvent::Alarm(event)),
                // Only the first error is reported.
                Ok(Message::Ended { track, .. }) => {
                    self.interleaver.end(track);
                }
                // All of them are done.
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    // Not joined: that would block as they do.
                    self.threads.clear();
                    return;
                }
            }
        }
    }

    /// Delivers the last blob and ends the events.
    fn finish(&mut self) {
        self.run.end();
        if let Err(error) = self.muxer.finish(&mut self.events) {
            self.events.push_back(RecorderEvent::Error(error));
        }
        self.history.iter_mut().for_each(HistorySaver::end);
        self.broadcaster = None;
        self.events.push_back(RecorderEvent::Stop);
        self.done = true;
        self.release();
    }

    /// Ends all threads of this recording.
    fn release(&mut self) {
        for pipeline in &self.pipelines {
            pipeline.release();
        }
        for thread in self.threads.drain(..) {
            // A panic was reported as the end of its messages.
            let _ = thread.join();
        }
    }
}

impl Iterator for Recording {
    type Item = RecorderEvent;

    fn next(&mut self) -> Option<RecorderEvent> {
        const FOREVER: Duration = Duration::from_secs(3600);
        while !self.is_over() {
            if let Some(event) = self.next_timeout(FOREVER) {
                return Some(event);
            }
        }
        None
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.run.end();
        self.release();
    }
}
