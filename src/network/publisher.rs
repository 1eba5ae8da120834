//! Sends what a recording records to a media server, for as long as it lasts, and never holds it up.
use crate::error::{Error, Result};
use crate::media::{MediaFormat, Packet};
use crate::network::codec;
use crate::network::ice_server::IceServer;
use crate::network::peer_configuration::PeerConfiguration;
use crate::network::peer_connection::PeerConnection;
use crate::network::peer_event::PeerEvent;
use crate::network::peer_stats::{PeerStats, PeerTrackStats};
use crate::network::target::HttpUrl;
use crate::network::whip_client::{Failure, PUBLISH, WhipClient};
use crate::recorder::{Broadcast, MediaRecorder, Subscription};
use crate::sync::Mutex;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tracing::debug;

/// Bytes that may wait, before packets are dropped up to the next key frame: four seconds at 8 Mbit/s.
const MAX_WAITING: usize = 4 << 20;

/// How long the thread waits for a packet before it looks for events.
const PACKET_WAIT: Duration = Duration::from_millis(20);

/// How long what was lost at the end may still be sent again.
const LAST_RESENDS: Duration = Duration::from_millis(150);

/// How long what was sent last may take at the end, besides the HTTP.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

/// How long to wait before the first new try, and before all later ones at most.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// An endpoint may ask for this much patience at most.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);

/// Events that may wait for the owner.
const MAX_EVENTS: usize = 64;

/// Where a recording is sent.
#[derive(Clone, Debug)]
pub struct PublisherOptions {
    /// The WHIP endpoint.
    pub endpoint: HttpUrl,
    /// What allows it (a bearer token).
    pub token: Option<String>,
    /// Servers that help to find a way to endpoints beyond a NAT or a firewall.
    pub ice_servers: Vec<IceServer>,
}

/// What happens to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublisherEvent {
    /// The endpoint gets the recording from now on.
    Connected,
    /// A server that should help to find a way does not; the connection is tried without it.
    IceServerFailed {
        /// What, why and what to do.
        reason: String,
    },
    /// It does not any more, or not yet; another try follows.
    Interrupted {
        /// Why.
        reason: String,
        /// After how long.
        retry: Duration,
    },
    /// The network takes less than is recorded: video is dropped before it is sent, audio is not. Told once for each connection.
    Congestion {
        /// What it takes, in bits a second.
        available: u64,
        /// What is recorded, in bits a second.
        recorded: u64,
    },
    /// It does not, and no try follows.
    Refused {
        /// Why, and what to do.
        reason: String,
    },
}

/// What was sent, of all connections so far.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PublisherStats {
    /// Connections that were made.
    pub connections: u64,
    /// For each track of the recording.
    pub tracks: Vec<PeerTrackStats>,
    /// Packets of the recording that were not sent, as there was no connection, or no key frame yet.
    pub unsent: u64,
    /// Packets that were dropped, as the network was too slow for them.
    pub dropped: u64,
}

/// A recording on its way to a media server; dropping it ends that.
pub struct Publisher {
    events: Receiver<PublisherEvent>,
    stats: Arc<Mutex<PublisherStats>>,
    /// Dropping it ends the thread.
    end: Option<Sender<()>>,
    ended: Receiver<()>,
}

impl Publisher {
    /// Begins to send what this recording records.
    ///
    /// # Errors
    /// `NotSupported` for tracks that WebRTC does not carry; `Unknown` if the system has no thread for it. A server that cannot be
    /// reached is no error but an [event](PublisherEvent).
    pub fn start(recorder: &MediaRecorder, broadcast: &Broadcast, options: PublisherOptions) -> Result<Self> {
        broadcast
            .tracks()
            .iter()
            .try_for_each(|track| codec::of(track).map(|_| ()))?;
        let (sender, events) = bounded(MAX_EVENTS);
        let (end, ends) = bounded(0);
        let (has_ended, ended) = bounded(1);
        let stats = PublisherStats {
            tracks: vec![PeerTrackStats::default(); broadcast.tracks().len()],
            ..PublisherStats::default()
        };
        let stats = Arc::new(Mutex::new(stats));
        let worker = Worker {
            client: WhipClient::new(PUBLISH, options.endpoint, options.token),
            ice_servers: options.ice_servers,
            recorder: recorder.clone(),
            subscription: broadcast.subscribe(MAX_WAITING),
            awaits_key: vec![false; broadcast.tracks().len()],
            dropped_before: 0,
            events: sender,
            stats: stats.clone(),
            ends,
        };
        let run = move || {
            worker.run();
            let _ = has_ended.send(());
        };
        let thread = thread::Builder::new().name("whip".into()).spawn(run);
        thread.map_err(|error| Error::unknown("sending to the network cannot be started", error))?;
        Ok(Self {
            events,
            stats,
            end: Some(end),
            ended,
        })
    }

