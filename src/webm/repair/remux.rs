//! Writes all that is good in a stream into a new file.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::media::{CopiedElements, Packet};
use crate::webm::DocType;
use crate::webm::media_end::MediaEnd;
use crate::webm::reader::Reader;
use crate::webm::repair::packets::Packets;
use crate::webm::repair::repairs::Repairs;
use crate::webm::track::{Track, TrackType};
use crate::webm::writer::WebmWriter;
use std::io::{self, Read, Seek, Write};
use std::time::Duration;

/// How much is written at once, in bytes: small enough that it is still in the processor's cache then.
const CHUNK: u64 = 128 << 10;
const INFO: u64 = 0x1549_A966;

/// Finds out what is wrong with a file, in one pass and without writing anything.
///
/// `Repairs::size` is the size of the file as it is.
///
/// # Errors
///
/// `NotReadable` if `input` cannot be read or nothing in it is of a WebM or Matroska file; `NotSupported` if a recording in it
/// has other tracks than the first.
pub fn diagnose<R: Read>(input: R) -> Result<Repairs> {
    let mut packets = Packets::new(input)?;
    let mut writer = Length::new(&packets.tracks());
    let mut size = 0;
    while let Some(packet) = packets.next()? {
        writer.add(&packet);
        size = packets.reader().map_or(size, Reader::position);
    }
    Ok(repairs(&packets, &writer, size))
}

/// Writes all that is good in `input` into `output`: a file in which players can seek.
///
/// The data of the packets stays as it is, and so does what the file says of itself and its tracks. Several recordings in a row
/// become one.
///
/// # Errors
///
/// As [`diagnose`], and the errors of `output`, as `Unknown`.
///
/// ```
/// use mediarec::webm;
/// use std::io::Cursor;
/// # let live = webm_without_duration();
/// # fn webm_without_duration() -> Vec<u8> {
/// #     let info = mediarec::media::TrackInfo {
/// #         format: mediarec::media::MediaFormat::Audio(mediarec::media::AudioFormat { sample_rate: 48_000, channels: 2 }),
/// #         codec_id: "A_PCM/INT/LIT".into(), codec_private: Vec::new(), codec_delay: Default::default(),
/// #         seek_pre_roll: Default::default(), name: String::new(), elements: None,
/// #     };
/// #     let mut writer = webm::WebmWriter::new(webm::DocType::Matroska, &[info]).unwrap();
/// #     writer.write(&mediarec::media::Packet { track: 0, time: Default::default(), duration: std::time::Duration::from_millis(20),
/// #         key: true, padding: Default::default(), early: Default::default(), data: vec![0; 3840].into(), side_data: None }).unwrap();
/// #     writer.take()
/// # }
///
/// let mut repaired = Cursor::new(Vec::new());
/// let repairs = webm::fix(&*live, &mut repaired)?;
/// assert!(repairs.list.contains(&webm::Repair::Duration));
/// assert!(webm::diagnose(&**repaired.get_ref())?.list.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fix<R: Read, W: Write + Seek>(input: R, output: W) -> Result<Repairs> {
    write(Packets::new(input)?, output)
}

/// Writes all that is good in recordings which follow one another into one file.
///
/// # Errors
/// As [`fix`].
pub(super) fn fix_streams<R: Read, W: Write + Seek>(
    inputs: impl Iterator<Item = R>,
    output: W,
) -> Result<Repairs> {
    write(Packets::of(inputs.collect())?, output)
}

fn write<R: Read, W: Write + Seek>(packets: Packets<R>, mut output: W) -> Result<Repairs> {
    let base = output.stream_position().map_err(unwritable)?;
    let remuxed = remux(packets, &mut output)?;
    let mut index = remuxed.writer.into_index();
    index.trailing = remuxed.trailing;
    index
        .finalize(&mut output, base, |_| Ok(()))
        .map_err(unwritable)?;
    let mut repairs = remuxed.repairs;
    repairs.duration = index.duration() - Timestamp::ZERO;
    repairs.size = output.stream_position().map_err(unwritable)? - base;
    Ok(repairs)
}

