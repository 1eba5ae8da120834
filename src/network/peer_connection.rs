//! A connection to another program: `RTCPeerConnection`, as far as a recorder needs it.
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};
use crate::media::{Packet, TrackInfo};
use crate::network::codec;
use crate::network::congestion_control::CongestionControl;
use crate::network::engine::{self, Command, Engine, Media, SentTrack};
use crate::network::outbox::Outbox;
use crate::network::paths::Paths;
use crate::network::peer_configuration::PeerConfiguration;
use crate::network::peer_event::PeerEvent;
use crate::network::peer_handle::PeerHandle;
use crate::network::peer_stats::{PeerStats, PeerTrackStats};
use crate::network::received_stream;
use crate::network::reception::{ReceivedFrame, Reception};
use crate::network::sent_time::SentTime;
use crate::streams::MediaStream;
use crate::sync::Mutex;
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::{Rtc, RtcConfig};

/// Frames that may wait for the thread of the connection.
const MAX_FRAMES: usize = 256;

/// Events that may wait for the owner.
const MAX_EVENTS: usize = 256;

/// Received frames that may wait for whoever takes them.
const MAX_RECEIVED: usize = 1024;

/// How long, and behind how many others, packets wait for one that is missing. The interleaver waits a second for live video.
const MAX_WAIT_AUDIO: Duration = Duration::from_millis(500);
const MAX_WAIT_VIDEO: Duration = Duration::from_millis(900);
const MAX_REORDERED_AUDIO: usize = 50;
const MAX_REORDERED_VIDEO: usize = 100;

/// How often a sender reports its times, by which the receiver keeps audio and video in sync.
const REPORT_INTERVAL: Duration = Duration::from_millis(500);

/// How often it is asked how long datagrams wait in the network: a bottleneck's queue is full in half a second.
const ARRIVALS_INTERVAL: Duration = Duration::from_millis(100);

/// How often the statistics are taken.
const STATS_INTERVAL: Duration = Duration::from_secs(1);

/// A connection to another program (WebRTC 1.0, 4.4), which sends tracks of encoded media, or receives them.
///
/// It offers its tracks, the owner takes the offer to the other side by some way and comes back with the answer; from then on a
/// thread of its own does the rest. Dropping it closes the connection.
pub struct PeerConnection {
    stats: Arc<Mutex<PeerStats>>,
    infos: Vec<TrackInfo>,
    /// How many tracks the other side sends.
    received_tracks: usize,
    /// Those that this side has offered to receive; others are told by the connection.
    offered: Vec<Mid>,
    /// Why the other side is gone, if it did not say goodbye.
    lost: Mutex<Option<String>>,
    ice_failures: Vec<String>,
    stage: Stage,
}

/// How a connection has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// One side has closed it.
    Regular,
    /// The other side is gone: why this side thinks so.
    Lost(String),
}

enum Stage {
    New(Box<Rtc>, Paths),
    Offered(Box<Rtc>, Paths, Vec<SentTrack>, SdpPendingOffer),
    Running {
        commands: Sender<Command>,
        events: Receiver<PeerEvent>,
        frames: Receiver<ReceivedFrame>,
    },
    /// It failed to begin.
    Failed,
}

impl PeerConnection {
    /// A connection that sends these tracks; they are recorded tracks, or those of a broadcast.
    ///
    /// # Errors
    /// `NotSupported` for tracks that WebRTC cannot carry; `NotReadable` if there is no way to the other side.
    pub fn new(configuration: &PeerConfiguration, tracks: &[TrackInfo]) -> Result<Self> {
        tracks.iter().try_for_each(|track| codec::of(track).map(|_| ()))?;
        let mut paths = open(configuration)?;
        let config = RtcConfig::new()
            .set_stats_interval(Some(ARRIVALS_INTERVAL))
            .set_rtcp_report_interval_audio(REPORT_INTERVAL)
            .set_rtcp_report_interval_video(REPORT_INTERVAL);
        let mut rtc = codec::offering(config, tracks).build(Instant::now());
        for candidate in paths.candidates() {
            rtc.add_local_candidate(candidate.clone());
        }
        let stats = PeerStats {
            tracks: vec![PeerTrackStats::default(); tracks.len()],
            ..PeerStats::default()
        };
        Ok(Self {
            stats: Arc::new(Mutex::new(stats)),
            infos: tracks.to_vec(),
            received_tracks: 0,
            offered: Vec::new(),
            lost: Mutex::default(),
            ice_failures: std::mem::take(&mut paths.failures),
            stage: Stage::New(Box::new(rtc), paths),
        })
    }

