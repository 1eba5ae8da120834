//! Devices that are lost, and those that cannot be opened again.
use super::*;
use crate::constraints::{MediaStreamConstraints, MediaTrackSettings};
use crate::devices::backend::CaptureBackend;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::devices::media_devices::MediaDevices;
use crate::devices::session::SessionOptions;
use crate::media::{AudioBlock, AudioFormat};
use crate::streams::{MediaStreamTrack, ReadyState, TrackEvent};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::sync::atomic::{AtomicUsize, Ordering};

const FORMAT: AudioFormat = AudioFormat {
    sample_rate: 1000,
    channels: 1,
};

/// A microphone that is lost at once when it was opened first, and can then be opened again as `again` says.
#[derive(Debug)]
struct Loose {
    again: Again,
    listed: AtomicUsize,
    opened: AtomicUsize,
    /// Opening it again hangs until this is dropped.
    hangs: (Sender<()>, Receiver<()>),
}

#[derive(Debug, PartialEq)]
enum Again {
    Delivers,
    Fails,
    Hangs,
}

/// Lost at once, or silent.
struct Microphone(bool);

impl Capture<AudioBlock> for Microphone {
    fn format(&self) -> AudioFormat {
        FORMAT
    }

    fn read(&mut self, timeout: Duration) -> Result<Option<AudioBlock>> {
        if self.0 {
            return Err(Error::not_readable("it was unplugged"));
        }
        thread::sleep(timeout.min(Duration::from_millis(10)));
        Ok(Some(AudioBlock {
            time: Timestamp::from_millis(1_000_000),
            sample_rate: FORMAT.sample_rate,
            channels: FORMAT.channels,
            samples: vec![1.0; 10].into(),
        }))
    }
}

impl CaptureBackend for Arc<Loose> {
    fn devices(&self, kind: MediaDeviceKind, _: &Clock) -> Result<Vec<CaptureDevice>> {
        self.listed.fetch_add(1, Ordering::SeqCst);
        let modes = vec![MediaTrackSettings::default()];
        Ok(vec![CaptureDevice::new(kind, "loose", "Loose", modes)])
    }

    fn open_microphone(
        &self,
        _: &CaptureDevice,
        _: usize,
        _: &Clock,
    ) -> Result<Box<dyn Capture<AudioBlock>>> {
        let is_first = self.opened.fetch_add(1, Ordering::SeqCst) == 0;
        if !is_first && self.again == Again::Fails {
            return Err(Error::not_readable("it is in use"));
        }
        if !is_first && self.again == Again::Hangs {
            let _ = self.hangs.1.recv();
        }
        Ok(Box::new(Microphone(is_first)))
    }
}

/// Its track, which waits for the device.
fn track(again: Again, timeout: Option<Duration>) -> (Arc<Loose>, MediaStreamTrack) {
    let loose = Arc::new(Loose {
        again,
        listed: AtomicUsize::new(0),
        opened: AtomicUsize::new(0),
        hangs: unbounded(),
    });
    let options = SessionOptions {
        on_lost: OnLost::Wait { timeout },
        ..SessionOptions::default()
    };
    let devices = MediaDevices::with_options(loose.clone(), Clock::monotonic(), options);
    let stream = devices.get_user_media(&MediaStreamConstraints::audio()).unwrap();
    (loose, stream.tracks().swap_remove(0))
}

fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let clock = Clock::monotonic();
    while !is_so() {
        assert!(clock.now() < Timestamp::from_millis(10_000), "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_track_is_muted_while_its_device_is_lost_and_told_where_the_gap_is() {
    let (_, track) = track(Again::Delivers, None);
    let events = track.events();
    wait_for("it is back", || {
        !track.muted() && track.stats().delivered_frames > 0
    });
    let told: Vec<TrackEvent> = std::iter::from_fn(|| events.try_next()).collect();
    let back = told.iter().find_map(|event| match event {
        TrackEvent::Back {
            label, switched, at, ..
        } => Some((label.as_str(), *switched, at.round_millis())),
        _ => None,
    });
    assert_eq!(back, Some(("Loose", false, 1_000_000)));
    assert_eq!(track.ready_state(), ReadyState::Live);
}

#[test]
fn a_device_that_cannot_be_opened_again_is_tried_less_and_less_often() {
    let (loose, track) = track(Again::Fails, Some(Duration::from_millis(1600)));
    wait_for("it is lost", || track.muted());
    wait_for("it has ended", || track.ready_state() == ReadyState::Ended);
    // At 0, 100, 300, 700 and 1500 ms, and once before it was lost.
    assert!(loose.opened.load(Ordering::SeqCst) <= 6);
    assert!(loose.listed.load(Ordering::SeqCst) <= 6);
    assert_eq!(
        track.failure().unwrap().to_string(),
        "it was unplugged; it was not back within 1.6 s"
    );
}

#[test]
fn a_track_stops_at_once_while_its_device_hangs_as_it_is_opened() {
    let (loose, track) = track(Again::Hangs, None);
    wait_for("it is being opened", || loose.opened.load(Ordering::SeqCst) == 2);
    assert!(track.muted());
    let clock = Clock::monotonic();
    track.stop();
    drop(track);
    assert!(clock.now() < Timestamp::from_millis(1000));
}
