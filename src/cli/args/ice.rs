//! Flags of servers that help to find a way through the network.
use clap::Args;

/// Flags of ICE servers.
#[derive(Args, Clone, Debug, Default)]
pub struct IceArgs {
    /// STUN or TURN server that helps to find a way through the network, such as `turn:turn.example.org`; may be repeated
    ///
    /// <stun:HOST[:PORT]> tells this machine's address beyond a NAT; few media servers need it, as they see the address themselves.
    /// <turn:HOST[:PORT]> passes media on where a firewall leaves no other way; `?transport=tcp` behind it reaches the server by TCP,
    /// where UDP is blocked
    #[arg(
        id = "ice_server",
        long = "ice-server",
        value_name = "URL",
        hide_short_help = true
    )]
    pub server: Vec<String>,
    /// User name for the TURN servers
    #[arg(
        id = "ice_username",
        long = "ice-username",
        value_name = "NAME",
        requires = "ice_server",
        hide_short_help = true
    )]
    pub username: Option<String>,
    /// Password for the TURN servers
    ///
    /// Other users of the machine see command lines: better set `MEDIAREC_ICE_CREDENTIAL`
    #[arg(
        id = "ice_credential",
        long = "ice-credential",
        value_name = "PASSWORD",
        requires = "ice_server",
        hide_short_help = true
    )]
    pub credential: Option<String>,
}
