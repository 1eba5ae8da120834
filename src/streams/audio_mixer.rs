//! `AudioMixer`: one track that is the mix of several audio tracks (compare Web Audio's
//! `MediaStreamAudioDestinationNode`).
use crate::constraints::MediaTrackSettings;
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, MediaFormat};
use crate::sound::{MixCounts, Mixer, OUTPUT_RATE};
use crate::streams::listener::Listener;
use crate::streams::source::{Backpressure, FrameSender, Source};
use crate::streams::track::{Feed, MediaStreamTrack, TrackFeed};
use crate::sync::Mutex;
use crossbeam_channel::RecvTimeoutError;
use std::sync::Arc;
use std::time::Duration;

/// Blocks that may wait for the mix, per input.
const CAPACITY: usize = 256;
/// How long the mix waits for one input before it looks at the others.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Mixes audio tracks to one track.
///
/// Each block is at its capture time, to the sample; sample rates are converted to 48 kHz, and clocks that drift are
/// followed. A track that delivers nothing is silent, and the others wait for it no longer than half a second. The mix
/// has as many channels as the input with the most, at most two. It ends when all inputs have ended, or when its tracks
/// are stopped. Each input's [gain](MediaStreamTrack::set_gain) applies.
///
/// ```
/// use mediarec::clock::Clock;
/// use mediarec::devices::MediaDevices;
/// use mediarec::devices::synthetic::FakeDevices;
/// use mediarec::constraints::MediaStreamConstraints;
/// use mediarec::streams::{AudioMixer, MediaStream};
///
/// let devices = MediaDevices::with_clock(FakeDevices::from_spec("")?, Clock::monotonic());
/// let first = devices.get_user_media(&MediaStreamConstraints::audio())?.tracks().remove(0);
/// let second = devices.get_user_media(&MediaStreamConstraints::audio())?.tracks().remove(0);
/// second.set_gain(0.5)?;
/// let mixer = AudioMixer::new(&[first, second])?;
/// let stream = MediaStream::new(vec![mixer.track().clone()]);
/// # drop(stream);
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Debug)]
pub struct AudioMixer {
    track: MediaStreamTrack,
    inputs: Vec<MediaStreamTrack>,
    counts: Arc<Mutex<MixCounts>>,
}

/// What a mix has lost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudioMixerStats {
    /// Samples, of any channel, that were limited to full scale because the sum was louder.
    pub clipped_samples: u64,
    /// How often the mix went on without an input that delivered nothing.
    pub timed_out: u64,
    /// Samples per channel at 48 kHz that came when the mix had passed their time.
    pub dropped_samples: u64,
}

impl AudioMixer {
    /// Starts to mix these tracks. Their timestamps must be of the same clock.
    ///
    /// # Errors
    /// `Type` if there is no track, if one is a video track, or if some are live and others are not; `Unknown` if the
    /// thread cannot be started.
    pub fn new(inputs: &[MediaStreamTrack]) -> Result<Self> {
        let first = inputs
            .first()
            .ok_or_else(|| Error::type_error("a mix needs an audio track"))?;
        let live = first.is_live();
        if inputs.iter().any(|input| input.is_live() != live) {
            return Err(Error::type_error(
                "live tracks and tracks of files cannot be mixed: their times have no common start",
            ));
        }
        let channels = inputs.iter().map(channels).collect::<Result<Vec<u16>>>()?;
        let channels = channels.into_iter().max().unwrap_or(1).clamp(1, 2);
        let listeners: Vec<_> = inputs.iter().filter_map(listen).collect();
        let counts = Arc::<Mutex<MixCounts>>::default();
        let mut mix = Mix {
            mixer: Mixer::new(listeners.len(), channels, live),
            listeners,
            live,
            counts: counts.clone(),
        };
        let format = AudioFormat {
            sample_rate: OUTPUT_RATE,
            channels,
        };
        let backpressure = if live {
            Backpressure::DropNewest
        } else {
            Backpressure::Block
        };
        let source = Source::spawn("audio-mixer", backpressure, format, move |sender| mix.run(sender))?;
        let settings = MediaTrackSettings {
            sample_rate: Some(OUTPUT_RATE),
            channel_count: Some(channels.into()),
            ..MediaTrackSettings::default()
        };
        let feed = Feed::Audio(TrackFeed::of_source(source, &settings)?);
        let labels: Vec<&str> = inputs.iter().map(MediaStreamTrack::label).collect();
        Ok(Self {
            track: MediaStreamTrack::new(labels.join(" + "), first.clock().clone(), feed),
            inputs: inputs.to_vec(),
            counts,
        })
    }

    /// Returns the track that is the mix.
    #[must_use]
    pub fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// Returns the tracks that are mixed.
    #[must_use]
    pub fn inputs(&self) -> &[MediaStreamTrack] {
        &self.inputs
    }

    /// Returns what was lost so far.
    #[must_use]
    pub fn stats(&self) -> AudioMixerStats {
        let counts = *self.counts.lock();
        AudioMixerStats {
            clipped_samples: counts.clipped,
            timed_out: counts.timed_out,
            dropped_samples: counts.too_late,
        }
    }
}

fn channels(track: &MediaStreamTrack) -> Result<u16> {
    match track.format() {
        MediaFormat::Audio(format) => Ok(format.channels),
        MediaFormat::Video(_) => Err(Error::type_error("a video track cannot be mixed")),
    }
}

fn listen(track: &MediaStreamTrack) -> Option<Listener<AudioBlock>> {
    match track.feed() {
        Feed::Audio(feed) => Some(feed.listen(CAPACITY)),
        Feed::Video(_) => None,
    }
}

/// What the thread of a mix works with.
struct Mix {
    mixer: Mixer,
    listeners: Vec<Listener<AudioBlock>>,
    live: bool,
    counts: Arc<Mutex<MixCounts>>,
}

impl Mix {
    fn run(&mut self, sender: &FrameSender<AudioBlock>) -> Result<()> {
        while sender.is_wanted() {
            let Some(behind) = self.mixer.furthest_behind() else {
                break;
            };
            self.take(behind, POLL_INTERVAL)?;
            // An input that is not live waits, so that little is in memory.
            if self.live {
                for index in 0..self.listeners.len() {
                    while self.take(index, Duration::ZERO)? {}
                }
            }
            while let Some(block) = self.mixer.next_block()? {
                sender.send(&block);
            }
            *self.counts.lock() = self.mixer.counts();
        }
        Ok(())
    }

    /// Takes a block of an input, waiting so long for it. Returns `false` if there is none.
    fn take(&mut self, index: usize, wait: Duration) -> Result<bool> {
        match self.listeners[index].next_timeout(wait) {
            Ok(block) => self.mixer.push(index, &block).map(|()| true),
            Err(RecvTimeoutError::Timeout) => Ok(false),
            Err(RecvTimeoutError::Disconnected) => self.mixer.end(index).map(|()| false),
        }
    }
}

#[cfg(test)]
mod tests;
