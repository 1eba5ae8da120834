//! The state of a recorder, shared by those who control it and by the recording that ends by itself.
use crate::error::{Error, Result};
use crate::recorder::command::Command;
use crate::recorder::media_recorder_options::BitRates;
use crate::recorder::pipeline::Pipeline;
use crate::recorder::recording_state::RecordingState;
use crate::recorder::segment_schedule::SegmentSchedule;
use crate::recorder::timeline::Timeline;
use crate::sync::{Mutex, MutexGuard};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::sync::Arc;
use tracing::{debug, info};

/// State of a recorder and access to its recording in progress.
///
/// The lock is held for assignments only, so no call blocks: not even while [`begin`](Self::begin) and
/// [`attach`](RunHandle::attach) enclose the start of the encoders.
pub(crate) struct RunControl {
    /// The attributes of a recorder that is inactive.
    inactive: Attributes,
    state: Mutex<State>,
}

/// What a recorder shows of its recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) mime_type: String,
    pub(crate) bit_rates: BitRates,
}

struct State {
    recording: RecordingState,
    attributes: Attributes,
    /// Number of the latest recording. A recording of an earlier number has ended and changes nothing.
    generation: u64,
    active: Option<ActiveRecording>,
}

/// A recording in progress, as it is controlled.
struct ActiveRecording {
    timeline: Arc<Timeline>,
    /// `None` if the recording is one file.
    schedule: Option<Arc<SegmentSchedule>>,
    commands: Sender<Command>,
    /// Empty while the encoders start.
    pipelines: Vec<Pipeline>,
}

impl RunControl {
    pub(crate) fn new(inactive: Attributes) -> Self {
        let state = State {
            recording: RecordingState::Inactive,
            attributes: inactive.clone(),
            generation: 0,
            active: None,
        };
        Self {
            inactive,
            state: Mutex::new(state),
        }
    }

    pub(crate) fn recording_state(&self) -> RecordingState {
        self.lock().recording
    }

    pub(crate) fn attributes(&self) -> Attributes {
        self.lock().attributes.clone()
    }

    /// Whether a recording can begin.
    ///
    /// # Errors
    /// `InvalidState` unless the recorder is inactive.
    pub(crate) fn check_inactive(&self) -> Result<()> {
        self.lock().check_inactive()
    }

    /// Makes the recorder record, from now on or paused.
    ///
    /// # Errors
    /// `InvalidState` unless the recorder is inactive.
    pub(crate) fn begin(
        self: &Arc<Self>,
        timeline: &Arc<Timeline>,
        schedule: Option<&Arc<SegmentSchedule>>,
        bit_rates: BitRates,
        paused: bool,
    ) -> Result<(RunHandle, Receiver<Command>)> {
        let mut state = self.lock();
        state.check_inactive()?;
        let (commands, receiver) = unbounded();
        let active = ActiveRecording {
            timeline: timeline.clone(),
            schedule: schedule.cloned(),
            commands,
            pipelines: Vec::new(),
        };
        state.recording = RecordingState::Recording;
        if paused {
            state.recording = RecordingState::Paused;
            active.send(Command::Pause);
        }
        state.attributes.bit_rates = bit_rates;
        state.generation += 1;
        state.active = Some(active);
        let handle = RunHandle {
            control: self.clone(),
            generation: state.generation,
            timeline: timeline.clone(),
        };
        Ok((handle, receiver))
    }

    /// Pauses or resumes the recording; does nothing when it is so already.
    ///
    /// # Errors
    /// `InvalidState` when the recorder is inactive.
    pub(crate) fn switch(&self, to: RecordingState) -> Result<()> {
        let (refusal, command, cut): (_, _, fn(&Timeline)) = match to {
            RecordingState::Paused => ("it cannot be paused", Command::Pause, Timeline::pause),
            _ => ("it cannot be resumed", Command::Resume, Timeline::resume),
        };
        let mut state = self.lock();
        let active = state.active(refusal)?;
        if state.recording != to {
            cut(&active.timeline);
            debug!(state = to.as_str(), "switch");
            active.send(command);
            state.recording = to;
        }
        Ok(())
    }

    /// Asks the recording for a blob.
    ///
    /// # Errors
    /// `InvalidState` when the recorder is inactive.
    pub(crate) fn request_data(&self) -> Result<()> {
        let state = self.lock();
        state
            .active("data cannot be requested")?
            .send(Command::RequestData);
        Ok(())
    }

    /// Asks the recording, which has one, for its history.
    ///
    /// # Errors
    /// `InvalidState` when the recorder is inactive.
    pub(crate) fn save_history(&self) -> Result<()> {
        let state = self.lock();
        let active = state.active("there is no history")?;
        active.send(Command::SaveHistory(active.timeline.now()));
        Ok(())
    }

    /// Requests a key frame of all video that is encoded.
    ///
    /// # Errors
    /// `InvalidState` when the recorder is inactive.
    pub(crate) fn request_key_frame(&self) -> Result<()> {
        let state = self.lock();
        let active = state.active("a key frame cannot be requested")?;
        active.pipelines.iter().for_each(Pipeline::request_key_frame);
        Ok(())
    }

