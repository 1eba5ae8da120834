//! Which tracks come encoded as they are wanted: these are recorded as they are.
use crate::constraints::MediaTrackConstraints;
use crate::encode::{AudioCodec, VideoCodec};
use crate::error::{Error, Result};
use crate::media::TrackKind;
use crate::recorder::mime::{Codec, MimeType};
use crate::recorder::options::{BitrateMode, MediaRecorderOptions};
use crate::streams::MediaStreamTrack;
use crate::streams::encoded::Encoded;

/// The codecs of a recording, and what of it is encoded already.
pub(crate) struct Choice {
    /// One for all tracks of pictures, so that the MIME type can name it.
    pub(crate) video: VideoCodec,
    audio: AudioCodec,
    /// What stands against copies, of pictures and of sound.
    encodes_video: bool,
    encodes_audio: bool,
}

impl Choice {
    /// The codec that is asked for, or else the one that a track has already.
    ///
    /// # Errors
    /// `NotSupported` when a track that can only be copied would have to be encoded anew.
    pub(crate) fn new(
        tracks: &[MediaStreamTrack],
        asked: &MimeType,
        options: &MediaRecorderOptions,
    ) -> Result<Self> {
        // A profile or level that is asked for is one to encode for: files do not say theirs.
        let video_profile = asked.video.as_ref().is_some_and(|asked| asked.text.contains('.'));
        let mut choice = Self {
            video: asked.video_codec(),
            audio: asked.audio_codec(),
            encodes_video: options.reencode || video_profile || wishes_for_video(options),
            encodes_audio: options.reencode || wishes_for_audio(options),
        };
        if asked.video.is_none() {
            let codecs = tracks.iter().filter_map(|track| choice.ready(track));
            let mut videos = codecs.filter_map(|(codec, _)| match codec {
                Codec::Video(codec) => Some(codec),
                Codec::Audio(_) => None,
            });
            if let Some(first) = videos.next() {
                choice.video = first;
            }
        }
        for track in tracks {
            if let Some(Encoded { only: Some(why), .. }) = track.encoded()
                && choice.copy_of(track).is_none()
            {
                return Err(Error::not_supported(why).of(track.label()));
            }
        }
        Ok(choice)
    }

    /// What is to be copied of this track; None when it is to be encoded.
    pub(crate) fn copy_of<'a>(&self, track: &'a MediaStreamTrack) -> Option<&'a Encoded> {
        let wanted = [Codec::Video(self.video), Codec::Audio(self.audio)];
        let ready = self.ready(track).filter(|(codec, _)| wanted.contains(codec));
        ready.map(|(_, encoded)| encoded)
    }

    /// What a track has encoded, if nothing but the codec can stand against taking that.
    fn ready<'a>(&self, track: &'a MediaStreamTrack) -> Option<(Codec, &'a Encoded)> {
        let is_forbidden = match track.kind() {
            TrackKind::Video => self.encodes_video,
            TrackKind::Audio => self.encodes_audio,
        };
        // Black and silence, and other sizes and rates, have to be made.
        let is_changed =
            !track.enabled() || track.muted() || track.get_constraints() != MediaTrackConstraints::default();
        if is_forbidden || is_changed || track.is_live() {
            return None;
        }
        let encoded = track.encoded()?;
        Some((Codec::of_id(encoded.info.codec_id)?, encoded))
    }
}

const fn wishes_for_video(options: &MediaRecorderOptions) -> bool {
    options.bits_per_second.is_some()
        || options.video_bits_per_second.is_some()
        || options.video_key_frame_interval_duration.is_some()
        || options.video_key_frame_interval_count.is_some()
        || options.speed.is_some()
        || options.threads.is_some()
}

fn wishes_for_audio(options: &MediaRecorderOptions) -> bool {
    options.bits_per_second.is_some()
        || options.audio_bits_per_second.is_some()
        || options.audio_bitrate_mode == BitrateMode::Constant
}
