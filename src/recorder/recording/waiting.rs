//! How much live video waits for the program.
use super::Recording;
use crate::recorder::pipeline::Pipeline;

impl Recording {
    /// A slow output has room for less video than one that stalls for once.
    pub(super) fn limit_waiting_video(&mut self) {
        let (video, audio): (Vec<&Pipeline>, Vec<&Pipeline>) =
            self.pipelines.iter().partition(|pipeline| !pipeline.order.audio);
        let audio: usize = audio.iter().map(|pipeline| pipeline.backlog.bytes()).sum();
        for pipeline in &video {
            let room = self
                .rate
                .room()
                .map(|room| room.saturating_sub(audio) / video.len());
            pipeline.backlog.set_room(room);
        }
    }
}
