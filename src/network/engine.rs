//! The thread of a peer connection: datagrams and media in, datagrams and events out.
use crate::clock::Timestamp;
use crate::network::congestion_control::{Arrivals, CongestionControl, Offered, SentRate};
use crate::network::outbox::Outbox;
use crate::network::paths::Paths;
use crate::network::peer_event::PeerEvent;
use crate::network::peer_stats::{PeerStats, PeerTrackStats};
use crate::network::reception::Reception;
use crate::network::sent_time::SentTime;
use crate::network::sockets::Datagram;
use crate::sync::Mutex;
use bytes::Bytes;
use crossbeam_channel::{Receiver, Sender, select};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use str0m::format::{Codec, PayloadParams};
use str0m::media::{Frequency, KeyframeRequestKind, MediaTime, Mid, Pt};
use str0m::net::{Protocol, Receive, Transmit};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcError};
use tracing::debug;

/// How long the connection may take to be there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Without any datagram for this long the other side is gone: it asks for consent every few seconds at least (RFC 7675).
const SILENCE_TIMEOUT: Duration = Duration::from_secs(8);

/// How long what waits at the end may take.
const LAST_SENDS: Duration = Duration::from_millis(50);

/// RTP packets that are kept to be sent again, and for how long: those of 2 s at 5 Mbit/s.
const RESEND_PACKETS: usize = 1024;
const RESEND_TIME: Duration = Duration::from_secs(2);

/// The share of a stream that may be sent again: on a network that is full, more would make it worse.
const MAX_RESENT: f32 = 0.5;

/// How long the thread sleeps at most.
const MAX_SLEEP: Duration = Duration::from_secs(1);

/// What the owner of a connection wants of its thread.
pub(super) enum Command {
    Send(Media),
    /// Ask the other side for a key frame of this track.
    RequestKeyFrame(usize),
    /// The other side may be there, too.
    AddCandidates(Vec<Candidate>),
    /// Close after what was sent.
    Close,
}

/// A frame to be sent.
pub(super) struct Media {
    pub(super) track: usize,
    /// When it is presented, in media time.
    pub(super) time: Timestamp,
    /// Whether decoding can begin here.
    pub(super) key: bool,
    pub(super) data: Bytes,
}

/// A track that is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct SentTrack {
    pub(super) mid: Mid,
    pub(super) codec: Codec,
    /// The payload type that both sides have; `None` before the answer.
    pub(super) payload_type: Option<Pt>,
}

/// Everything that the thread works with.
pub(super) struct Engine {
    pub(super) rtc: Rtc,
    pub(super) paths: Paths,
    pub(super) tracks: Vec<SentTrack>,
    pub(super) commands: Receiver<Command>,
    pub(super) events: Sender<PeerEvent>,
    pub(super) stats: Arc<Mutex<PeerStats>>,
    pub(super) outbox: Outbox<Transmit>,
    pub(super) times: SentTime,
    pub(super) congestion: CongestionControl,
    pub(super) has_told_congestion: bool,
    pub(super) reception: Reception,
}

/// How the connection ends: by this side, or because of something.
enum End {
    Closed,
    ByPeer,
    Because(String),
}

impl From<RtcError> for End {
    fn from(error: RtcError) -> Self {
        Self::Because(error.to_string())
    }
}

/// How far the connection is.
struct Progress {
    begun: Instant,
    is_connected: bool,
    last_heard: Instant,
    /// When it is closed by this side.
    closes_at: Option<Instant>,
}

impl Engine {
    pub(super) fn run(mut self, datagrams: &Receiver<Datagram>) {
        let now = Instant::now();
        let mut progress = Progress {
            begun: now,
            is_connected: false,
            last_heard: now,
            closes_at: None,
        };
        let end = loop {
            if let Err(end) = self.turn(datagrams, &mut progress) {
                break end;
            }
        };
        self.say_goodbye();
        self.paths.give_back(datagrams);
        let is_lost = matches!(end, End::Because(_));
        let reason = match end {
            End::Closed => None,
            End::ByPeer => Some("the other side has closed it".into()),
            End::Because(reason) => Some(reason),
        };
        debug!(?reason, "a peer connection ended");
        // Nobody may be there any more.
        let _ = self.events.try_send(PeerEvent::Closed { reason, is_lost });
    }

