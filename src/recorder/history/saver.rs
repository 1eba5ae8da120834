//! Keeps the history of a recording, and saves it on request.
use crate::clock::{Clock, Timestamp};
use crate::media::{Packet, TrackInfo};
use crate::recorder::container::Container;
use crate::recorder::history::buffer::HistoryBuffer;
use crate::recorder::history::clip::HistoryClip;
use crate::recorder::history::options::History;
use crate::recorder::recorder_event::HistoryEvent;
use crate::recorder::timeline::Timeline;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tracing::warn;

/// A clip whose time is up ends when no packet has come for this long: in a pause, or when all sources have stalled.
const PACKET_TIMEOUT: Duration = Duration::from_secs(1);

/// The history of a recording, and the clips of it that are saved. What is requested before a clip has ended makes it longer.
pub(crate) struct HistorySaver {
    history: History,
    clock: Clock,
    timeline: Arc<Timeline>,
    /// Whether a source is live, so that the time of a request is one of the recording.
    live: bool,
    container: Container,
    tracks: Vec<TrackInfo>,
    buffer: HistoryBuffer,
    /// The clip that has not ended; `None` as long as there is nothing in it.
    clip: Option<HistoryClip>,
    request: Option<Request>,
    /// Clips that have ended, but are not written yet.
    complete: VecDeque<HistoryClip>,
}

/// A clip that was requested and has not ended.
#[derive(Clone, Copy)]
struct Request {
    /// Where the clip begins and ends, in container time.
    begin: Timestamp,
    end: Timestamp,
    /// When no packet is waited for any more, by the clock.
    timeout: Timestamp,
}

impl HistorySaver {
    pub(crate) fn new(
        history: History,
        clock: Clock,
        timeline: Arc<Timeline>,
        live: bool,
        container: Container,
        tracks: Vec<TrackInfo>,
    ) -> Self {
        Self {
            history,
            clock,
            timeline,
            live,
            container,
            buffer: HistoryBuffer::new(history.span, &tracks),
            tracks,
            clip: None,
            request: None,
            complete: VecDeque::new(),
        }
    }

    /// Adds the next packet of the recording.
    pub(crate) fn add(&mut self, packet: &Packet) {
        self.buffer.add(packet);
        let Some(request) = &mut self.request else {
            return;
        };
        request.timeout = request.timeout.max(self.clock.now() + PACKET_TIMEOUT);
        match &mut self.clip {
            // It was requested before there was anything.
            None => self.begin(),
            Some(_) if packet.time >= request.end => self.end(),
            Some(clip) => clip.add(packet),
        }
    }

    /// Whether there should be a key frame of this track, so that what came before can be removed.
    pub(crate) fn needs_key_frame(&self, track: usize) -> bool {
        self.buffer.needs_key_frame(track)
    }

    /// Saves what was recorded before this time and what will be after it.
    pub(crate) fn save(&mut self, requested_at: Timestamp) {
        let newest = self.buffer.newest();
        let position = self.timeline.position(requested_at, true).filter(|_| self.live);
        let now = position.map_or(newest, |position| (Timestamp::ZERO + position).max(newest));
        let own_begin = now - self.history.span;
        self.request = Some(Request {
            begin: self.request.map_or(own_begin, |request| request.begin),
            end: now + self.history.after,
            timeout: self.clock.now() + self.history.after + PACKET_TIMEOUT,
        });
        if self.clip.is_none() {
            self.begin();
        }
    }

    fn begin(&mut self) {
        let Some(request) = self.request else {
            return;
        };
        let Some(excerpt) = self.buffer.since(request.begin) else {
            return;
        };
        let elapsed = |position| self.timeline.elapsed_at_position(position);
        match HistoryClip::new(excerpt, &self.tracks, &self.container, elapsed) {
            Ok(clip) => self.clip = Some(clip),
            Err(error) => {
                warn!(%error, "the history cannot be saved");
                self.request = None;
            }
        }
    }

    /// No packet follows in the clip that has not ended: the recording ends, or its time is up.
    pub(crate) fn end(&mut self) {
        self.request = None;
        if let Some(mut clip) = self.clip.take() {
            clip.complete();
            self.complete.push_back(clip);
        }
    }

    /// How long there is no event, if nothing is recorded; `None` without a clip.
    pub(crate) fn wait(&self) -> Option<Duration> {
        if !self.complete.is_empty() {
            return Some(Duration::ZERO);
        }
        let (clip, request) = self.clip.as_ref().zip(self.request)?;
        Some(if clip.is_ready() {
            Duration::ZERO
        } else {
            request.timeout - self.clock.now()
        })
    }

