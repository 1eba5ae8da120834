//! Which tracks are copied, because their file has them encoded as required.
use crate::constraints::MediaTrackConstraints;
use crate::encode::VideoCodec;
use crate::error::{Error, Result};
use crate::media::TrackKind;
use crate::recorder::media_recorder_options::{BitrateMode, MediaRecorderOptions};
use crate::recorder::mime_type::{Codec, MimeType};
use crate::streams::MediaStreamTrack;
use crate::streams::encoded::Encoded;
use crate::webm::{self, DocType};

/// Which tracks of a recording are copied, and the codec of video that is encoded.
pub(crate) struct PassThrough {
    /// That of the first copied track if none is requested, so that all video has one.
    pub(crate) video: VideoCodec,
    requested: [Option<Codec>; 2],
    doc_type: DocType,
    /// Whether options require an encoder, for video and for audio.
    encodes: [bool; 2],
}

const KINDS: [TrackKind; 2] = [TrackKind::Video, TrackKind::Audio];

impl PassThrough {
    /// Tracks are copied if they have the requested codec, or any that the container may contain if none is requested.
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
            requested: KINDS.map(|kind| requested.codec(kind)),
            doc_type: requested.container.doc_type(),
            encodes: [
                options.reencode || video_profile || has_video_options(options),
                options.reencode || has_audio_options(options),
            ],
        };
        if requested.video.is_none() {
            let copied = tracks.iter().filter_map(|track| pass_through.copy_of(track));
            let mut codecs = copied.filter_map(|encoded| Codec::of_id(&encoded.info.codec_id));
            let first = codecs.find_map(|codec| match codec {
                Codec::Video(codec) => Some(codec),
                Codec::Audio(_) => None,
            });
            pass_through.video = first.unwrap_or(pass_through.video);
        }
        tracks.iter().try_for_each(|track| pass_through.check(track))?;
        Ok(pass_through)
    }

    /// What is copied of this track; `None` if it is encoded.
    pub(crate) fn copy_of<'a>(&self, track: &'a MediaStreamTrack) -> Option<&'a Encoded> {
        let encoded = self.ready(track)?;
        let id = &encoded.info.codec_id;
        let fits = match self.requested[index(track.kind())] {
            Some(requested) => Codec::of_id(id) == Some(requested),
            None => self.doc_type.supports(id),
        };
        fits.then_some(encoded)
    }

    /// Name of the codec that this track will have, unless the MIME type names it.
    pub(crate) fn codec_of<'a>(&self, track: &'a MediaStreamTrack) -> &'a str {
        match (self.copy_of(track), track.kind()) {
            (Some(encoded), _) => webm::codec_name(&encoded.info.codec_id),
            (None, TrackKind::Video) => self.video.identifier(),
            (None, TrackKind::Audio) => "opus",
        }
    }

    /// What a track has encoded, if it may be copied.
    fn ready<'a>(&self, track: &'a MediaStreamTrack) -> Option<&'a Encoded> {
        // Black frames and silence, and other sizes and rates, need an encoder.
        let is_changed =
            !track.enabled() || track.muted() || track.get_constraints() != MediaTrackConstraints::default();
        if self.encodes[index(track.kind())] || is_changed {
            return None;
        }
        track.encoded()
    }

    /// # Errors
    /// `NotSupported` for a track that is not copied and cannot be decoded.
    fn check(&self, track: &MediaStreamTrack) -> Result<()> {
        let Some(Encoded {
            only: Some(why),
            info,
            ..
        }) = track.encoded()
        else {
            return Ok(());
        };
        if self.copy_of(track).is_some() {
            return Ok(());
        }
        let is_requested = self.requested[index(track.kind())].is_some();
        let is_for_matroska =
            self.ready(track).is_some() && !is_requested && !self.doc_type.supports(&info.codec_id);
        let message = if is_for_matroska {
            format!(
                "WebM cannot contain {} {}; the MIME type video/x-matroska records it as it is",
                webm::codec_name(&info.codec_id),
                track.kind().as_str(),
            )
        } else {
            why.clone()
        };
        Err(Error::not_supported(message).of(track.label()))
    }
}

const fn index(kind: TrackKind) -> usize {
    match kind {
        TrackKind::Video => 0,
        TrackKind::Audio => 1,
    }
}

const fn has_video_options(options: &MediaRecorderOptions) -> bool {
    options.has_video_bits()
        || options.video_quality.is_some()
        || options.video_key_frame_interval_duration.is_some()
        || options.video_key_frame_interval_count.is_some()
        || options.speed.is_some()
        || options.threads.is_some()
        || options.jobs.is_some()
}

fn has_audio_options(options: &MediaRecorderOptions) -> bool {
    options.bits_per_second.is_some()
        || options.audio_bits_per_second.is_some()
        || options.audio_bitrate_mode == BitrateMode::Constant
}
