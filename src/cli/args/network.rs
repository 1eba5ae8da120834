//! Flags of the network.
use clap::Args;

/// Network flags of `mediarec record`.
#[derive(Args, Debug)]
#[command(next_help_heading = "Network")]
pub struct NetworkFlags {
    /// Send what is recorded to a media server, too
    ///
    /// URL is its WHIP endpoint, such as `https://example.org/whip/live`. It gets the packets that are recorded, VP8, VP9, AV1 and
    /// Opus, in real time by WebRTC. The recording never waits for it: what the network does not take is dropped for the server and
    /// counted, and a lost connection is made again. Needs a program built with the feature network
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub whip: Option<String>,
    /// Token that the media server demands
    ///
    /// Other users of the machine see command lines: better set `MEDIAREC_WHIP_TOKEN`
    #[arg(long, value_name = "TOKEN", requires = "whip", hide_short_help = true)]
    pub whip_token: Option<String>,
    /// STUN server that tells this machine's public address, such as <stun:stun.example.org:3478>
    ///
    /// Few media servers need it: they see the address themselves
    #[arg(long, value_name = "URL", requires = "whip", hide_short_help = true)]
    pub ice_server: Vec<String>,
}
