//! Who may use a device of the kernel: what its node in /dev tells, for users who may not.
use nix::unistd::{Gid, Group};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Returns why this user may not use a device, such as "the camera", and what to do.
pub(super) fn permission_denied(node: &Path, what: &str) -> String {
    message(&node.display().to_string(), what, group(node).as_deref())
}

fn message(node: &str, what: &str, group: Option<&str>) -> String {
    match group {
        Some(group) if group != "root" => format!(
            "{node}: permission denied; {what} belongs to the group {group}: \
             join it with \"sudo usermod -aG {group} $USER\" and log in again"
        ),
        _ => format!("{node}: permission denied; only root may use {what}"),
    }
}

fn group(node: &Path) -> Option<String> {
    let id = fs::metadata(node).ok()?.gid();
    let named = Group::from_gid(Gid::from_raw(id)).ok().flatten();
    Some(named.map_or_else(|| id.to_string(), |group| group.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_lacks_the_permission_is_told_which_group_to_join() {
        assert_eq!(
            message("/dev/video0", "the camera", Some("video")),
            "/dev/video0: permission denied; the camera belongs to the group video: \
             join it with \"sudo usermod -aG video $USER\" and log in again"
        );
        let of_root = message("/dev/video0", "the camera", Some("root"));
        assert!(of_root.ends_with("only root may use the camera"));
        assert!(group(Path::new("/dev/null")).is_some());
    }
}
