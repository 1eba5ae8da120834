//! The disk that recordings are to be written to: whether it can be written, how much is free, how fast it is.
use crate::cli::doctor::finding::Finding;
use crate::cli::free_space::free_space;
use indicatif::HumanBytes;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

const SUBJECT: &str = "disk";
/// Bytes per second of a recording at the default bit rates.
const RECORDING: f64 = (2_500_000 + 128_000) as f64 / 8.0;
/// What is written to find out how fast it is.
const TRIAL: usize = 16 << 20;
const BLOCK: usize = 1 << 20;
/// How long that may take.
const MAX_TIME: Duration = Duration::from_secs(3);
/// Free space, in hours of a recording, below which it is little.
const LITTLE: f64 = 1.0;

/// Writes to a temporary file in this folder.
pub fn look(folder: &Path) -> Finding {
    let name = folder.display();
    let free = free_space(&folder.join("recording"));
    match write_speed(folder) {
        Ok(speed) => finding(&name.to_string(), speed, free),
        Err(error) => Finding::problem(
            SUBJECT,
            format!("{name} cannot be written: {error}"),
            advice(&error),
        ),
    }
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Remove something, or record elsewhere: -o /another/disk/talk.webm"
        }
        io::ErrorKind::NotFound => "Create the folder, or mount its disk",
        _ => "Record into a folder of your own, with -o FOLDER/NAME.webm",
    }
}

/// Bytes per second that reach the disk.
fn write_speed(folder: &Path) -> io::Result<f64> {
    let mut file = tempfile::tempfile_in(folder)?;
    // What can be compressed says nothing.
    let block: Vec<u8> = (0..BLOCK as u64)
        .map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) as u8)
        .collect();
    let start = Instant::now();
    let mut written = 0;
    while written < TRIAL && start.elapsed() < MAX_TIME {
        file.write_all(&block)?;
        file.sync_data()?;
        written += block.len();
    }
    Ok(written as f64 / start.elapsed().as_secs_f64().max(1e-9))
}

fn finding(name: &str, speed: f64, free: Option<u64>) -> Finding {
    let hours = free.map(|free| free as f64 / RECORDING / 3600.0);
    let room = match (free, hours) {
        (Some(free), Some(hours)) => format!("{} free, {} of a recording; ", HumanBytes(free), long(hours)),
        _ => String::new(),
    };
    let message = format!("{name}: {room}{} a second", HumanBytes(speed as u64));
    if hours.is_some_and(|hours| hours < LITTLE) {
        return Finding::warning(
            SUBJECT,
            message,
            "Remove something, or record elsewhere: -o /another/disk/talk.webm",
        );
    }
    if speed < RECORDING * 4.0 {
        let advice = "It may be too slow: record to another disk, or with a lower --video-bitrate";
        return Finding::warning(SUBJECT, message, advice);
    }
    Finding::ok(SUBJECT, message)
}

fn long(hours: f64) -> String {
    match hours {
        hours if hours < 1.0 => format!("{:.0} minutes", hours * 60.0),
        hours if hours < 48.0 => format!("{hours:.0} hours"),
        hours => format!("{:.0} days", hours / 24.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Status;

    #[test]
    fn a_disk_needs_room_for_an_hour_and_four_times_the_speed_of_a_recording() {
        let status = |speed, free| finding("d", speed, free).status;
        assert_eq!(status(5e7, Some(10 << 30)), Status::Ok);
        assert_eq!(status(5e7, None), Status::Ok);
        assert_eq!(status(5e7, Some(1 << 30)), Status::Warning);
        assert_eq!(status(1e6, Some(10 << 30)), Status::Warning);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_a_problem_with_a_way_out() {
        let found = look(Path::new("/nowhere/at/all"));
        assert_eq!(found.status, Status::Problem);
        assert_eq!(
            found.advice.as_deref(),
            Some("Create the folder, or mount its disk")
        );
    }
}
