//! The type of a recording: by `--mime`, else by the name of the output.
use crate::cli::args::recorder::RecorderArgs;
use crate::cli::{codec_choice, file_ending};
use mediarec::error::Result;
use std::path::Path;

/// What is recorded if neither `--mime` nor the name of the output says it.
const DEFAULT_TYPE: &str = "video/webm";

/// The MIME type that is asked for.
pub struct RequestedType<'a> {
    pub mime: &'a str,
    /// Whether it is that of the output's name.
    pub by_name: bool,
    /// Whether the codec is chosen by what this machine encodes live.
    pub chooses_codec: bool,
}

impl<'a> RequestedType<'a> {
    /// # Errors
    /// `Type` for the name of a container that is not written.
    pub fn new(args: &'a RecorderArgs, name: Option<&Path>) -> Result<Self> {
        let chooses_codec = args.mime.as_deref() == Some(codec_choice::AUTO);
        let by_flag = args.mime.as_deref().filter(|_| !chooses_codec);
        let by_name = match by_flag {
            Some(_) => None,
            None => name.map(file_ending::mime_type).transpose()?.flatten(),
        };
        Ok(Self {
            mime: by_flag.or(by_name).unwrap_or(DEFAULT_TYPE),
            by_name: by_name.is_some(),
            chooses_codec,
        })
    }
}
