//! `mediarec list-devices`.
use crate::cli::args::{KindArg, ListDevicesArgs};
use crate::cli::plan::backend;
use mediarec::devices::{MediaDeviceInfo, MediaDeviceKind, MediaDevices};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Prints the devices.
///
/// # Errors
/// Those of the devices' enumeration and of standard output.
pub fn run(args: &ListDevicesArgs) -> anyhow::Result<()> {
    let devices = MediaDevices::new(backend(&args.fake)?);
    // Numbered before any is left out: --camera and --microphone count all of them.
    let all = devices.enumerate_devices()?.into_iter().enumerate();
    let is_wanted = |device: &MediaDeviceInfo| args.kind.is_none_or(|kind| device.kind == wanted(kind));
    let list: Vec<(usize, MediaDeviceInfo)> = all.filter(|(_, device)| is_wanted(device)).collect();
    let text = if args.json {
        let entries: Vec<Value> = list
            .iter()
            .map(|(_, device)| entry(device, args.capabilities))
            .collect();
        format!("{}\n", serde_json::to_string_pretty(&entries)?)
    } else {
        table(&list)
    };
    if list.is_empty() && !args.json {
        eprintln!("no devices; --fake-devices lists devices that need no hardware");
    }
    Ok(io::stdout().write_all(text.as_bytes())?)
}

/// The four members of `MediaDeviceInfo`, and what the device can do when that was asked for.
fn entry(device: &MediaDeviceInfo, with_capabilities: bool) -> Value {
    let mut entry = json!(device);
    if let Some(input) = device.as_input().filter(|_| with_capabilities) {
        entry["capabilities"] = json!(input.get_capabilities());
    }
    entry
}

fn wanted(kind: KindArg) -> MediaDeviceKind {
    match kind {
        KindArg::AudioInput => MediaDeviceKind::AudioInput,
        KindArg::VideoInput => MediaDeviceKind::VideoInput,
        KindArg::AudioOutput => MediaDeviceKind::AudioOutput,
    }
}

/// A line a device under a heading, columns aligned; the number is one that `--camera` and `--microphone` take.
fn table(list: &[(usize, MediaDeviceInfo)]) -> String {
    let heading = ["#", "KIND", "LABEL", "ID", "GROUP"].map(str::to_owned);
    let rows = list.iter().map(|(index, device)| {
        [
            (index + 1).to_string(),
            device.kind.as_str().to_owned(),
            device.label.clone(),
            device.device_id.clone(),
            device.group_id.clone(),
        ]
    });
    let rows: Vec<[String; 5]> = std::iter::once(heading).chain(rows).collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let (number, kind, label, id) = (width(0), width(1), width(2), width(3));
    let line = |[n, k, l, i, group]: &[String; 5]| {
        format!("{n:>number$}  {k:kind$}  {l:label$}  {i:id$}  {group}\n")
    };
    rows.iter().map(line).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mediarec::devices::{Backend, synthetic::FakeDevices};

    #[test]
    fn the_table_has_a_heading_and_aligned_columns() {
        let devices = MediaDevices::new(Backend::Fake(FakeDevices::default()));
        let list: Vec<_> = devices
            .enumerate_devices()
            .unwrap()
            .into_iter()
            .enumerate()
            .collect();
        let text = table(&list);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 7);
        let column = lines[0].find("LABEL").unwrap();
        assert!(lines[1][column..].starts_with("Fake microphone 1 "));
        assert!(lines[3][column..].starts_with("Fake camera 1 (user) "));
        let column = lines[0].find("ID").unwrap();
        assert!(lines[1..].iter().all(|line| line.as_bytes()[column - 1] == b' '));
    }
}
