//! The shell of Windows. Its commands take no arguments: what they are run for is in environment variables alone.
use std::ffi::OsString;
use std::os::windows::process::CommandExt;
use std::process::Command;

/// `CREATE_NEW_PROCESS_GROUP`: Ctrl-C stops the recording, not the commands.
const NEW_PROCESS_GROUP: u32 = 0x200;

/// Runs `command` as it was typed.
pub fn shell(command: &str, _arguments: &[OsString]) -> Command {
    let mut shell = Command::new("cmd");
    // With /S only the outer quotes are removed, so that the command may have quotes of its own.
    shell.raw_arg(format!("/D /S /C \"{command}\""));
    shell.creation_flags(NEW_PROCESS_GROUP);
    shell
}
