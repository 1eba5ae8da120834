//! The URL of `--upload`: where files are uploaded to.
use std::fmt::{self, Display};
use std::str::FromStr;

/// The kinds of stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    S3,
    Google,
    Azure,
    File,
}

/// Where files are uploaded to. It has no secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub scheme: Scheme,
    /// Bucket or container; empty for files.
    pub bucket: String,
    /// What every key begins with, or the folder of files.
    pub prefix: String,
}

const HELP: &str = "give s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://CONTAINER/PREFIX or file:///FOLDER";

impl FromStr for Destination {
    type Err = String;

    fn from_str(url: &str) -> std::result::Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or(HELP)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "s3" => Scheme::S3,
            "gs" => Scheme::Google,
            "az" => Scheme::Azure,
            "file" => Scheme::File,
            _ => return Err(HELP.into()),
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.contains('@') {
            // Not repeated: it would be in logs.
            return Err(
                "a URL must not have a name or password in it; keys come from the environment, such as \
                        AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                    .into(),
            );
        }
        if rest.contains(['?', '#']) {
            return Err(
                "a URL must not have ? or # in it; keys and options come from the environment".into(),
            );
        }
        if bucket.is_empty() != (scheme == Scheme::File) {
            return Err(HELP.into());
        }
        let prefix = prefix.trim_end_matches('/');
        Ok(Self {
            scheme,
            bucket: bucket.to_owned(),
            prefix: match scheme {
                Scheme::File => format!("/{prefix}"),
                _ => prefix.trim_start_matches('/').to_owned(),
            },
        })
    }
}

impl Destination {
    /// What keys begin with: those of a folder are below it.
    #[cfg(feature = "upload")]
    pub fn key_prefix(&self) -> &str {
        match self.scheme {
            Scheme::File => "",
            _ => &self.prefix,
        }
    }
}

impl Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::S3 => "s3",
            Scheme::Google => "gs",
            Scheme::Azure => "az",
            Scheme::File => return write!(f, "file://{}", self.prefix),
        };
        write!(f, "{scheme}://{}", self.bucket)?;
        match self.prefix.as_str() {
            "" => Ok(()),
            prefix => write!(f, "/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_bucket_and_a_prefix_or_a_folder() {
        for (url, bucket, prefix, shown) in [
            ("s3://b/p/q/", "b", "p/q", "s3://b/p/q"),
            ("S3://b", "b", "", "s3://b"),
            ("gs://b/", "b", "", "gs://b"),
            ("az://c/p", "c", "p", "az://c/p"),
            ("file:///srv/a b/", "", "/srv/a b", "file:///srv/a b"),
            ("file:///", "", "/", "file:///"),
        ] {
            let to: Destination = url.parse().unwrap();
            assert_eq!((&*to.bucket, &*to.prefix), (bucket, prefix), "{url}");
            assert_eq!(to.to_string(), shown);
            assert_eq!(shown.parse(), Ok(to));
        }
    }

    #[test]
    fn a_url_of_another_kind_or_with_a_secret_is_refused_and_not_repeated() {
        for url in ["", "b/p", "http://b/p", "s3://", "s3:///p", "file://host/p"] {
            assert_eq!(url.parse::<Destination>(), Err(HELP.into()), "{url}");
        }
        for url in ["s3://key:secret@b/p", "az://c/p?sig=secret", "s3://b/p#secret"] {
            let refusal = url.parse::<Destination>().unwrap_err();
            assert!(
                refusal.contains("environment") && !refusal.contains("secret@"),
                "{refusal}"
            );
            assert!(!refusal.contains("sig"), "{refusal}");
        }
    }
}
