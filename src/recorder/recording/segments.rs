//! Where a recording in segments begins the next one.
use super::Recording;
use crate::error::Result;
use crate::media::Packet;
use crate::recorder::muxer::Division;
use std::time::Duration;

/// How long audio must go on behind the end of video before it begins segments. The tracks of a file seldom end together, and the
/// rest of one is no segment of its own.
const MIN_TAIL: Duration = Duration::from_secs(1);

impl Recording {
    /// Whether segments begin with packets of this track: video, or audio if there is none any more.
    pub(super) fn leads(&self, track: usize) -> bool {
        if !self.pipelines[track].order.audio {
            return true;
        }
        let end = self.muxer.muxed(track).end;
        let mut video = (0..self.pipelines.len()).filter(|&other| !self.pipelines[other].order.audio);
        video.all(|video| {
            self.interleaver.is_exhausted(video) && end >= self.muxer.muxed(video).end + MIN_TAIL
        })
    }

    /// Begins the next segment before this packet, if it is of another one, or too large for this one.
    pub(super) fn begin_segment_before(&mut self, packet: &Packet, segment: u64) -> Result<()> {
        match self.muxer.division_before(packet, segment) {
            Division::None => Ok(()),
            // Each of several encoders has to begin with a key frame.
            Division::Size if self.encoded_video_tracks() > 1 => {
                if let Some(schedule) = &self.schedule {
                    schedule.split(self.clock.now());
                }
                Ok(())
            }
            Division::Size | Division::Number => {
                let media = self.interleaver.media_time(packet.time);
                let elapsed = self.timeline.elapsed_at(media);
                self.muxer
                    .begin_segment(packet, segment, elapsed, &mut self.events)
            }
        }
    }

    fn encoded_video_tracks(&self) -> usize {
        let orders = self.pipelines.iter().map(|pipeline| pipeline.order);
        orders.filter(|order| !order.audio && !order.copied).count()
    }
}
