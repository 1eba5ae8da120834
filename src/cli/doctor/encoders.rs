//! Encoders: what this program has, and whether the machine is fast enough for them.
use crate::cli::doctor::finding::Finding;
use mediarec::recorder::{EncodingInfo, MediaRecorder, VideoConfiguration};

const SUBJECT: &str = "encoders";
const VIDEO: [&str; 3] = ["vp8", "vp9", "av1"];

/// Tries each at the default size and rate.
pub fn look() -> Vec<Finding> {
    let video = VideoConfiguration::default();
    let of = |codec: &str| {
        let info = MediaRecorder::encoding_info(&format!("video/webm;codecs={codec}"), Some(&video));
        info.unwrap_or_default()
    };
    findings(&VIDEO.map(|codec| (codec, of(codec))))
}

fn findings(codecs: &[(&str, EncodingInfo)]) -> Vec<Finding> {
    let names = |is: fn(&EncodingInfo) -> bool| {
        let names = codecs.iter().filter(|(_, info)| is(info)).map(|(name, _)| *name);
        names.collect::<Vec<_>>().join(", ")
    };
    let fast = names(|info| info.smooth);
    let slow = names(|info| info.supported && !info.smooth);
    let missing = names(|info| !info.supported);
    let mut findings = Vec::new();
    if !fast.is_empty() {
        findings.push(Finding::ok(
            SUBJECT,
            format!("{fast}: fast enough for 1280x720 at 30 fps"),
        ));
    }
    if !slow.is_empty() {
        let message =
            format!("{slow}: too slow on this machine for 1280x720 at 30 fps, as busy as it is now");
        let advice =
            "Use another codec (--mime), a smaller size or a lower rate: --width 640 --frame-rate 15";
        findings.push(if fast.is_empty() {
            Finding::problem(SUBJECT, message, advice)
        } else {
            Finding::warning(SUBJECT, message, advice)
        });
    }
    if !missing.is_empty() {
        findings.push(Finding::warning(
            SUBJECT,
            format!("{missing}: not in this program"),
            "Build it with the feature av1, which is on by default and needs libaom (libaom-dev)",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Status;

    fn info(supported: bool, smooth: bool) -> EncodingInfo {
        let mut info = EncodingInfo::default();
        (info.supported, info.smooth) = (supported, smooth);
        info
    }

    #[test]
    fn encoders_that_are_slow_or_missing_are_named() {
        let (fast, slow, missing) = (info(true, true), info(true, false), info(false, false));
        let statuses = |codecs: &[(&str, EncodingInfo)]| -> Vec<_> {
            findings(codecs).iter().map(|finding| finding.status).collect()
        };
        assert_eq!(statuses(&[("vp8", fast), ("vp9", fast)]), [Status::Ok]);
        assert_eq!(
            statuses(&[("vp8", fast), ("vp9", slow)]),
            [Status::Ok, Status::Warning]
        );
        assert_eq!(statuses(&[("vp8", slow), ("vp9", slow)]), [Status::Problem]);
        let found = findings(&[("vp8", fast), ("av1", missing)]);
        assert_eq!(found[1].message, "av1: not in this program");
    }
}
