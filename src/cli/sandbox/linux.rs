//! The sandbox of Linux: Landlock for files, signals and the network, seccomp for system calls.
use crate::cli::sandbox::allowed_paths::AllowedPaths;
use crate::cli::sandbox::system_calls;
use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use mediarec::error::{Error, Result};
use std::path::{Path, PathBuf};

/// The newest kernel whose rights are taken away; older ones know fewer of them (Linux 6.12).
const NEWEST: ABI = ABI::V6;

/// Confines this thread, and all that it will start.
pub fn confine(paths: &AllowedPaths) -> Result<()> {
    let is_confined = confine_files(paths).is_ok_and(|status| status != RulesetStatus::NotEnforced);
    if !is_confined {
        return Err(unsupported(
            "Landlock (Linux 5.13 or newer, with landlock in its list of security modules)",
        ));
    }
    seccompiler::apply_filter(&system_calls::allowed()).map_err(|_| unsupported("seccomp"))
}

fn unsupported(what: &str) -> Error {
    Error::NotSupported {
        message: format!("--sandbox needs {what}; use a container or a user of its own"),
    }
}

fn confine_files(paths: &AllowedPaths) -> std::result::Result<RulesetStatus, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = AccessFs::from_all(NEWEST) & !not_needed();
    let there = paths.write.iter().map(|path| nearest(path));
    let status = Ruleset::default()
        // What every Landlock has; the rest as far as this kernel knows it.
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rules(path_beneath_rules(&paths.read, read))?
        .add_rules(path_beneath_rules(there, write))?
        .restrict_self()?;
    Ok(status.ruleset)
}

/// What no recording does in the folder of its output.
fn not_needed() -> BitFlags<AccessFs> {
    AccessFs::Execute
        | AccessFs::MakeBlock
        | AccessFs::MakeChar
        | AccessFs::MakeSock
        | AccessFs::MakeSym
        | AccessFs::IoctlDev
}

/// The path, or the folder above it that is there.
fn nearest(path: &Path) -> PathBuf {
    let there = path.ancestors().find(|path| path.exists());
    match there {
        Some(path) => path.to_owned(),
        // Of a relative path nothing is there but the current folder.
        None => ".".into(),
    }
}
