//! The system's clock, which names of files and dates in them come from.
use crate::cli::doctor::finding::Finding;
use jiff::Zoned;
use jiff::civil::date;

const SUBJECT: &str = "clock";

/// A clock without a battery begins in the past.
pub fn look() -> Finding {
    judge(&Zoned::now())
}

fn judge(now: &Zoned) -> Finding {
    let text = now.strftime("%Y-%m-%d %H:%M:%S %Z").to_string();
    if now.date() < date(2026, 1, 1) {
        return Finding::warning(
            SUBJECT,
            format!("{text} is in the past"),
            "Set it, for the names and dates of recordings: timedatectl set-ntp true. Times within them do not depend on it",
        );
    }
    Finding::ok(SUBJECT, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Status;

    #[test]
    fn a_clock_that_was_never_set_is_told() {
        let at = |year| judge(&date(year, 6, 1).at(0, 0, 0, 0).in_tz("UTC").unwrap()).status;
        assert_eq!([at(1970), at(2026)], [Status::Warning, Status::Ok]);
    }
}