    /// The next event. Those of a clip follow each other, without any of another one.
    pub(crate) fn next_event(&mut self) -> Option<HistoryEvent> {
        if self.clip.is_some()
            && let Some(request) = self.request
            && self.clock.now() >= request.timeout
        {
            self.end();
        }
        let Some(first) = self.complete.front_mut() else {
            return self.clip.as_mut()?.next_event();
        };
        let event = first.next_event()?;
        if event.index.is_some() {
            self.complete.pop_front();
        }
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::calendar::Calendar;
    use crate::recorder::test_media::{packet, vp8};
    use crate::webm::{DocType, Metadata};
    use std::time::SystemTime;

    const AFTER: Duration = Duration::from_secs(3);

    /// A history of 2 s of a live camera that has recorded since this clock began.
    struct Test {
        clock: Clock,
        timeline: Arc<Timeline>,
        saver: HistorySaver,
        /// Bytes of the clip that is being written, and the durations of those that are complete.
        bytes: usize,
        complete: Vec<Duration>,
    }

    impl Test {
        fn new() -> Self {
            let clock = Clock::manual();
            let timeline = Arc::new(Timeline::start(clock.clone(), None, false));
            let _ = timeline.map_live(crate::recorder::test_media::frame(0));
            let container = Container {
                doc_type: DocType::Webm,
                metadata: Metadata::default(),
                calendar: Arc::new(Calendar::new(SystemTime::UNIX_EPOCH)),
            };
            let history = History {
                span: Duration::from_secs(2),
                after: AFTER,
            };
            let tracks = vec![vp8()];
            let saver = HistorySaver::new(history, clock.clone(), timeline.clone(), true, container, tracks);
            Self {
                clock,
                timeline,
                saver,
                bytes: 0,
                complete: Vec::new(),
            }
        }

        /// Records a frame every 100 ms, all of them key frames.
        fn record(&mut self, seconds: u64) {
            for _ in 0..seconds * 10 {
                let position = self.timeline.position(self.clock.now(), true).unwrap();
                self.saver.add(&Packet {
                    time: Timestamp::ZERO + position,
                    ..packet(100)
                });
                self.clock.advance(Duration::from_millis(100));
                self.take_events();
            }
        }

        fn take_events(&mut self) {
            while let Some(event) = self.saver.next_event() {
                self.bytes += event.bytes.len();
                let duration = event.index.map(|index| index.duration() - Timestamp::ZERO);
                self.complete.extend(duration);
            }
        }

        fn save(&mut self) {
            self.saver.save(self.clock.now());
            self.take_events();
        }
    }

    fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    #[test]
    fn a_clip_is_written_from_the_request_on_and_ends_when_its_time_is_up() {
        let mut test = Test::new();
        test.record(10);
        assert_eq!(test.saver.wait(), None);
        test.save();
        assert!(test.bytes > 2000);
        assert_eq!(test.saver.wait(), Some(AFTER + PACKET_TIMEOUT));
        test.record(3);
        assert!(test.complete.is_empty());
        test.record(1);
        assert_eq!(test.complete, [seconds(5)]);
        assert_eq!(test.saver.wait(), None);
    }

    #[test]
    fn requests_before_the_end_of_a_clip_make_it_longer_and_later_ones_are_others() {
        let mut test = Test::new();
        test.record(10);
        test.save();
        test.record(2);
        test.save();
        test.record(4);
        assert_eq!(test.complete, [seconds(7)]);
        test.save();
        test.record(4);
        assert_eq!(test.complete, [seconds(7), seconds(5)]);
    }

    #[test]
    fn in_a_pause_a_clip_ends_a_second_after_its_time() {
        let mut test = Test::new();
        test.record(10);
        test.save();
        test.record(1);
        test.timeline.pause();
        test.clock.advance(Duration::from_millis(2_999));
        test.take_events();
        assert!(test.complete.is_empty());
        test.clock.advance(Duration::from_millis(1));
        test.take_events();
        assert_eq!(test.complete, [seconds(3)]);
        // What was recorded before a pause is saved in it.
        test.clock.advance(seconds(60));
        test.save();
        test.clock.advance(AFTER + PACKET_TIMEOUT);
        test.take_events();
        assert_eq!(test.complete, [seconds(3), seconds(2)]);
    }

    #[test]
    fn what_is_requested_before_the_first_frame_begins_with_it() {
        let mut test = Test::new();
        test.save();
        assert_eq!(test.saver.wait(), None);
        test.record(4);
        assert_eq!(test.complete, [seconds(3)]);
        test.save();
        test.saver.end();
        test.take_events();
        assert_eq!(test.complete, [seconds(3), seconds(2)]);
    }
}
