//! Which tracks are copied, because their file has them encoded as required.
use crate::constraints::MediaTrackConstraints;
use crate::encode::{AudioCodec, VideoCodec};
use crate::error::{Error, Result};
use crate::media::TrackKind;
use crate::recorder::media_recorder_options::{BitrateMode, MediaRecorderOptions};
use crate::recorder::mime_type::{Codec, MimeType};
use crate::streams::MediaStreamTrack;
use crate::streams::encoded::Encoded;

/// The codecs of a recording, and which of its tracks are copied.
pub(crate) struct PassThrough {
    /// One for all video tracks, so that the MIME type can name it.
    pub(crate) video: VideoCodec,
    audio: AudioCodec,
    /// Whether options require an encoder, for video and for audio.
    encodes_video: bool,
    encodes_audio: bool,
}

impl PassThrough {
    /// The requested codec, or else the one that a track has.
    ///
    /// # Errors
    /// `NotSupported` for a track that can only be copied and would have to be re-encoded.
    pub(crate) fn new(
        tracks: &[MediaStreamTrack],
        requested: &MimeType,
        options: &MediaRecorderOptions,
    ) -> Result<Self> {
        // A requested profile or level needs an encoder: files do not tell theirs.
        let video_profile = requested
            .video
            .as_ref()
            .is_some_and(|requested| requested.text.contains('.'));
        let mut pass_through = Self {
            video: requested.video_codec(),
            audio: requested.audio_codec(),
            encodes_video: options.reencode || video_profile || has_video_options(options),
            encodes_audio: options.reencode || has_audio_options(options),
        };
        if requested.video.is_none() {
            let codecs = tracks.iter().filter_map(|track| pass_through.ready(track));
            let mut videos = codecs.filter_map(|(codec, _)| match codec {
                Codec::Video(codec) => Some(codec),
                Codec::Audio(_) => None,
            });
            if let Some(first) = videos.next() {
                pass_through.video = first;
            }
        }
        for track in tracks {
            if let Some(Encoded { only: Some(why), .. }) = track.encoded()
                && pass_through.copy_of(track).is_none()
            {
                return Err(Error::not_supported(why).of(track.label()));
            }
        }
        Ok(pass_through)
    }

    /// What is copied of this track; `None` if it is encoded.
    pub(crate) fn copy_of<'a>(&self, track: &'a MediaStreamTrack) -> Option<&'a Encoded> {
        let wanted = [Codec::Video(self.video), Codec::Audio(self.audio)];
        let ready = self.ready(track).filter(|(codec, _)| wanted.contains(codec));
        ready.map(|(_, encoded)| encoded)
    }

    /// What a track has encoded, if it can be copied where its codec is the required one.
    fn ready<'a>(&self, track: &'a MediaStreamTrack) -> Option<(Codec, &'a Encoded)> {
        let is_forbidden = match track.kind() {
            TrackKind::Video => self.encodes_video,
            TrackKind::Audio => self.encodes_audio,
        };
        // Black frames and silence, and other sizes and rates, need an encoder.
        let is_changed =
            !track.enabled() || track.muted() || track.get_constraints() != MediaTrackConstraints::default();
        if is_forbidden || is_changed || track.is_live() {
            return None;
        }
        let encoded = track.encoded()?;
        Some((Codec::of_id(encoded.info.codec_id)?, encoded))
    }
}

const fn has_video_options(options: &MediaRecorderOptions) -> bool {
    options.bits_per_second.is_some()
        || options.video_bits_per_second.is_some()
        || options.video_key_frame_interval_duration.is_some()
        || options.video_key_frame_interval_count.is_some()
        || options.speed.is_some()
        || options.threads.is_some()
}

fn has_audio_options(options: &MediaRecorderOptions) -> bool {
    options.bits_per_second.is_some()
        || options.audio_bits_per_second.is_some()
        || options.audio_bitrate_mode == BitrateMode::Constant
}
