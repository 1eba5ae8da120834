//! What a file says about itself as a whole: its title, its date and its tags.
use crate::error::{Error, Result};
use serde::Serialize;
use std::time::SystemTime;

/// Maximum size in bytes of the title and of all tags together. They precede the media, and readers keep them in memory.
const MAX_SIZE: usize = 64 * 1024;

/// Title, date and tags of a file. The default has none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Title (RFC 9559, 5.1.2.12, `Title`); `""` for none.
    pub title: String,
    /// When the recording began (RFC 9559, 5.1.2.11, `DateUTC`), from 1709 to 2293; `None` to leave it out.
    pub date: Option<SystemTime>,
    /// Tags of the whole file, in this order.
    pub tags: Vec<SimpleTag>,
}

/// A named text about a file (RFC 9559, 5.1.8.1.2, `SimpleTag`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SimpleTag {
    /// Name; by convention in upper case, such as `ARTIST`, `COMMENT` or `DATE_RECORDED` (RFC 9559 and the Matroska tag
    /// names). Not empty.
    pub name: String,
    /// Value; may be empty.
    pub value: String,
}

impl Metadata {
    /// Checks the texts.
    ///
    /// # Errors
    /// `Type` for a tag without a name, for texts with a NUL, at which readers would cut them, and for a title and tags of
    /// more than 64 KiB together.
    pub(crate) fn check(&self) -> Result<()> {
        let texts = || {
            let of_tags = self.tags.iter().flat_map(|tag| [&tag.name, &tag.value]);
            of_tags.chain([&self.title])
        };
        if let Some(tag) = self.tags.iter().find(|tag| tag.name.is_empty()) {
            let message = format!("the tag with the value '{}' has no name", tag.value);
            return Err(Error::type_error(message));
        }
        if let Some(text) = texts().find(|text| text.contains('\0')) {
            let message = format!(
                "title and tags cannot contain NUL characters: '{}'",
                text.escape_debug()
            );
            return Err(Error::type_error(message));
        }
        match texts().map(String::len).sum() {
            0..=MAX_SIZE => Ok(()),
            size => Err(Error::type_error(format!(
                "title and tags have {size} bytes together, the maximum is {MAX_SIZE}; shorten them"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str, value: &str) -> SimpleTag {
        SimpleTag {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    }

    fn refusal(title: &str, tags: Vec<SimpleTag>) -> Option<String> {
        let metadata = Metadata {
            title: title.to_owned(),
            date: None,
            tags,
        };
        metadata.check().err().map(|error| {
            assert_eq!(error.name(), "TypeError");
            error.to_string()
        })
    }

    #[test]
    fn texts_of_any_language_are_taken_and_what_readers_would_lose_is_refused() {
        assert_eq!(refusal("", Vec::new()), None);
        assert_eq!(
            refusal("Übung 1 – 第一", vec![tag("ARTIST", "Ana"), tag("X", "")]),
            None
        );
        for (title, tags, why) in [
            ("", vec![tag("", "Ana")], "'Ana' has no name"),
            ("a\0b", Vec::new(), "NUL"),
            ("", vec![tag("A\0", "")], "NUL"),
            ("", vec![tag("A", "\0")], "NUL"),
        ] {
            let said = refusal(title, tags).unwrap_or_default();
            assert!(said.contains(why), "{said}");
        }
    }

    #[test]
    fn title_and_tags_have_64_kib_at_most() {
        let sized = |size: usize| refusal("T", vec![tag("NAME", &"v".repeat(size - 5))]);
        assert_eq!(sized(65_536), None);
        assert!(sized(65_537).unwrap().contains("65537 bytes"));
    }
}