    /// A connection that receives an audio track and a video track, as far as the other side has them.
    ///
    /// # Errors
    /// `NotReadable` if there is no way to the other side.
    pub fn receiving(configuration: &PeerConfiguration) -> Result<Self> {
        let mut paths = open(configuration)?;
        let rtc = receiver(&paths, true);
        Ok(Self {
            stats: Arc::default(),
            infos: Vec::new(),
            received_tracks: 0,
            offered: Vec::new(),
            lost: Mutex::default(),
            ice_failures: std::mem::take(&mut paths.failures),
            stage: Stage::New(Box::new(rtc), paths),
        })
    }

    /// The offer (SDP) for the other side, with all candidates.
    ///
    /// # Errors
    /// `InvalidState` if there was one; `NotSupported` without tracks.
    pub fn create_offer(&mut self) -> Result<String> {
        let Stage::New(mut rtc, paths) = std::mem::replace(&mut self.stage, Stage::Failed) else {
            return Err(Error::invalid_state("an offer was made already"));
        };
        let mut api = rtc.sdp_api();
        if self.infos.is_empty() {
            for kind in [MediaKind::Audio, MediaKind::Video] {
                self.offered
                    .push(api.add_media(kind, Direction::RecvOnly, None, None, None));
            }
        }
        let mut tracks = Vec::new();
        for info in &self.infos {
            let codec = codec::of(info)?;
            // One stream, so that the receiver keeps its tracks in sync.
            let stream = Some("mediarec".to_owned());
            let mid = api.add_media(codec::kind(codec), Direction::SendOnly, stream, None, None);
            tracks.push(SentTrack {
                mid,
                codec,
                payload_type: None,
            });
        }
        let (offer, pending) = api
            .apply()
            .ok_or_else(|| Error::not_supported("there is no track"))?;
        let sdp = offer.to_sdp_string();
        self.stage = Stage::Offered(rtc, paths, tracks, pending);
        Ok(sdp)
    }

    /// Takes the answer (SDP) of the other side, and connects. The first event is [`PeerEvent::Connected`].
    ///
    /// # Errors
    /// `InvalidState` without an offer; `NotReadable` for an answer that cannot be used; `NotSupported` if it does not take a
    /// codec; `Unknown` if the system has no thread for it.
    pub fn set_answer(&mut self, sdp: &str) -> Result<()> {
        let Stage::Offered(mut rtc, paths, mut tracks, pending) =
            std::mem::replace(&mut self.stage, Stage::Failed)
        else {
            return Err(Error::invalid_state("there is no offer that could be answered"));
        };
        let answer = SdpAnswer::from_sdp_string(sdp).map_err(|error| cannot_use(&error.to_string()))?;
        let accepted = rtc.sdp_api().accept_answer(pending, answer);
        accepted.map_err(|error| cannot_use(&error.to_string()))?;
        if !self.offered.is_empty() {
            let mut accepted = accepted_media(sdp);
            self.offered.retain(|_| accepted.next().unwrap_or(false));
            self.received_tracks = self.offered.len();
            if self.offered.is_empty() {
                return Err(Error::not_supported(
                    "the other side has no codec that can be recorded; VP8, VP9, AV1, H.264 and Opus can",
                ));
            }
        }
        engine::settle(&mut rtc, &mut tracks).map_err(|codec| {
            Error::not_supported(format!(
                "the other side does not take {}; --mime chooses another codec",
                codec::name(codec)
            ))
        })?;
        self.run(*rtc, paths, tracks)
    }

