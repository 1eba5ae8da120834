//! Flags of `mediarec record` for what the file says about itself.
use crate::cli::values::parse_tag;
use clap::Args;
use mediarec::webm::SimpleTag;

/// Title, tags and date.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Output")]
pub struct MetadataArgs {
    /// Title of the recording
    #[arg(long, value_name = "TEXT", hide_short_help = true)]
    pub title: Option<String>,
    /// Tag of the recording, such as ARTIST=Ana
    ///
    /// Names are in upper case by convention: ARTIST, COMMENT, COPYRIGHT, `DATE_RECORDED`, LOCATION. Repeat the flag for more
    /// tags
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_tag, hide_short_help = true)]
    pub tag: Vec<SimpleTag>,
    /// Make the same input give the same bytes
    ///
    /// No date is written, and video encoders use no threads whose timing matters. Without it the file has the date and time of the start. The environment variable `SOURCE_DATE_EPOCH`, in seconds since
    /// 1970, sets the date, with and without this flag
    #[arg(long, hide_short_help = true)]
    pub reproducible: bool,
}
