//! `record --quality`: how good pictures are does not depend on what is in them, by ffmpeg's judgement.
use crate::judges::{assert_clean, probe};
use crate::util::{Folder, run};
use std::process::{Command, Stdio};

/// `in.y4m`: a second that a codec has work with.
fn clip(folder: &Folder) {
    let clip = "testsrc2=s=320x180:r=30:d=1,noise=alls=8:allf=t:all_seed=1";
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", clip, "-pix_fmt", "yuv420p"]);
    run(ffmpeg.arg(folder.path("in.y4m")));
}

/// PSNR of luma, in decibels.
fn psnr(folder: &Folder, name: &str) -> f64 {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg
        .arg("-i")
        .arg(folder.path(name))
        .arg("-i")
        .arg(folder.path("in.y4m"));
    // By their numbers: times of a file are in milliseconds.
    let pairs = "[0]settb=1/30,setpts=N[a];[1]settb=1/30,setpts=N[b];[a][b]psnr";
    ffmpeg.args(["-lavfi", pairs, "-f", "null", "-"]);
    let outcome = run(ffmpeg.stderr(Stdio::piped()));
    let said = outcome.stderr.split("PSNR y:").nth(1).unwrap();
    said.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn a_better_quality_has_better_pictures_and_a_larger_file() {
    let folder = Folder::new();
    clip(&folder);
    for codec in ["vp8", "vp9", "av1"] {
        let judged = ["draft", "good", "best"].map(|quality| {
            folder.record(&format!(
                "--input in.y4m --mime video/webm;codecs={codec} --quality {quality} --video-bitrate 50M --force -o a.webm"
            ));
            assert_clean(&folder.path("a.webm"));
            (psnr(&folder, "a.webm"), folder.size("a.webm"))
        });
        let is_better = |pair: &[(f64, u64)]| pair[0].0 + 0.5 < pair[1].0 && pair[0].1 < pair[1].1;
        assert!(judged.windows(2).all(is_better), "{codec}: {judged:?}");
    }
}

#[test]
fn a_bit_rate_limits_a_quality() {
    let folder = Folder::new();
    clip(&folder);
    folder.record("--input in.y4m --quality best --video-bitrate 300k -o a.webm");
    assert!(folder.size("a.webm") < 60_000, "{} bytes", folder.size("a.webm"));
}

#[test]
fn a_file_that_could_be_copied_is_encoded_again_for_its_quality() {
    let folder = Folder::new();
    clip(&folder);
    folder.record("--input in.y4m --quality best -o best.webm");
    folder.record("--input best.webm --quality draft -o draft.webm");
    assert!(folder.size("draft.webm") < folder.size("best.webm") / 2);
    assert_eq!(probe(&folder.path("draft.webm")).packets("video").len(), 30);
}

#[test]
fn a_live_recording_has_a_quality_and_the_speed_that_the_machine_can_do() {
    let folder = Folder::new();
    folder.record("--fake-devices --duration 1s --quality best -o a.webm");
    assert_clean(&folder.path("a.webm"));
}
