//! A picture and the status line below it, as they stand in a terminal with graphics. The status line is drawn by the session,
//! the picture by a thread of its own, since a slow terminal takes long for it: whoever finds the screen in use does not wait.
use crate::cli::preview::graphics::Graphics;
use crate::cli::preview::picture_layout::{Drawing, PictureLayout};
use crate::cli::stderr::{self, Written};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

/// How long a message waits for a picture that is being written; then the picture's thread prints it.
const MESSAGE_TIMEOUT: Duration = Duration::from_millis(100);
/// How long the end waits for a picture that is being cut short.
const END_TIMEOUT: Duration = Duration::from_millis(300);
/// How often a lock is tried.
const RETRY_INTERVAL: Duration = Duration::from_millis(5);
/// Messages that may wait; more are dropped, as where nobody reads them.
const MAX_MESSAGES: usize = 64;

/// The screen that every way out has to clear: a process has one terminal.
static SHOWN: Mutex<Option<PictureScreen>> = Mutex::new(None);

/// Standard error as a screen.
#[derive(Clone)]
pub struct PictureScreen(Arc<Shared>);

struct Shared {
    layout: Mutex<PictureLayout>,
    /// Messages for above the picture.
    messages: Mutex<Vec<String>>,
    /// Nothing is drawn, and what is being drawn is cut short.
    is_hidden: AtomicBool,
}

impl PictureScreen {
    /// Nothing is drawn before [`Self::show`].
    pub fn new(graphics: Graphics) -> Self {
        Self(Arc::new(Shared {
            layout: Mutex::new(PictureLayout::new(graphics)),
            messages: Mutex::default(),
            is_hidden: AtomicBool::new(true),
        }))
    }

    /// Draws from now on.
    pub fn show(&self) {
        *lock(&SHOWN) = Some(self.clone());
        self.set_hidden(false);
    }

    /// Draws the status line, unless the screen is in use: the next one says the same.
    pub fn set_status(&self, text: &str) {
        if let Some(mut layout) = self.lock_within(Duration::ZERO)
            && stderr::has_room()
        {
            self.print_messages(&mut layout);
            let text = layout.status(text);
            self.write(&mut layout, &text);
        }
    }

    /// Draws the picture, or none in its place; takes as long as the terminal.
    pub fn draw(&self, drawing: Option<&Drawing>, window: (usize, usize)) {
        let mut layout = lock(&self.0.layout);
        self.print_messages(&mut layout);
        if !self.is_hidden() && stderr::has_room() {
            let text = layout.picture(drawing, window);
            self.write(&mut layout, &text);
        }
    }

    /// Prints a message above the picture, which comes back by itself.
    pub fn say(&self, message: String) {
        let mut messages = lock(&self.0.messages);
        if messages.len() < MAX_MESSAGES {
            messages.push(message);
        }
        drop(messages);
        if let Some(mut layout) = self.lock_within(MESSAGE_TIMEOUT) {
            self.print_messages(&mut layout);
        }
    }

    /// Removes the picture and the status line for good.
    pub fn close(&self) {
        *lock(&SHOWN) = None;
        self.hide();
    }

    fn hide(&self) {
        self.set_hidden(true);
        // Otherwise the terminal takes nothing, and there is no way to clear it.
        if let Some(mut layout) = self.lock_within(END_TIMEOUT) {
            if stderr::will_have_room() {
                let text = layout.erase();
                let _ = stderr::write_long(&text, || false);
            }
            self.print_messages(&mut layout);
        }
    }

    fn print_messages(&self, layout: &mut PictureLayout) {
        let messages = std::mem::take(&mut *lock(&self.0.messages));
        if messages.is_empty() {
            return;
        }
        if !self.is_hidden() && stderr::has_room() {
            let text = layout.erase();
            self.write(layout, &text);
        }
        messages.iter().for_each(stderr::say);
        if !self.is_hidden() && stderr::has_room() {
            let text = layout.last_status();
            self.write(layout, &text);
        }
    }

    /// Writes what was drawn; a sequence that is cut short is ended.
    fn write(&self, layout: &mut PictureLayout, text: &str) {
        match stderr::write_long(text, || self.is_hidden()) {
            Written::All => {}
            Written::Part => {
                let end = layout.cut_short();
                let _ = stderr::write_long(end, || false);
            }
        }
    }

    /// The layout, if nobody uses it for longer than this.
    fn lock_within(&self, timeout: Duration) -> Option<MutexGuard<'_, PictureLayout>> {
        let mut waited = Duration::ZERO;
        loop {
            match self.0.layout.try_lock() {
                Ok(layout) => return Some(layout),
                Err(TryLockError::Poisoned(layout)) => return Some(layout.into_inner()),
                Err(TryLockError::WouldBlock) if waited >= timeout => return None,
                Err(TryLockError::WouldBlock) => thread::sleep(RETRY_INTERVAL),
            }
            waited += RETRY_INTERVAL;
        }
    }

    fn is_hidden(&self) -> bool {
        self.0.is_hidden.load(Ordering::SeqCst)
    }

    fn set_hidden(&self, is_hidden: bool) {
        self.0.is_hidden.store(is_hidden, Ordering::SeqCst);
    }
}

/// Clears the screen, if there is one, before the program is suspended or ends.
pub fn leave() {
    let screen = lock(&SHOWN).clone();
    screen.iter().for_each(PictureScreen::hide);
}

/// The process runs again.
pub fn come_back() {
    lock(&SHOWN).iter().for_each(|screen| screen.set_hidden(false));
}

// What they hold is whole at any time.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
