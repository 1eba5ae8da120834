//! A recording's way to a media server, as its session sees it.
use crate::cli::warnings::Warning;
use crate::cli::whip::plan::WhipPlan;
use crate::cli::whip::summary;
use mediarec::error::{Error, Result};
use mediarec::media::{MediaFormat, TrackInfo};
use mediarec::network::{HttpUrl, Publisher, PublisherEvent, PublisherOptions};
use mediarec::recorder::{MediaRecorder, Recording};
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

/// How long the end of the recording waits for the end of the connection; the whole stop has two seconds.
const FINISH_TIMEOUT: Duration = Duration::from_millis(1200);

/// The port of STUN, unless the URL has one.
const STUN_PORT: u16 = 3478;

/// What is recorded goes to a media server, too; dropping it ends that.
pub struct WhipOutput {
    publisher: Publisher,
    url: String,
    quiet: bool,
    /// Of each track of the recording.
    is_video: Vec<bool>,
    warnings: Vec<Warning>,
    messages: Vec<String>,
    /// Whether the server had it once.
    was_connected: bool,
    /// Whether trouble is news.
    tells_trouble: bool,
}

impl WhipOutput {
    /// # Errors
    /// `Type` for a URL that is none.
    pub fn check(plan: &WhipPlan) -> Result<()> {
        endpoint(plan)?;
        plan.ice_servers
            .iter()
            .try_for_each(|url| host_of(url).map(|_| ()))
    }

    /// Begins to send.
    ///
    /// # Errors
    /// Those of [`check`](Self::check) and of [`Publisher::start`].
    pub fn start(plan: &WhipPlan, recorder: &MediaRecorder, recording: &mut Recording) -> Result<Self> {
        let endpoint = endpoint(plan)?;
        let url = endpoint.to_string();
        let mut warnings = Vec::new();
        let mut stun_servers = Vec::new();
        for server in &plan.ice_servers {
            match addresses(server)? {
                Ok(addresses) => stun_servers.extend(addresses),
                Err(error) => warnings.push(Warning {
                    reason: "iceServer",
                    message: format!("{server} cannot be found: {error}; going on without it"),
                }),
            }
        }
        let options = PublisherOptions {
            endpoint,
            token: plan.token.clone(),
            stun_servers,
        };
        let broadcast = recording.broadcast();
        let is_video = |track: &TrackInfo| matches!(track.format, MediaFormat::Video(_));
        Ok(Self {
            publisher: Publisher::start(recorder, &broadcast, options)?,
            is_video: broadcast.tracks().iter().map(is_video).collect(),
            url,
            quiet: plan.quiet,
            warnings,
            messages: Vec::new(),
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

    fn on_event(&mut self, event: PublisherEvent) {
        match event {
            PublisherEvent::Connected => {
                let again = if self.was_connected { " again" } else { "" };
                if !self.quiet {
                    self.messages.push(format!("sending to {}{again}", self.url));
                }
                (self.was_connected, self.tells_trouble) = (true, true);
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

/// Host and port of a `stun:` URL (RFC 7064).
fn host_of(url: &str) -> Result<(String, u16)> {
    let wrong = || Error::Type {
        message: format!("'{url}' is no STUN server; use a URL such as stun:stun.example.org:3478"),
    };
    let rest = url
        .strip_prefix("stun:")
        .filter(|rest| !rest.is_empty())
        .ok_or_else(wrong)?;
    let bare = |host: &str| host.trim_start_matches('[').trim_end_matches(']').to_owned();
    match rest.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            Ok((bare(host), port.parse().map_err(|_| wrong())?))
        }
        _ => Ok((bare(rest), STUN_PORT)),
    }
}

fn addresses(url: &str) -> Result<std::io::Result<Vec<SocketAddr>>> {
    let (host, port) = host_of(url)?;
    Ok((&*host, port).to_socket_addrs().map(Iterator::collect))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stun_server_is_a_name_or_an_address_with_a_port_or_without() {
        for (url, host, port) in [
            ("stun:stun.example.org", "stun.example.org", 3478),
            ("stun:192.0.2.1:99", "192.0.2.1", 99),
            ("stun:[::1]:99", "::1", 99),
            ("stun:[::1]", "::1", 3478),
        ] {
            assert_eq!(host_of(url).unwrap(), (host.into(), port), "{url}");
        }
        for wrong in ["", "stun:", "turn:a", "stun:a:b"] {
            assert!(host_of(wrong).is_err(), "{wrong}");
        }
    }
}
