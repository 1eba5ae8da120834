//! Whether the alarms that a program requests can be watched for.
use crate::error::{Error, Result};
use crate::recorder::alarms::alarm::Alarm;
use crate::streams::MediaStreamTrack;

/// Checks alarms for a recording of these tracks, of which some are copied.
///
/// # Errors
/// `Type` for a value out of range, an alarm that is there twice, and one for a kind that is not recorded; `NotSupported` for one
/// of a track that is copied.
pub(crate) fn check(
    alarms: &[Alarm],
    tracks: &[MediaStreamTrack],
    is_copied: impl Fn(&MediaStreamTrack) -> bool,
) -> Result<()> {
    for (number, alarm) in alarms.iter().enumerate() {
        alarm.check()?;
        let name = alarm.name();
        if alarms[..number].iter().any(|other| other.name() == name) {
            return Err(Error::type_error(format!(
                "the alarm '{name}' is given twice; leave one of them out"
            )));
        }
        let Some(kind) = alarm.kind() else {
            continue;
        };
        let of_kind = || tracks.iter().filter(|track| track.kind() == kind);
        let kind = kind.as_str();
        if of_kind().next().is_none() {
            return Err(Error::type_error(format!(
                "the alarm '{name}' is for {kind}, and no {kind} is recorded; leave it out or record {kind}"
            )));
        }
        if let Some(track) = of_kind().find(|track| is_copied(track)) {
            return Err(Error::not_supported(format!(
                "the alarm '{name}' cannot be measured: the {kind} of {} is copied without decoding it; re-encode it or \
                 leave the alarm out",
                track.label()
            )));
        }
    }
    Ok(())
}
