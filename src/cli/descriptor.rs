//! Outputs that are open already, named by a path such as `/dev/stdout` or `/dev/fd/3`, which is what `>(command)` becomes.
use std::fs::File;
use std::io;
use std::path::Path;

/// Whether this is `-` or another name of standard output.
pub fn is_stdout(path: &Path) -> bool {
    path == Path::new("-") || number(path) == Some(1)
}

/// The number of the open file descriptor that the path names, if it names one.
pub fn number(path: &Path) -> Option<u32> {
    if !cfg!(unix) {
        return None;
    }
    match path.to_str()? {
        "/dev/stdin" => Some(0),
        "/dev/stdout" => Some(1),
        "/dev/stderr" => Some(2),
        path => {
            let digits = path
                .strip_prefix("/dev/fd/")
                .or_else(|| path.strip_prefix("/proc/self/fd/"))?;
            let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|_| is_number)
        }
    }
}

/// The same open file, with the position that it shares with the shell that opened it.
///
/// # Errors
/// If it is not open, or not for writing.
pub fn duplicate(number: u32) -> io::Result<File> {
    check(number)?;
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        match number {
            0 => io::stdin().as_fd().try_clone_to_owned().map(File::from),
            1 => io::stdout().as_fd().try_clone_to_owned().map(File::from),
            2 => io::stderr().as_fd().try_clone_to_owned().map(File::from),
            _ => inherited(number),
        }
    }
    #[cfg(not(unix))]
    Err(io::ErrorKind::Unsupported.into())
}

/// On Linux, opening `/dev/fd/N` would open a regular file a second time, at its beginning.
#[cfg(target_os = "linux")]
fn inherited(number: u32) -> io::Result<File> {
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
    let target = i32::try_from(number).map_err(io::Error::other)?;
    let this = pidfd_open(getpid(), PidfdFlags::empty());
    let duplicate = this.and_then(|this| pidfd_getfd(this, target, PidfdGetfdFlags::empty()));
    match duplicate {
        Ok(descriptor) => Ok(File::from(descriptor)),
        // Not there before Linux 5.6, and forbidden in some containers.
        Err(_) => reopened(number),
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn inherited(number: u32) -> io::Result<File> {
    File::options().write(true).open(format!("/dev/fd/{number}"))
}

#[cfg(target_os = "linux")]
fn reopened(number: u32) -> io::Result<File> {
    use std::io::{Seek, SeekFrom};
    let append = flags(number).is_some_and(|flags| flags & 0o2000 != 0);
    let path = format!("/proc/self/fd/{number}");
    let mut file = File::options().write(!append).append(append).open(path)?;
    if file.metadata()?.is_file()
        && let Some(position) = field(number, "pos:").and_then(|text| text.parse().ok())
    {
        file.seek(SeekFrom::Start(position))?;
    }
    Ok(file)
}

/// Files that this program has opened itself are closed on exec; those that it inherited are not.
#[cfg(target_os = "linux")]
fn check(number: u32) -> io::Result<()> {
    const ACCESS_MODE: u32 = 0o3;
    const CLOSE_ON_EXEC: u32 = 0o2_000_000;
    match flags(number) {
        // Known for ever if /proc is mounted.
        None if !Path::new("/proc/self/fdinfo").exists() => Ok(()),
        Some(flags) if flags & CLOSE_ON_EXEC == 0 && flags & ACCESS_MODE == 0 => Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it is open for reading only",
        )),
        Some(flags) if flags & CLOSE_ON_EXEC == 0 => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::NotFound, "it is not open")),
    }
}

#[cfg(not(target_os = "linux"))]
fn check(_number: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
fn flags(number: u32) -> Option<u32> {
    u32::from_str_radix(&field(number, "flags:")?, 8).ok()
}

#[cfg(target_os = "linux")]
fn field(number: u32, name: &str) -> Option<String> {
    let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{number}")).ok()?;
    let value = info.lines().find_map(|line| line.strip_prefix(name))?;
    Some(value.trim().to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_known_by_their_paths() {
        let numbers = [
            ("/dev/stdout", Some(1)),
            ("/dev/fd/63", Some(63)),
            ("/proc/self/fd/3", Some(3)),
            ("/dev/fd/+3", None),
            ("/dev/fd/", None),
            ("/dev/null", None),
            ("fd/3", None),
        ];
        for (path, expected) in numbers {
            assert_eq!(number(Path::new(path)), expected, "{path}");
        }
    }
}
