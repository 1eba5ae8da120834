//! The help and the completions.
use crate::util::{Folder, run};

const SUBCOMMANDS: [&str; 13] = [
    "record",
    "photo",
    "list-devices",
    "probe",
    "supports",
    "constraints",
    "inspect",
    "check",
    "fix",
    "join",
    "ctl",
    "serve",
    "completions",
];

#[test]
fn every_shell_gets_completions_and_bash_understands_its_own() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let outcome = run(&mut folder.mediarec(&format!("completions {shell}")));
        assert_eq!(outcome.code, Some(0));
        assert!(
            outcome.text().contains("mediarec") && outcome.text().contains("list-devices"),
            "{shell}"
        );
        folder.write(shell, outcome.stdout);
    }
    let checked = run(&mut folder.program("bash", "-n bash"));
    assert_eq!((checked.code, &*checked.stderr), (Some(0), ""));
}

#[test]
fn every_command_has_examples_in_its_long_help_and_a_short_one_that_is_shorter() {
    let folder = Folder::new();
    for command in SUBCOMMANDS {
        let help = |flag: &str| {
            let outcome = run(&mut folder.mediarec(&format!("{command} {flag}")));
            assert_eq!(
                (outcome.code, &*outcome.stderr),
                (Some(0), ""),
                "{command} {flag}"
            );
            outcome.text().to_owned()
        };
        let (long, short) = (help("--help"), help("-h"));
        assert!(
            long.contains("Examples:") && long.contains(&format!("mediarec {command}")),
            "{command}"
        );
        assert!(short.lines().count() < long.lines().count(), "{command}");
        assert!(short.contains(&format!("Usage: mediarec {command}")), "{command}");
    }
    let outcome = run(&mut folder.mediarec("--help"));
    assert!(SUBCOMMANDS.iter().all(|command| outcome.text().contains(command)));
}

#[test]
fn every_example_of_the_help_is_a_command_that_is_understood() {
    let folder = Folder::new();
    for command in SUBCOMMANDS {
        let outcome = run(&mut folder.mediarec(&format!("{command} --help")));
        let examples = outcome.text().split("Examples:").nth(1).unwrap().to_owned();
        let lines = examples
            .lines()
            .filter(|line| line.starts_with("  mediarec ") || line.contains("| mediarec "));
        let mut count = 0;
        for line in lines {
            let begin = line.find("mediarec").unwrap();
            let words = line[begin..].split(['|', '>']).next().unwrap();
            // With --help behind it nothing is done, but all before it is parsed; a wrong flag is still wrong.
            let words = words.trim().strip_prefix("mediarec").unwrap();
            let parsed = run(&mut folder.mediarec(&format!("{words} --help")));
            assert_eq!(parsed.code, Some(0), "{line}: {}", parsed.stderr);
            count += 1;
        }
        assert!(count > 1, "{command}");
    }
    assert!(folder.names().is_empty());
}

#[test]
fn the_short_help_of_record_is_one_screen() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec("record -h"));
    let lines = outcome.text().lines().count();
    assert!(lines <= 50, "{lines}");
}
