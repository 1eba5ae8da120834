//! What was wrong with a file and was repaired.
use std::fmt;
use std::time::Duration;

/// What was repaired in a file, and what it has now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// What was repaired; empty if nothing was wrong.
    pub list: Vec<Repair>,
    /// Tracks of which nothing is left, as they have no key frame or no packet, or as what they are is lost: their numbers in the
    /// source.
    pub lost_tracks: Vec<u64>,
    /// Bytes that belong to no packet and are left out, other than zeros.
    pub unreadable_bytes: u64,
    /// Number of packets in the repaired file.
    pub packets: u64,
    /// Duration of the repaired file.
    pub duration: Duration,
    /// Size of the repaired file in bytes.
    pub size: u64,
}

/// Something that was wrong, and was repaired. Sorted from the whole to its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Repair {
    /// These first bytes of the file were missing.
    Beginning {
        /// Number of bytes.
        bytes: usize,
    },
    /// Line ends had been converted, as if the file were a text.
    LineEnds,
    /// The chunks of HTTP had not been decoded.
    HttpChunks,
    /// The header lacked tracks or what they are, or said something else than their packets do.
    Tracks,
    /// Recordings that followed one another in the file are one.
    Recordings {
        /// Number of recordings.
        recordings: u64,
    },
    /// The file ended within an element, which is left out.
    Truncated,
    /// Bytes that are no part of any element are left out.
    Junk {
        /// Number of bytes.
        bytes: u64,
    },
    /// Damaged packets are left out.
    DamagedPackets {
        /// Number of packets.
        packets: u64,
    },
    /// Video before the first key frame, which cannot be decoded, is left out.
    NoKeyFrame {
        /// Number of frames.
        frames: u64,
    },
    /// Block times that wrapped around at 16 bits.
    WrappedTimes {
        /// Number of blocks.
        blocks: u64,
    },
    /// Packets whose times went back, or leapt ahead of what follows them.
    TimesWentBack {
        /// Number of packets.
        packets: u64,
    },
    /// Key frames of video that were not marked as such.
    KeyFlags {
        /// Number of frames.
        frames: u64,
    },
    /// It began late, as a part of a stream, and begins at 0 now.
    Start,
    /// The `CodecPrivate` of a track was damaged, and was made again or left out.
    CodecPrivate,
    /// An Opus track did not say its `CodecDelay`.
    CodecDelay,
    /// An Opus track did not say its `SeekPreRoll`.
    SeekPreRoll,
    /// There was no Duration, or an impossible one.
    Duration,
    /// There were no Cues.
    Cues,
    /// There was no `SeekHead`.
    SeekHead,
    /// Sizes of the Segment or of Clusters were unknown.
    UnknownSizes,
    /// The size of the Segment was wrong.
    SegmentSize,
    /// Other sizes, positions or parts of the header were wrong.
    Structure {
        /// Number of errors.
        errors: u64,
    },
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beginning { bytes: 1 } => f.write_str("restored its first byte"),
            Self::Beginning { bytes } => write!(f, "restored its first {bytes} bytes"),
            Self::LineEnds => f.write_str("restored its bytes: line ends had been converted, as in a text"),
            Self::HttpChunks => f.write_str("removed the chunk sizes of HTTP between its bytes"),
            Self::Tracks => f.write_str("restored its tracks from what their packets tell"),
            Self::Start => f.write_str("moved its beginning to 0"),
            Self::Duration => f.write_str("added the duration"),
            Self::Cues => f.write_str("added Cues, so that players can seek"),
            Self::SeekHead => f.write_str("added the SeekHead"),
            Self::UnknownSizes => f.write_str("filled in unknown sizes"),
            Self::SegmentSize => f.write_str("corrected the size of the Segment"),
            Self::Structure { errors: 1 } => f.write_str("corrected an error in its structure"),
            Self::Structure { errors } => write!(f, "corrected {errors} errors in its structure"),
            Self::Truncated => f.write_str("removed the incomplete element at its end"),
            Self::Junk { bytes } => write!(f, "removed {bytes} bytes that belong to no packet"),
            Self::DamagedPackets { packets } => write!(f, "removed {packets} damaged packets"),
            Self::WrappedTimes { blocks } => {
                write!(
                    f,
                    "corrected the timestamps of {blocks} blocks that wrapped around at 16 bits"
                )
            }
            Self::TimesWentBack { packets } => {
                write!(f, "corrected {packets} timestamps that were out of order")
            }
            Self::KeyFlags { frames } => write!(f, "marked {frames} key frames as such"),
            Self::CodecPrivate => f.write_str("restored a damaged CodecPrivate"),
            Self::CodecDelay => f.write_str("added the codec delay of Opus"),
            Self::SeekPreRoll => f.write_str("added the seek pre-roll of Opus"),
            Self::NoKeyFrame { frames } => {
                write!(f, "removed {frames} video frames before the first key frame")
            }
            Self::Recordings { recordings } => {
                write!(f, "joined {recordings} recordings that followed one another")
            }
        }
    }
}
