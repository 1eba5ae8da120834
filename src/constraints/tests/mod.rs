//! What the Web Platform Tests say, and proofs by brute force.
mod brute_force;
mod cases;
mod controls;
mod derived;
mod random;
mod spelling;

use crate::constraints::{Candidate, MediaTrackConstraints, MediaTrackSettings};

fn asked(text: &str) -> MediaTrackConstraints {
    MediaTrackConstraints::parse(text).unwrap().value
}

fn camera(rank: usize, id: &str, facing: &str, modes: &[(u32, u32, f64)]) -> Vec<Candidate> {
    let of_mode = |(width, height, rate): &(u32, u32, f64)| {
        let mode = MediaTrackSettings {
            device_id: Some(id.into()),
            group_id: Some(format!("G{}", rank + 1)),
            facing_mode: Some(facing.into()),
            ..MediaTrackSettings::video(*width, *height, Some(*rate))
        };
        Candidate::of_mode(format!("Camera {}", rank + 1), rank, &mode)
    };
    modes.iter().flat_map(of_mode).collect()
}

/// A webcam and a better camera.
fn cameras() -> Vec<Candidate> {
    let mut both = camera(0, "c1", "user", &[(1280, 720, 30.0), (640, 480, 30.0)]);
    let modes = [
        (1920, 1280, 30.0),
        (1920, 1080, 30.0),
        (1024, 768, 30.0),
        (640, 480, 60.0),
    ];
    both.extend(camera(1, "c2", "environment", &modes));
    both
}

fn microphones() -> Vec<Candidate> {
    let of = |(rank, sample_rate, channels): (usize, u32, u32)| {
        let settings = MediaTrackSettings {
            device_id: Some(format!("m{}", rank + 1)),
            sample_rate: Some(sample_rate),
            sample_size: Some(16),
            channel_count: Some(channels),
            latency: Some(0.01),
            ..MediaTrackSettings::default()
        };
        Candidate::fixed(format!("Microphone {}", rank + 1), rank, settings)
    };
    [(0, 48_000, 2), (1, 44_100, 1)].map(of).into()
}
