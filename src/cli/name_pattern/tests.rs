//! Names that are made of patterns, and files that fit them.
use super::*;
use jiff::civil::date;
use jiff::tz::TimeZone;

fn named(pattern: &str, number: u64) -> String {
    let time = date(2026, 2, 3).at(4, 5, 6, 0).to_zoned(TimeZone::UTC).unwrap();
    let name = NamePattern::new(Path::new(pattern)).unwrap().name(&time, number);
    name.to_str().unwrap().to_owned()
}

fn refusal(pattern: &str) -> String {
    NamePattern::new(Path::new(pattern)).unwrap_err().to_string()
}

#[test]
fn a_name_is_made_of_the_time_and_the_number() {
    assert_eq!(
        named("cam-%Y%m%d-%H%M%S-%03i.webm", 7),
        "cam-20260203-040506-007.webm"
    );
    assert_eq!(named("/a/%Y/%m/100%%-%i.webm", 1234), "/a/2026/02/100%-1234.webm");
}

#[test]
fn a_name_that_never_changes_or_cannot_be_made_is_refused_with_what_to_write() {
    assert!(refusal("cam.webm").contains("'cam-%03i.webm'"));
    assert!(refusal("cam-%Q.webm").contains("%Q cannot be in a name"));
    assert!(refusal("cam-%").contains("%%"));
    assert!(refusal("cam-%99i.webm").contains("%03i"));
}

#[test]
fn the_files_of_a_pattern_are_found_with_their_numbers_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir_all(path("2026/cam-5.webm")).unwrap();
    for name in [
        "2026/cam-004.webm",
        "2026/cam-1234.webm",
        "2026/cam-x.webm",
        "2026/cam-004.webm.part",
        "cam-004.webm",
    ] {
        fs::write(path(name), "").unwrap();
    }
    let pattern = NamePattern::new(&path("%Y/cam-%03i.webm")).unwrap();
    let mut found = pattern.files();
    found.sort_by_key(|found| found.number);
    let expected = [(4, "2026/cam-004.webm"), (1234, "2026/cam-1234.webm")].map(|(number, name)| Found {
        path: path(name),
        number: Some(number),
    });
    assert_eq!(found, expected);
}

#[test]
#[cfg(unix)]
fn no_link_is_followed_below_the_part_of_a_path_that_never_varies() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir_all(path("disk/2026/a")).unwrap();
    fs::create_dir_all(path("others/a")).unwrap();
    for name in ["disk/2026/a/0.webm", "others/a/1.webm"] {
        fs::write(path(name), "").unwrap();
    }
    symlink(path("disk"), path("link")).unwrap();
    symlink(path("others"), path("disk/2025")).unwrap();
    fs::create_dir(path("disk/2024")).unwrap();
    symlink(path("others/a"), path("disk/2024/a")).unwrap();
    symlink(path("others/a/1.webm"), path("disk/2026/a/1.webm")).unwrap();
    let pattern = NamePattern::new(&path("link/%Y/a/%i.webm")).unwrap();
    let found: Vec<PathBuf> = pattern.files().into_iter().map(|found| found.path).collect();
    assert_eq!(found, [path("link/2026/a/0.webm")]);
}

#[test]
fn folders_are_created_from_the_first_on_that_varies_and_none_before() {
    let folder = tempfile::tempdir().unwrap();
    let created = |pattern: &str| {
        let pattern = NamePattern::new(&folder.path().join(pattern)).unwrap();
        let name = pattern.name(&Zoned::now(), 7);
        pattern.create_folders(&name);
        name.parent().unwrap().is_dir()
    };
    for pattern in [
        "%i/a.webm",
        "%Y/%m/%d/a.webm",
        "b-%i/c//d/%Y/a.webm",
        "%i/a.webm",
        "a-%i.webm",
    ] {
        assert!(created(pattern), "{pattern}");
    }
    assert!(!created("missing/%Y/a.webm") && !folder.path().join("missing").exists());
}

#[test]
#[cfg(unix)]
fn the_name_of_a_dangling_link_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink("nowhere", path("a-0.webm")).unwrap();
    let pattern = NamePattern::new(&path("a-%i.webm")).unwrap();
    assert_eq!(pattern.free_name(&Zoned::now(), 0), path("a-0-2.webm"));
}

#[test]
fn a_date_is_digits_and_no_other_word() {
    let fits = |pattern: &str, name: &str| fit(&parts(pattern).unwrap(), name).is_some();
    assert!(fits("%Y%m%d-%H%M%S.webm", "20260203-040506.webm"));
    assert!(!fits("%Y%m%d-%H%M%S.webm", "history-20260203-040506.webm"));
    assert!(!fits("cam-%H.webm", "cam-04-history-12.webm"));
    assert!(!fits("cam-%Y.webm", "cam-20é6.webm"));
    assert!(fits("cam-%B-%A.webm", "cam-februar-dienstag.webm"));
    assert!(fits("cam-%s.webm", "cam-1770091506.webm"));
    assert!(fit_file(&parts("cam-%S.webm").unwrap(), "cam-06-2.webm").is_some());
    assert!(fit_file(&parts("cam-%S.webm").unwrap(), "cam-06-1.webm").is_none());
}

#[test]
fn a_long_name_that_does_not_fit_is_found_out_at_once() {
    let pattern = parts("%Y-%m-%d-%H-%M-%S-%i.webm").unwrap();
    assert!(fit(&pattern, &"-".repeat(255)).is_none());
    assert!(fit(&pattern, &"1-".repeat(127)).is_none());
    let fits = fit(&pattern, "2026-02-03-04-05-06-12.webm").unwrap();
    assert_eq!(fits.number, Some(12));
}
