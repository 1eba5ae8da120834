//! The text of `--constraints`, given as it is or as `@FILE`.
use mediarec::error::{Error, Result};
use std::fs;

/// Reads the file if one is named.
///
/// # Errors
/// `Type` if it cannot be read.
pub fn read(argument: Option<&str>) -> Result<Option<String>> {
    let Some(path) = argument.and_then(|text| text.strip_prefix('@')) else {
        return Ok(argument.map(str::to_owned));
    };
    fs::read_to_string(path).map(Some).map_err(|error| Error::Type {
        message: format!("cannot read constraints from {path}: {error}"),
    })
}
