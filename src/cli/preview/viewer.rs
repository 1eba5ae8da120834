//! The stream of one viewer: from its subscription to the body of its response.
use crate::cli::http::connection::Connection;
use crate::cli::preview::viewer_file::ViewerFile;
use bytes::Bytes;
use mediarec::error::Result;
use mediarec::recorder::{Broadcast, Subscription};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

/// Packets that may wait for a viewer, in bytes.
const MAX_WAITING: usize = 8 << 20;

/// Pieces that may wait for its connection.
const MAX_PIECES: usize = 2;

/// The largest piece, but for its last packet.
const MAX_PIECE: usize = 256 << 10;

/// All viewers get what has come in this time at once. Were the thread woken for each packet and viewer, ten of them would take a
/// noticeable part of the machine.
const SEND_INTERVAL: Duration = Duration::from_millis(100);

/// From when on the intervals are counted, for all viewers.
static FIRST_TICK: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A viewer that takes nothing for this long is gone.
const STALL_TIMEOUT: Duration = Duration::from_secs(10);

/// One viewer.
struct Viewer {
    subscription: Subscription,
    has_packets: Arc<Notify>,
    file: ViewerFile,
    pieces: Sender<Bytes>,
    /// When the next piece is sent.
    ticks: Interval,
}

/// Begins the stream of a viewer, which ends with the recording or the connection.
///
/// # Errors
/// `NotSupported` for tracks that no file can have.
pub fn start(broadcast: &Broadcast, has_all: bool, connection: &Arc<Connection>) -> Result<Receiver<Bytes>> {
    let file = ViewerFile::new(broadcast.tracks(), has_all)?;
    let has_packets = Arc::new(Notify::new());
    let notify = has_packets.clone();
    let subscription = broadcast.subscribe_with(MAX_WAITING, move || notify.notify_one());
    let (pieces, receiver) = channel(MAX_PIECES);
    let mut ticks = interval_at(*FIRST_TICK, SEND_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let viewer = Viewer {
        subscription,
        has_packets,
        file,
        pieces,
        ticks,
    };
    let connection = connection.clone();
    connection.stream();
    tokio::spawn(async move {
        if viewer.run().await.is_err() {
            connection.close();
        }
    });
    Ok(receiver)
}

/// The viewer takes nothing any more.
struct Gone;

impl Viewer {
    async fn run(mut self) -> std::result::Result<(), Gone> {
        let mut bytes = self.file.take();
        loop {
            let is_behind = bytes.len() >= MAX_PIECE;
            if !bytes.is_empty() {
                let sent = timeout(STALL_TIMEOUT, self.pieces.send(bytes.into())).await;
                sent.map_err(|_| Gone)?.map_err(|_| Gone)?;
            } else if self.subscription.is_over() {
                return Ok(());
            } else {
                tokio::select! {
                    () = self.has_packets.notified() => {}
                    () = self.pieces.closed() => return Ok(()),
                }
            }
            if !is_behind {
                self.ticks.tick().await;
            }
            bytes = self.next_piece();
        }
    }

    fn next_piece(&mut self) -> Vec<u8> {
        let mut size = 0;
        while size < MAX_PIECE
            && let Some(packet) = self.subscription.try_next()
        {
            size += packet.data.len();
            // A packet that cannot be written is left out.
            let _ = self.file.add(packet);
        }
        self.file.take()
    }
}
