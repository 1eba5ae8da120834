//! The sound server of Linux, PulseAudio or PipeWire: without one, microphones are opened through ALSA.
use crate::cli::doctor::finding::Finding;
#[cfg(target_os = "linux")]
use std::path::{Path, PathBuf};

#[cfg(not(target_os = "linux"))]
pub fn look() -> Option<Finding> {
    None
}

/// Whether it can be reached; nothing is said about one that is elsewhere.
#[cfg(target_os = "linux")]
pub fn look() -> Option<Finding> {
    if std::env::var_os("PULSE_SERVER").is_some_and(|server| !server.to_string_lossy().contains('/')) {
        return None;
    }
    let named = std::env::var("PULSE_SERVER").ok();
    let named = named.map(|name| PathBuf::from(name.trim_start_matches("unix:")));
    let usual = || std::env::var_os("XDG_RUNTIME_DIR").map(|folder| Path::new(&folder).join("pulse/native"));
    Some(judge(named.or_else(usual).as_deref(), name))
}

/// The name and version of the server that recordings would use.
#[cfg(target_os = "linux")]
fn name() -> Option<String> {
    #[cfg(feature = "microphone")]
    return mediarec::devices::MicrophoneBackend::PulseAudio.server_name();
    #[cfg(not(feature = "microphone"))]
    None
}

#[cfg(target_os = "linux")]
fn judge(socket: Option<&Path>, name_of_server: fn() -> Option<String>) -> Finding {
    use std::io::ErrorKind::{ConnectionRefused, NotFound, PermissionDenied};
    use std::os::unix::net::UnixStream;
    const SUBJECT: &str = "sound server";
    let start = "Start it: systemctl --user restart pipewire-pulse, or pulseaudio --start. Without one, ALSA is used: one program \
                 at a time can open a microphone";
    let Some(socket) = socket else {
        return Finding::warning(SUBJECT, "there is none: XDG_RUNTIME_DIR is not set", start);
    };
    let name = socket.display();
    match UnixStream::connect(socket) {
        Ok(_) => {
            let server = name_of_server().unwrap_or_else(|| "it".into());
            Finding::ok(SUBJECT, format!("{server} answers at {name}"))
        }
        Err(error) => match error.kind() {
            NotFound => Finding::warning(SUBJECT, format!("there is none: {name} does not exist"), start),
            ConnectionRefused => Finding::warning(
                SUBJECT,
                format!("{name} was left by a server that has died"),
                start,
            ),
            PermissionDenied => Finding::warning(
                SUBJECT,
                format!("{name} belongs to another user"),
                "Record as the user who is logged in; with sudo and in services the server of another user cannot be reached",
            ),
            _ => Finding::warning(SUBJECT, format!("{name}: {error}"), start),
        },
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Status;
    use std::os::unix::net::UnixListener;

    #[test]
    fn a_socket_without_a_server_is_told_from_one_that_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("native");
        let unknown: fn() -> Option<String> = || None;
        assert!(judge(Some(&socket), unknown).message.contains("does not exist"));
        let listener = UnixListener::bind(&socket).unwrap();
        assert_eq!(judge(Some(&socket), unknown).status, Status::Ok);
        let known = judge(Some(&socket), || Some("PipeWire 1.0".into()));
        assert!(known.message.starts_with("PipeWire 1.0 answers at "));
        drop(listener);
        assert!(
            judge(Some(&socket), unknown)
                .message
                .contains("left by a server that has died")
        );
        assert_eq!(judge(None, unknown).status, Status::Warning);
    }
}
