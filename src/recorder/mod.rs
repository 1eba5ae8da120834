//! MediaStream Recording: tracks in, events out.
mod backlog;
mod batch;
mod blob;
mod command;
mod container;
mod copier;
mod cuts;
mod deadline;
mod encoder_thread;
mod encoding_info;
mod encoding_trial;
mod frame_gate;
mod interleaver;
mod level;
#[cfg(test)]
mod loss_tests;
mod mapped;
mod media_recorder;
mod media_recorder_options;
mod media_time;
mod message;
mod mime_type;
mod muxed;
mod muxer;
mod pass_through;
mod pause_losses;
mod pipeline;
mod placement;
mod profile;
mod recorder_event;
mod recording;
mod recording_date;
mod recording_limits;
mod recording_setup;
mod recording_state;
mod recording_stats;
mod run_control;
mod segment_schedule;
mod segment_start;
mod segmentation;
mod slicer;
mod speed_control;
#[cfg(test)]
mod starved_tests;
#[cfg(test)]
mod stop_tests;
#[cfg(test)]
mod test_media;
mod timeline;
mod track_counters;
mod track_set;
mod video_configuration;
mod waker;
mod watermark;
mod write_to;

pub use blob::{Blob, BlobEvent};
pub use encoding_info::EncodingInfo;
pub use media_recorder::MediaRecorder;
pub use media_recorder_options::{BitrateMode, MediaRecorderOptions};
pub use recorder_event::{RecorderEvent, SegmentEvent};
pub use recording::Recording;
pub use recording_date::RecordingDate;
pub use recording_state::RecordingState;
pub use recording_stats::{Losses, RecordingStats, TrackStats};
pub use segmentation::Segmentation;
pub use video_configuration::VideoConfiguration;
pub use waker::Waker;
