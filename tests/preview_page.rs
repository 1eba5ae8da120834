//! Headless Chromium and Firefox look at the page of `--preview`: it plays, its buttons do what they say, and neither the
//! browsers nor axe-core, which knows the rules of accessibility, complain.
use crate::browser_process::Kind;
use crate::preview_client::Page;
use crate::remote_page::RemotePage;
use crate::util::{Folder, ffmpeg, json, wait_until};
use mediarec::devices::synthetic::read_frame_number;
use serde_json::{Value, json as value};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Small, for a busy machine.
const RECORD: &str = "record --fake-devices --width 160 --height 90 --frame-rate 15 --preview=127.0.0.1:0 --events e \
                      --segment-time 1h --history 10s -o a-%i.webm";

/// Functions for the tests: the number that the fake camera writes into a frame, as `synthetic::read_frame_number` reads it, and
/// the first frame that is shown.
const TOOLS: &str = r"
const v = document.querySelector('video');
const painter = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
function frameNumber() {
  const [width, height] = [v.videoWidth, v.videoHeight];
  painter.canvas.width = width;
  painter.canvas.height = height;
  painter.drawImage(v, 0, 0);
  const across = Math.min(Math.max(Math.floor((height * 8) / 9), Math.floor(width / 2)), width);
  const row = painter.getImageData(0, Math.floor(height * 0.89), width, 1).data;
  let code = 0;
  for (let cell = 0; cell < 32; cell++) {
    const column = Math.floor((width - across) / 2 + (across * (cell + 0.5)) / 32);
    code = code * 2 + (row[column * 4 + 1] > 128 ? 1 : 0);
  }
  const found = Math.floor(code / 64) % (1 << 24);
  return code >= 2 ** 31 && code < 3 * 2 ** 30 && code % 64 === found % 61 ? found : null;
}
const isShown = () => v.currentTime > 0 && v.getVideoPlaybackQuality().totalVideoFrames > 0;
function firstFrame() {
  return new Promise((done) => {
    const look = () => (isShown() ? done(performance.now()) : setTimeout(look, 5));
    look();
  });
}
function shown(count) {
  const frames = [];
  return new Promise((done) => {
    const look = (_, { expectedDisplayTime }) => {
      const number = frameNumber();
      if (number !== null) frames.push([performance.timeOrigin + expectedDisplayTime, number]);
      if (frames.length < count) v.requestVideoFrameCallback(look);
      else done(frames);
    };
    v.requestVideoFrameCallback(look);
  });
}
async function violations() {
  const { violations } = await axe.run();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
}
const text = (id) => document.getElementById(id).textContent;
";

#[test]
fn the_page_plays_live_its_buttons_do_what_they_say_and_nobody_complains() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let folder = Folder::new();
        let recording = Page::of(&folder, RECORD);
        wait_until("two seconds", || {
            recording.status()["mediaTime"].as_f64() > Some(2.0)
        });
        let Some(mut page) = RemotePage::open(kind, &format!("http://{}/", recording.address)) else {
            continue;
        };
        page.run(TOOLS);
        assert_plays(&mut page);
        assert_is_accessible(&mut page);
        assert_buttons_work(&mut page, &recording, &folder);
        assert_keys_work(&mut page, &recording);
        stop(&mut page);
        assert_eq!(recording.running.wait().code, Some(0));
        assert_eq!(page.complaints, Vec::<String>::new(), "{kind:?}");
    }
}

/// From the capture of a frame to its display, by the date in the file, which is that of the first frame to one frame.
#[test]
#[ignore = "it measures, on a machine that does nothing else; run it with --nocapture"]
fn the_delay_from_camera_to_page() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let folder = Folder::new();
        let recording = Page::of(
            &folder,
            "record --fake-devices --width 640 --height 360 --frame-rate 30 --preview=127.0.0.1:0 -o a.webm",
        );
        recording.wait_for_media();
        let Some(mut page) = RemotePage::open(kind, &format!("http://{}/", recording.address)) else {
            continue;
        };
        page.run(TOOLS);
        page.eval("firstFrame()");
        page.wait_for("frameNumber() !== null");
        std::thread::sleep(Duration::from_secs(5));
        let shown = page.eval("shown(300)");
        stop(&mut page);
        assert_eq!(recording.running.wait().code, Some(0));
        let (date, first) = first_frame(&folder);
        let mut delays: Vec<f64> = shown
            .as_array()
            .unwrap()
            .iter()
            .map(|frame| {
                let (at, number) = (frame[0].as_f64().unwrap(), frame[1].as_f64().unwrap());
                at - date - (number - first) * 1000.0 / 30.0
            })
            .collect();
        delays.sort_by(f64::total_cmp);
        let (median, late, last) = (delays[150], delays[285], delays[299]);
        println!("{kind:?}: median {median:.0} ms, 95 % {late:.0} ms, at most {last:.0} ms");
    }
}

