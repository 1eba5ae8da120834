//! What was found out about one thing that a recording needs.
use serde::Serialize;

/// Whether it is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Ok,
    /// A recording can be made, and may not be what was expected.
    Warning,
    /// A recording with it cannot be made, or would be empty.
    Problem,
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub subject: &'static str,
    pub status: Status,
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    pub fn ok(subject: &'static str, message: impl Into<String>) -> Self {
        Self {
            subject,
            status: Status::Ok,
            message: message.into(),
            advice: None,
        }
    }

    pub fn warning(subject: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::bad(subject, Status::Warning, message, advice)
    }

    pub fn problem(subject: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::bad(subject, Status::Problem, message, advice)
    }

    /// An error whose message says what to do, behind a semicolon.
    pub fn error(subject: &'static str, label: Option<&str>, error: &impl ToString) -> Self {
        let text = error.to_string();
        let (message, advice) = match text.split_once("; ") {
            Some((message, advice)) => (message, Some(capitalized(advice))),
            None => (text.as_str(), None),
        };
        let message = match label {
            Some(label) if !message.contains(label) => format!("{label}: {message}"),
            _ => message.to_owned(),
        };
        Self {
            subject,
            status: Status::Problem,
            message,
            advice,
        }
    }

    fn bad(
        subject: &'static str,
        status: Status,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            subject,
            status,
            message: message.into(),
            advice: Some(advice.into()),
        }
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_of_an_error_is_what_follows_its_semicolon() {
        let finding = Finding::error("camera", Some("Cam"), &"it is busy; close it");
        assert_eq!(finding, Finding::problem("camera", "Cam: it is busy", "Close it"));
        let finding = Finding::error("camera", Some("Cam"), &"Cam is gone");
        assert_eq!((&*finding.message, finding.advice), ("Cam is gone", None));
    }
}
