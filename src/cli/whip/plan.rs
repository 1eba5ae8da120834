//! Which media server gets what is recorded.
use crate::cli::args::record::RecordArgs;
use crate::cli::ice_plan::IcePlan;
use crate::cli::whep;
use mediarec::error::{Error, Result};

/// Where a recording is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhipPlan {
    /// URL of the endpoint, as typed.
    pub url: String,
    pub token: Option<String>,
    pub ice: IcePlan,
    /// Whether only what goes wrong is told.
    pub quiet: bool,
}

impl WhipPlan {
    /// # Errors
    /// `Type` for a source that is not read at the speed of playback, and if this program was built without the network.
    pub fn new(args: &RecordArgs) -> Result<Option<Self>> {
        let Some(url) = args.network.whip.clone() else {
            return Ok(None);
        };
        if !cfg!(feature = "network") {
            return Err(not_built());
        }
        let has_files = !args.source.input.is_empty() && !whep::plan::is_meant(&args.source);
        let reads_files = has_files || args.source.canvas.is_some();
        if reads_files && !args.source.realtime {
            return Err(Error::Type {
                message: "--whip sends media at the speed of playback; add --realtime".into(),
            });
        }
        let token = args.network.whip_token.clone();
        if token
            .as_ref()
            .is_some_and(|token| !token.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return Err(Error::Type {
                message: "the token of --whip has blanks or other characters that HTTP cannot send".into(),
            });
        }
        Ok(Some(Self {
            url,
            token,
            ice: IcePlan::new(&args.network.ice),
            quiet: args.output.quiet,
        }))
    }
}

/// The error of a program that was built without the network.
pub fn not_built() -> Error {
    Error::Type {
        message: "this program was built without the feature network; build it from its sources with: cargo install --path . --features \
                  network"
            .into(),
    }
}

#[cfg(all(test, feature = "network"))]
mod tests {
    use super::*;
    use crate::cli::args::Command;
    use crate::cli::args::tests::parsed;

    fn plan(line: &str) -> Result<Option<WhipPlan>> {
        let Command::Record(args) = parsed(&format!("record {line}")) else {
            panic!("record is a command");
        };
        WhipPlan::new(&args)
    }

    #[test]
    fn files_are_sent_at_the_speed_of_playback_only() {
        assert_eq!(plan("-o a.webm").unwrap(), None);
        let whip = "--whip http://127.0.0.1/whip";
        assert_eq!(plan(whip).unwrap().unwrap().url, "http://127.0.0.1/whip");
        let message = plan(&format!("{whip} --input a.y4m")).unwrap_err().to_string();
        assert!(message.contains("--realtime"), "{message}");
        assert!(plan(&format!("{whip} --input a.y4m --realtime")).is_ok());
    }
}
