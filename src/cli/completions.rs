//! `mediarec completions`; the checked-in completions and manual pages are generated and compared here too.
use crate::cli::args::definition;
use crate::cli::stdout;
use clap_complete::{Shell, generate};

/// Prints the completions of a shell.
///
/// # Errors
/// Those of standard output.
pub fn run(shell: Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    generate(shell, &mut definition(), "mediarec", &mut script);
    stdout::print(script)
}

// The pages are those of a build with all flags.
#[cfg(all(feature = "camera", feature = "microphone"))]
#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// Everything that is generated from the definition, by path.
    fn generated() -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let names = [
            (Shell::Bash, "mediarec.bash"),
            (Shell::Zsh, "_mediarec"),
            (Shell::Fish, "mediarec.fish"),
            (Shell::Elvish, "mediarec.elv"),
            (Shell::PowerShell, "_mediarec.ps1"),
        ];
        for (shell, name) in names {
            let mut script = Vec::new();
            generate(shell, &mut definition(), "mediarec", &mut script);
            files.insert(Path::new("completions").join(name), script);
        }
        let mut command = definition().name("mediarec");
        command.build();
        add_pages(&command, &mut files);
        files
    }

    fn add_pages(command: &clap::Command, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
        let name = command.get_display_name().unwrap_or("mediarec").to_owned();
        let mut page = Vec::new();
        let titled = command.clone().name(clap::builder::Str::from(name.clone()));
        clap_mangen::Man::new(titled).render(&mut page).unwrap();
        files.insert(Path::new("man").join(format!("{name}.1")), page);
        for subcommand in command.get_subcommands() {
            add_pages(subcommand, files);
        }
    }

    /// `MEDIAREC_GENERATE=1 cargo test generated` regenerates the files.
    #[test]
    fn the_checked_in_pages_and_completions_are_generated_from_the_definition() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let write = std::env::var_os("MEDIAREC_GENERATE").is_some();
        for (path, content) in generated() {
            let full = root.join(&path);
            if write {
                fs::create_dir_all(full.parent().unwrap()).unwrap();
                fs::write(&full, &content).unwrap();
            }
            let same = fs::read(&full).is_ok_and(|checked_in| checked_in == content);
            assert!(
                same,
                "{} is stale: run MEDIAREC_GENERATE=1 cargo test generated",
                path.display()
            );
        }
    }
}
