//! What another program sends, as a `MediaStream` whose packets are recorded as they are.
use crate::clock::{Clock, Timestamp};
use crate::constraints::MediaTrackSettings;
use crate::error::{Error, Result};
use crate::media::{MediaFormat, TrackInfo};
use crate::network::codec;
use crate::network::outlet::{EitherFeeder, Outlet};
use crate::network::peer_connection::{Ending, PeerConnection};
use crate::network::received_time::ReceivedTime;
use crate::network::reception::ReceivedFrame;
use crate::network::rejoining::Rejoining;
use crate::streams::encoded::{Encoded, KeyFrameSource};
use crate::streams::source::{Backpressure, Source};
use crate::streams::track::{Feed, MediaStreamTrack, TrackFeed};
use crate::streams::{MediaStream, WeakStream};
use crate::sync::Mutex;
use crate::webm::live_track;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};
use str0m::format::Codec;

/// How long the first media may take once the connection is there.
const FIRST_MEDIA_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a track may be later than the first, such as a camera that has to start, or a file whose next key frame is some seconds
/// away: encoders make one every four or five seconds, and not all make one that is requested. Without it the stream begins.
const LATE_TRACK: Duration = Duration::from_secs(6);

/// How often the thread looks whether anybody wants the media.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// How long media waits for somebody who listens.
const LISTENER_TIMEOUT: Duration = Duration::from_secs(5);

/// Why the tracks cannot be re-encoded.
const ONLY: &str =
    "media from the network is recorded as it is; leave out --mime, --width and other flags of encoders";

/// The connection that is there now, which is another one after the other side was lost.
type Current = Arc<Mutex<Weak<PeerConnection>>>;

/// Waits for the first media of each track, and makes a stream of them. It ends with the connection, unless that is made again.
///
/// # Errors
/// `NotReadable` if no media comes, or the connection ends before; `Unknown` if the system has no thread.
pub(super) fn open(
    connection: PeerConnection,
    label: &str,
    clock: &Clock,
    rejoining: Option<Rejoining<PeerConnection>>,
) -> Result<MediaStream> {
    let mut beginning = Beginning::new(connection.received_tracks());
    beginning.wait(&connection)?;
    let connection = Arc::new(connection);
    let current = Arc::new(Mutex::new(Arc::downgrade(&connection)));
    let time = ReceivedTime::new(beginning.tracks.len());
    let mut outlets: Vec<Option<Outlet>> = Vec::new();
    let mut tracks = Vec::new();
    for (index, begun) in beginning.tracks.into_iter().enumerate() {
        let Some(begun) = begun else {
            outlets.push(None);
            continue;
        };
        let (outlet, track) = outlet(index, begun, label, clock, &current)?;
        outlets.push(Some(outlet));
        tracks.push(track);
    }
    let stream = MediaStream::new(tracks);
    let media = Media {
        connection,
        outlets,
        time,
        clock: clock.clone(),
        delay: Duration::ZERO,
        current,
        rejoining,
        label: label.to_owned(),
        lost_at: None,
        stream: stream.downgrade(),
    };
    let waiting = beginning.frames;
    let run = move || media.run(&waiting);
    let thread = thread::Builder::new().name("peer-media".into()).spawn(run);
    thread.map_err(|error| Error::unknown("media cannot be received", error))?;
    Ok(stream)
}

/// The tracks until all have begun.
struct Beginning {
    tracks: Vec<Option<BegunTrack>>,
    /// What came since the first packet with which a track begins.
    frames: Vec<ReceivedFrame>,
    first: Option<Instant>,
}

/// A track whose first packet has come.
#[derive(Clone)]
struct BegunTrack {
    codec: Codec,
    info: TrackInfo,
}

impl Beginning {
    fn new(tracks: usize) -> Self {
        Self {
            tracks: vec![None; tracks],
            frames: Vec::new(),
            first: None,
        }
    }