    /// Begins another segment.
    ///
    /// # Errors
    /// `InvalidState` when the recorder is inactive, or its recording is one file.
    pub(crate) fn split(&self) -> Result<()> {
        let state = self.lock();
        let active = state.active("it cannot be split")?;
        let schedule = active.schedule.as_ref().ok_or_else(|| {
            Error::invalid_state("it cannot be split: the recording is a single file, without segments")
        })?;
        debug!("split");
        schedule.split(active.timeline.now());
        Ok(())
    }

    /// Ends the recording in progress, if there is one.
    pub(crate) fn end(&self) {
        self.lock().end(&self.inactive);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl State {
    fn check_inactive(&self) -> Result<()> {
        match self.recording {
            RecordingState::Inactive => Ok(()),
            state => Err(Error::invalid_state(format!(
                "the recorder cannot be started: it is {}",
                state.as_str()
            ))),
        }
    }

    fn active(&self, refusal: &str) -> Result<&ActiveRecording> {
        self.active.as_ref().ok_or_else(|| {
            Error::invalid_state(format!("{refusal}: the recorder is inactive; start it first"))
        })
    }

    fn end(&mut self, inactive: &Attributes) {
        let Some(active) = self.active.take() else {
            return;
        };
        info!("stop");
        active.timeline.stop();
        active.pipelines.iter().for_each(Pipeline::release);
        active.send(Command::Stop);
        self.recording = RecordingState::Inactive;
        self.attributes.clone_from(inactive);
    }
}

impl ActiveRecording {
    fn send(&self, command: Command) {
        // Fails when the recording was dropped: then there is nothing to control.
        let _ = self.commands.send(command);
    }
}

/// A recording's access to its recorder, without effect once another recording has begun. Ends the recording when it
/// is dropped.
pub(crate) struct RunHandle {
    control: Arc<RunControl>,
    generation: u64,
    timeline: Arc<Timeline>,
}

impl RunHandle {
    pub(crate) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Encoders have started. Releases them if the recording was stopped meanwhile.
    pub(crate) fn attach(&self, pipelines: &[Pipeline]) {
        let mut state = self.control.lock();
        match self.active(&mut state) {
            Some(active) => active.pipelines = pipelines.to_vec(),
            None => pipelines.iter().for_each(Pipeline::release),
        }
    }

    /// The event `Start` is delivered: from now on the type is complete (MediaStream Recording, 2.3, `start`).
    pub(crate) fn complete_mime_type(&self, mime_type: &str) {
        let mut state = self.control.lock();
        if self.active(&mut state).is_some() {
            mime_type.clone_into(&mut state.attributes.mime_type);
        }
    }

    /// Ends this recording, unless it has ended.
    pub(crate) fn end(&self) {
        let mut state = self.control.lock();
        if self.active(&mut state).is_some() {
            state.end(&self.control.inactive);
        }
    }

    fn active<'a>(&self, state: &'a mut State) -> Option<&'a mut ActiveRecording> {
        let is_latest = state.generation == self.generation;
        state.active.as_mut().filter(|_| is_latest)
    }
}

impl Drop for RunHandle {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    const RATES: BitRates = BitRates { audio: 1, video: 2 };

    fn control() -> Arc<RunControl> {
        Arc::new(RunControl::new(Attributes {
            mime_type: "video/webm".into(),
            bit_rates: BitRates { audio: 3, video: 4 },
        }))
    }

    fn begin(control: &Arc<RunControl>) -> Result<(RunHandle, Receiver<Command>)> {
        let timeline = Timeline::start(Clock::manual(), None, false);
        control.begin(&Arc::new(timeline), None, RATES, false)
    }

    #[test]
    fn while_encoders_start_no_call_blocks_and_a_second_start_is_refused() {
        let control = control();
        let (run, commands) = begin(&control).unwrap();
        assert_eq!(control.recording_state(), RecordingState::Recording);
        assert_eq!(begin(&control).err().map(|e| e.name()), Some("InvalidStateError"));
        assert!(control.check_inactive().is_err());
        control.switch(RecordingState::Paused).unwrap();
        control.request_data().unwrap();
        run.attach(&[]);
        control.switch(RecordingState::Recording).unwrap();
        let sent: Vec<Command> = commands.try_iter().collect();
        assert_eq!(sent, [Command::Pause, Command::RequestData, Command::Resume]);
    }

    #[test]
    fn a_start_that_fails_leaves_the_recorder_inactive_with_the_attributes_it_had() {
        let control = control();
        let before = control.attributes();
        let (run, _) = begin(&control).unwrap();
        run.complete_mime_type("video/webm;codecs=vp8");
        assert_eq!(control.attributes().mime_type, "video/webm;codecs=vp8");
        assert_eq!(control.attributes().bit_rates, RATES);
        drop(run);
        assert_eq!(control.recording_state(), RecordingState::Inactive);
        assert_eq!(control.attributes(), before);
    }

    #[test]
    fn a_recording_that_has_ended_changes_nothing_of_the_next_one() {
        let control = control();
        let (first, commands) = begin(&control).unwrap();
        control.end();
        control.end();
        assert_eq!(commands.try_iter().collect::<Vec<_>>(), [Command::Stop]);
        let (second, commands) = begin(&control).unwrap();
        first.complete_mime_type("audio/webm");
        first.attach(&[]);
        drop(first);
        assert_eq!(control.attributes().mime_type, "video/webm");
        assert_eq!(control.recording_state(), RecordingState::Recording);
        second.end();
        assert_eq!(commands.try_iter().collect::<Vec<_>>(), [Command::Stop]);
        assert!(control.request_data().is_err());
    }
}
