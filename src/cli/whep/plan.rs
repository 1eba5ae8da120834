//! Which media server is recorded.
use crate::cli::args::lost::LostArgs;
use crate::cli::args::record::{RecordArgs, SourceArgs};
use crate::cli::device_flag;
use crate::cli::ice_plan::IcePlan;
use crate::cli::lost_devices;
use crate::cli::whip::plan::not_built;
use mediarec::devices::OnLost;
use mediarec::error::{Error, Result};
use std::path::Path;
use std::time::Duration;

/// What a URL begins with, before that of HTTP.
const SCHEME: &str = "whep+";

/// A media server, and what allows to ask it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhepPlan {
    /// URL of the endpoint, as typed behind the scheme.
    pub url: String,
    pub token: Option<String>,
    pub ice: IcePlan,
    /// How long a server that is lost is waited for.
    pub reconnect: Duration,
    /// Whether only what goes wrong is told.
    pub quiet: bool,
}

/// Whether one of the inputs is no file.
pub fn is_meant(args: &SourceArgs) -> bool {
    args.input.iter().any(|input| url(input).is_some())
}

fn url(input: &Path) -> Option<&str> {
    input.to_str()?.strip_prefix(SCHEME)
}

impl WhepPlan {
    /// # Errors
    /// `Type` for other sources beside it, and if this program was built without the network.
    pub fn new(args: &RecordArgs) -> Result<Option<Self>> {
        let refuse = |message: String| Err(Error::Type { message });
        let token = args.network.whep_token.clone();
        if !is_meant(&args.source) {
            return match token {
                Some(_) => refuse("--whep-token is for --input whep+https://…".into()),
                None => Ok(None),
            };
        }
        if !cfg!(feature = "network") {
            return Err(not_built());
        }
        let [input] = &*args.source.input else {
            return refuse("--input whep+https://… is recorded alone; remove the other --input".into());
        };
        device_flag::refuse_constraints(&args.source, "--input")?;
        let leave_out = &args.source.constraints.leave_out;
        let others = [
            (args.source.canvas.is_some(), "--canvas"),
            (leave_out.no_audio, "--no-audio"),
            (leave_out.no_video, "--no-video"),
        ];
        if let Some((_, flag)) = others.iter().find(|(is_there, _)| *is_there) {
            return refuse(format!(
                "{flag} cannot be used with --input whep+https://…; remove it"
            ));
        }
        if let Some(token) = &token
            && (token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return refuse(
                "the token of --whep-token has blanks or other characters that HTTP cannot send".into(),
            );
        }
        Ok(Some(Self {
            url: url(input).unwrap_or_default().to_owned(),
            token,
            ice: IcePlan::new(&args.network.ice),
            reconnect: reconnect(&args.source.lost)?,
            quiet: args.output.quiet,
        }))
    }
}

/// How long a server that is lost is waited for.
fn reconnect(args: &LostArgs) -> Result<Duration> {
    if args.follow_default {
        return Err(Error::Type {
            message: "--follow-default applies to devices only; it cannot be used with --input".into(),
        });
    }
    match lost_devices::session(args)?.on_lost {
        OnLost::Stop => Ok(Duration::ZERO),
        OnLost::Wait { timeout } => Ok(timeout.unwrap_or(Duration::MAX)),
        OnLost::Switch { .. } => Err(Error::Type {
            message: "there is no other server for --on-lost switch; use --on-lost wait".into(),
        }),
    }
}

#[cfg(all(test, feature = "network"))]
mod tests {
    use super::*;
    use crate::cli::args::Command;
    use crate::cli::args::tests::parsed;

    fn plan(line: &str) -> Result<Option<WhepPlan>> {
        let Command::Record(args) = parsed(&format!("record {line}")) else {
            panic!("record is a command");
        };
        WhepPlan::new(&args)
    }

    #[test]
    fn a_url_with_its_scheme_is_a_server_and_anything_else_a_file() {
        let url = "whep+https://example.org/hall/whep";
        let found = plan(&format!("--input {url} --whep-token t")).unwrap().unwrap();
        assert_eq!(
            (&*found.url, found.token.as_deref()),
            ("https://example.org/hall/whep", Some("t"))
        );
        assert_eq!(found.reconnect, Duration::ZERO);
        let found = plan(&format!("--input {url} --reconnect=5s")).unwrap().unwrap();
        assert_eq!(found.reconnect, Duration::from_secs(5));
        assert_eq!(plan("--input https.webm").unwrap(), None);
        for (flags, said) in [
            ("--input a.webm", "alone"),
            ("--explain", "--explain"),
            ("--no-audio", "--no-audio"),
            ("--on-lost switch", "--on-lost wait"),
            ("--follow-default", "devices only"),
        ] {
            let message = plan(&format!("--input {url} {flags}")).unwrap_err().to_string();
            assert!(message.contains(said), "{message}");
        }
        assert!(plan("--input a.webm --whep-token t").is_err());
    }
}
