//! Sources whose blocks of audio are numbered by their time.
use super::*;
use crate::clock::{Clock, Timestamp};
use crate::constraints::{MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings};
use crate::media::{AudioBlock, AudioFormat};
use crate::streams::listener::Listener;
use std::thread;

const FORMAT: AudioFormat = AudioFormat {
    sample_rate: 1000,
    channels: 1,
};

fn block(number: u32) -> AudioBlock {
    AudioBlock {
        time: Timestamp::from_millis(number.into()),
        sample_rate: FORMAT.sample_rate,
        channels: FORMAT.channels,
        samples: vec![1.0].into(),
    }
}

fn number(block: &AudioBlock) -> u64 {
    block.time.round_millis()
}

/// A source whose thread sends blocks numbered from 0 and is told to go on by `go`.
fn counting(backpressure: Backpressure, count: u32, go: Receiver<()>) -> Source<AudioBlock> {
    Source::spawn("counting", backpressure, FORMAT, move |sender| {
        let _ = go.recv();
        for number in 0..count {
            if !sender.send(&block(number)) {
                break;
            }
        }
        Ok(())
    })
    .unwrap()
}

/// A device that delivers blocks of these numbers, and then nothing more.
struct Numbers(std::ops::Range<u32>);

impl Capture<AudioBlock> for Numbers {
    fn format(&self) -> AudioFormat {
        FORMAT
    }

    fn read(&mut self, timeout: Duration) -> Result<Option<AudioBlock>> {
        let block = self.0.next().map(block);
        if block.is_none() {
            thread::sleep(timeout);
        }
        Ok(block)
    }
}

fn tapped(source: &Source<AudioBlock>) -> Arc<Tap<AudioBlock>> {
    let mode = AudioBlock::mode(FORMAT, &MediaTrackSettings::default());
    let tap = Tap::new(
        FORMAT,
        &mode,
        MediaTrackConstraints::default(),
        MediaTrackCapabilities::default(),
        Vec::new(),
    );
    let tap = Arc::new(tap.unwrap());
    assert!(source.attach(&tap));
    tap
}

fn listen(source: &Source<AudioBlock>, tap: &Arc<Tap<AudioBlock>>, capacity: usize) -> Listener<AudioBlock> {
    let listener = tap.listen(capacity, None);
    source.wake();
    listener
}

#[test]
fn a_live_source_drops_the_newest_and_counts_them() {
    let (start, go) = bounded(1);
    let source = counting(Backpressure::DropNewest, 10, go);
    let tap = tapped(&source);
    let listener = listen(&source, &tap, 4);
    let connection = listener.connection();
    start.send(()).unwrap();
    while !source.has_ended() {
        thread::yield_now();
    }
    let numbers: Vec<u64> = listener.frames().map(|block| number(&block)).collect();
    assert_eq!(numbers, [0, 1, 2, 3]);
    assert_eq!(connection.dropped(), 6);
    assert_eq!(tap.counts().delivered, 10);
}

#[test]
fn a_blocking_source_waits_for_a_listener_and_for_room_on_every_track() {
    let (start, go) = bounded(1);
    let source = counting(Backpressure::Block, 100, go);
    start.send(()).unwrap();
    let (first, second) = (tapped(&source), tapped(&source));
    let (a, b) = (listen(&source, &first, 100), listen(&source, &second, 1));
    let all = (0..100).collect::<Vec<u64>>();
    assert_eq!(
        b.frames().map(|block| number(&block)).collect::<Vec<_>>().len(),
        100
    );
    assert_eq!(a.frames().map(|block| number(&block)).collect::<Vec<_>>(), all);
}

#[test]
fn tracks_that_start_while_their_source_is_held_begin_with_the_same_frame() {
    let (start, go) = bounded(1);
    let source = counting(Backpressure::Block, 10, go);
    let (first, second) = (tapped(&source), tapped(&source));
    source.hold();
    let a = listen(&source, &first, 10);
    start.send(()).unwrap();
    thread::sleep(Duration::from_millis(20));
    assert_eq!(a.waiting(), 0);
    let b = listen(&source, &second, 10);
    source.release();
    assert_eq!((a.frames().count(), b.frames().count()), (10, 10));
}

#[test]
fn a_released_listener_gets_what_is_queued_and_then_ends() {
    let (start, go) = bounded(1);
    let source = counting(Backpressure::Block, 1000, go);
    let tap = tapped(&source);
    let listener = listen(&source, &tap, 5);
    start.send(()).unwrap();
    assert_eq!(listener.frames().next().map(|block| number(&block)), Some(0));
    listener.connection().release();
    assert!(listener.frames().count() <= 7);
}

#[test]
fn a_disabled_track_is_silent_while_another_of_the_same_source_is_not() {
    let (start, go) = bounded(1);
    let source = counting(Backpressure::Block, 10, go);
    let (heard, silent) = (tapped(&source), tapped(&source));
    silent.set_enabled(false);
    let (a, b) = (listen(&source, &heard, 10), listen(&source, &silent, 10));
    start.send(()).unwrap();
    let samples =
        |listener: &Listener<AudioBlock>| listener.frames().map(|block| block.samples[0]).sum::<f32>();
    assert_eq!((samples(&a), samples(&b)), (10.0, 0.0));
}

