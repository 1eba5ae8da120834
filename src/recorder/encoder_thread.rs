//! The encoder thread of one track: frames in, packets out.
use crate::clock::{Clock, Timestamp};
use crate::encode::Encoder;
use crate::error::{Error, Result};
use crate::media::Packet;
use crate::priority;
use crate::recorder::alarms::{AlarmWatch, FrameTotals, Observe, Visibility};
use crate::recorder::backlog::Backlog;
use crate::recorder::batch::Batch;
use crate::recorder::cuts::MapTime;
use crate::recorder::frame_gate::{Admission, Arrival, DropReason, FrameGate, STOP_BUDGET};
use crate::recorder::frame_segments::FrameSegments;
use crate::recorder::interleaver::TrackOrder;
use crate::recorder::key_frame_request::KeyFrameRequests;
use crate::recorder::mapped::Mapped;
use crate::recorder::message::Message;
use crate::recorder::pause_losses::PauseLossTracker;
use crate::recorder::segment_schedule::SegmentSchedule;
use crate::recorder::speed_control::SpeedControl;
use crate::recorder::timeline::Timeline;
use crate::recorder::track_counters::TrackCounters;
use crate::recorder::watermark::Watermark;
use crate::streams::listener::{Connection, Listener};
use crossbeam_channel::{RecvTimeoutError, Sender};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tracing::debug;

/// Turns the frames of a track into those that its encoder accepts.
pub(crate) type Prepare<T> = Box<dyn FnMut(T) -> Result<T> + Send>;

/// How often a track without frames is watched for alarms.
const WATCH_INTERVAL: Duration = Duration::from_millis(200);

/// Everything that the thread works with.
pub(crate) struct EncoderThread<E: Encoder> {
    pub(crate) track: usize,
    pub(crate) encoder: E,
    pub(crate) prepare: Prepare<E::Input>,
    pub(crate) clock: Clock,
    pub(crate) timeline: Arc<Timeline>,
    pub(crate) messages: Sender<Message>,
    pub(crate) order: TrackOrder,
    pub(crate) watermark: Arc<Watermark>,
    /// Frames in the queue from which on the encoder must become faster.
    pub(crate) high_water_mark: usize,
    pub(crate) backlog: Arc<Backlog>,
    pub(crate) counters: Arc<TrackCounters>,
    /// `None` if the recording is one file.
    pub(crate) schedule: Option<Arc<SegmentSchedule>>,
    /// `None` if it is watched for no alarm.
    pub(crate) alarms: Option<AlarmWatch>,
    pub(crate) segments: FrameSegments,
    /// Encoded and not delivered yet.
    pub(crate) packets: Vec<Packet>,
}