/// The time of the first frame, in milliseconds since 1970, and its number.
fn first_frame(folder: &Folder) -> (f64, f64) {
    let inspection = json(folder, "inspect a.webm --json");
    let date: jiff::Timestamp = inspection["date"].as_str().unwrap().parse().unwrap();
    ffmpeg(
        folder,
        "-i a.webm -frames:v 1 -pix_fmt gray -f rawvideo first.gray",
    );
    let number = read_frame_number(&folder.read("first.gray"), 640, 360).unwrap();
    (date.as_microsecond() as f64 / 1000.0, number.into())
}

/// The picture comes, moves, and is what the camera shows now.
fn assert_plays(page: &mut RemotePage) {
    let kind = page.kind();
    let first = page.eval("firstFrame()").as_f64().unwrap();
    println!("{kind:?}: the first frame {first:.0} ms after the navigation");
    page.wait_for("frameNumber() !== null");
    let look = "[v.currentTime, v.getVideoPlaybackQuality().totalVideoFrames, frameNumber(), v.videoWidth, v.videoHeight]";
    let before = page.eval(look);
    let time = before[0].as_f64().unwrap();
    page.wait_for(&format!(
        "v.currentTime > {time} + 1 && !v.seeking && frameNumber() !== null"
    ));
    let after = page.eval(look);
    let grew = |index: usize| after[index].as_f64().unwrap() - before[index].as_f64().unwrap();
    assert!(grew(1) >= 5.0 && grew(2) >= 5.0, "{kind:?}: {before} {after}");
    assert_eq!((&after[3], &after[4]), (&value!(160), &value!(90)));
    assert_eq!(page.eval("v.error"), Value::Null);
    page.wait_for("text('state-text') === 'Recording' && text('viewers') === '1'");
    page.wait_for("document.querySelector('[role=meter]').ariaValueText?.endsWith(' dBFS')");
}

/// In a wide window and on a phone, also with a dialog; and nothing is wider than the phone.
fn assert_is_accessible(page: &mut RemotePage) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/node_modules/axe-core/axe.min.js");
    let Ok(axe) = fs::read_to_string(script) else {
        let has_npm = Command::new("npm").arg("--version").output().is_ok();
        assert!(
            !has_npm,
            "axe-core is not installed; script/setup --test installs it"
        );
        eprintln!("left out: axe-core is not installed, as there is no npm");
        return;
    };
    page.run(&axe);
    for (width, height) in [(1280, 900), (390, 844)] {
        page.resize(width, height);
        page.wait_for(&format!("innerWidth === {width}"));
        let what = format!("{:?}, {width} pixels", page.kind());
        assert_eq!(page.eval("violations()"), value!([]), "{what}");
        assert_eq!(
            page.eval("document.documentElement.scrollWidth <= innerWidth"),
            true,
            "{what}"
        );
        page.click("stop");
        assert_eq!(page.eval("violations()"), value!([]), "{what}, a dialog");
        page.click("stop-no");
    }
}

fn assert_buttons_work(page: &mut RemotePage, recording: &Page, folder: &Folder) {
    page.click("pause");
    page.wait_for("text('state-text') === 'Paused' && text('pause') === 'Resume'");
    assert_eq!(recording.status()["state"], "paused");
    page.click("pause");
    page.wait_for("text('state-text') === 'Recording' && text('pause') === 'Pause'");
    assert_eq!(recording.status()["state"], "recording");

    page.click("mark");
    page.eval("document.getElementById('mark-text').value = 'goal'");
    page.click("mark-yes");
    page.wait_for("text('said').startsWith('Marked at ')");
    wait_until("the mark", || {
        let events = folder.events("e");
        events
            .iter()
            .any(|event| event["type"] == "mark" && event["text"] == "goal")
    });

    page.click("split");
    page.wait_for("text('said') === 'A new segment has begun.'");
    wait_until("the segment", || recording.status()["file"] == "a-1.webm");
    page.click("save-history");
    page.wait_for("text('said').startsWith('The history is saved')");
    page.click("snapshot");
    page.wait_for("text('said').startsWith('Snapshot: mediarec-')");

    assert_eq!(page.eval("v.muted"), true);
    page.click("sound");
    page.wait_for("!v.muted && text('sound') === 'Mute'");
    let time = page.eval("v.currentTime").as_f64().unwrap();
    page.wait_for(&format!("v.currentTime > {time} + 0.5"));
}

/// The keys do the same, but not while a text is typed.
fn assert_keys_work(page: &mut RemotePage, recording: &Page) {
    page.key("p");
    page.wait_for("text('state-text') === 'Paused'");
    page.key("p");
    page.wait_for("text('state-text') === 'Recording'");
    page.key("m");
    page.wait_for("document.getElementById('mark-dialog').open");
    page.key("p");
    page.wait_for("document.getElementById('mark-text').value === 'p'");
    assert_eq!(recording.status()["state"], "recording");
    page.click("mark-no");
}

/// Only after a question.
fn stop(page: &mut RemotePage) {
    page.click("stop");
    page.wait_for("document.getElementById('stop-dialog').open");
    page.click("stop-no");
    page.wait_for("!document.getElementById('stop-dialog').open && text('state-text') === 'Recording'");
    page.click("stop");
    page.click("stop-yes");
    page.wait_for("text('state-text') === 'Ended' && document.getElementById('stop').disabled");
}