#[test]
fn the_last_track_that_leaves_ends_the_thread_whatever_it_waits_for() {
    let clock = Clock::monotonic();
    let (ended, wait) = bounded(1);
    let source = Source::<AudioBlock>::spawn("sleeping", Backpressure::DropNewest, FORMAT, move |sender| {
        let in_an_hour = Timestamp::from_millis(3_600_000);
        ended.send(sender.wait_until(&clock, in_an_hour)).unwrap();
        Ok(())
    })
    .unwrap();
    let (first, second) = (tapped(&source), tapped(&source));
    source.detach(&first);
    assert!(!source.has_ended());
    source.detach(&second);
    assert_eq!(wait.recv(), Ok(false));
    source.wait_until_closed().unwrap();
}

#[test]
fn a_failed_source_tells_all_its_tracks_why() {
    let (start, go) = bounded::<()>(1);
    let source = Source::<AudioBlock>::spawn("failing", Backpressure::DropNewest, FORMAT, move |_| {
        let _ = go.recv();
        Err(Error::not_readable("gone"))
    })
    .unwrap();
    let taps = [tapped(&source), tapped(&source)];
    let listener = listen(&source, &taps[0], 1);
    start.send(()).unwrap();
    assert_eq!(listener.frames().next(), None);
    for tap in taps {
        while tap.failure().is_none() {
            thread::yield_now();
        }
        assert_eq!(tap.failure().unwrap().name(), "NotReadableError");
    }
}

#[test]
fn a_source_that_is_opened_anew_keeps_its_tracks() {
    let clock = Clock::monotonic();
    let open = |numbers: std::ops::Range<u32>| move || Ok(Box::new(Numbers(numbers)) as Box<dyn Capture<_>>);
    let source = Source::open("twice", Backpressure::Block, &clock, open(0..3)).unwrap();
    let tap = tapped(&source);
    let listener = listen(&source, &tap, 3);
    assert_eq!(
        listener.frames().take(3).last().map(|block| number(&block)),
        Some(2)
    );
    source.reopen("twice", &clock, open(7..9), |_| ()).unwrap();
    let numbers: Vec<u64> = listener.frames().take(2).map(|block| number(&block)).collect();
    assert_eq!(numbers, [7, 8]);
    let failed = source.reopen("twice", &clock, || Err(Error::not_readable("busy")), |_| ());
    assert_eq!(failed.unwrap_err().to_string(), "busy");
    source.detach(&tap);
}

#[test]
fn a_thread_that_panics_is_a_failure_like_any_other() {
    let (start, go) = bounded::<()>(1);
    let source = Source::<AudioBlock>::spawn("panicking", Backpressure::DropNewest, FORMAT, move |_| {
        let _ = go.recv();
        panic!("on purpose")
    })
    .unwrap();
    let tap = tapped(&source);
    start.send(()).unwrap();
    while tap.failure().is_none() {
        thread::yield_now();
    }
    assert_eq!(tap.failure().unwrap().name(), "UnknownError");
}

/// Waits until the source has a second block for a queue of one.
fn wait_until_full(tap: &Arc<Tap<AudioBlock>>) {
    while tap.counts().delivered < 2 {
        thread::yield_now();
    }
}

#[test]
fn a_blocking_source_can_be_opened_anew_while_it_waits_for_room() {
    let (start, go) = bounded(1);
    let source = counting(Backpressure::Block, 100, go);
    let tap = tapped(&source);
    let listener = listen(&source, &tap, 1);
    start.send(()).unwrap();
    wait_until_full(&tap);
    let silent = || Ok(Box::new(Numbers(0..0)) as Box<dyn Capture<_>>);
    source
        .reopen("counting", &Clock::monotonic(), silent, |_| ())
        .unwrap();
    source.end(None);
    assert_eq!(
        listener.frames().map(|block| number(&block)).collect::<Vec<_>>(),
        [0]
    );
}

#[test]
fn a_track_that_is_stopped_holds_up_no_other_with_its_full_queue() {
    let (start, go) = bounded(1);
    let source = counting(Backpressure::Block, 100, go);
    let (stopped, other) = (tapped(&source), tapped(&source));
    let (full, read) = (listen(&source, &stopped, 1), listen(&source, &other, 100));
    start.send(()).unwrap();
    wait_until_full(&stopped);
    source.detach(&stopped);
    assert_eq!(read.frames().count(), 100);
    assert_eq!(full.frames().count(), 1);
}

#[test]
fn a_format_does_not_change_while_a_track_is_reconfigured_for_it() {
    let (start, go) = bounded::<()>(1);
    let (tell, changed) = bounded(1);
    let faster = AudioFormat {
        sample_rate: 2000,
        ..FORMAT
    };
    let source = Source::<AudioBlock>::spawn("changing", Backpressure::DropNewest, FORMAT, move |sender| {
        let _ = go.recv();
        sender.set_format(faster);
        tell.send(()).unwrap();
        Ok(())
    })
    .unwrap();
    let tap = tapped(&source);
    source.with_format(|format| {
        start.send(()).unwrap();
        // The format cannot change while it is in use here.
        let waited = changed.recv_timeout(Duration::from_millis(50));
        assert_eq!((waited.is_ok(), source.format()), (false, format));
    });
    changed.recv().unwrap();
    assert_eq!((source.format(), tap.format()), (Some(faster), faster));
}

#[test]
fn a_device_whose_opening_panics_is_not_said_to_take_too_long() {
    let opened = Source::<AudioBlock>::open("camera", Backpressure::DropNewest, &Clock::monotonic(), || {
        panic!("on purpose")
    });
    let Err(error) = opened else {
        panic!("it did not open")
    };
    assert_eq!(error.name(), "UnknownError");
    assert_eq!(error.to_string(), "opening the camera failed");
}
