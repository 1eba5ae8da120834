//! What a recording in the sandbox may open. A pure conversion, from the arguments.
use crate::cli::args::record::RecordArgs;
use crate::cli::descriptor;
use crate::cli::name_pattern::NamePattern;
use crate::cli::preview::target::PreviewTarget;
use crate::cli::whep;
use mediarec::error::{Error, Result};
use std::env;
use std::path::{Path, PathBuf};

/// Files of the system that are read while it records: the time zone, and how many processors there are.
const OF_THE_SYSTEM: [&str; 5] = [
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/proc/self",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup",
];

/// Files and folders, with all that is below them.
#[derive(Debug, PartialEq, Eq)]
pub struct AllowedPaths {
    pub read: Vec<PathBuf>,
    /// To be read too. One that is not there yet stands for the folder in which it is created.
    pub write: Vec<PathBuf>,
}

impl AllowedPaths {
    /// # Errors
    /// `Type` for what needs more than files: devices, other programs, the network.
    pub fn new(args: &RecordArgs) -> Result<Self> {
        match unconfined(args) {
            Some(what) => Err(Error::Type {
                message: format!("--sandbox records files and raw video, and {what}; remove one of them"),
            }),
            None => Ok(Self {
                read: read(args),
                write: write(args)?,
            }),
        }
    }
}

/// What a sandbox cannot give.
fn unconfined(args: &RecordArgs) -> Option<&'static str> {
    let (source, output) = (&args.source, &args.output);
    let constraints = &source.constraints;
    let has_files = !source.input.is_empty() || source.canvas.is_some();
    let has_microphone = !constraints.audio.is_empty() || constraints.microphone.is_some();
    let runs =
        output.on_chunk.is_some() || args.segments.on_segment.is_some() || args.alarms.on_alarm.is_some();
    let reasons = [
        (args.network.listen.is_some(), "--listen needs the network"),
        (args.network.whip.is_some(), "--whip needs the network"),
        (
            whep::plan::is_meant(source),
            "--input whep+https://… needs the network",
        ),
        (
            !has_files || has_microphone,
            "cameras and microphones need more than that",
        ),
        (
            runs,
            "commands of --on-chunk, --on-segment and --on-alarm are other programs",
        ),
        (output.control.is_some(), "--control needs a socket"),
        (
            matches!(args.preview.preview, Some(PreviewTarget::Page(_))),
            "--preview needs the network",
        ),
        (args.upload.upload.is_some(), "--upload needs the network"),
        (
            env::var_os("NOTIFY_SOCKET").is_some(),
            "the service manager is told by a socket (Type=exec in the unit needs none)",
        ),
    ];
    reasons
        .into_iter()
        .find(|(applies, _)| *applies)
        .map(|(_, what)| what)
}

fn read(args: &RecordArgs) -> Vec<PathBuf> {
    // A pipe that is open already needs no permission, and cannot be given one.
    let is_open = |path: &&PathBuf| descriptor::number(path).is_some() && !path.is_file();
    let inputs = args.source.input.iter().filter(|path| !is_open(path));
    inputs.cloned().chain(OF_THE_SYSTEM.map(PathBuf::from)).collect()
}

/// Folders of outputs, as files beside them are made and renamed.
fn write(args: &RecordArgs) -> Result<Vec<PathBuf>> {
    let (output, segments) = (&args.output, &args.segments);
    let mut folders: Vec<PathBuf> = output.chunks.iter().cloned().collect();
    let events = output
        .events
        .as_deref()
        .filter(|&name| name != "-" && !name.starts_with("fd:"));
    let files = events
        .map(Path::new)
        .into_iter()
        .chain(segments.segment_list.as_deref());
    folders.extend(files.map(folder));
    match &output.output {
        Some(path) if segments.divide() => folders.push(NamePattern::new(path)?.fixed_folder()),
        Some(path) if descriptor::is_stdout(path) || descriptor::number(path).is_some() => {}
        Some(path) => folders.push(folder(path)),
        None => folders.push(".".into()),
    }
    let clips = args
        .history
        .history_file
        .as_deref()
        .map(NamePattern::new)
        .transpose()?;
    folders.extend(clips.map(|pattern| pattern.fixed_folder()));
    Ok(folders)
}

/// The folder that a file is in.
fn folder(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => ".".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Command;
    use crate::cli::args::tests::parsed;

    fn allowed(line: &str) -> Result<AllowedPaths> {
        let Command::Record(args) = parsed(&format!("record --sandbox {line}")) else {
            unreachable!("it is record");
        };
        AllowedPaths::new(&args)
    }

    fn refusal(line: &str) -> String {
        allowed(line).unwrap_err().to_string()
    }

    #[test]
    fn inputs_can_be_read_and_the_folders_of_outputs_written() {
        let of = |line| allowed(line).unwrap();
        let paths = of("--input in/a.webm --input b.wav -o out/o.webm --events log/e --chunks c");
        assert_eq!(paths.read[..2], ["in/a.webm", "b.wav"].map(PathBuf::from));
        assert_eq!(paths.write, ["c", "log", "out"].map(PathBuf::from));
        let paths = of("--input a.webm --segment-time 1m -o cams/%Y/%H.webm --segment-list /var/l.csv");
        assert_eq!(paths.write, ["/var", "cams"].map(PathBuf::from));
        assert_eq!(of("--input a.webm -o o.webm").write, [PathBuf::from(".")]);
        assert_eq!(of("--input a.webm -o - --events -").write, [] as [PathBuf; 0]);
        assert_eq!(of("--canvas 64x48").write, [PathBuf::from(".")]);
    }

    #[test]
    fn what_needs_more_than_files_is_refused() {
        for line in ["", "--fake-devices", "--canvas 64x48 --audio"] {
            assert!(refusal(line).contains("cameras and microphones"), "{line}");
        }
        let file = "--input a.webm --chunks c --on-chunk ./upload";
        assert!(refusal(file).contains("other programs"));
        assert!(refusal("--input a.webm --control s").contains("socket"));
    }
}