    fn wait(&mut self, connection: &PeerConnection) -> Result<()> {
        let begun = Instant::now();
        loop {
            let is_late = self.first.is_some_and(|first| first.elapsed() > LATE_TRACK);
            if self.tracks.iter().all(Option::is_some) || is_late {
                return Ok(());
            }
            match connection.ending() {
                None => {}
                Some(Ending::Regular) => {
                    return Err(Error::not_readable(
                        "the other side has left before it sent anything",
                    ));
                }
                Some(Ending::Lost(reason)) => {
                    return Err(Error::not_readable(format!("no media has come: {reason}")));
                }
            }
            if self.first.is_none() && begun.elapsed() > FIRST_MEDIA_TIMEOUT {
                return Err(Error::not_readable(format!(
                    "no media has come within {} s",
                    FIRST_MEDIA_TIMEOUT.as_secs()
                )));
            }
            if let Some(frame) = connection.next_frame(POLL_INTERVAL) {
                self.take(frame, connection);
            }
        }
    }

    fn take(&mut self, frame: ReceivedFrame, connection: &PeerConnection) {
        let Some(track) = self.tracks.get_mut(frame.track) else {
            return;
        };
        if track.is_none() {
            *track = info(&frame).map(|info| BegunTrack {
                codec: frame.codec,
                info,
            });
            if track.is_none() {
                connection.request_key_frame(frame.track);
                return;
            }
        }
        self.first.get_or_insert_with(Instant::now);
        self.frames.push(frame);
    }
}

/// What a first frame says of its track; `None` if it cannot be the first.
fn info(frame: &ReceivedFrame) -> Option<TrackInfo> {
    match codec::id(frame.codec)? {
        "A_OPUS" => live_track::opus(&frame.data),
        _ if !frame.key => None,
        id => live_track::video(id, &frame.data),
    }
}

fn outlet(
    index: usize,
    begun: BegunTrack,
    label: &str,
    clock: &Clock,
    current: &Current,
) -> Result<(Outlet, MediaStreamTrack)> {
    let asked = current.clone();
    let key_frames = KeyFrameSource::new(move || {
        let connection = asked.lock().upgrade();
        if let Some(connection) = connection {
            connection.request_key_frame(index);
        }
    });
    let BegunTrack { codec, info } = begun;
    let format = info.format;
    let encoded = |key_frames| Encoded {
        info,
        only: Some(ONLY.into()),
        omitted: Arc::default(),
        key_frames,
    };
    let (feeder, feed) = match format {
        MediaFormat::Video(format) => {
            let (source, feeder) = Source::fed(Backpressure::DropNewest, format, None);
            let settings = MediaTrackSettings::video(format.width, format.height, None);
            let feed = TrackFeed::of_source(source, &settings)?.with_encoded(encoded(Some(key_frames)));
            (EitherFeeder::Video(feeder), Feed::Video(feed))
        }
        MediaFormat::Audio(format) => {
            let (source, feeder) = Source::fed(Backpressure::DropNewest, format, None);
            let settings = MediaTrackSettings {
                sample_rate: Some(format.sample_rate),
                channel_count: Some(format.channels.into()),
                ..MediaTrackSettings::default()
            };
            let feed = TrackFeed::of_source(source, &settings)?.with_encoded(encoded(None));
            (EitherFeeder::Audio(feeder), Feed::Audio(feed))
        }
    };
    let outlet = Outlet::new(feeder, codec);
    Ok((outlet, MediaStreamTrack::new(label, clock.clone(), feed)))
}

/// What the thread works with.
struct Media {
    connection: Arc<PeerConnection>,
    outlets: Vec<Option<Outlet>>,
    time: ReceivedTime,
    clock: Clock,
    /// How much later than it arrived media is delivered: it waited until somebody listened.
    delay: Duration,
    current: Current,
    rejoining: Option<Rejoining<PeerConnection>>,
    /// Of the tracks.
    label: String,
    /// Since when the other side is lost, and comes back some time.
    lost_at: Option<Timestamp>,
    stream: WeakStream,
}