    /// Sends what is to be sent, and waits for the next thing to do.
    fn turn(&mut self, datagrams: &Receiver<Datagram>, progress: &mut Progress) -> Result<(), End> {
        let wake = self.drain(progress)?;
        let now = Instant::now();
        self.flush(now);
        progress.check(now)?;
        let others = [self.outbox.due(), self.paths.poll(now), progress.closes_at];
        let due = others.into_iter().flatten().fold(wake, Instant::min);
        let wait = due.saturating_duration_since(now).min(MAX_SLEEP);
        let is_closing = progress.closes_at.is_some();
        select! {
            recv(datagrams) -> datagram => match datagram {
                Ok(datagram) => self.on_datagram(datagram, progress),
                Err(_) => Err(End::Because("its sockets cannot be read".into())),
            },
            recv(if is_closing { crossbeam_channel::never() } else { self.commands.clone() }) -> command => {
                match command {
                    Ok(Command::Send(media)) => self.send(&media)?,
                    Ok(Command::RequestKeyFrame(track)) => self.request_key_frame(track),
                    Ok(Command::AddCandidates(candidates)) => {
                        for candidate in candidates {
                            self.rtc.add_remote_candidate(candidate);
                        }
                    }
                    Ok(Command::Close) | Err(_) => progress.closes_at = Some(Instant::now() + LAST_SENDS),
                }
                Ok(())
            },
            default(wait) => Ok(self.rtc.handle_input(Input::Timeout(Instant::now()))?),
        }
    }

    /// Takes what the connection has to say; returns when it wants to be called again.
    fn drain(&mut self, progress: &mut Progress) -> Result<Instant, End> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(at) => return Ok(at),
                Output::Transmit(transmit) => self.outbox.push(transmit),
                Output::Event(event) => self.on_event(event, progress)?,
            }
        }
    }

    fn flush(&mut self, now: Instant) {
        while let Some(transmit) = self.outbox.next(now) {
            let sent = self
                .paths
                .send(transmit.source, transmit.destination, &transmit.contents, now);
            if sent.is_err() {
                self.outbox.dropped += 1;
            }
        }
        self.stats.lock().unsent_datagrams = self.outbox.dropped;
    }

    fn on_datagram(&mut self, datagram: Datagram, progress: &mut Progress) -> Result<(), End> {
        let Some(datagram) = self.paths.received(datagram, Instant::now()) else {
            return Ok(());
        };
        // What is no message of WebRTC's is not for this connection.
        let Ok(contents) = datagram.bytes.as_slice().try_into() else {
            return Ok(());
        };
        let receive = Receive {
            proto: Protocol::Udp,
            source: datagram.from,
            destination: datagram.to,
            contents,
        };
        let input = Input::Receive(datagram.at, receive);
        if !self.rtc.accepts(&input) {
            return Ok(());
        }
        progress.last_heard = datagram.at;
        match self.rtc.handle_input(input) {
            // Anybody can send a datagram that is wrong; it is no reason to end.
            Err(error) if !self.rtc.is_alive() => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn on_event(&mut self, event: Event, progress: &mut Progress) -> Result<(), End> {
        match event {
            Event::Connected => {
                progress.is_connected = true;
                self.tell(PeerEvent::Connected);
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                return Err(End::Because("the other side does not answer any more".into()));
            }
            Event::Closed => return Err(End::ByPeer),
            Event::KeyframeRequest(request) => {
                if let Some(track) = self.index_of(request.mid) {
                    self.tell(PeerEvent::KeyFrameRequest { track });
                }
            }
            Event::MediaAdded(media) => self.reception.add(media.mid),
            Event::MediaData(data) => self.reception.take(&data),
            Event::PeerStats(stats) => {
                self.stats.lock().round_trip = stats.rtt;
                let arrivals = Arrivals {
                    round_trip: stats.rtt,
                    loss: stats.egress_loss_fraction,
                };
                self.congestion.on_arrivals(arrivals, Instant::now());
                if let Some(rates) = self.congestion.rates() {
                    self.outbox.set_rate(rates.recorded);
                }
            }
            Event::MediaEgressStats(stats) => self.on_track(stats.mid, |track| {
                track.rtp_packets = stats.packets;
                track.nacks = stats.nacks;
                track.key_frame_requests = stats.plis + stats.firs;
                track.lost = stats.remote.map_or(track.lost, |remote| remote.packets_lost);
            }),
            _ => {}
        }
        Ok(())
    }

    fn send(&mut self, media: &Media) -> Result<(), End> {
        let Some(track) = self.tracks.get(media.track).copied() else {
            return Ok(());
        };
        let (Some(payload_type), Some(writer)) = (track.payload_type, self.rtc.writer(track.mid)) else {
            return Ok(());
        };
        let now = Instant::now();
        let offered = Offered {
            track: media.track,
            is_video: track.codec != Codec::Opus,
            key: media.key,
            bytes: media.data.len(),
        };
        if !self.congestion.admits(offered, now) {
            self.on_track(track.mid, |track| track.dropped += 1);
            self.tell_congestion();
            return Ok(());
        }
        let (presented, since_start) = self.times.of(media.time, now);
        let rate = match track.codec {
            Codec::Opus => Frequency::FORTY_EIGHT_KHZ,
            _ => Frequency::NINETY_KHZ,
        };
        writer.write(payload_type, presented, rtp_time(since_start, rate), &*media.data)?;
        self.on_track(track.mid, |track| {
            track.frames += 1;
            track.bytes += media.data.len() as u64;
        });
        Ok(())
    }

    /// Tells once that the network does not take what is recorded, when it is known how much it takes.
    fn tell_congestion(&mut self) {
        let rates = self
            .congestion
            .rates()
            .filter(|rates| rates.sent < rates.recorded);
        let Some(SentRate { recorded, sent }) = rates else {
            return;
        };
        self.stats.lock().available_outgoing_bitrate = Some(sent);
        if !self.has_told_congestion {
            self.has_told_congestion = true;
            let available = sent;
            self.tell(PeerEvent::Congestion { available, recorded });
        }
    }

    fn request_key_frame(&mut self, track: usize) {
        let Some(mid) = self.reception.may_request(track, Instant::now()) else {
            return;
        };
        if let Some(mut writer) = self.rtc.writer(mid) {
            // It fails before the first packet, and if the other side knows no such requests.
            let requested = writer.request_keyframe(None, KeyframeRequestKind::Pli);
            debug!(track, ok = requested.is_ok(), "a key frame is requested");
        }
    }

    fn index_of(&self, mid: Mid) -> Option<usize> {
        self.tracks.iter().position(|track| track.mid == mid)
    }

    fn on_track(&self, mid: Mid, change: impl FnOnce(&mut PeerTrackStats)) {
        if let Some(index) = self.index_of(mid)
            && let Some(track) = self.stats.lock().tracks.get_mut(index)
        {
            change(track);
        }
    }

    /// An event that nobody takes is dropped: the thread must not wait for its owner.
    fn tell(&self, event: PeerEvent) {
        let _ = self.events.try_send(event);
    }

    /// Tells the other side that nothing follows.
    fn say_goodbye(&mut self) {
        self.outbox.hurry();
        let mut closing = self.rtc.close();
        while closing.is_ok() {
            closing = match self.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => {
                    self.outbox.push(transmit);
                    Ok(())
                }
                Ok(Output::Event(_)) => Ok(()),
                Ok(Output::Timeout(_)) => break,
                Err(error) => Err(error),
            };
        }
        let end = Instant::now() + LAST_SENDS;
        while let Some(due) = self.outbox.due().filter(|due| *due < end) {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            self.flush(Instant::now());
        }
    }
}

