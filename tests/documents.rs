//! README and docs/: links and paths lead somewhere, and commands have only flags that exist.
use crate::util::{Folder, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every page for readers, with its text.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "ARCHITECTURE.md",
        "benches/README.md",
    ]
    .iter()
    .map(|page| root.join(page))
    .collect();
    let docs = fs::read_dir(root.join("docs")).unwrap();
    paths.extend(docs.map(|entry| entry.unwrap().path()));
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// The anchor that GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|&c| c.is_alphanumeric() || " -_".contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn has_anchor(path: &Path, wanted: &str) -> bool {
    let text = fs::read_to_string(path).unwrap();
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    headings.any(|line| anchor(line.trim_start_matches('#')) == wanted)
}

/// What is between two texts.
fn between<'a>(text: &'a str, before: &str, behind: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before}"));
    rest.split(behind).next().unwrap()
}

#[test]
fn recipes_of_other_systems_have_the_version_and_the_features_of_the_debian_package() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let (manifest, arch, homebrew) = (
        read("Cargo.toml"),
        read("docs/packages/PKGBUILD"),
        read("docs/packages/mediarec.rb"),
    );
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(between(&arch, "\npkgver=", "\n"), version);
    assert_eq!(between(&homebrew, "/mediarec-", ".crate"), version);
    let debian = between(&manifest, "[package.metadata.deb]", "\nassets");
    let features = between(debian, "\nfeatures = [", "]").replace('"', "");
    assert_eq!(between(&arch, "\n_features=", "\n").replace(',', ", "), features);
    assert_eq!(
        between(&homebrew, "features = %w[", "]").replace(' ', ", "),
        features
    );
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    let mut links = 0;
    for (page, text) in pages() {
        for rest in text.split("](").skip(1) {
            let link = rest.split(')').next().unwrap();
            // Pages of the web, and items of the library's documentation.
            if link.contains("://") || link.contains("::") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                page.clone()
            } else {
                page.with_file_name(file)
            };
            assert!(target.exists(), "{}: {link}", page.display());
            let is_found = heading.is_empty() || has_anchor(&target, heading);
            assert!(is_found, "{}: {link}", page.display());
            links += 1;
        }
    }
    assert!(links > 40, "{links}");
}

#[test]
fn paths_in_the_documents_exist() {
    let folders = [
        "src/",
        "tests/",
        "docs/",
        "script/",
        "benches/",
        "fixtures/",
        "examples/",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (page, text) in pages() {
        for code in text.split('`').skip(1).step_by(2) {
            let path = code.split([' ', '\n', ':']).next().unwrap();
            if folders.iter().any(|folder| path.starts_with(folder)) {
                assert!(root.join(path).exists(), "{}: {path}", page.display());
            }
        }
    }
}

/// The commands of mediarec in the shell blocks of a page, without comments.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1);
    let code: String = blocks.map(|block| block.split("```").next().unwrap()).collect();
    let code = code.replace("\\\n", " ");
    let lines = code.lines().map(|line| line.split('#').next().unwrap());
    let parts = lines.flat_map(|line| line.split(" | "));
    let words = parts.filter_map(|part| part.split_once("mediarec "));
    words.map(|(_, words)| words.trim().to_owned()).collect()
}

/// The long flags in a command, without their values.
fn flags(words: &str) -> impl Iterator<Item = &str> {
    let words = words.split([' ', '\'', '=']);
    words.filter(|word| word.starts_with("--"))
}

#[test]
fn commands_in_the_documents_have_flags_that_exist() {
    let folder = Folder::new();
    let mut helps = BTreeMap::new();
    let mut checked = 0;
    for (page, text) in pages() {
        for command in commands(&text) {
            let subcommand = command.split(' ').next().unwrap();
            let help = || {
                run(&mut folder.mediarec(&format!("{subcommand} --help")))
                    .text()
                    .to_owned()
            };
            let help: &String = helps.entry(subcommand.to_owned()).or_insert_with(help);
            for flag in flags(&command) {
                assert!(help.contains(flag), "{}: {command}: {flag}", page.display());
            }
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
}
