//! `mediarec list-devices`: the devices as a table or JSON, and their changes.
use crate::cli::args::list_devices::{KindArg, ListDevicesArgs};
use crate::cli::backend::Backend;
use crate::cli::readable::printable;
use crate::cli::{exit, stderr, stdout};
use mediarec::clock::Clock;
use mediarec::devices::{MediaDeviceInfo, MediaDeviceKind, MediaDevices};
use mediarec::error::Error;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often a watch checks for changes.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Prints the devices, or with `--watch` their changes.
///
/// # Errors
/// Those of the devices' enumeration and of standard output.
pub fn run(args: &ListDevicesArgs) -> anyhow::Result<()> {
    let devices = Backend::new(&args.backend)?.devices(Clock::monotonic());
    if args.watch {
        return watch(args, &devices);
    }
    // Numbered before --kind: --camera and --microphone count all devices.
    let all = devices.enumerate_devices()?.into_iter().enumerate();
    let list: Vec<(usize, MediaDeviceInfo)> =
        all.filter(|(_, device)| is_listed(args, device.kind)).collect();
    let mut failures = failures(args, &devices, list.iter().map(|(_, device)| device.kind));
    if list.is_empty() && !failures.is_empty() {
        return Err(failures.swap_remove(0).into());
    }
    for failure in &failures {
        exit::say(failure);
    }
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
        stderr::say("no devices found; --fake-devices lists fake ones, which need no hardware");
    }
    stdout::print(text)
}

/// Why kinds of devices that are to be listed are missing.
fn failures(
    args: &ListDevicesArgs,
    devices: &MediaDevices,
    listed: impl Iterator<Item = MediaDeviceKind>,
) -> Vec<Error> {
    let listed: Vec<_> = listed.collect();
    let missing = MediaDeviceKind::ALL
        .into_iter()
        .filter(|kind| is_listed(args, *kind) && !listed.contains(kind));
    let mut failures: Vec<Error> = missing
        .filter_map(|kind| devices.check_listing(kind).err())
        .collect();
    // Microphones and speakers mostly fail together.
    failures.dedup_by_key(|failure| failure.to_string());
    failures
}

/// Prints a line of JSON for every change, until it is interrupted.
fn watch(args: &ListDevicesArgs, devices: &MediaDevices) -> anyhow::Result<()> {
    let interrupted = Arc::<AtomicBool>::default();
    let flag = interrupted.clone();
    ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst))?;
    let mut watch = devices.watch()?;
    let list = devices.enumerate_devices()?;
    for failure in failures(args, devices, list.iter().map(|device| device.kind)) {
        exit::say(&failure);
    }
    let mut known = entries(args, &list);
    while !interrupted.load(Ordering::SeqCst) {
        if let Some(change) = watch.poll()? {
            let list = entries(args, &change.devices);
            if list != known {
                let line = json!({
                    "type": "devicechange",
                    "time": format!("{:.3}", jiff::Timestamp::now()),
                    "devices": list,
                    "userInsertedDevices": entries(args, &change.user_inserted_devices),
                });
                stdout::print(format!("{line}\n"))?;
                known = list;
            }
        }
        thread::sleep(POLL_INTERVAL);
    }
    Ok(())
}

fn entries(args: &ListDevicesArgs, list: &[MediaDeviceInfo]) -> Vec<Value> {
    let listed = list.iter().filter(|device| is_listed(args, device.kind));
    listed.map(|device| entry(device, args.capabilities)).collect()
}

/// The members of `MediaDeviceInfo`, our own in a member `mediarec`, and the capabilities if requested.
fn entry(device: &MediaDeviceInfo, with_capabilities: bool) -> Value {
    let mut entry = json!(device);
    entry["mediarec"] = json!({ "default": device.is_default(), "names": device.names() });
    if let Some(input) = device.as_input().filter(|_| with_capabilities) {
        entry["capabilities"] = json!(input.get_capabilities());
    }
    entry
}

fn is_listed(args: &ListDevicesArgs, kind: MediaDeviceKind) -> bool {
    args.kind.is_none_or(|requested| {
        kind == match requested {
            KindArg::AudioInput => MediaDeviceKind::AudioInput,
            KindArg::VideoInput => MediaDeviceKind::VideoInput,
            KindArg::AudioOutput => MediaDeviceKind::AudioOutput,
        }
    })
}

/// One line per device under a heading; the numbers are those that `--camera` and `--microphone` take.
fn table(list: &[(usize, MediaDeviceInfo)]) -> String {
    let heading = ["#", "KIND", "LABEL", "NAME", "UNIT", "ID"].map(str::to_owned);
    let units = units(list);
    let rows = list.iter().map(|(index, device)| {
        let label = printable(&device.label);
        [
            (index + 1).to_string(),
            device.kind.as_str().to_owned(),
            // The entry "default" already has it in its label.
            if device.is_default() && device.device_id != "default" {
                format!("{label} (default)")
            } else {
                label
            },
            device
                .names()
                .first()
                .map_or(String::new(), |name| printable(name)),
            units
                .iter()
                .position(|unit| *unit == device.group_id)
                .map_or(String::new(), letter),
            printable(&device.device_id),
        ]
    });
    let rows: Vec<[String; 6]> = std::iter::once(heading).chain(rows).collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let [number, kind, label, name, unit] = [0, 1, 2, 3, 4].map(width);
    let line = |[n, k, l, m, u, id]: &[String; 6]| {
        format!("{n:>number$}  {k:kind$}  {l:label$}  {m:name$}  {u:unit$}  {id}\n")
    };
    rows.iter().map(line).collect::<Vec<_>>().concat()
}

/// The groups with more than one device: those of one piece of hardware.
fn units(list: &[(usize, MediaDeviceInfo)]) -> Vec<&str> {
    let mut units: Vec<&str> = Vec::new();
    for (index, (_, device)) in list.iter().enumerate() {
        let group = device.group_id.as_str();
        let is_shared = list[index + 1..]
            .iter()
            .any(|(_, other)| other.group_id == group && other.device_id != device.device_id);
        if is_shared && !units.contains(&group) {
            units.push(group);
        }
    }
    units
}

/// A, B, C, …
fn letter(index: usize) -> String {
    char::from_u32('A' as u32 + index as u32 % 26).map_or(String::new(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mediarec::devices::synthetic::FakeDevices;

    #[test]
    fn the_table_has_a_heading_and_aligned_columns() {
        let devices = MediaDevices::new(FakeDevices::default());
        let list: Vec<_> = devices
            .enumerate_devices()
            .unwrap()
            .into_iter()
            .enumerate()
            .collect();
        let text = table(&list);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 7);
        let column = |heading| lines[0].find(heading).unwrap();
        assert!(lines[1][column("LABEL")..].starts_with("Fake microphone 1 (default) "));
        assert!(lines[3][column("NAME")..].starts_with("camera1 "));
        assert!(
            lines[1..]
                .iter()
                .all(|line| line.as_bytes()[column("ID") - 1] == b' ')
        );
        let units: Vec<&str> = lines[1..]
            .iter()
            .map(|line| line[column("UNIT")..column("ID")].trim())
            .collect();
        assert_eq!(units, ["A", "B", "A", "", "B", "B"]);
    }
}
