//! Names of files that a recording makes one after the other: a path with the time (`%Y%m%d-%H%M%S`) and a number (`%03i`).
use jiff::Zoned;
use jiff::fmt::strtime;
use mediarec::error::{Error, Result};
use std::collections::HashSet;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

/// Names that are tried for a file whose own is taken, before it is an error.
const MAX_SUFFIX: u32 = 1000;

/// A path of which each component may contain conversions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePattern(Vec<Vec<Part>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// A conversion of strftime, such as `%Y`.
    Time(String),
    /// The number of the file, padded to this width.
    Number(usize),
}

/// A file whose name fits a pattern.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    pub number: Option<u64>,
}

impl NamePattern {
    /// # Errors
    /// `Type` for an unknown conversion, and if every file would have the same name.
    pub fn new(path: &Path) -> Result<Self> {
        let pattern = Self::of_one(path)?;
        pattern.check_varies(&path.to_string_lossy())?;
        Ok(pattern)
    }

    /// The same, if it is for one file only.
    ///
    /// # Errors
    /// `Type` for an unknown conversion.
    pub fn of_one(path: &Path) -> Result<Self> {
        let text = path.to_str().ok_or_else(|| Error::Type {
            message: format!("{} is not UTF-8; names with conversions must be", path.display()),
        })?;
        let components = text.split('/').map(parts).collect::<Option<Vec<_>>>();
        let pattern = Self(components.ok_or_else(|| unfinished(text))?);
        pattern.check(text)?;
        Ok(pattern)
    }

    fn check(&self, text: &str) -> Result<()> {
        let now = Zoned::now();
        for part in self.0.iter().flatten() {
            if let Part::Time(conversion) = part {
                let formatted = strtime::format(conversion, &now);
                formatted.ok().filter(|text| !text.contains('/')).ok_or_else(|| Error::Type {
                    message: format!(
                        "{text}: {conversion} cannot be in a name; use those of strftime, such as %Y%m%d-%H%M%S, %03i for a number, or \
                         %% for a percent sign"
                    ),
                })?;
            }
        }
        Ok(())
    }

    fn check_varies(&self, text: &str) -> Result<()> {
        if self.0.iter().flatten().any(|part| !matches!(part, Part::Text(_))) {
            return Ok(());
        }
        let path = Path::new(text);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let ending = path
            .extension()
            .map_or("webm".into(), |ending| ending.to_string_lossy());
        Err(Error::Type {
            message: format!(
                "every file would be named {text}; add a number or the time, as in '{stem}-%03i.{ending}' or \
                 '{stem}-%Y%m%d-%H%M%S.{ending}'"
            ),
        })
    }

    /// The name of a file of this time and this number.
    pub fn name(&self, time: &Zoned, number: u64) -> PathBuf {
        let component = |parts: &Vec<Part>| -> String {
            let texts = parts.iter().map(|part| match part {
                Part::Text(text) => text.clone(),
                // All were formatted once, when the pattern was made.
                Part::Time(conversion) => strtime::format(conversion, time).unwrap_or_default(),
                Part::Number(width) => format!("{number:0width$}"),
            });
            texts.collect()
        };
        self.0.iter().map(component).collect::<Vec<_>>().join("/").into()
    }

    /// The same, or if there is such a file already, the name with a number behind its stem.
    pub fn free_name(&self, time: &Zoned, number: u64) -> PathBuf {
        let name = self.name(time, number);
        if !is_taken(&name) {
            return name;
        }
        let stem = name.file_stem().unwrap_or_default().to_string_lossy();
        let ending = name.extension().map(|ending| format!(".{}", ending.display()));
        let ending = ending.unwrap_or_default();
        let mut others =
            (2..MAX_SUFFIX).map(|suffix| name.with_file_name(format!("{stem}-{suffix}{ending}")));
        others.find(|other| !is_taken(other)).unwrap_or(name.clone())
    }

