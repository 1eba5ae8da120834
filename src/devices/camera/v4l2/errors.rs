//! Maps errors of V4L2 drivers to errors of the specification, with advice for the user.
use crate::devices::device_node::permission_denied;
use crate::error::Error;
use nix::errno::Errno;
use std::fs;
use std::io;
use std::path::Path;

/// Returns the error for a camera that cannot be opened or configured.
pub(super) fn open_error(node: &Path, error: io::Error) -> Error {
    let name = node.display();
    match errno(&error) {
        Some(Errno::EACCES | Errno::EPERM) => Error::NotAllowed {
            message: permission_denied(node, "the camera"),
            source: Some(error.into()),
        },
        Some(Errno::EBUSY) => Error::NotReadable {
            message: busy(&name.to_string(), &processes_using(node)),
            source: Some(error.into()),
        },
        Some(Errno::ENOENT | Errno::ENODEV | Errno::ENXIO) => Error::NotFound {
            message: format!("{name}: the camera is no longer connected; plug it in again"),
        },
        Some(Errno::ENOSPC) => Error::NotReadable {
            message: format!(
                "{name}: the USB bus has no bandwidth left for this size and frame rate; \
                 request less, or plug the camera into another port"
            ),
            source: Some(error.into()),
        },
        _ => Error::NotReadable {
            message: format!(
                "{name}: the camera cannot be started ({error}); unplug it and plug it in again"
            ),
            source: Some(error.into()),
        },
    }
}

/// Returns the error for a camera that failed while it was read.
pub(super) fn read_error(node: &Path, error: io::Error) -> Error {
    let name = node.display();
    let message = if is_disconnected(&error) {
        format!("{name}: the camera was unplugged")
    } else {
        format!("{name}: reading from the camera failed ({error})")
    };
    let source = Some(error.into());
    Error::NotReadable { message, source }
}

pub(super) fn is_disconnected(error: &io::Error) -> bool {
    matches!(errno(error), Some(Errno::ENODEV | Errno::ENXIO))
}

pub(super) fn errno(error: &io::Error) -> Option<Errno> {
    error.raw_os_error().map(Errno::from_raw)
}

fn busy(node: &str, processes: &[String]) -> String {
    match processes {
        [] => format!("{node}: the camera is in use by another program; close that program first"),
        some => format!(
            "{node}: the camera is in use by {}; close that program first",
            some.join(" and ")
        ),
    }
}

/// Returns the processes that have the node open, as "name (pid 123)", as far as this user may see them.
fn processes_using(node: &Path) -> Vec<String> {
    let own = std::process::id().to_string();
    let mut processes: Vec<String> = entries(Path::new("/proc"))
        .filter(|process| process.bytes().all(|digit| digit.is_ascii_digit()) && *process != own)
        .filter(|process| has_open(process, node))
        .map(|process| describe(&process))
        .collect();
    processes.sort();
    processes
}

fn has_open(process: &str, node: &Path) -> bool {
    let folder = Path::new("/proc").join(process).join("fd");
    entries(&folder).any(|file| fs::read_link(folder.join(file)).is_ok_and(|target| target == node))
}

fn describe(process: &str) -> String {
    let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
    match name.trim() {
        "" => format!("pid {process}"),
        name => format!("{name} (pid {process})"),
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = String> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    fn refused(errno: Errno) -> Error {
        open_error(Path::new("/dev/video7"), errno.into())
    }

    #[test]
    fn every_refusal_has_its_name_and_a_next_step() {
        for (errno, name, step) in [
            (Errno::EACCES, "NotAllowedError", "permission denied"),
            (Errno::EBUSY, "NotReadableError", "close that program first"),
            (Errno::ENOENT, "NotFoundError", "plug it in again"),
            (Errno::ENOSPC, "NotReadableError", "request less"),
            (Errno::EIO, "NotReadableError", "unplug it and plug it in again"),
        ] {
            let error = refused(errno);
            assert_eq!(error.name(), name);
            let message = error.to_string();
            assert!(
                message.starts_with("/dev/video7: ") && message.contains(step),
                "{message}"
            );
        }
    }

    #[test]
    fn a_busy_camera_names_who_holds_it() {
        assert_eq!(
            busy("/dev/video0", &["ffmpeg (pid 12)".into(), "pid 7".into()]),
            "/dev/video0: the camera is in use by ffmpeg (pid 12) and pid 7; close that program first"
        );
        // A program that has a file open in place of a node.
        let path = std::env::temp_dir().join(format!("mediarec-held-{}", std::process::id()));
        let file = fs::File::create(&path).unwrap();
        let mut child = Command::new("sleep")
            .arg("60")
            .stdin(Stdio::from(file))
            .spawn()
            .unwrap();
        let path = path.canonicalize().unwrap();
        let found = processes_using(&path);
        child.kill().unwrap();
        child.wait().unwrap();
        fs::remove_file(path).unwrap();
        assert_eq!(found, [format!("sleep (pid {})", child.id())]);
    }

    #[test]
    fn an_unplugged_camera_says_so() {
        let node = Path::new("/dev/video0");
        assert_eq!(
            read_error(node, Errno::ENODEV.into()).to_string(),
            "/dev/video0: the camera was unplugged"
        );
        let failed = read_error(node, Errno::EIO.into());
        assert_eq!(failed.name(), "NotReadableError");
        assert!(
            failed.to_string().contains("reading from the camera failed"),
            "{failed}"
        );
    }
}
