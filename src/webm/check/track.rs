//! A track of a file: what its entry says, and what was seen of its blocks.
use crate::webm::check::ids;
use crate::webm::check::value::{float, signed, text, unsigned};

/// What the `TrackEntry` says, with Matroska's defaults.
#[derive(Clone, Debug)]
pub(super) struct Track {
    pub(super) offset: u64,
    pub(super) number: u64,
    pub(super) uid: u64,
    pub(super) kind: u64,
    pub(super) codec: String,
    pub(super) private: Option<Vec<u8>>,
    /// In nanoseconds.
    pub(super) delay: u64,
    /// In nanoseconds.
    pub(super) pre_roll: u64,
    /// In nanoseconds.
    pub(super) default_duration: Option<u64>,
    pub(super) lacing: bool,
    /// Whether its frames are encrypted or compressed.
    pub(super) wrapped: bool,
    pub(super) video: Video,
    pub(super) audio: Audio,
    pub(super) seen: Seen,
}

/// What the `Video` element says.
#[derive(Clone, Debug, Default)]
pub(super) struct Video {
    pub(super) is_there: bool,
    pub(super) width: u64,
    pub(super) height: u64,
    /// Top and bottom, left and right.
    pub(super) crop: (u64, u64),
    pub(super) display_unit: u64,
    pub(super) interlaced: u64,
    pub(super) alpha: u64,
}

/// What the `Audio` element says.
#[derive(Clone, Debug)]
pub(super) struct Audio {
    pub(super) is_there: bool,
    pub(super) rate: f64,
    pub(super) channels: u64,
    pub(super) bit_depth: Option<u64>,
}

/// What was seen of its blocks. Times are in ticks.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) blocks: u64,
    pub(super) key_frames: u64,
    pub(super) last: Option<i64>,
    /// Length of the last block: what it says, or the step to it.
    pub(super) length: u64,
    /// The step to the last block, but for frames that are not shown.
    pub(super) step: Option<u64>,
    /// Time of the last block that is shown.
    pub(super) shown: Option<i64>,
    /// End of what is presented.
    pub(super) end: i64,
    /// Whether a block says so.
    pub(super) is_end_said: bool,
    /// Time of the latest block.
    pub(super) newest: Option<i64>,
    /// Number of the Cluster of the last block, from 1.
    pub(super) cluster: u64,
    /// A Cluster of more than a second without a block of the track, after its last block.
    pub(super) missed: Option<u64>,
    /// Steps from frame to frame that are as long as `DefaultDuration`, and those that are not.
    pub(super) steps: (u64, u64),
    /// Whether a time was earlier than the one before.
    pub(super) steps_back: bool,
    pub(super) alpha_blocks: u64,
    pub(super) laced: u64,
    /// Blocks without the key flag of a `SimpleBlock`.
    pub(super) unflagged: u64,
}

impl Track {
    pub(super) const VIDEO: u64 = 1;
    pub(super) const AUDIO: u64 = 2;

    pub(super) fn new(offset: u64) -> Self {
        Self {
            offset,
            number: 0,
            uid: 0,
            kind: 0,
            codec: String::new(),
            private: None,
            delay: 0,
            pre_roll: 0,
            default_duration: None,
            lacing: true,
            wrapped: false,
            video: Video::default(),
            audio: Audio {
                is_there: false,
                rate: 8_000.0,
                channels: 1,
                bit_depth: None,
            },
            seen: Seen::default(),
        }
    }

    pub(super) fn is_video(&self) -> bool {
        self.kind == Self::VIDEO
    }

    pub(super) fn is_audio(&self) -> bool {
        self.kind == Self::AUDIO
    }

    /// Whether its frames are stored in the order in which they are shown: all codecs of WebM are.
    pub(super) fn is_in_order(&self) -> bool {
        self.is_audio() || (self.is_video() && matches!(&*self.codec, "V_VP8" | "V_VP9" | "V_AV1"))
    }

    /// Takes what an element below the `TrackEntry` says.
    pub(super) fn take(&mut self, id: u64, data: &[u8]) {
        match id {
            ids::TRACK_NUMBER => self.number = unsigned(data),
            ids::TRACK_UID => self.uid = unsigned(data),
            ids::TRACK_TYPE => self.kind = unsigned(data),
            ids::FLAG_LACING => self.lacing = unsigned(data) != 0,
            ids::CODEC_ID => self.codec = text(data),
            ids::CODEC_PRIVATE => self.private = Some(data.to_vec()),
            ids::CODEC_DELAY => self.delay = unsigned(data),
            ids::SEEK_PRE_ROLL => self.pre_roll = unsigned(data),
            ids::DEFAULT_DURATION => self.default_duration = Some(unsigned(data)),
            ids::PIXEL_WIDTH => self.video.width = unsigned(data),
            ids::PIXEL_HEIGHT => self.video.height = unsigned(data),
            ids::PIXEL_CROP_BOTTOM | ids::PIXEL_CROP_TOP => {
                self.video.crop.0 = self.video.crop.0.saturating_add(unsigned(data));
            }
            ids::PIXEL_CROP_LEFT | ids::PIXEL_CROP_RIGHT => {
                self.video.crop.1 = self.video.crop.1.saturating_add(unsigned(data));
            }
            ids::DISPLAY_UNIT => self.video.display_unit = unsigned(data),
            ids::FLAG_INTERLACED => self.video.interlaced = unsigned(data),
            ids::ALPHA_MODE => self.video.alpha = unsigned(data),
            ids::SAMPLING_FREQUENCY => self.audio.rate = float(data),
            ids::CHANNELS => self.audio.channels = unsigned(data),
            ids::BIT_DEPTH => self.audio.bit_depth = Some(unsigned(data)),
            _ => {}
        }
    }

    /// Takes note of a master element below the `TrackEntry`.
    pub(super) const fn open(&mut self, id: u64) {
        match id {
            ids::VIDEO => self.video.is_there = true,
            ids::AUDIO => self.audio.is_there = true,
            ids::CONTENT_ENCODINGS => self.wrapped = true,
            _ => {}
        }
    }
}

/// The part of a `BlockGroup` that was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) references: u64,
    /// In ticks.
    pub(super) duration: Option<u64>,
    /// In nanoseconds.
    pub(super) padding: i64,
    /// Whether there are `BlockAdditions`, and one of them is an alpha channel.
    pub(super) additions: bool,
    pub(super) alpha: bool,
    /// Whether there is anything else.
    pub(super) other: bool,
}

impl Group {
    /// Takes what an element in the `BlockGroup` says.
    pub(super) fn take(&mut self, id: u64, data: &[u8]) {
        match id {
            ids::REFERENCE_BLOCK => self.references += 1,
            ids::BLOCK_DURATION => self.duration = Some(unsigned(data)),
            ids::DISCARD_PADDING => self.padding = signed(data),
            ids::BLOCK_ADDITIONAL => self.additions = true,
            // Without a BlockAddID it is 1.
            ids::BLOCK_ADD_ID => self.alpha = unsigned(data) == 1,
            ids::VOID | ids::CRC32 => {}
            _ => self.other = true,
        }
    }

    /// Takes note of a master element in the `BlockGroup`.
    pub(super) const fn open(&mut self, id: u64) {
        if id == ids::BLOCK_MORE {
            self.alpha = true;
        }
    }
}
