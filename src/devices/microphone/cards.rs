//! What the kernel tells about its sound cards in /sys and /proc.
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// Returns the physical unit of a card, such as `usb:1-2`, or `None` if it is built in or unknown.
pub(super) fn unit(card: u32) -> Option<String> {
    let device = fs::canonicalize(format!("/sys/class/sound/card{card}/device")).ok()?;
    usb_device(&device)
}

/// Returns the number of the card with this id, such as `PCH`.
pub(super) fn number(id: &str) -> Option<u32> {
    let link = fs::read_link(Path::new("/proc/asound").join(id)).ok()?;
    link.to_str()?.strip_prefix("card")?.parse().ok()
}

/// Returns the name and id of the process that records from a card, as far as this user may see it.
pub(super) fn recording_process(card: u32) -> Option<String> {
    let devices = fs::read_dir(format!("/proc/asound/card{card}")).ok()?;
    let captures = devices.flatten().map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("pcm") && name.ends_with('c')
    });
    let streams = captures
        .filter_map(|path| fs::read_dir(path).ok())
        .flatten()
        .flatten();
    let thread = streams
        .filter_map(|stream| fs::read_to_string(stream.path().join("status")).ok())
        .find_map(|status| owner_pid(&status))?;
    let process = fs::read_to_string(format!("/proc/{thread}/status"));
    let process = process
        .ok()
        .and_then(|status| process_of(&status))
        .unwrap_or(thread);
    let name = fs::read_to_string(format!("/proc/{process}/comm"));
    Some(match name {
        Ok(name) => format!("{} (process {process})", name.trim()),
        Err(_) => format!("process {process}"),
    })
}

/// Returns the node of a sound card, if there are cards and this user may open none of them.
pub(super) fn denied_node() -> Option<PathBuf> {
    let nodes = fs::read_dir("/dev/snd").ok()?.flatten();
    let controls = nodes.filter(|node| node.file_name().to_string_lossy().starts_with("controlC"));
    first_if_all_denied(controls.map(|node| node.path()).collect())
}

fn first_if_all_denied(mut nodes: Vec<PathBuf>) -> Option<PathBuf> {
    nodes.sort();
    let is_denied =
        |node: &PathBuf| File::open(node).is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
    nodes.iter().all(is_denied).then(|| nodes.into_iter().next())?
}

/// Returns the USB device of a path in /sys: the last component that is a port, such as `1-2.4`.
fn usb_device(path: &Path) -> Option<String> {
    let mut parts = path.components().rev().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    parts.find(|name| is_port(name)).map(|name| format!("usb:{name}"))
}

fn is_port(name: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.split_once('-')
        .is_some_and(|(bus, ports)| number(bus) && ports.split('.').all(number))
}

/// Returns the process of a thread, from the thread's status.
fn process_of(status: &str) -> Option<u32> {
    status
        .lines()
        .find_map(|line| line.strip_prefix("Tgid:"))?
        .trim()
        .parse()
        .ok()
}

/// Returns the id of the thread that opened a stream, from the stream's status, or `None` if it is closed.
fn owner_pid(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("owner_pid"))?;
    line.trim_start_matches([' ', '\t', ':']).trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usb_card_is_known_by_its_port() {
        let unit = |path| usb_device(Path::new(path));
        let webcam = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.2";
        assert_eq!(unit(webcam).as_deref(), Some("usb:1-2"));
        let behind_hubs = "/sys/devices/pci0000:00/0000:00:14.0/usb3/3-1/3-1.4/3-1.4.2/3-1.4.2:1.0";
        assert_eq!(unit(behind_hubs).as_deref(), Some("usb:3-1.4.2"));
        assert_eq!(unit("/sys/devices/pci0000:00/0000:00:1f.3"), None);
        assert_eq!(unit("/sys/devices/platform/snd_aloop.0"), None);
    }

    #[test]
    fn a_thread_names_its_process() {
        let status = fs::read_to_string("/proc/thread-self/status").unwrap();
        assert_eq!(process_of(&status), Some(std::process::id()));
    }

    #[test]
    fn without_cards_nothing_is_denied() {
        assert_eq!(first_if_all_denied(Vec::new()), None);
        assert_eq!(first_if_all_denied(vec!["/dev/null".into()]), None);
    }

    #[test]
    fn an_open_stream_names_its_process() {
        let open = "state: RUNNING\nowner_pid   : 4711\ntrigger_time: 12.3\n";
        assert_eq!(owner_pid(open), Some(4711));
        assert_eq!(owner_pid("closed\n"), None);
    }
}
