//! The session at a media server that a recording comes from.
use crate::cli::stderr;
use crate::cli::whep::plan::WhepPlan;
use mediarec::clock::Clock;
use mediarec::error::{Error, Result};
use mediarec::network::{HttpUrl, Player, PlayerOptions};
use mediarec::streams::MediaStream;

/// A media server that sends; dropping it ends that.
pub struct WhepInput(Player);

impl WhepInput {
    /// # Errors
    /// `Type` for a URL that is none; those of [`Player::open`].
    pub fn open(plan: &WhepPlan, clock: &Clock) -> Result<(Self, MediaStream)> {
        let endpoint: HttpUrl = plan.url.parse().map_err(|message| Error::Type {
            message: format!("--input: {message}"),
        })?;
        let label = endpoint.to_string();
        let options = PlayerOptions {
            endpoint,
            token: plan.token.clone(),
            ice_servers: plan.ice.servers()?,
            reconnect: plan.reconnect,
        };
        let (player, stream) = Player::open(options, &label, clock)?;
        for failure in player.ice_failures() {
            stderr::say(format_args!("mediarec: {failure}; going on without it"));
        }
        if !plan.quiet {
            stderr::say(format_args!("mediarec: receiving from {label}"));
        }
        Ok((Self(player), stream))
    }

    /// The recording has ended, and the server is told.
    pub fn finish(&mut self) {
        self.0.finish();
    }
}
