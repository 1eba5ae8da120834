//! What is said of uploads: trouble once, and the sum at the end.
use crate::cli::upload::report::Report;
use indicatif::HumanBytes;
use std::path::PathBuf;

/// What has arrived, and what has not.
pub struct Summary {
    to: String,
    spool: PathBuf,
    files: u64,
    bytes: u64,
    /// The last trouble, until something arrives.
    trouble: Option<String>,
}

impl Summary {
    pub fn new(to: String, spool: PathBuf) -> Self {
        Self {
            to,
            spool,
            files: 0,
            bytes: 0,
            trouble: None,
        }
    }

    /// Counts a report. Returns what to tell the user.
    pub fn add(&mut self, report: &Report) -> Option<String> {
        let spool = self.spool.display();
        match report {
            Report::Arrived { size, .. } => {
                self.files += 1;
                self.bytes += size;
                None
            }
            Report::Failed {
                message,
                file: Some(file),
            } => Some(format!("{} is not uploaded: {message}", file.display())),
            Report::Failed { message, file: None } => {
                // Several recordings may wait for one reason.
                let is_new = self.trouble.replace(message.clone()).as_ref() != Some(message);
                is_new.then(|| format!("upload: {message}; files wait in {spool}, and are tried again"))
            }
            Report::Recovered => self.trouble.take().map(|_| "upload: it works again".to_owned()),
            Report::Gone { file } => Some(format!("{} was removed before it was uploaded", file.display())),
            Report::Waiting { files, bytes } => {
                let why = self
                    .trouble
                    .as_ref()
                    .map(|trouble| format!(": {trouble}"))
                    .unwrap_or_default();
                let files = counted(*files as u64);
                Some(format!(
                    "{files} ({}) not uploaded yet{why}; the next recording in {spool} sends the rest, or 'mediarec upload {spool}'",
                    HumanBytes(*bytes)
                ))
            }
        }
    }

    /// Whether something failed, and nothing has worked since.
    pub fn is_in_trouble(&self) -> bool {
        self.trouble.is_some()
    }

    /// What has arrived.
    pub fn arrived(&self) -> String {
        format!(
            "uploaded {} ({}) to {}",
            counted(self.files),
            HumanBytes(self.bytes),
            self.to
        )
    }
}

fn counted(files: u64) -> String {
    if files == 1 {
        "1 file".into()
    } else {
        format!("{files} files")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_the_reason_for_what_is_left_until_it_is_over() {
        let mut summary = Summary::new("s3://b".into(), "d".into());
        let failed = Report::Failed {
            message: "no net".into(),
            file: None,
        };
        let waiting = Report::Waiting { files: 1, bytes: 10 };
        let arrived = Report::Arrived {
            file: "a".into(),
            key: "k".into(),
            size: 5,
        };
        assert!(summary.add(&failed).unwrap().contains("no net; files wait in d"));
        assert!(
            summary
                .add(&waiting)
                .unwrap()
                .starts_with("1 file (10 B) not uploaded yet: no net;")
        );
        assert_eq!(summary.add(&arrived), None);
        assert!(summary.add(&Report::Recovered).is_some());
        assert!(
            summary
                .add(&waiting)
                .unwrap()
                .contains("yet; the next recording in d")
        );
        assert_eq!(summary.arrived(), "uploaded 1 file (5 B) to s3://b");
    }
}