    /// Creates the folders of a file of this pattern, from the first on whose name has the time or a number in it. Those before are
    /// not created: one that is missing may be a disk that is not mounted. If one cannot be, creating the file says why.
    pub fn create_folders(&self, path: &Path) {
        let (_, varying) = self.divided();
        let folders = varying.split_last().map_or(&[][..], |(_, folders)| folders);
        let count = folders.iter().filter(|parts| !parts.is_empty()).count();
        let folders: Vec<&Path> = path.ancestors().skip(1).take(count).collect();
        for folder in folders.into_iter().rev() {
            let _ = fs::create_dir(folder);
        }
    }

    /// The number after those of all files that are there.
    pub fn next_number(&self) -> u64 {
        let numbers = self.files().into_iter().filter_map(|found| found.number);
        numbers.max().map_or(0, |highest| highest + 1)
    }

    /// All files that are there with a name of this pattern, in no particular order. Links are followed in the part of the path
    /// that never varies, which the user has typed, and nowhere below it.
    pub fn files(&self) -> Vec<Found> {
        let mut found = Vec::new();
        let (folder, varying) = self.divided();
        collect(&folder, varying, None, &mut found);
        found
    }

    /// The folder that all files are in or below, whatever varies in their names.
    pub fn fixed_folder(&self) -> PathBuf {
        let (folder, _) = self.divided();
        if folder.as_os_str().is_empty() {
            ".".into()
        } else {
            folder
        }
    }

    /// The part that never varies, and the components from the first on that does.
    fn divided(&self) -> (PathBuf, &[Vec<Part>]) {
        let is_fixed = |parts: &&Vec<Part>| matches!(parts[..], [] | [Part::Text(_)]);
        let (fixed, varying) = self.0.split_at(self.0.iter().take_while(is_fixed).count());
        let is_absolute = fixed.first().is_some_and(Vec::is_empty);
        let mut folder = PathBuf::from(if is_absolute { "/" } else { "" });
        folder.extend(fixed.iter().flatten().filter_map(|part| match part {
            Part::Text(text) => Some(text),
            Part::Time(_) | Part::Number(_) => None,
        }));
        (folder, varying)
    }
}

/// Whether there is something, a dangling link included: such a file cannot be created.
fn is_taken(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Adds the files below `folder` whose components fit.
fn collect(folder: &Path, components: &[Vec<Part>], number: Option<u64>, found: &mut Vec<Found>) {
    let Some((first, rest)) = components.split_first() else {
        return;
    };
    let mut enter = |path: PathBuf, number| {
        let kind = fs::symlink_metadata(&path).map(|metadata| metadata.file_type());
        if !rest.is_empty() && kind.as_ref().is_ok_and(FileType::is_dir) {
            collect(&path, rest, number, found);
        } else if rest.is_empty() && kind.as_ref().is_ok_and(FileType::is_file) {
            found.push(Found { path, number });
        }
    };
    if let [] | [Part::Text(_)] = &first[..] {
        let name = first.first().map_or("", |part| match part {
            Part::Text(text) => text,
            _ => "",
        });
        enter(folder.join(name), number);
        return;
    }
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    // A folder that cannot be read has nothing of ours to be found.
    for entry in fs::read_dir(here).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let fit = if rest.is_empty() { fit_file } else { fit };
        if let Some(of_name) = name.to_str().and_then(|name| fit(first, name)) {
            enter(folder.join(&name), of_name.number.or(number));
        }
    }
}

/// What a name that fits says.
struct Fit {
    number: Option<u64>,
}

/// Fits the name of a file to these parts, also one that got a number behind its stem as the name was taken.
fn fit_file(parts: &[Part], name: &str) -> Option<Fit> {
    let without_suffix = || {
        let (stem, ending) = name.rsplit_once('.')?;
        let (stem, suffix) = stem.rsplit_once('-')?;
        let is_suffix = (2..MAX_SUFFIX).contains(&suffix.parse().ok()?);
        is_suffix.then(|| fit(parts, &format!("{stem}.{ending}")))?
    };
    fit(parts, name).or_else(without_suffix)
}