impl<E> EncoderThread<E>
where
    E: Encoder,
    E::Input: MapTime + Observe,
{
    pub(crate) fn run<B: Batch<Frame = E::Input>>(mut self, listener: Listener<B>) {
        if self.order.live && self.order.audio {
            priority::raise_for_audio();
        }
        // A panic is reported like any other failure: the other tracks must not wait for this one.
        let encoded = panic::catch_unwind(AssertUnwindSafe(|| self.encode_all(listener)));
        let result = encoded.unwrap_or_else(|_| Err(Error::unknown("an encoder failed", "it panicked")));
        let track = self.track;
        // Fails if the recording was dropped.
        let _ = self.messages.send(Message::Ended { track, result });
    }

    fn encode_all<B: Batch<Frame = E::Input>>(&mut self, listener: Listener<B>) -> Result<()> {
        let (counters, connection) = (self.counters.clone(), listener.connection());
        let mut losses = PauseLossTracker::new(&counters.pause_losses);
        let mut gate = FrameGate::new(
            self.track,
            self.order,
            self.backlog.clone(),
            self.watermark.clone(),
        );
        let mut speed = self.speed_control()?;
        let mut requests = KeyFrameRequests::default();
        let mut interval = 0;
        'track: while let Some(batch) = self.next_batch(&listener)? {
            for item in batch.into_frames() {
                if counters.abandoned.load(Ordering::Relaxed) {
                    return Ok(());
                }
                counters.arrived.fetch_add(1, Ordering::Relaxed);
                let captured = item.time();
                let mapped = self.map_frame(item);
                losses.on_frame(connection.lost(), mapped.interval());
                self.watch(&mapped, &*connection);
                let (item, number) = match mapped {
                    Mapped::At(item, number) => (item, number),
                    Mapped::Skip => continue,
                    Mapped::EndOfStream => break 'track,
                };
                let arrival = self.arrival(captured, item.time(), listener.waiting());
                if let Admission::Drop(reason) = gate.admit(arrival) {
                    self.drop_frame(reason);
                    continue;
                }
                if number != interval {
                    self.encoder.resume();
                    interval = number;
                }
                if requests.take(&counters.key_frame, item.time()) {
                    self.encoder.restart();
                }
                self.begin_segment_at(item.time(), captured);
                self.encode(item, &mut speed, &|| listener.waiting())?;
            }
            self.deliver();
        }
        if self.timeline.has_paused_since(losses.interval()) {
            losses.end_in_pause();
        }
        // The source need not wait for an encoder that finishes.
        drop(listener);
        if self.timeline.stopped_at().is_some() {
            // The source has read ahead: the recording ends before these frames.
            let given_up = self.encoder.drain_within(STOP_BUDGET);
            counters.encoded.fetch_sub(given_up, Ordering::Relaxed);
            counters.arrived.fetch_sub(given_up, Ordering::Relaxed);
        }
        self.encoder.finish(&mut self.packets)?;
        self.deliver();
        Ok(())
    }

    /// Waits for frames; `None` if there will be no more. What is encoded meanwhile is delivered at once.
    fn next_batch<B>(&mut self, listener: &Listener<B>) -> Result<Option<B>> {
        while self.encoder.pending() > 0 {
            match listener.next_timeout(Duration::ZERO) {
                Ok(batch) => return Ok(Some(batch)),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {
                    self.encoder.wait(&mut self.packets)?;
                    self.deliver();
                }
            }
        }
        while self.alarms.is_some() && self.order.live {
            match listener.next_timeout(WATCH_INTERVAL) {
                Ok(batch) => return Ok(Some(batch)),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => self.watch_nothing(&*listener.connection()),
            }
        }
        Ok(listener.frames().next())
    }

    /// Looks for alarms in a frame that arrived.
    fn watch(&mut self, mapped: &Mapped<E::Input>, source: &dyn Connection) {
        let Some(alarms) = &mut self.alarms else {
            return;
        };
        let totals = totals(&self.counters, source);
        match mapped {
            Mapped::At(item, _) => alarms.on_frame(item, item.time(), visibility(source), totals),
            Mapped::Skip => alarms.on_pause(totals),
            Mapped::EndOfStream => {}
        }
        self.report_alarms();
    }

    /// Looks for alarms while no frame arrives.
    fn watch_nothing(&mut self, source: &dyn Connection) {
        let (Some(alarms), Some(now)) = (&mut self.alarms, self.timeline.media_now()) else {
            return;
        };
        if source.is_enabled() {
            alarms.on_nothing(now, totals(&self.counters, source));
            self.report_alarms();
        }
    }

    fn report_alarms(&mut self) {
        let Some(alarms) = self.alarms.as_mut().filter(|alarms| alarms.has_reports()) else {
            return;
        };
        for event in alarms.take(|at| self.timeline.position_of(at)) {
            debug!(
                track = self.track,
                alarm = event.alarm.name(),
                event.raised,
                "alarm"
            );
            // Fails if the recording was dropped.
            let _ = self.messages.send(Message::Alarm(event));
        }
    }

    /// A segment that begins with the frame of this media time begins with a key frame.
    fn begin_segment_at(&mut self, media: Timestamp, captured: Timestamp) {
        let Some(schedule) = &self.schedule else {
            return;
        };
        let captured = self.order.live.then_some(captured);
        let segment = schedule.segment_of(self.timeline.times_of(media, captured));
        if self.segments.is_new(segment) {
            self.deliver();
            self.encoder.restart();
            // A packet of audio may begin before its first sample; one of video has the time of its frame.
            self.segments.begin(segment, (!self.order.audio).then_some(media));
        }
    }

    fn arrival(&self, captured: Timestamp, time: Timestamp, waiting: usize) -> Arrival {
        Arrival {
            captured,
            time,
            now: self.clock.now(),
            stopped: self.timeline.stopped_at(),
            waiting,
        }
    }

    fn drop_frame(&mut self, reason: DropReason) {
        if self.order.copied {
            // An encoder does not refer to what it never had; what follows a copied frame does.
            self.encoder.resume();
        }
        let counter = match reason {
            DropReason::Output => &self.counters.unread,
            DropReason::Stale => &self.counters.stale,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn map_frame(&self, item: E::Input) -> Mapped<E::Input> {
        if self.order.live {
            self.timeline.map_live(item)
        } else {
            self.timeline.map_blocking(item)
        }
    }

    /// Encodes a frame. Packets of live tracks are delivered at once, others with those of their batch.
    fn encode(
        &mut self,
        item: E::Input,
        speed: &mut SpeedControl,
        waiting: &dyn Fn() -> usize,
    ) -> Result<()> {
        let (begun, time) = (self.clock.now(), item.time());
        item.add_to(&mut self.counters.level.lock());
        let item = (self.prepare)(item)?;
        let before = self.packets.len();
        self.encoder.encode(item, &mut self.packets)?;
        // Without a key frame before it a copied frame is of no use.
        let is_left_out = self.order.copied && self.packets.len() == before;
        let counter = if is_left_out {
            &self.counters.stale
        } else {
            &self.counters.encoded
        };
        counter.fetch_add(1, Ordering::Relaxed);
        if !self.order.live {
            return Ok(());
        }
        if self.packets.is_empty() && !self.order.audio {
            self.watermark.withdraw(self.track);
        }
        self.deliver();
        let (took, waiting) = (self.clock.now() - begun, waiting());
        self.set_speed(speed.next(waiting, took, time), waiting)?;
        if self.order.audio && waiting == 0 {
            self.watermark.release(self.track);
        }
        Ok(())
    }

    /// Sets the speed at which a live recording begins; all others keep that of the best quality.
    fn speed_control(&mut self) -> Result<SpeedControl> {
        let (speeds, first) = (self.encoder.speeds(), self.encoder.live_speed());
        if self.order.live && first != *speeds.start() {
            self.encoder.set_speed(first)?;
        }
        Ok(SpeedControl::new(speeds, first, self.high_water_mark))
    }

    fn set_speed(&mut self, speed: Option<u8>, waiting: usize) -> Result<()> {
        let Some(speed) = speed else {
            return Ok(());
        };
        debug!(track = self.track, speed, waiting, "the encoder's speed changes");
        self.encoder.set_speed(speed)
    }

    fn deliver(&mut self) {
        let corrections = self.encoder.corrections();
        let before = std::mem::replace(&mut *self.counters.corrections.lock(), corrections);
        if corrections.silence_inserted > before.silence_inserted {
            let filled = corrections
                .silence_inserted()
                .saturating_sub(before.silence_inserted());
            debug!(
                track = self.track,
                ?filled,
                "a gap in the audio was filled with silence"
            );
        }
        if self.packets.is_empty() {
            return;
        }
        for packet in &mut self.packets {
            packet.track = self.track;
            self.backlog.add(packet);
        }
        let packets = std::mem::take(&mut self.packets);
        for (packets, segment) in self.segments.divide(packets) {
            // Fails if the recording was dropped; the listener is then released as well.
            let _ = self.messages.send(Message::Packets(packets, segment));
        }
    }
}

fn totals(counters: &TrackCounters, source: &dyn Connection) -> FrameTotals {
    let losses = counters.losses(source);
    FrameTotals {
        captured: counters.captured_so_far(source, losses),
        dropped: losses.total(),
    }
}

fn visibility(source: &dyn Connection) -> Visibility {
    Visibility {
        enabled: source.is_enabled(),
        muted: source.is_muted(),
    }
}