impl Media {
    fn run(mut self, waiting: &[ReceivedFrame]) {
        self.wait_for_listener();
        if let Some(first) = waiting.first() {
            // What came meanwhile belongs to the recording, which has begun now.
            self.delay = first.arrived.elapsed();
        }
        for frame in waiting {
            self.deliver(frame);
        }
        let mut ending = self.receive();
        while ending.as_ref().is_some_and(|ending| self.rejoin(ending)) {
            ending = self.receive();
        }
        let lost = match ending {
            Some(Ending::Lost(reason)) => Some(reason),
            Some(Ending::Regular) if self.lost_at.is_some() => {
                Some("it has closed the connection and is not back".into())
            }
            _ => None,
        };
        if let Some(reason) = lost.filter(|_| self.is_wanted()) {
            let failure = Arc::new(Error::not_readable(format!("the publisher is gone: {reason}")));
            let outlets = self.outlets.iter().flatten();
            outlets.for_each(|outlet| outlet.feeder.fail(&failure));
        }
        // A track ends, then it is removed from the stream.
        self.outlets.clear();
        if let Some(stream) = self.stream.upgrade() {
            stream.remove_ended_by_source();
        }
        self.connection.handle().close();
    }

    /// Delivers until the connection has ended; `None` if nobody wants the media any more.
    fn receive(&mut self) -> Option<Ending> {
        while self.is_wanted() {
            let ending = self.connection.ending();
            if let Some(frame) = self.connection.next_frame(POLL_INTERVAL) {
                self.deliver(&frame);
            }
            if ending.is_some() {
                return ending;
            }
        }
        None
    }

    /// Connects again, if that is asked for and can be done in time.
    fn rejoin(&mut self, ending: &Ending) -> bool {
        let Some(rejoining) = &mut self.rejoining else {
            return false;
        };
        if self.lost_at.is_none() {
            let reason = match ending {
                Ending::Regular => "it has closed the connection",
                Ending::Lost(reason) => reason,
            };
            let error = Arc::new(Error::not_readable(format!("{} is gone: {reason}", self.label)));
            let at = self.clock.now();
            let outlets = self.outlets.iter().flatten();
            outlets.for_each(|outlet| outlet.feeder.lose(&error, at));
            self.lost_at = Some(at);
        }
        let outlets = &self.outlets;
        let Some(connection) = rejoining.next(|| outlets.iter().flatten().any(Outlet::is_wanted)) else {
            return false;
        };
        self.connection = Arc::new(connection);
        *self.current.lock() = Arc::downgrade(&self.connection);
        self.time = ReceivedTime::new(self.outlets.len());
        self.delay = Duration::ZERO;
        for outlet in self.outlets.iter_mut().flatten() {
            outlet.awaits_key = !outlet.is_audio;
        }
        true
    }

    /// Media comes again, since this time.
    fn end_loss(&mut self, at: Timestamp) {
        let Some(lost_at) = self.lost_at.take() else {
            return;
        };
        for outlet in self.outlets.iter().flatten() {
            outlet.feeder.regain(&self.label, at, at - lost_at);
        }
        if let Some(rejoining) = &mut self.rejoining {
            rejoining.has_media();
        }
    }

    fn is_wanted(&self) -> bool {
        self.outlets.iter().flatten().any(Outlet::is_wanted)
    }

    /// The recorder starts when all is ready, and the first key frame should not be lost until then.
    fn wait_for_listener(&self) {
        let begun = Instant::now();
        let has_listener = |outlet: &Outlet| outlet.feeder.has_listener();
        while self.is_wanted()
            && !self.outlets.iter().flatten().all(has_listener)
            && begun.elapsed() < LISTENER_TIMEOUT
        {
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn deliver(&mut self, frame: &ReceivedFrame) {
        // Audio leads, as a step in its times is a click.
        let is_audio = |outlet: &Option<Outlet>| outlet.as_ref().is_some_and(|outlet| outlet.is_audio);
        let leader = self.outlets.iter().position(is_audio).unwrap_or(frame.track);
        let Some(Some(outlet)) = self.outlets.get_mut(frame.track) else {
            return;
        };
        let arrived = self.clock.now() - frame.arrived.elapsed() + self.delay;
        let at = self
            .time
            .of(frame.track, leader, frame.rtp, arrived, frame.sender_time);
        let before_key = outlet.feeder.awaits_key();
        outlet.take(frame, at);
        if (outlet.awaits_key || before_key) && !frame.key {
            self.connection.request_key_frame(frame.track);
        }
        self.end_loss(at);
    }
}
