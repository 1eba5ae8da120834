//! The shell of Unix.
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Runs `command` with these arguments, $1 and so on.
pub fn shell(command: &str, arguments: &[OsString]) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command, "mediarec"]).args(arguments);
    // Ctrl-C stops the recording, not the commands.
    shell.process_group(0);
    shell
}
