//! Where a recording in segments begins the next one.
use super::Recording;
use crate::error::Result;
use crate::media::Packet;
use crate::recorder::muxer::Division;
use crate::recorder::pipeline::Pipeline;

impl Recording {
    /// Whether segments begin with packets of this track: video, or audio if there is none any more.
    pub(super) fn leads(&self, track: usize) -> bool {
        let is_video = |pipeline: &Pipeline| !pipeline.order.audio;
        let goes_on = |(track, pipeline)| is_video(pipeline) && !self.interleaver.is_exhausted(track);
        is_video(&self.pipelines[track]) || !self.pipelines.iter().enumerate().any(goes_on)
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
