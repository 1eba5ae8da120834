//! Flags of the network.
use crate::cli::args::ice::IceArgs;
use crate::cli::listen::url::ListenUrl;
use clap::{ArgGroup, Args};

/// Network flags of `mediarec record`.
#[derive(Args, Debug)]
#[command(
    next_help_heading = "Network",
    group(ArgGroup::new("peer").args(["input", "listen", "whip"]).multiple(true)),
    // Not in IceArgs, as `serve` has them too, and always has a peer.
    group(ArgGroup::new("ice").args(["ice_server"]).requires("peer"))
)]
pub struct NetworkFlags {
    /// Record what another program sends, such as a browser or OBS
    ///
    /// URL is `whip://ADDR:PORT/PATH`: programs publish to `http://ADDR:PORT/PATH` by WebRTC (WHIP), VP8, VP9, AV1 and Opus, which are
    /// recorded as they are. The recording begins with the first publisher, and ends with it. Programs on other machines need a token,
    /// which is printed. Needs a program built with the features network and preview
    #[arg(
        long,
        value_name = "URL",
        conflicts_with_all = ["input", "canvas", "fake_devices"],
        hide_short_help = true
    )]
    pub listen: Option<ListenUrl>,
    /// Token that publishers must have [default: a new one, if one is needed]
    ///
    /// Other users of the machine see command lines: better set `MEDIAREC_LISTEN_TOKEN`
    #[arg(long, value_name = "TOKEN", requires = "listen", hide_short_help = true)]
    pub listen_token: Option<String>,
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
    /// Token that the media server of --input whep+https://… demands
    ///
    /// Other users of the machine see command lines: better set `MEDIAREC_WHEP_TOKEN`
    #[arg(long, value_name = "TOKEN", requires = "input", hide_short_help = true)]
    pub whep_token: Option<String>,
    #[command(flatten)]
    pub ice: IceArgs,
}
