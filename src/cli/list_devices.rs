//! `mediarec list-devices`.
use crate::cli::args::{KindArg, ListDevicesArgs};
use crate::cli::plan::backend;
use mediarec::devices::{MediaDeviceInfo, MediaDeviceKind, MediaDevices};
use std::io::{self, Write};

/// Prints the devices.
///
/// # Errors
/// Those of the devices' enumeration and of standard output.
pub fn run(args: &ListDevicesArgs) -> anyhow::Result<()> {
    let devices = MediaDevices::new(backend(&args.fake)?);
    let mut list = devices.enumerate_devices()?;
    if let Some(kind) = args.kind {
        list.retain(|device| device.kind == wanted(kind));
    }
    let text = if args.json {
        format!("{}\n", serde_json::to_string_pretty(&list)?)
    } else {
        table(&list)
    };
    if list.is_empty() && !args.json {
        eprintln!("no devices; --fake-devices lists devices that need no hardware");
    }
    Ok(io::stdout().write_all(text.as_bytes())?)
}

fn wanted(kind: KindArg) -> MediaDeviceKind {
    match kind {
        KindArg::AudioInput => MediaDeviceKind::AudioInput,
        KindArg::VideoInput => MediaDeviceKind::VideoInput,
        KindArg::AudioOutput => MediaDeviceKind::AudioOutput,
    }
}

/// A line a device, columns aligned, under a heading.
fn table(list: &[MediaDeviceInfo]) -> String {
    let rows = list
        .iter()
        .map(|d| [d.kind.as_str(), &d.label, &d.device_id, &d.group_id]);
    let rows: Vec<[&str; 4]> = std::iter::once(["KIND", "LABEL", "ID", "GROUP"])
        .chain(rows)
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let (kind, label, id) = (width(0), width(1), width(2));
    let lines: Vec<String> = rows
        .iter()
        .map(|[a, b, c, d]| format!("{a:kind$}  {b:label$}  {c:id$}  {d}\n"))
        .collect();
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mediarec::devices::{Backend, synthetic::FakeDevices};

    #[test]
    fn the_table_has_a_heading_and_aligned_columns() {
        let devices = MediaDevices::new(Backend::Fake(FakeDevices::default()));
        let text = table(&devices.enumerate_devices().unwrap());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 7);
        let column = lines[0].find("ID").unwrap();
        assert_eq!(&lines[1][column..column + 4], "mic1");
        assert_eq!(&lines[3][column..column + 7], "camera1");
    }
}
