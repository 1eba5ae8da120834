//! Which devices are chosen so far, and what a key changes. Pure.

/// A device that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub id: String,
    pub label: String,
}

/// Devices of one kind, and the one that is chosen; behind the last there is "none".
#[derive(Debug)]
pub struct Wheel {
    candidates: Vec<Candidate>,
    position: usize,
    /// The kind was not requested: there is only "none".
    is_fixed: bool,
}

/// The devices of a recording.
#[derive(Debug)]
pub struct Choice {
    pub camera: Wheel,
    pub microphone: Wheel,
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Stay,
    OtherCamera,
    OtherMicrophone,
    Record,
    Quit,
}

impl Wheel {
    /// `None` for a kind that is not recorded.
    pub fn new(candidates: Option<Vec<Candidate>>) -> Self {
        Self {
            is_fixed: candidates.is_none(),
            candidates: candidates.unwrap_or_default(),
            position: 0,
        }
    }

    pub fn chosen(&self) -> Option<&Candidate> {
        self.candidates.get(self.position)
    }

    fn turn(&mut self) {
        self.position = (self.position + 1) % (self.candidates.len() + 1);
    }

    /// The line about it, such as `camera      1 of 2  Integrated Camera`.
    pub fn line(&self, kind: &str) -> String {
        let count = self.candidates.len();
        match self.chosen() {
            Some(chosen) => format!("{kind:12}{} of {count}  {}", self.position + 1, chosen.label),
            None if self.is_fixed => format!("{kind:12}not recorded"),
            None if count == 0 => format!("{kind:12}none is there"),
            None => format!("{kind:12}none"),
        }
    }
}

impl Choice {
    /// Takes a key.
    pub fn press(&mut self, key: u8) -> Step {
        match key {
            b'c' => {
                self.camera.turn();
                Step::OtherCamera
            }
            b'm' => {
                self.microphone.turn();
                Step::OtherMicrophone
            }
            b'\r' | b'\n' if self.has_any() => Step::Record,
            b'q' => Step::Quit,
            _ => Step::Stay,
        }
    }

    /// Whether there is anything to record.
    pub fn has_any(&self) -> bool {
        self.camera.chosen().or(self.microphone.chosen()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wheel(labels: &[&str]) -> Wheel {
        let candidate = |label: &&str| Candidate {
            id: format!("id of {label}"),
            label: (*label).to_owned(),
        };
        Wheel::new(Some(labels.iter().map(candidate).collect()))
    }

    #[test]
    fn a_key_goes_on_to_the_next_device_and_to_none_behind_the_last() {
        let (camera, microphone) = (wheel(&["front", "back"]), wheel(&["built-in"]));
        let mut choice = Choice { camera, microphone };
        assert_eq!(choice.camera.line("camera"), "camera      1 of 2  front");
        assert_eq!(choice.press(b'c'), Step::OtherCamera);
        assert_eq!(choice.camera.line("camera"), "camera      2 of 2  back");
        choice.press(b'c');
        assert_eq!(choice.camera.line("camera"), "camera      none");
        assert_eq!(choice.press(b'm'), Step::OtherMicrophone);
        assert!(!choice.has_any());
        assert_eq!(choice.press(b'\r'), Step::Stay, "there is nothing to record");
        choice.press(b'c');
        assert_eq!(
            choice.camera.chosen().map(|camera| &*camera.id),
            Some("id of front")
        );
        assert_eq!(
            [b'\r', b'q', b'x'].map(|key| choice.press(key)),
            [Step::Record, Step::Quit, Step::Stay]
        );
    }

    #[test]
    fn a_kind_without_devices_or_that_is_not_recorded_is_said() {
        assert_eq!(wheel(&[]).line("camera"), "camera      none is there");
        assert_eq!(Wheel::new(None).line("microphone"), "microphone  not recorded");
    }
}
