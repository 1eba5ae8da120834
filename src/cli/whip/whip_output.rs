//! A recording's way to a media server, as its session sees it.
use crate::cli::warnings::Warning;
use crate::cli::whip::plan::WhipPlan;
use crate::cli::whip::summary;
use mediarec::error::{Error, Result};
use mediarec::media::{MediaFormat, TrackInfo};
use mediarec::network::{HttpUrl, Publisher, PublisherEvent, PublisherOptions};
use mediarec::recorder::{MediaRecorder, Recording};
use std::time::Duration;

/// How long the end of the recording waits for the end of the connection; the whole stop has two seconds.
const FINISH_TIMEOUT: Duration = Duration::from_millis(1200);

/// The reason of the warning that the network takes less than is recorded.
const CONGESTION: &str = "slowNetwork";

/// What is recorded goes to a media server, too; dropping it ends that.
pub struct WhipOutput {
    publisher: Publisher,
    url: String,
    quiet: bool,
    /// Of each track of the recording.
    is_video: Vec<bool>,
    warnings: Vec<Warning>,
    messages: Vec<String>,
    /// What is told once only: ICE servers that failed, and that the network takes too little.
    told: Vec<String>,
    /// Whether the server had it once.
    was_connected: bool,
    /// Whether trouble is news.
    tells_trouble: bool,
}

impl WhipOutput {
    /// # Errors
    /// `Type` for a URL that is none, and for a TURN server without a user.
    pub fn check(plan: &WhipPlan) -> Result<()> {
        endpoint(plan)?;
        plan.ice.servers().map(|_| ())
    }

    /// Begins to send.
    ///
    /// # Errors
    /// Those of [`check`](Self::check) and of [`Publisher::start`].
    pub fn start(plan: &WhipPlan, recorder: &MediaRecorder, recording: &mut Recording) -> Result<Self> {
        let endpoint = endpoint(plan)?;
        let url = endpoint.to_string();
        let options = PublisherOptions {
            endpoint,
            token: plan.token.clone(),
            ice_servers: plan.ice.servers()?,
        };
        let broadcast = recording.broadcast();
        let is_video = |track: &TrackInfo| matches!(track.format, MediaFormat::Video(_));
        Ok(Self {
            publisher: Publisher::start(recorder, &broadcast, options)?,
            is_video: broadcast.tracks().iter().map(is_video).collect(),
            url,
            quiet: plan.quiet,
            warnings: Vec::new(),
            messages: Vec::new(),
            told: Vec::new(),
            was_connected: false,
            tells_trouble: true,
        })
    }

    /// What went wrong since the last call.
    pub fn warnings(&mut self) -> Vec<Warning> {
        while let Some(event) = self.publisher.try_event() {
            self.on_event(event);
        }
        std::mem::take(&mut self.warnings)
    }

    /// What else to tell the user.
    pub fn messages(&mut self) -> Vec<String> {
        std::mem::take(&mut self.messages)
    }

    /// The recording has ended: the server gets the rest, and the end.
    pub fn finish(&mut self) {
        self.publisher.finish(FINISH_TIMEOUT);
    }

    /// What was sent and lost.
    pub fn summary(&self) -> String {
        summary::text(&self.url, &self.publisher.stats(), &self.is_video)
    }

    fn tell_once(&mut self, what: &str, reason: &'static str, message: String) {
        if !self.told.iter().any(|told| told == what) {
            self.told.push(what.to_owned());
            self.warnings.push(Warning { reason, message });
        }
    }

    fn on_event(&mut self, event: PublisherEvent) {
        match event {
            PublisherEvent::Connected => {
                let again = if self.was_connected { " again" } else { "" };
                if !self.quiet {
                    self.messages.push(format!("sending to {}{again}", self.url));
                }
                (self.was_connected, self.tells_trouble) = (true, true);
            }
            PublisherEvent::IceServerFailed { reason } => {
                let message = format!("{reason}; going on without it");
                self.tell_once(&reason, "iceServer", message);
            }
            // Told once, not at each try.
            PublisherEvent::Interrupted { reason, retry } if self.tells_trouble => {
                self.tells_trouble = false;
                self.warnings.push(Warning {
                    reason: "whip",
                    message: format!(
                        "{reason}; the recording goes on, the next try is in {} s",
                        retry.as_secs()
                    ),
                });
            }
            PublisherEvent::Congestion { available, recorded } => {
                let message = summary::congestion(&self.url, available, recorded);
                self.tell_once(CONGESTION, CONGESTION, message);
            }
            PublisherEvent::Refused { reason } => self.warnings.push(Warning {
                reason: "whip",
                message: format!("{reason}; the recording goes on and is not sent"),
            }),
            _ => {}
        }
    }
}

fn endpoint(plan: &WhipPlan) -> Result<HttpUrl> {
    plan.url.parse().map_err(|message| Error::Type { message })
}
