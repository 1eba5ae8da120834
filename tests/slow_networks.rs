//! `--whip` over a network that takes less than is recorded, or just enough.
use crate::judges::{assert_clean, assert_plays, probe};
use crate::listening::Listening;
use crate::peers::Peer;
use crate::util::{Folder, Outcome, ffmpeg, run};

/// What came of 20 s of a clip with 1 Mbit/s, in 300 frames.
struct Sent {
    folder: Folder,
    publisher: Outcome,
    /// Packets that were sent, and that arrived.
    audio: (usize, usize),
    video: (usize, usize),
    lost_in_network: u32,
    longest_wait: f64,
}

impl Sent {
    /// Over a network of so many bits a second with a queue of two seconds, which whoever sends too much fills; `None` without aiortc.
    fn over(rate: u32) -> Option<Self> {
        let folder = Folder::new();
        // A key frame a second.
        ffmpeg(
            &folder,
            "-f lavfi -i testsrc2=size=320x240:rate=15:duration=20 -f lavfi -i sine=duration=20 -c:v libvpx -b:v 1M -minrate 1M \
             -maxrate 1M -g 15 -deadline realtime -cpu-used 8 -c:a libopus clip.webm",
        );
        let listening = Listening::start(&folder, "-o in.webm");
        let port = listening.url.split([':', '/']).nth(4).unwrap();
        let proxy = Peer::start(&folder, "lossy_proxy.py", &format!("{port} 0 0.02 {rate} 2"))?;
        let publisher = run(&mut folder.mediarec(&format!(
            "record --input clip.webm --realtime --events e -o out.webm --whip http://127.0.0.1:{}/live",
            proxy.port()
        )));
        assert_eq!(publisher.code, Some(0), "{}", publisher.stderr);
        let (code, said) = listening.end(&folder);
        assert_eq!(code, Some(0), "{said}");
        let packets = |name: &str, kind| probe(&folder.path(name)).packets(kind).len();
        // The recording has all of it.
        assert_eq!(packets("out.webm", "video"), packets("clip.webm", "video"));
        assert_clean(&folder.path("in.webm"));
        assert_plays(&folder.path("in.webm"));
        let mut report = publisher.stderr.lines();
        let report = report.find(|line| line.contains(": sent to")).unwrap();
        let number = |words: &str| {
            let before = report.split(words).next().unwrap().trim_end();
            before.rsplit(' ').next().unwrap().parse().unwrap()
        };
        let passed = proxy.lines()[1].clone();
        let words: Vec<_> = passed.split(' ').collect();
        Some(Self {
            audio: (number("audio packets"), packets("in.webm", "audio")),
            video: (number("video frames"), packets("in.webm", "video")),
            lost_in_network: words[1].parse().unwrap(),
            longest_wait: words[2].parse().unwrap(),
            folder,
            publisher,
        })
    }
}

#[test]
fn over_a_network_that_takes_half_of_the_recording_audio_arrives_in_time_and_video_in_part() {
    let Some(sent) = Sent::over(500_000) else {
        return;
    };
    let said = &sent.publisher.stderr;
    assert!(said.contains("the network takes 0."), "{said}");
    assert!(said.contains("dropped, as the network was too slow"), "{said}");
    let warnings = sent.folder.events("e");
    let reasons = warnings.iter().filter(|event| event["type"] == "warning");
    assert_eq!(
        reasons.map(|event| &event["reason"]).collect::<Vec<_>>(),
        ["slowNetwork"]
    );
    // A machine that is busy may lose some, the queue none.
    assert!(sent.audio.1 + sent.audio.1 / 20 >= sent.audio.0, "{said}");
    assert!(sent.video.1 > 60, "{}: {said}", sent.video.1);
    assert_eq!(sent.lost_in_network, 0, "{}", sent.longest_wait);
    assert!(sent.longest_wait < 1.5, "{}", sent.longest_wait);
}

#[test]
fn over_a_network_that_takes_a_little_more_than_the_recording_almost_all_of_it_arrives() {
    let Some(sent) = Sent::over(1_500_000) else {
        return;
    };
    let said = &sent.publisher.stderr;
    assert_eq!(sent.lost_in_network, 0, "{said}");
    assert!(sent.audio.1 + sent.audio.1 / 20 >= sent.audio.0, "{said}");
    // A machine that is busy delivers late, which looks like a queue.
    assert!(sent.video.1 > 200, "{}: {said}", sent.video.1);
}