    /// The next event, if there is one.
    #[must_use]
    pub fn try_event(&self) -> Option<PublisherEvent> {
        self.events.try_recv().ok()
    }

    /// What was sent so far.
    #[must_use]
    pub fn stats(&self) -> PublisherStats {
        self.stats.lock().clone()
    }

    /// After the recording has ended: waits until the endpoint has all of it and knows of the end; not longer than this time.
    pub fn finish(&mut self, wait: Duration) {
        let _ = self.ended.recv_timeout(wait);
        self.end = None;
    }
}

/// The thread.
struct Worker {
    client: WhipClient,
    ice_servers: Vec<IceServer>,
    recorder: MediaRecorder,
    subscription: Subscription,
    /// For each track, whether what comes cannot be decoded before the next key frame.
    awaits_key: Vec<bool>,
    /// Packets that the subscription had dropped when it was last asked.
    dropped_before: u64,
    events: Sender<PublisherEvent>,
    stats: Arc<Mutex<PublisherStats>>,
    ends: Receiver<()>,
}

impl Worker {
    fn run(mut self) {
        let mut backoff = BACKOFF.0;
        while !self.is_over() {
            let before = self.stats.lock().connections;
            let Err(failure) = self.publish() else {
                return;
            };
            if self.stats.lock().connections > before {
                backoff = BACKOFF.0;
            }
            match failure {
                Failure::Lasting(reason) | Failure::Forbidden(reason) => {
                    self.tell(PublisherEvent::Refused { reason });
                    return self.skip(None);
                }
                Failure::Passing(reason, after) => {
                    let retry = after.unwrap_or(backoff).min(MAX_RETRY_AFTER);
                    debug!(reason, ?retry, "whip");
                    self.tell(PublisherEvent::Interrupted { reason, retry });
                    self.skip(Some(Instant::now() + retry));
                    backoff = (backoff * 2).min(BACKOFF.1);
                }
            }
        }
    }

    /// Connects and sends until the recording has ended.
    fn publish(&mut self) -> std::result::Result<(), Failure> {
        let endpoint = self.client.endpoint();
        let peers = endpoint
            .addresses()
            .map_err(|error| Failure::Passing(format!("{endpoint} cannot be found: {error}"), None))?;
        let configuration = PeerConfiguration {
            peers,
            ice_servers: self.ice_servers.clone(),
        };
        let connection = PeerConnection::new(&configuration, self.subscription.tracks());
        let mut connection = connection.map_err(|error| passing(&error))?;
        for reason in connection.ice_failures() {
            let reason = reason.clone();
            self.tell(PublisherEvent::IceServerFailed { reason });
        }
        let offer = connection.create_offer().map_err(|error| lasting(&error))?;
        let accepted = self.client.post(&offer)?;
        let answered = connection
            .set_answer(&accepted.answer)
            .map_err(|error| lasting(&error));
        let result = answered.and_then(|()| self.send_all(&connection));
        if result.is_ok() {
            // The server may ask for what was lost at the end.
            thread::sleep(LAST_RESENDS);
        }
        if let Some(resource) = &accepted.resource {
            self.client.delete(resource);
        }
        self.add(&connection.close(CLOSE_TIMEOUT));
        result
    }

