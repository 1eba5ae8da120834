//! Keys of objects: `PREFIX/HOST/DEVICE/YYYY/MM/DD/START-NAME`, of characters that are safe everywhere.
use jiff::Timestamp;
use std::path::Path;

/// Maximum length of each part in characters.
const MAX_PART: usize = 100;

/// What a key begins with: of this host and this device.
pub fn base(prefix: &str, host: &str, device: &str) -> String {
    let prefix = if prefix.is_empty() {
        String::new()
    } else {
        format!("{prefix}/")
    };
    format!("{prefix}{}/{}", safe(host), safe(device))
}

/// The key of a file whose media, or whose recording, starts at this time. Its time makes it unique: names of files are used
/// again.
pub fn of(base: &str, start: Timestamp, file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    format!(
        "{base}/{}-{}",
        start.strftime("%Y/%m/%d/%Y%m%dT%H%M%S.%3fZ"),
        safe(&name)
    )
}

/// Letters, digits, `.`, `_` and `-` as they are; each run of others becomes one `_`.
pub fn safe(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || ".-".contains(c) {
            safe.push(c);
        } else if !safe.ends_with('_') {
            safe.push('_');
        }
    }
    let safe = safe.trim_end_matches('_').trim_start_matches(['.', '_']);
    let skipped = safe.chars().count().saturating_sub(MAX_PART);
    // The end of a name has its number and its ending.
    let safe: String = safe.chars().skip(skipped).collect();
    if safe.is_empty() { "unnamed".into() } else { safe }
}

/// Name of this machine.
pub fn host() -> String {
    #[cfg(unix)]
    let name = nix::unistd::gethostname()
        .ok()
        .and_then(|name| name.into_string().ok());
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").ok();
    name.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_where_and_when_in_safe_characters() {
        let start: Timestamp = "2026-02-03T04:05:06.789Z".parse().unwrap();
        let base = base("cams/eu", "host.local", "Fake Camera (user)");
        assert_eq!(
            of(&base, start, Path::new("/a/b/Küche 1.webm")),
            "cams/eu/host.local/Fake_Camera_user/2026/02/03/20260203T040506.789Z-K_che_1.webm"
        );
        assert_eq!(super::base("", "h", ""), "h/unnamed");
    }

    #[test]
    fn nothing_in_a_part_leads_out_of_it() {
        for (text, expected) in [
            ("..", "unnamed"),
            ("../../etc", "etc"),
            ("a\0b#1", "a_b_1"),
            ("カメラ", "unnamed"),
        ] {
            assert_eq!(safe(text), expected);
        }
        assert_eq!(safe(&format!("{}.webm", "x".repeat(300))).len(), MAX_PART);
    }
}