/// Fits a name to these parts.
fn fit(parts: &[Part], name: &str) -> Option<Fit> {
    fit_from(parts, name, &mut HashSet::new())
}

/// `failed` has the lengths of what is left of parts and name where it was tried in vain: there are many ways to divide a long
/// name, and each is tried once.
fn fit_from(parts: &[Part], name: &str, failed: &mut HashSet<(usize, usize)>) -> Option<Fit> {
    let Some((first, rest)) = parts.split_first() else {
        return name.is_empty().then_some(Fit { number: None });
    };
    let place = (parts.len(), name.len());
    if failed.contains(&place) {
        return None;
    }
    let found = match first {
        Part::Text(text) => name
            .strip_prefix(text.as_str())
            .and_then(|name| fit_from(rest, name, failed)),
        Part::Time(conversion) => {
            ends_of_time(conversion, name).find_map(|end| fit_from(rest, &name[end..], failed))
        }
        Part::Number(width) => {
            let length = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
            // The longest first: the number may have more digits than its width.
            (*width..=length).rev().find_map(|end| {
                let number = name[..end].parse().ok()?;
                let _ = fit_from(rest, &name[end..], failed)?;
                Some(Fit { number: Some(number) })
            })
        }
    };
    if found.is_none() {
        failed.insert(place);
    }
    found
}

/// Where a time that is converted so may end, if a name begins with it.
fn ends_of_time<'a>(conversion: &str, name: &'a str) -> impl Iterator<Item = usize> + use<'a> {
    let digits = digits(conversion);
    let is_of_time = move |c: char| match digits {
        Some(_) => c.is_ascii_digit(),
        None => c.is_alphanumeric() || "+-:., ".contains(c),
    };
    let characters = name.char_indices().take_while(move |(_, c)| is_of_time(*c));
    let ends = characters.map(|(index, c)| index + c.len_utf8());
    ends.filter(move |&end| digits.is_none_or(|count| end == count))
}

/// How many digits this conversion of a time always has, of those that names usually consist of.
fn digits(conversion: &str) -> Option<usize> {
    match conversion {
        "%Y" => Some(4),
        "%j" => Some(3),
        "%m" | "%d" | "%H" | "%M" | "%S" | "%y" => Some(2),
        _ => None,
    }
}

fn parts(component: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = component;
    while let Some(place) = rest.find('%') {
        text.push_str(&rest[..place]);
        let after = &rest[place + 1..];
        let end = after.find(|c: char| c.is_ascii_alphabetic() || c == '%')?;
        let (flags, conversion) = (&after[..end], after.as_bytes()[end]);
        match conversion {
            b'%' => text.push('%'),
            b'i' => {
                push_text(&mut parts, &mut text);
                parts.push(Part::Number(width(flags)?));
            }
            _ => {
                push_text(&mut parts, &mut text);
                parts.push(Part::Time(rest[place..=place + 1 + end].to_owned()));
            }
        }
        rest = &after[end + 1..];
    }
    text.push_str(rest);
    push_text(&mut parts, &mut text);
    Some(parts)
}

fn push_text(parts: &mut Vec<Part>, text: &mut String) {
    if !text.is_empty() {
        parts.push(Part::Text(std::mem::take(text)));
    }
}

/// The width in `%03i`, at most 20 digits.
fn width(flags: &str) -> Option<usize> {
    match flags {
        "" => Some(1),
        flags => flags.parse().ok().filter(|width| *width <= 20),
    }
}

fn unfinished(text: &str) -> Error {
    Error::Type {
        message: format!(
            "{text} has a % that is no conversion; write %% for a percent sign, and %03i for a number"
        ),
    }
}

#[cfg(test)]
mod tests;