    /// Sends packets until the recording has ended.
    fn send_all(&mut self, connection: &PeerConnection) -> std::result::Result<(), Failure> {
        let mut is_connected = false;
        while !self.is_over() {
            while let Some(event) = connection.next_event(Duration::ZERO) {
                match event {
                    PeerEvent::Connected => {
                        is_connected = true;
                        self.begin();
                    }
                    // An error is one of a recording that has ended.
                    PeerEvent::KeyFrameRequest { .. } => drop(self.recorder.request_key_frame()),
                    PeerEvent::Congestion { available, recorded } => {
                        self.tell(PublisherEvent::Congestion { available, recorded });
                    }
                    PeerEvent::Closed { reason, .. } => {
                        let reason = reason.unwrap_or_else(|| "it was closed".into());
                        let endpoint = self.client.endpoint();
                        return Err(Failure::Passing(
                            format!("the connection to {endpoint} ended: {reason}"),
                            None,
                        ));
                    }
                }
            }
            let Some(packet) = self.subscription.next_timeout(PACKET_WAIT) else {
                continue;
            };
            if is_connected {
                self.send(connection, &packet);
                let lost = self.newly_dropped();
                self.stats.lock().dropped += lost;
            } else {
                self.count_unsent();
            }
        }
        Ok(())
    }

    /// A connection is there: it begins with a key frame.
    fn begin(&mut self) {
        for (track, awaits) in self.subscription.tracks().iter().zip(&mut self.awaits_key) {
            *awaits = matches!(track.format, MediaFormat::Video(_));
        }
        let _ = self.recorder.request_key_frame();
        let lost = self.newly_dropped();
        let mut stats = self.stats.lock();
        stats.unsent += lost;
        stats.connections += 1;
        drop(stats);
        self.tell(PublisherEvent::Connected);
    }

    fn send(&mut self, connection: &PeerConnection, packet: &Packet) {
        let awaits_key = &mut self.awaits_key[packet.track];
        *awaits_key &= !packet.key;
        if *awaits_key {
            self.stats.lock().unsent += 1;
        } else if !connection.send(packet) {
            let is_video = matches!(
                self.subscription.tracks()[packet.track].format,
                MediaFormat::Video(_)
            );
            *awaits_key = is_video;
            self.stats.lock().dropped += 1;
        }
    }

    /// Takes packets and sends none, until this time or the end.
    fn skip(&mut self, until: Option<Instant>) {
        while !self.is_over() && until.is_none_or(|until| Instant::now() < until) {
            if self.subscription.next_timeout(PACKET_WAIT * 5).is_some() {
                self.count_unsent();
            }
        }
    }

    /// A packet was taken and is not sent, and neither are those that were dropped before it.
    fn count_unsent(&mut self) {
        let lost = self.newly_dropped();
        self.stats.lock().unsent += 1 + lost;
    }

    /// Packets that found no room, or came before the first key frame, since the last call.
    fn newly_dropped(&mut self) -> u64 {
        let so_far = self.subscription.dropped();
        so_far - std::mem::replace(&mut self.dropped_before, so_far)
    }

    fn is_over(&self) -> bool {
        let is_dropped = matches!(
            self.ends.try_recv(),
            Err(crossbeam_channel::TryRecvError::Disconnected)
        );
        is_dropped || self.subscription.is_over()
    }

    /// Adds what a connection has sent.
    fn add(&self, sent: &PeerStats) {
        let mut stats = self.stats.lock();
        for (sum, track) in stats.tracks.iter_mut().zip(&sent.tracks) {
            sum.add(track);
        }
        stats.dropped += sent.tracks.iter().map(|track| track.dropped).sum::<u64>();
    }

    fn tell(&self, event: PublisherEvent) {
        // Nobody may take them.
        let _ = self.events.try_send(event);
    }
}

fn passing(error: &Error) -> Failure {
    match error {
        Error::NotSupported { .. } => lasting(error),
        error => Failure::Passing(error.to_string(), None),
    }
}

fn lasting(error: &Error) -> Failure {
    Failure::Lasting(error.to_string())
}
