//! `MEDIAREC_…` variables set long flags, unless they conflict with what is typed.
use crate::cli::tips;
use clap::builder::BoolishValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, Id};
use std::env;
use std::ffi::OsString;

/// Values that turn a flag off.
const OFF: [&str; 6] = ["0", "f", "false", "n", "no", "off"];

/// Variables that `photo` ignores, as they are meant for recordings.
const IGNORED_BY_PHOTO: [&str; 3] = ["audio", "microphone", "no_video"];

/// Parses the command line and the environment. Help, version and usage errors end the program here.
pub fn parse(definition: &Command, line: &[OsString]) -> ArgMatches {
    let effective = effective(definition, line);
    with_variables(definition, &effective)
        .try_get_matches_from(line)
        .unwrap_or_else(|error| tips::add(error, line, definition).exit())
}

/// The long flags whose variables take effect.
///
/// A variable that would turn what is typed into a usage error is left out: flags override the environment. Two variables
/// that conflict with each other are an error all the same.
fn effective(definition: &Command, line: &[OsString]) -> Vec<String> {
    let set = set(definition);
    if set.is_empty() {
        // The common case; one parse is enough.
        return set;
    }
    let error_kind = |flags: &[String]| {
        let parsed = with_variables(definition, flags).try_get_matches_from(line);
        parsed.err().map(|error| error.kind())
    };
    let mut effective = Vec::new();
    let mut so_far = error_kind(&effective);
    for flag in set {
        if error_kind(std::slice::from_ref(&flag)) == Some(ErrorKind::ArgumentConflict) {
            continue;
        }
        effective.push(flag);
        let now = error_kind(&effective);
        // A flag that it requires may be in the environment too; then it came before.
        if now == Some(ErrorKind::MissingRequiredArgument) && now != so_far {
            effective.pop();
        } else {
            so_far = now;
        }
    }
    effective
}

/// The long flags whose variable is set, in the order of the definition.
fn set(definition: &Command) -> Vec<String> {
    let mut set = Vec::new();
    let commands = definition
        .get_subcommands()
        .filter(|&command| has_variables(command));
    for arg in commands.flat_map(Command::get_arguments) {
        if let Some(flag) = arg.get_long().filter(|_| is_set(arg))
            && !set.iter().any(|other| other == flag)
        {
            set.push(flag.to_owned());
        }
    }
    set
}

/// The variables that set flags, of those that are there.
pub fn variables(definition: &Command) -> Vec<String> {
    set(definition).iter().map(|flag| variable(flag)).collect()
}

/// `supports` has none: its `--width` and the like are not constraints.
fn has_variables(command: &Command) -> bool {
    command.get_name() != "supports"
}

fn is_set(arg: &Arg) -> bool {
    let Some(value) = arg.get_long().and_then(|flag| env::var_os(variable(flag))) else {
        return false;
    };
    let needs_no_value = arg.get_num_args().is_some_and(|count| count.min_values() == 0);
    let is_flag = matches!(arg.get_action(), ArgAction::SetTrue) || needs_no_value;
    let is_off = || OFF.iter().any(|off| value.eq_ignore_ascii_case(off));
    !(value.is_empty() || is_flag && is_off())
}

/// `MEDIAREC_VIDEO_BITRATE` for `video-bitrate`.
fn variable(flag: &str) -> String {
    format!("MEDIAREC_{}", flag.to_uppercase().replace('-', "_"))
}

/// The definition, with the variables of these flags.
fn with_variables(definition: &Command, flags: &[String]) -> Command {
    definition.clone().mut_subcommands(|command| {
        if !has_variables(&command) {
            return command;
        }
        let is_photo = command.get_name() == "photo";
        let device_flags = device_flags(&command);
        command.mut_args(|arg| {
            let counts = arg
                .get_long()
                .is_some_and(|flag| flags.iter().any(|one| one == flag));
            if counts && !(is_photo && IGNORED_BY_PHOTO.contains(&arg.get_id().as_str())) {
                with_variable(arg, &device_flags)
            } else {
                arg
            }
        })
    })
}

fn with_variable(arg: Arg, device_flags: &[Id]) -> Arg {
    let Some(name) = arg.get_long().map(variable) else {
        return arg;
    };
    let arg = arg.env(name).hide_env(true);
    // Device flags do not apply to files; if both are typed, the plan refuses them.
    let arg = match arg.get_id().as_str() {
        "input" => arg.conflicts_with_all(device_flags.to_vec()),
        id if device_flags.iter().any(|one| one.as_str() == id) => arg.conflicts_with("input"),
        _ => arg,
    };
    match arg.get_action() {
        // "1" and "yes" mean "true".
        ArgAction::SetTrue => arg.value_parser(BoolishValueParser::new()),
        _ => arg,
    }
}

/// The flags that apply to devices only, of a subcommand that can read files instead.
fn device_flags(command: &Command) -> Vec<Id> {
    if !command.get_arguments().any(|arg| arg.get_id() == "input") {
        return Vec::new();
    }
    let device_flags = command.get_arguments().filter(|arg| {
        arg.get_help_heading() == Some("Constraints")
            && !["no_video", "no_audio", "strict"].contains(&arg.get_id().as_str())
    });
    device_flags.map(|arg| arg.get_id().clone()).collect()
}