    /// A connection that receives what this offer (SDP) has, and the answer for the other side. It connects at once.
    ///
    /// # Errors
    /// `Type` for an offer that cannot be used; `NotSupported` if it has no codec that can be recorded; those of
    /// [`new`](Self::new).
    pub fn answer(configuration: &PeerConfiguration, offer: &str) -> Result<(Self, String)> {
        let h264 = codec::has_only_h264(offer);
        let offer = SdpOffer::from_sdp_string(offer).map_err(|error| cannot_answer(&error.to_string()))?;
        let mut paths = open(configuration)?;
        let mut rtc = receiver(&paths, h264);
        let answer = rtc.sdp_api().accept_offer(offer);
        let answer = answer
            .map_err(|error| cannot_answer(&error.to_string()))?
            .to_sdp_string();
        let received_tracks = accepted_media(&answer).filter(|is_accepted| *is_accepted).count();
        if received_tracks == 0 {
            return Err(Error::not_supported(
                "the offer has no codec that can be recorded; VP8, VP9, AV1, H.264 and Opus can",
            ));
        }
        let mut connection = Self {
            stats: Arc::default(),
            infos: Vec::new(),
            received_tracks,
            offered: Vec::new(),
            lost: Mutex::default(),
            ice_failures: std::mem::take(&mut paths.failures),
            stage: Stage::Failed,
        };
        connection.run(rtc, paths, Vec::new())?;
        Ok((connection, answer))
    }

    /// What the other side sends, as a stream for a recorder: waits for its first media, for some seconds at most. The stream
    /// ends with the connection.
    ///
    /// # Errors
    /// `NotReadable` if no media comes; `Unknown` if the system has no thread for it.
    pub fn into_stream(self, label: &str, clock: &Clock) -> Result<MediaStream> {
        received_stream::open(self, label, clock, None)
    }

    /// Of ICE servers that do not help: what, why and what to do. The connection is tried without them.
    #[must_use]
    pub fn ice_failures(&self) -> &[String] {
        &self.ice_failures
    }

    /// How many tracks the other side sends.
    pub(super) fn received_tracks(&self) -> usize {
        self.received_tracks
    }

    /// The next frame that was received, after this time at most.
    pub(super) fn next_frame(&self, wait: Duration) -> Option<ReceivedFrame> {
        match &self.stage {
            Stage::Running { frames, .. } => frames.recv_timeout(wait).ok(),
            _ => None,
        }
    }

    /// Asks the other side for a key frame of a received track, once a second at most.
    pub fn request_key_frame(&self, track: usize) {
        if let Stage::Running { commands, .. } = &self.stage {
            // Too many commands wait: it is asked again with the next frame.
            let _ = commands.try_send(Command::RequestKeyFrame(track));
        }
    }

    /// How the connection has ended, once all that was received was taken. Takes the events.
    pub(super) fn ending(&self) -> Option<Ending> {
        let Stage::Running { events, frames, .. } = &self.stage else {
            return Some(Ending::Regular);
        };
        let mut ending = Ending::Regular;
        let is_over = loop {
            match events.try_recv() {
                Ok(PeerEvent::Closed {
                    reason,
                    is_lost: true,
                }) => {
                    *self.lost.lock() = reason;
                }
                Ok(_) => {}
                Err(error) => break error == TryRecvError::Disconnected,
            }
        };
        if let Some(reason) = &*self.lost.lock() {
            ending = Ending::Lost(reason.clone());
        }
        (is_over && frames.is_empty()).then_some(ending)
    }

    /// A handle for another thread.
    pub(super) fn handle(&self) -> PeerHandle {
        match &self.stage {
            Stage::Running { commands, .. } => PeerHandle(Some(commands.clone())),
            _ => PeerHandle(None),
        }
    }

