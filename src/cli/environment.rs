//! `MEDIAREC_…` in the environment stands for long flags, as long as what is typed leaves room for it.
use clap::builder::FalseyValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, Id};
use std::env;
use std::ffi::OsString;

/// What turns a flag off; everything else turns it on.
const OFF: [&str; 6] = ["0", "f", "false", "n", "no", "off"];

/// What a photo has no use for, whatever recordings are to be like.
const NOT_OF_PHOTOS: [&str; 3] = ["audio", "microphone", "no_video"];

/// Parses the command line and what the environment adds to it; help, version and mistakes end the program here.
pub fn parse(definition: &Command, line: &[OsString]) -> ArgMatches {
    let counted = counted(definition, line);
    with_variables(definition, &counted).get_matches_from(line)
}

/// The long flags whose variables count.
///
/// A variable that would make a mistake of what is typed is left out: nobody has typed it. Two that make a mistake
/// together are one all the same.
fn counted(definition: &Command, line: &[OsString]) -> Vec<String> {
    let set = set(definition);
    if set.is_empty() {
        // As usual; then one parse is enough.
        return set;
    }
    let mistake = |flags: &[String]| {
        let parsed = with_variables(definition, flags).try_get_matches_from(line);
        parsed.err().map(|error| error.kind())
    };
    let mut counted = Vec::new();
    let mut so_far = mistake(&counted);
    for flag in set {
        if mistake(std::slice::from_ref(&flag)) == Some(ErrorKind::ArgumentConflict) {
            continue;
        }
        counted.push(flag);
        let now = mistake(&counted);
        // What it needs may be in the environment, too; then it was before it.
        if now == Some(ErrorKind::MissingRequiredArgument) && now != so_far {
            counted.pop();
        } else {
            so_far = now;
        }
    }
    counted
}

/// The long flags that have a variable with something in it, in the order of the definition.
fn set(definition: &Command) -> Vec<String> {
    let mut set = Vec::new();
    let commands = definition
        .get_subcommands()
        .filter(|&command| heeds_variables(command));
    for arg in commands.flat_map(Command::get_arguments) {
        if let Some(flag) = arg.get_long().filter(|_| is_set(arg))
            && !set.iter().any(|other| other == flag)
        {
            set.push(flag.to_owned());
        }
    }
    set
}

/// Of `supports`, width and its like are no constraints.
fn heeds_variables(command: &Command) -> bool {
    command.get_name() != "supports"
}

fn is_set(arg: &Arg) -> bool {
    let Some(value) = arg.get_long().and_then(|flag| env::var_os(variable(flag))) else {
        return false;
    };
    let is_flag = matches!(arg.get_action(), ArgAction::SetTrue) || arg.get_id() == "fake_devices";
    let is_off = || OFF.iter().any(|off| value.eq_ignore_ascii_case(off));
    !(value.is_empty() || is_flag && is_off())
}

/// `MEDIAREC_VIDEO_BITRATE` for `video-bitrate`.
fn variable(flag: &str) -> String {
    format!("MEDIAREC_{}", flag.to_uppercase().replace('-', "_"))
}

/// The definition with the variables of these flags.
fn with_variables(definition: &Command, flags: &[String]) -> Command {
    definition.clone().mut_subcommands(|command| {
        if !heeds_variables(&command) {
            return command;
        }
        let is_photo = command.get_name() == "photo";
        let of_devices = of_devices(&command);
        command.mut_args(|arg| {
            let counts = arg
                .get_long()
                .is_some_and(|flag| flags.iter().any(|one| one == flag));
            if counts && !(is_photo && NOT_OF_PHOTOS.contains(&arg.get_id().as_str())) {
                with_variable(arg, &of_devices)
            } else {
                arg
            }
        })
    })
}

fn with_variable(arg: Arg, of_devices: &[Id]) -> Arg {
    let Some(name) = arg.get_long().map(variable) else {
        return arg;
    };
    let arg = arg.env(name).hide_env(true);
    // What is asked of devices is not asked of files; typed together, they are refused by the plan.
    let arg = match arg.get_id().as_str() {
        "input" => arg.conflicts_with_all(of_devices.to_vec()),
        id if of_devices.iter().any(|one| one.as_str() == id) => arg.conflicts_with("input"),
        _ => arg,
    };
    match arg.get_action() {
        // "1" and "yes" are as good as "true".
        ArgAction::SetTrue => arg.value_parser(FalseyValueParser::new()),
        _ => arg,
    }
}

/// What asks something of devices, where there could be files instead.
fn of_devices(command: &Command) -> Vec<Id> {
    if !command.get_arguments().any(|arg| arg.get_id() == "input") {
        return Vec::new();
    }
    let of_devices = command.get_arguments().filter(|arg| {
        arg.get_help_heading() == Some("Constraints")
            && !["no_video", "no_audio", "strict"].contains(&arg.get_id().as_str())
    });
    of_devices.map(|arg| arg.get_id().clone()).collect()
}
