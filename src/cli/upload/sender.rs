//! The thread that uploads: what the recording tells goes into the journal at once, whatever is being sent meanwhile.
use crate::cli::upload::entry::{Entry, Line};
use crate::cli::upload::queue::Task;
use crate::cli::upload::spool::{Spool, Told};
use crate::cli::upload::trouble::Trouble;
use crate::cli::upload::{index, transfer};
use std::cell::RefCell;
use std::io;
use std::thread;
use std::time::Instant;
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::sync::mpsc::Receiver;
use tokio::time::sleep_until;

/// Uploads until the recording has ended and nothing is left that could be sent; failed tries after the end are limited.
/// What is returned is disconnected then.
///
/// # Errors
/// If no thread can be started.
pub fn start(
    spool: Spool,
    told: Receiver<Told>,
    tries_at_end: u32,
) -> io::Result<crossbeam_channel::Receiver<()>> {
    // One for requests, another for files in a folder and the names of hosts: the crates take one each time.
    let runtime = Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .thread_name("upload-files")
        .build()?;
    let (running, ended) = crossbeam_channel::bounded(0);
    let run = move || {
        let sender = Sender {
            spool: RefCell::new(spool),
            more: Notify::new(),
        };
        runtime.block_on(async {
            tokio::join!(sender.listen(told, tries_at_end), sender.send_all());
        });
        sender.spool.into_inner().close();
        drop(running);
    };
    thread::Builder::new().name("upload".into()).spawn(run)?;
    Ok(ended)
}

struct Sender {
    spool: RefCell<Spool>,
    more: Notify,
}

impl Sender {
    async fn listen(&self, mut told: Receiver<Told>, tries_at_end: u32) {
        loop {
            let next = told.recv().await;
            let is_end = matches!(next, None | Some(Told::End));
            self.spool
                .borrow_mut()
                .tell(next.unwrap_or(Told::End), tries_at_end);
            self.more.notify_one();
            if is_end {
                return;
            }
        }
    }

    async fn send_all(&self) {
        loop {
            let (number, task) = self.spool.borrow().task(Instant::now());
            match task {
                Task::Send(entry) => self.send(number, &entry).await,
                Task::Index { key, of } => self.send_index(number, &key, &of).await,
                Task::WaitUntil(at) => {
                    tokio::select! {
                        () = sleep_until(at.into()) => {}
                        () = self.more.notified() => {}
                    }
                }
                Task::Wait => self.more.notified().await,
                Task::End => return,
            }
        }
    }

    async fn send(&self, number: usize, entry: &Entry) {
        let store = self.spool.borrow_mut().queue(number).store();
        let key = &entry.key;
        let on_parts = |id: &str| {
            let (key, id) = (key.clone(), id.to_owned());
            self.spool
                .borrow_mut()
                .note(number, vec![Line::Parts { key, id }]);
        };
        let sent = match store {
            Ok(store) => transfer::send(&store, entry, on_parts).await,
            Err(trouble) => Err(trouble),
        };
        let mut spool = self.spool.borrow_mut();
        match sent {
            Ok(arrived) => {
                let (key, size) = (key.clone(), arrived.size);
                spool.arrived(number, entry, Line::Arrived { key, arrived }, size);
            }
            Err(trouble) => spool.failed(number, entry, trouble),
        }
    }

    /// The journal knows of the index before the store does, so that it is never written twice with different lines.
    async fn send_index(&self, number: usize, key: &str, of: &[Entry]) {
        let keys = || -> Vec<String> { of.iter().map(|entry| entry.key.clone()).collect() };
        let line = Line::Index {
            index: key.to_owned(),
            of: keys(),
        };
        let (store, lines) = {
            let mut spool = self.spool.borrow_mut();
            spool.note(number, vec![line]);
            let queue = spool.queue(number);
            (queue.store(), index::lines(&queue.journal.header, of.iter()))
        };
        let created: Result<(), Trouble> = match store {
            Ok(store) => store.create(key, lines.into_bytes()).await,
            Err(trouble) => Err(trouble),
        };
        let mut spool = self.spool.borrow_mut();
        match (created, of.first()) {
            (Ok(()), _) => {
                spool.note(number, vec![Line::Done { of: keys() }]);
                spool.succeed(number);
            }
            (Err(trouble), Some(first)) => spool.failed_index(number, first, keys(), trouble),
            (Err(_), None) => {}
        }
    }
}
