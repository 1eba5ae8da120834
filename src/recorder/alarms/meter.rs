//! `Meter`: measures frames, as far as alarms need it.
use crate::clock::Timestamp;
use crate::media::{AudioBlock, Picture, VideoFrame};
use crate::recorder::alarms::alarm::Alarm;
use crate::recorder::alarms::blackness::is_black;
use crate::recorder::alarms::observation::Observation;
use std::sync::Arc;

/// What is measured, and the picture that the next one is compared with.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    compares: bool,
    looks_for_black: bool,
    previous: Option<Arc<Picture>>,
}

impl Meter {
    /// Measures what these alarms need.
    pub(super) fn new(alarms: &[Alarm]) -> Self {
        let has = |name| alarms.iter().any(|alarm| alarm.name() == name);
        Self {
            compares: has("frozen"),
            looks_for_black: has("black"),
            previous: None,
        }
    }

    /// `muted` is whether the source delivers nothing by now; black frames are there in place of what it would deliver.
    pub(super) fn video(&mut self, frame: &VideoFrame, muted: bool) -> Observation {
        Observation::Video {
            at: frame.time,
            is_new: self.compares && self.is_new(&frame.picture, muted),
            is_black: self.looks_for_black && is_black(&frame.picture),
        }
    }

    fn is_new(&mut self, picture: &Arc<Picture>, muted: bool) -> bool {
        // Pictures that differ do so within a few rows, so that is soon found.
        let same = |previous: &Arc<Picture>| Arc::ptr_eq(previous, picture) || previous == picture;
        if self.previous.as_ref().is_some_and(same) {
            return false;
        }
        self.previous = Some(picture.clone());
        // Others were in the queue when it was muted.
        !(muted && is_black(picture))
    }
}

/// Measures a block of audio.
pub(super) fn audio(block: &AudioBlock) -> Observation {
    let (from, to) = span(block);
    let peaks = block.samples.iter().map(|sample| sample.abs());
    Observation::Audio {
        from,
        to,
        peak: peaks.fold(0.0, f32::max),
    }
}

/// When a block begins and ends.
pub(super) fn span(block: &AudioBlock) -> (Timestamp, Timestamp) {
    (block.time, block.time + block.duration())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::{block, frame, ms};
    use std::time::Duration;

    #[test]
    fn a_picture_is_new_if_a_single_byte_differs_from_the_one_before() {
        let mut meter = Meter::new(&[Alarm::Frozen {
            after: Duration::from_secs(1),
        }]);
        let mut is_new = |values: [u8; 3], muted| {
            let mut picture = Picture::new(1, 1);
            picture.data_mut().copy_from_slice(&values);
            let frame = VideoFrame {
                picture: Arc::new(picture),
                ..frame(0)
            };
            matches!(
                meter.video(&frame, muted),
                Observation::Video { is_new: true, .. }
            )
        };
        assert!(is_new([1, 2, 3], false));
        assert!(!is_new([1, 2, 3], false));
        assert!(is_new([1, 2, 4], false));
        // Black frames in place of those that do not come are nothing new, also when others come by now.
        assert!(is_new([100, 2, 4], true));
        assert!(!is_new([16, 128, 128], true));
        assert!(!is_new([16, 128, 128], false));
        assert!(is_new([1, 2, 4], false));
    }

    #[test]
    fn a_block_has_its_span_and_its_peak() {
        let mut block = block(20);
        block.samples = vec![0.25, -0.5, 0.0, 0.0].into();
        let Observation::Audio { from, to, peak } = audio(&block) else {
            panic!("it is audio")
        };
        assert_eq!((from, peak.to_bits()), (ms(20), 0.5f32.to_bits()));
        assert_eq!(to, ms(20) + Duration::from_nanos(41_667));
        block.samples = vec![0.0, -0.0].into();
        assert!(matches!(audio(&block), Observation::Audio { peak, .. } if peak <= 0.0));
    }
}
