//! `--pick`: the devices of a recording are chosen while they are seen and heard.
mod choice;
mod trial;

use crate::cli::color::Color;
use crate::cli::device_names::device_names;
use crate::cli::progress::{clear_at_exit, status_line};
use crate::cli::signals::Signals;
use crate::cli::source_plan::SourcePlan;
use crate::cli::terminal;
use choice::{Candidate, Choice, Step, Wheel};
use mediarec::clock::Clock;
use mediarec::devices::{MediaDeviceKind, MediaDevices};
use mediarec::error::{Error, Result};
use mediarec::media::TrackKind;
use std::io::{self, IsTerminal};
use trial::Trial;

/// The keys.
const LEGEND: &str = "keys: c next camera, m next microphone, Enter record, q quit";

/// Asks which devices are to be recorded, and requires those.
///
/// # Errors
/// `Type` without a terminal or without devices; `NotAllowed` if none was chosen; those of the enumeration.
pub fn choose(sources: &mut SourcePlan, signals: &Signals, color: Color) -> Result<()> {
    let SourcePlan::Devices {
        backend, requests, ..
    } = sources
    else {
        return Err(usage(
            "--pick chooses cameras and microphones, and none are recorded; remove --pick",
        ));
    };
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(usage(
            "--pick needs a terminal; name the devices: --camera X --microphone X",
        ));
    }
    let devices = backend.devices(Clock::monotonic());
    let wheel = |kind, device| -> Result<Wheel> {
        Ok(Wheel::new(
            requests
                .include(kind)
                .then(|| candidates(&devices, device))
                .transpose()?,
        ))
    };
    let mut choice = Choice {
        camera: wheel(TrackKind::Video, MediaDeviceKind::VideoInput)?,
        microphone: wheel(TrackKind::Audio, MediaDeviceKind::AudioInput)?,
    };
    if !choice.has_any() {
        return Err(Error::NotFound {
            message: "there is nothing to pick: no camera and no microphone; 'mediarec doctor' says more"
                .into(),
        });
    }
    let picked = ask(&mut choice, &devices, signals, color);
    terminal::close();
    if !picked {
        return Err(Error::NotAllowed {
            message: "nothing is recorded, as no devices were picked".into(),
            source: None,
        });
    }
    let id = |wheel: &Wheel| wheel.chosen().map(|chosen| chosen.id.clone());
    requests.pick(id(&choice.camera), id(&choice.microphone));
    Ok(())
}

fn usage(message: &str) -> Error {
    Error::Type {
        message: message.into(),
    }
}

fn candidates(devices: &MediaDevices, kind: MediaDeviceKind) -> Result<Vec<Candidate>> {
    let mut own = devices.enumerate_devices()?;
    own.retain(|device| device.kind == kind);
    let names = device_names(&own);
    Ok(own
        .into_iter()
        .zip(names)
        .map(|(device, label)| Candidate {
            id: device.device_id,
            label,
        })
        .collect())
}

/// Shows what is chosen until it is to be recorded; whether it is.
fn ask(choice: &mut Choice, devices: &MediaDevices, signals: &Signals, color: Color) -> bool {
    let mut trials = Trials::new(devices, choice, color);
    terminal::open();
    let screen = status_line();
    clear_at_exit(Some(&screen));
    let mut keys = [0; 16];
    let mut is_picked = None;
    while is_picked.is_none() {
        screen.set_message(trials.text(choice));
        let count = match terminal::read_keys(&mut keys) {
            _ if signals.stop_request().is_made() => break,
            terminal::Keys::Pressed(count) => count,
            terminal::Keys::None => 0,
            terminal::Keys::End => break,
        };
        for &key in &keys[..count] {
            match choice.press(key) {
                Step::Stay => {}
                Step::Record => is_picked = Some(true),
                Step::Quit => is_picked = Some(false),
                step => trials.change(step, choice),
            }
        }
    }
    clear_at_exit(None);
    screen.finish_and_clear();
    is_picked == Some(true)
}

/// What is chosen, open.
struct Trials<'a> {
    devices: &'a MediaDevices,
    color: Color,
    camera: Trial,
    microphone: Trial,
}

impl<'a> Trials<'a> {
    fn new(devices: &'a MediaDevices, choice: &Choice, color: Color) -> Self {
        Self {
            camera: Trial::new(devices, TrackKind::Video, choice.camera.chosen(), color),
            microphone: Trial::new(devices, TrackKind::Audio, choice.microphone.chosen(), color),
            devices,
            color,
        }
    }

    /// Opens another device; the one before is closed first, as some machines cannot have two cameras open.
    fn change(&mut self, step: Step, choice: &Choice) {
        let (kind, trial, chosen) = match step {
            Step::OtherCamera => (TrackKind::Video, &mut self.camera, choice.camera.chosen()),
            _ => (TrackKind::Audio, &mut self.microphone, choice.microphone.chosen()),
        };
        *trial = Trial::default();
        *trial = Trial::new(self.devices, kind, chosen, self.color);
    }

    fn text(&self, choice: &Choice) -> String {
        format!(
            "{}{}{}\n{}{}\n{LEGEND}",
            self.camera.picture(),
            choice.camera.line("camera"),
            self.camera.remark(),
            choice.microphone.line("microphone"),
            self.microphone.remark()
        )
    }
}
