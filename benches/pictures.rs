//! What a picture of 1280x720 costs on its way from a camera to its encoder: `script/bench --only pictures` makes the frames, and runs
//! other programs beside this.
use criterion::Criterion;
use mediarec::MediaStreamConstraints;
use mediarec::constraints::{Constrain, MediaTrackConstraintSet};
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::picture::bench::{Conversion, Scaling};
use std::fs;
use std::hint::black_box;
use std::path::Path;

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;

/// A frame as a camera sends it.
fn frame(format: &str) -> Vec<u8> {
    let folder = std::env::var_os("MEDIAREC_BENCH_FRAMES").expect("script/bench --only pictures runs this");
    fs::read(Path::new(&folder).join(format!("frame.{format}"))).expect("script/bench has made the frame")
}

fn conversions(criterion: &mut Criterion) {
    for (format, conversion) in [
        ("mjpeg", Conversion::mjpeg(WIDTH, HEIGHT)),
        ("yuyv", Conversion::yuyv(WIDTH, HEIGHT)),
        ("nv12", Conversion::nv12(WIDTH, HEIGHT)),
    ] {
        let frame = frame(format);
        let convert = || conversion.convert(black_box(&frame)).expect("the frame is whole");
        criterion.bench_function(format, |bencher| bencher.iter(convert));
    }
}

fn scaling(criterion: &mut Criterion) {
    let source = Conversion::nv12(WIDTH, HEIGHT)
        .convert(&frame("nv12"))
        .expect("the frame is whole");
    let mut scaling = Scaling::new((WIDTH, HEIGHT), (WIDTH / 2, HEIGHT / 2)).expect("it is smaller");
    let mut scale = || scaling.scale(black_box(&source)).expect("it is large enough");
    criterion.bench_function("scale", |bencher| bencher.iter(&mut scale));
}

/// The fake camera as it is read: its pictures come through a queue.
fn painting(criterion: &mut Criterion) {
    let devices = FakeDevices::from_spec("unpaced").expect("the script is valid");
    let size = MediaTrackConstraintSet {
        width: Some(Constrain::exact(WIDTH)),
        height: Some(Constrain::exact(HEIGHT)),
        ..Default::default()
    };
    let constraints = MediaStreamConstraints {
        video: Some(size.into()),
        audio: None,
    };
    let stream = MediaDevices::new(devices)
        .get_user_media(&constraints)
        .expect("there is a fake camera");
    let track = stream.video_tracks().remove(0);
    let mut frames = track.video_frames(2).expect("it has video");
    criterion.bench_function("paint", |bencher| bencher.iter(|| frames.next()));
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    conversions(&mut criterion);
    scaling(&mut criterion);
    painting(&mut criterion);
    criterion.final_summary();
}