impl Progress {
    /// Whether it takes too long, or is over.
    fn check(&self, now: Instant) -> Result<(), End> {
        if self.closes_at.is_some_and(|at| now >= at) {
            return Err(End::Closed);
        }
        if !self.is_connected && now - self.begun > CONNECT_TIMEOUT {
            return Err(End::Because(format!(
                "no connection within {} s: is there a firewall on the way for UDP? A TURN server leads around it",
                CONNECT_TIMEOUT.as_secs()
            )));
        }
        if now.saturating_duration_since(self.last_heard) > SILENCE_TIMEOUT {
            return Err(End::Because("the other side does not answer any more".into()));
        }
        Ok(())
    }
}

/// A duration in units of a clock rate.
fn rtp_time(since_start: Duration, rate: Frequency) -> MediaTime {
    let units = since_start.as_nanos() * u128::from(rate.get()) / 1_000_000_000;
    MediaTime::new(u64::try_from(units).unwrap_or(u64::MAX), rate)
}

/// The payload types that both sides have, once there is an answer; `Err` is the codec that the other side does not take.
pub(super) fn settle(rtc: &mut Rtc, tracks: &mut [SentTrack]) -> Result<(), Codec> {
    for track in tracks {
        let writer = rtc.writer(track.mid);
        let common = writer.and_then(|writer| {
            let mut params = writer.payload_params();
            params
                .find(|params| params.spec().codec == track.codec)
                .map(PayloadParams::pt)
        });
        track.payload_type = Some(common.ok_or(track.codec)?);
        if let Some(stream) = rtc.direct_api().stream_tx_by_mid(track.mid, None) {
            // A receiver asks again and again until the packet is there: with 5 % of losses and 100 ms there and back for a fifth
            // of the stream.
            stream.set_rtx_cache(RESEND_PACKETS, RESEND_TIME, Some(MAX_RESENT));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_units_of_the_clock_rate() {
        let at = |millis, rate| rtp_time(Duration::from_millis(millis), rate).numer();
        assert_eq!(at(0, Frequency::NINETY_KHZ), 0);
        assert_eq!(at(40, Frequency::NINETY_KHZ), 3_600);
        assert_eq!(at(20, Frequency::FORTY_EIGHT_KHZ), 960);
        assert_eq!(at(30 * 24 * 3_600_000, Frequency::NINETY_KHZ), 233_280_000_000);
    }
}
