//! From the arguments of `serve` to those of a recording. A pure conversion.
use crate::cli::args::output::OutputArgs;
use crate::cli::args::record::RecordArgs;
use crate::cli::args::serve::ServeArgs;
use crate::cli::descriptor;
use crate::cli::listen::plan::ListenPlan;
use crate::cli::name_pattern::NamePattern;
use clap::{Args, Command, FromArgMatches};
use mediarec::error::{Error, Result};
use std::path::{Component, Path, PathBuf};

/// The name of the publisher in a pattern.
const NAME: &str = "%{name}";

/// The arguments of `record` that record what a publisher sends, to this file or these segments.
///
/// # Errors
/// None: `record` needs no arguments.
pub fn record_args(args: &ServeArgs, output: PathBuf) -> anyhow::Result<RecordArgs> {
    let defaults = RecordArgs::augment_args(Command::new("record")).try_get_matches_from(["record"])?;
    let mut recorded = RecordArgs::from_arg_matches(&defaults)?;
    recorded.network.listen = Some(args.url.clone());
    recorded.network.listen_token.clone_from(&args.listen_token);
    recorded.network.ice = args.ice.clone();
    recorded.preview.access.tls_cert.clone_from(&args.tls_cert);
    recorded.preview.access.tls_key.clone_from(&args.tls_key);
    recorded.recorder.duration = args.duration;
    recorded.recorder.max_size = args.max_size;
    recorded.segments = args.segments.clone();
    recorded.metadata = args.metadata.clone();
    recorded.output = OutputArgs {
        output: Some(output),
        quiet: args.quiet,
        verbose: !args.quiet,
        ..recorded.output
    };
    Ok(recorded)
}

/// Who may publish, and where to.
///
/// # Errors
/// `Type` for names that would all be the same, what is no file, a token that no header can have, and if this program was built
/// without the network.
pub fn listen_plan(args: &ServeArgs) -> anyhow::Result<ListenPlan> {
    if descriptor::is_stdout(&args.output) || descriptor::number(&args.output).is_some() {
        return Err(Error::Type {
            message: format!("each publisher gets a file of its own; use -o with a name such as '{NAME}-%Y%m%d-%H%M%S.webm'"),
        }
        .into());
    }
    // Names of publishers differ as numbers do.
    NamePattern::new(&with_name(&args.output, "%i")?)?;
    let plan = ListenPlan::new(&record_args(args, args.output.clone())?, "serve")?;
    plan.ok_or_else(|| anyhow::anyhow!("there is no URL"))
}

/// The pattern with the name of a publisher in it.
///
/// # Errors
/// `Type` for a name that is not UTF-8.
pub fn with_name(pattern: &Path, name: &str) -> Result<PathBuf> {
    let text = pattern.to_str().ok_or_else(|| Error::Type {
        message: format!(
            "{} is not UTF-8; names with conversions must be",
            pattern.display()
        ),
    })?;
    let mut named = String::new();
    let mut rest = text;
    while let Some(place) = rest.find('%') {
        let (before, conversion) = rest.split_at(place);
        named.push_str(before);
        let (written, length) = if conversion.starts_with(NAME) {
            (name, NAME.len())
        } else if conversion.starts_with("%%") {
            ("%%", 2)
        } else {
            ("%", 1)
        };
        named.push_str(written);
        rest = &conversion[length..];
    }
    named.push_str(rest);
    Ok(named.into())
}

/// The folders of the publisher's files that are created, the outermost first: from the one on that the pattern names after the
/// publisher, up to those with the time or a number, which are created with each file.
pub fn folders_to_create(pattern: &Path, named: &Path) -> Vec<PathBuf> {
    let folders = |path: &Path| path.parent().map(Path::to_path_buf).unwrap_or_default();
    let (pattern, named) = (folders(pattern), folders(named));
    let text = |part: Component| part.as_os_str().to_string_lossy().into_owned();
    let (mut path, mut found, mut is_publishers) = (PathBuf::new(), Vec::new(), false);
    for (of_pattern, part) in pattern.components().zip(named.components()) {
        is_publishers |= text(of_pattern).contains(NAME);
        if text(part).contains('%') {
            break;
        }
        path.push(part);
        if is_publishers {
            found.push(path.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::tests::parsed;

    fn named(pattern: &str) -> String {
        with_name(Path::new(pattern), "hall")
            .unwrap()
            .display()
            .to_string()
    }

    #[test]
    fn the_name_of_the_publisher_is_put_into_the_pattern_and_the_rest_is_left() {
        assert_eq!(named("%{name}-%Y%m%d.webm"), "hall-%Y%m%d.webm");
        assert_eq!(named("a/%{name}/%{name}-%03i.webm"), "a/hall/hall-%03i.webm");
        assert_eq!(named("100%%{name}-%{name"), "100%%{name}-%{name");
        assert_eq!(named(""), "");
    }

    #[test]
    fn files_that_would_all_have_one_name_are_refused() {
        let plan = |line: &str| {
            let crate::cli::args::Command::Serve(args) = parsed(&format!("serve {line}")) else {
                panic!("serve is a command");
            };
            listen_plan(&args).map(|_| ()).map_err(|error| error.to_string())
        };
        assert!(
            plan("-o a.webm")
                .unwrap_err()
                .contains("every file would be named")
        );
        assert!(
            plan("-o %{nome}.webm")
                .unwrap_err()
                .contains("cannot be in a name")
        );
        assert!(plan("-o -").unwrap_err().contains("a file of its own"));
        if cfg!(all(feature = "network", feature = "preview")) {
            assert_eq!(plan(""), Ok(()));
            assert_eq!(plan("-o %{name}.webm"), Ok(()));
            assert!(plan("--listen-token short").unwrap_err().contains("8 letters"));
        }
    }

    #[test]
    fn a_folder_is_created_only_if_it_is_the_publishers() {
        let folders = |pattern: &str| folders_to_create(Path::new(pattern), Path::new(&named(pattern)));
        assert_eq!(folders("no/%{name}/%i"), [Path::new("no/hall")]);
        assert_eq!(
            folders("no/%{name}/b/%Y/c/%i"),
            [Path::new("no/hall"), Path::new("no/hall/b")]
        );
        assert!(folders("no/%Y/%{name}/%i").is_empty());
        assert!(folders("no/%{name}-%i").is_empty());
        assert!(folders("%{name}").is_empty());
    }
}
