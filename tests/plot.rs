//! `inspect --plot`, and the small plot in a terminal.
use crate::util::{Folder, ffmpeg, run};
use nix::pty::{OpenptyResult, Winsize, openpty};
use std::fs::File;
use std::io::Read;
use std::process::Stdio;

/// A picture: 90 frames, but none from number 30 to number 59, and a smaller size in the last third.
fn with_gap_and_change_of_size(folder: &Folder) {
    let coder = "-c:v libvpx -g 15 -deadline realtime -cpu-used 8";
    let source = |size: &str| format!("-f lavfi -i testsrc2=s={size}:r=30");
    let select = "-vf select='not(between(n,30,59))' -fps_mode vfr -frames:v 60";
    ffmpeg(folder, &format!("{} {select} {coder} 1.webm", source("320x180")));
    ffmpeg(
        folder,
        &format!("{} -frames:v 30 {coder} 2.webm", source("160x90")),
    );
    folder.write("list", "file 1.webm\nfile 2.webm\n");
    ffmpeg(folder, "-f concat -i list -c copy a.webm");
}

/// What `mediarec inspect` shows in a terminal of 80 columns.
fn shown(folder: &Folder, words: &str, locale: &str) -> String {
    let size = Winsize {
        ws_row: 24,
        ws_col: 80,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let OpenptyResult { master, slave } = openpty(&size, None).unwrap();
    let mut command = folder.mediarec(words);
    command.env("LC_ALL", locale).stdout(Stdio::from(slave));
    let mut child = command.spawn().unwrap();
    // The terminal ends when nobody holds it any more.
    drop(command);
    let mut screen = Vec::new();
    let _ = File::from(master).read_to_end(&mut screen);
    assert!(child.wait().unwrap().success());
    String::from_utf8(screen).unwrap().replace('\r', "")
}

/// Demands XML without errors; only what is escaped right is.
fn assert_is_xml(folder: &Folder, name: &str) {
    let script = "import sys;from xml.etree.ElementTree import parse;print(parse(sys.argv[1]).getroot().tag)";
    let mut python = folder.program("python3", "-c");
    let outcome = run(python.arg(script).arg(name));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.text(), "{http://www.w3.org/2000/svg}svg\n");
}

#[test]
fn a_plot_shows_the_bit_rate_the_gaps_the_key_frames_and_the_sizes() {
    let folder = Folder::new();
    with_gap_and_change_of_size(&folder);
    folder.write("b&<c>.webm", folder.read("a.webm"));
    let plotted = run(&mut folder.mediarec("inspect b&<c>.webm --plot a.svg"));
    assert_eq!((plotted.code, &*plotted.stderr), (Some(0), ""));
    assert_is_xml(&folder, "a.svg");
    let svg = String::from_utf8(folder.read("a.svg")).unwrap();
    let texts = [
        ">b&amp;&lt;c&gt;.webm<",
        ">Video 1<",
        "key frames · 1 gap<",
        ">160×90<",
        ">time (s)<",
        "bit/s)<",
        ">gap<",
        ">key frame<",
        ">change of size<",
    ];
    for text in texts {
        assert!(svg.contains(text), "{text}: {svg}");
    }
    let plain = run(&mut folder.mediarec("inspect b&<c>.webm"));
    assert_eq!(plotted.text(), plain.text());
}

#[test]
fn a_plot_overwrites_nothing_and_is_an_svg_file() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 1s -o a.webm");
    folder.write("old.svg", "old");
    folder.write("input.svg", folder.read("a.webm"));
    let cases = [
        ("a.webm --plot old.svg", 1, "--force"),
        ("input.svg --plot input.svg --force", 2, "is the input"),
        ("a.webm --plot a.png", 2, "rsvg-convert a.svg -o a.png"),
        ("a.webm --plot a.pdf", 2, "--plot a.svg"),
        ("missing.webm --plot new.svg", 3, "missing.webm"),
    ];
    for (words, code, message) in cases {
        let outcome = run(&mut folder.mediarec(&format!("inspect {words}")));
        assert_eq!(outcome.code, Some(code), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(message), "{words}: {}", outcome.stderr);
        assert_eq!(outcome.text(), "", "{words}");
    }
    assert_eq!(folder.read("old.svg"), b"old");
    assert_eq!(folder.names(), ["a.webm", "input.svg", "old.svg"]);
    let piped = folder.mediarec("inspect - --json --plot old.svg --force");
    let piped = run({ piped }.stdin(File::open(folder.path("a.webm")).unwrap()));
    assert_eq!(piped.code, Some(0), "{}", piped.stderr);
    let svg = String::from_utf8(folder.read("old.svg")).unwrap();
    assert!(svg.contains(">standard input<"), "{svg}");
}

#[test]
fn a_terminal_shows_a_small_plot_and_a_pipe_does_not() {
    let folder = Folder::new();
    with_gap_and_change_of_size(&folder);
    let piped = run(&mut folder.mediarec("inspect a.webm")).text().to_owned();
    let screen = shown(&folder, "inspect a.webm", "C.UTF-8");
    let plot = screen.strip_prefix(&piped).expect("the report comes first");
    let lines: Vec<_> = plot.lines().collect();
    let ["", head, bars, marks, legend] = lines[..] else {
        panic!("{plot}");
    };
    assert!(head.starts_with("bit rate from 0:00.000 to 0:0"), "{head}");
    assert!(bars.starts_with("1 video  ") && bars.contains('█'), "{bars}");
    assert!(bars.ends_with("bit/s") && bars.chars().count() <= 80, "{bars}");
    assert!(marks.starts_with("         ^"), "{marks}");
    assert!(marks.contains("xxxxx") && marks.contains('s'), "{marks}");
    assert_eq!(legend, "^ key frame   s change of the frame size   x gap");
    assert!(shown(&folder, "inspect a.webm", "C").is_ascii());
    for other in ["--json", "--packets"] {
        let screen = shown(&folder, &format!("inspect a.webm {other}"), "C.UTF-8");
        assert!(!screen.contains("bit rate from"), "{screen}");
    }
}