    fn run(&mut self, rtc: Rtc, mut paths: Paths, tracks: Vec<SentTrack>) -> Result<()> {
        let no_thread = |error| Error::unknown("a connection cannot be started", error);
        let datagrams = paths.read().map_err(no_thread)?;
        let (commands, for_thread) = bounded(MAX_FRAMES);
        let (of_thread, events) = bounded(MAX_EVENTS);
        let (received, frames) = bounded(MAX_RECEIVED);
        let mut reception = Reception::new(received);
        for mid in &self.offered {
            reception.add(*mid);
        }
        let engine = Engine {
            rtc,
            paths,
            tracks,
            commands: for_thread,
            events: of_thread,
            stats: self.stats.clone(),
            outbox: Outbox::new(),
            times: SentTime::default(),
            congestion: CongestionControl::new(self.infos.len()),
            has_told_congestion: false,
            reception,
        };
        let thread = thread::Builder::new().name("peer".into());
        thread.spawn(move || engine.run(&datagrams)).map_err(no_thread)?;
        self.stage = Stage::Running {
            commands,
            events,
            frames,
        };
        Ok(())
    }

    /// Waits for the next event, for this time at most.
    #[must_use]
    pub fn next_event(&self, wait: Duration) -> Option<PeerEvent> {
        match &self.stage {
            Stage::Running { events, .. } => events.recv_timeout(wait).ok(),
            _ => None,
        }
    }

    /// Sends a packet of a recording, whose track is that of the same index. Returns `false` if it was dropped, as too many wait,
    /// or the connection has ended.
    #[must_use]
    pub fn send(&self, packet: &Packet) -> bool {
        let Stage::Running { commands, .. } = &self.stage else {
            return false;
        };
        let delay = self
            .infos
            .get(packet.track)
            .map_or(Duration::ZERO, |info| info.codec_delay);
        // What is presented before zero is discarded by players of the file, and heard by those of the network.
        let time = (packet.time - Timestamp::ZERO).saturating_sub(delay);
        let media = Media {
            track: packet.track,
            time: Timestamp::ZERO + time,
            key: packet.key,
            data: packet.data.clone(),
        };
        commands.try_send(Command::Send(media)).is_ok()
    }

    /// What was sent so far (`getStats`).
    #[must_use]
    pub fn stats(&self) -> PeerStats {
        self.stats.lock().clone()
    }

    /// Closes the connection after what was sent, and waits for that; not longer than this time. Returns what was sent.
    #[must_use]
    pub fn close(self, wait: Duration) -> PeerStats {
        let deadline = Instant::now() + wait;
        if let Stage::Running { commands, events, .. } = self.stage {
            let _ = commands.send_deadline(Command::Close, deadline);
            // It ends with the thread.
            while events.recv_deadline(deadline).is_ok() {}
        }
        self.stats.lock().clone()
    }
}

fn open(configuration: &PeerConfiguration) -> Result<Paths> {
    Paths::open(&configuration.peers, &configuration.ice_servers).map_err(|error| Error::NotReadable {
        message: "there is no way through the network to the other side".into(),
        source: Some(error.into()),
    })
}

/// What receives, with all that it may take.
fn receiver(paths: &Paths, h264: bool) -> Rtc {
    let config = RtcConfig::new()
        .set_stats_interval(Some(STATS_INTERVAL))
        .set_reordering_size_audio(MAX_REORDERED_AUDIO)
        .set_reordering_size_video(MAX_REORDERED_VIDEO)
        .set_reordering_timeout_audio(Some(MAX_WAIT_AUDIO))
        .set_reordering_timeout_video(Some(MAX_WAIT_VIDEO));
    let mut rtc = codec::accepting(config, h264).build(Instant::now());
    for candidate in paths.candidates() {
        rtc.add_local_candidate(candidate.clone());
    }
    rtc
}

/// Which media of an answer are accepted.
fn accepted_media(answer: &str) -> impl Iterator<Item = bool> {
    let media = answer.lines().filter_map(|line| line.strip_prefix("m="));
    media.map(|line| {
        let mut words = line.split(' ');
        let is_media = matches!(words.next(), Some("audio" | "video"));
        is_media && words.next().is_some_and(|port| port != "0")
    })
}

fn cannot_answer(why: &str) -> Error {
    Error::type_error(format!("the offer cannot be used: {why}"))
}

fn cannot_use(why: &str) -> Error {
    Error::not_readable(format!("the answer of the other side cannot be used: {why}"))
}