/// Writes all that is good in `input` into a stream, in which nothing can be filled in later: it has no Duration and no Cues.
///
/// # Errors
///
/// As [`fix`].
pub fn fix_stream<R: Read, W: Write>(input: R, mut output: W) -> Result<Repairs> {
    let remuxed = remux(Packets::new(input)?, &mut output)?;
    Ok(Repairs {
        size: remuxed.writer.position(),
        ..remuxed.repairs
    })
}

struct Remuxed {
    writer: WebmWriter,
    /// Elements that come behind the Clusters.
    trailing: CopiedElements,
    repairs: Repairs,
}

fn remux<R: Read, W: Write>(mut packets: Packets<R>, output: &mut W) -> Result<Remuxed> {
    let tracks = packets.tracks();
    let header = packets.metadata();
    let info = header.children_of(INFO).unwrap_or_default();
    let said = packets.reader().map(|reader| reader.header().doc_type.clone());
    let doc_type = doc_type(
        said.as_deref().unwrap_or_default(),
        packets.counts().has_lost_doc_type(),
        &tracks,
    );
    let mut writer = WebmWriter::for_remuxing(doc_type, info, &tracks)?;
    let mut length = Length::new(&tracks);
    while let Some(packet) = packets.next()? {
        length.add(&packet);
        writer.write(&packet)?;
        if writer.pending() >= CHUNK {
            writer.write_pending(output).map_err(unwritable)?;
        }
    }
    writer.write_pending(output).map_err(unwritable)?;
    if length.packets == 0 {
        return Err(Error::not_readable("there is no whole packet in the file"));
    }
    Ok(Remuxed {
        trailing: packets.metadata().without(INFO),
        repairs: repairs(&packets, &length, 0),
        writer,
    })
}

/// The document type: as the file says, unless that was lost.
fn doc_type(said: &str, is_lost: bool, tracks: &[Track]) -> DocType {
    let fits = tracks.iter().all(|track| DocType::Webm.supports(&track.codec_id));
    if said == "webm" || (is_lost && fits) {
        DocType::Webm
    } else {
        DocType::Matroska
    }
}

/// Measures the packets that were read, as the writer does.
#[derive(Debug)]
struct Length {
    packets: u64,
    /// Time of the last packet in the file, in ticks.
    time: u64,
    end: MediaEnd,
    /// Of each track, whether it is video, and the delay of its codec.
    tracks: Vec<(bool, Duration)>,
}

impl Length {
    fn new(tracks: &[Track]) -> Self {
        let of_track = |track: &Track| (track.kind == TrackType::Video, track.codec_delay);
        Self {
            packets: 0,
            time: 0,
            end: MediaEnd::new(tracks.len()),
            tracks: tracks.iter().map(of_track).collect(),
        }
    }

    fn add(&mut self, packet: &Packet) {
        self.packets += 1;
        self.time = self.time.max(packet.time.round_millis());
        let (is_video, delay) = self.tracks[packet.track];
        if packet.key && packet.early.is_zero() {
            self.end.add_key(self.time, is_video);
        }
        self.end.add(packet, delay);
    }

    fn end(&self) -> Duration {
        self.end.time() - Timestamp::ZERO
    }
}

fn repairs<R: Read>(packets: &Packets<R>, length: &Length, size: u64) -> Repairs {
    Repairs {
        list: packets.counts().repairs(length.end(), length.end.has_cue()),
        lost_tracks: packets.lost_tracks(),
        unreadable_bytes: packets.counts().unreadable_bytes(),
        packets: length.packets,
        duration: length.end(),
        size,
    }
}

fn unwritable(error: io::Error) -> Error {
    Error::unknown("the repaired file cannot be written", error)
}
