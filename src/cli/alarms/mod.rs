//! `--alarm`: what is done when an alarm of a recording is raised or cleared.
pub mod parse;
mod report;

use crate::cli::args::alarms::AlarmArgs;
use crate::cli::events::EventLog;
use crate::cli::exit;
use crate::cli::hook::{self, Hook};
use crate::cli::stop_request::StopRequest;
use anyhow::Context;
use mediarec::recorder::{AlarmEvent, RecordingState};
use serde_json::Value;
use std::process::ExitCode;

/// The alarms of a recording in progress.
pub struct Alarms {
    /// Runs when one is raised or cleared.
    hook: Option<Hook>,
    /// Whether the exit code tells that one was raised.
    sets_exit_code: bool,
    was_raised: bool,
    /// Those that are raised now.
    raised: Vec<AlarmEvent>,
    /// For the user.
    messages: Vec<String>,
}

impl Alarms {
    /// # Errors
    /// If the commands cannot be run.
    pub fn new(args: &AlarmArgs) -> anyhow::Result<Self> {
        let command = args.on_alarm.as_deref();
        let hook = command
            .map(|command| Hook::start(&hook::ON_ALARM, command))
            .transpose()
            .context("cannot start --on-alarm")?;
        Ok(Self {
            hook,
            sets_exit_code: args.alarm_exit,
            was_raised: false,
            raised: Vec::new(),
            messages: Vec::new(),
        })
    }

    /// One was raised or cleared.
    pub fn on_event(&mut self, event: AlarmEvent, log: &mut EventLog, state: RecordingState) {
        log.alarm(report::fields(&event), state);
        self.messages.push(report::message(&event));
        if let Some(hook) = &mut self.hook {
            hook.add(report::occasion(&event));
        }
        let is_other = |other: &AlarmEvent| other.track != event.track || other.alarm != event.alarm;
        self.raised.retain(is_other);
        if event.raised {
            self.was_raised = true;
            self.raised.push(event);
        }
    }

    /// What is to be said since the last call, also of the commands.
    pub fn messages(&mut self) -> Vec<String> {
        let mut messages = std::mem::take(&mut self.messages);
        messages.extend(self.hook.iter().filter_map(Hook::message));
        messages
    }

    /// Those that are raised now.
    pub fn raised(&self) -> Value {
        self.raised.iter().map(report::fields).collect()
    }

    /// Waits for the remaining commands; after a stop, only until they time out. Returns the messages to print.
    pub fn finish(&mut self, stop: &StopRequest) -> Vec<String> {
        let hook = self.hook.take();
        hook.map(|hook| hook.finish(stop)).unwrap_or_default()
    }

    /// The exit code of a recording that did not fail.
    pub fn exit_code(&self) -> ExitCode {
        if self.was_raised && self.sets_exit_code {
            ExitCode::from(exit::ALARM)
        } else {
            ExitCode::SUCCESS
        }
    }
}
