//! The WebM file that a viewer gets: as it begins at the viewer's first packet, with one picture and one sound.
use mediarec::clock::Timestamp;
use mediarec::error::Result;
use mediarec::media::{MediaFormat, Packet, TrackInfo};
use mediarec::webm::{DocType, WebmWriter};

/// A live file that begins at zero.
pub struct ViewerFile {
    webm: WebmWriter,
    /// For each track of the recording, its index in the file.
    indices: Vec<Option<usize>>,
    /// The time of the first packet.
    origin: Option<Timestamp>,
}

impl ViewerFile {
    /// A file of the first video track and the first audio track, or of all.
    ///
    /// # Errors
    /// `NotSupported` for tracks that cannot be in one file.
    pub fn new(tracks: &[TrackInfo], has_all: bool) -> Result<Self> {
        let mut shown: Vec<TrackInfo> = Vec::new();
        let indices = tracks.iter().map(|track| {
            let is_first = !shown.iter().any(|other| is_video(other) == is_video(track));
            (has_all || is_first).then(|| {
                shown.push(track.clone());
                shown.len() - 1
            })
        });
        let indices = indices.collect();
        let webm =
            WebmWriter::new(DocType::Webm, &shown).or_else(|_| WebmWriter::new(DocType::Matroska, &shown))?;
        Ok(Self {
            // Viewers look for days, and nobody seeks in what they got.
            webm: webm.without_index(),
            indices,
            origin: None,
        })
    }

    /// Adds the next packet of the recording.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn add(&mut self, packet: Packet) -> Result<()> {
        let Some(track) = self.indices.get(packet.track).copied().flatten() else {
            return Ok(());
        };
        let origin = *self.origin.get_or_insert(packet.time);
        let time = Timestamp::ZERO + (packet.time - origin);
        self.webm.write(&Packet {
            track,
            time,
            ..packet
        })?;
        Ok(())
    }

    /// The bytes since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        self.webm.take()
    }
}

/// The MIME type of such a file, with what a `MediaSource` wants to know.
pub fn mime_type(tracks: &[TrackInfo]) -> String {
    let video = tracks.iter().find(|track| is_video(track));
    let audio = tracks.iter().find(|track| !is_video(track));
    let codecs: Vec<&str> = video.into_iter().chain(audio).map(codec).collect();
    let kind = if video.is_some() { "video" } else { "audio" };
    format!("{kind}/webm;codecs=\"{}\"", codecs.join(","))
}

fn codec(track: &TrackInfo) -> &str {
    match &*track.codec_id {
        "V_VP8" => "vp8",
        "V_VP9" => "vp9",
        "V_AV1" => "av01.0.08M.08",
        "A_OPUS" => "opus",
        "A_VORBIS" => "vorbis",
        other => other,
    }
}

fn is_video(track: &TrackInfo) -> bool {
    matches!(track.format, MediaFormat::Video(_))
}
