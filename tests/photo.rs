//! `mediarec photo`: what comes out is the camera's picture, for programs that read JPEG and PNG.
use crate::judges::probe;
use crate::util::{Folder, drain, drained, run};
use mediarec::devices::synthetic::read_frame_number;

/// The grey of every pixel, as ffmpeg sees it.
fn grey(folder: &Folder, name: &str) -> Vec<u8> {
    let words = format!("-v error -i {name} -f rawvideo -pix_fmt gray -");
    let outcome = run(&mut folder.program("ffmpeg", &words));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    outcome.stdout
}

#[test]
fn a_photo_is_the_cameras_picture_and_its_number_can_be_read() {
    let folder = Folder::new();
    for (name, codec) in [("a.jpg", "mjpeg"), ("a.png", "png")] {
        let outcome = run(&mut folder.mediarec(&format!("photo --fake-devices -o {name}")));
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
        let path = folder.path(name);
        let video = probe(&path).streams("video")[0].clone();
        assert_eq!(video["codec_name"], codec);
        assert_eq!((&video["width"], &video["height"]), (&1280.into(), &720.into()));
        let number = read_frame_number(&grey(&folder, name), 1280, 720);
        assert!(number.is_some_and(|number| number < 300), "{name}: {number:?}");
    }
}

#[test]
fn grey_is_as_bright_in_the_file_as_before_the_camera() {
    let folder = Folder::new();
    for name in ["a.png", "a.jpg"] {
        // The first bar is grey of 75 %, but for the flash of a tenth of each second, in which all is white.
        let mut levels = (0..20).map(|_| {
            run(&mut folder.mediarec(&format!("photo --fake-devices --settle 300ms --force -o {name}")));
            grey(&folder, name)[40 * 1280 + 40]
        });
        let level = levels
            .find(|level| *level < 225)
            .expect("it does not flash all the time");
        assert!(level.abs_diff(191) <= 3, "{name}: {level}");
    }
}

#[test]
fn constraints_choose_camera_and_size_and_without_them_it_is_the_largest() {
    let folder = Folder::new();
    for (words, size) in [
        ("--camera environment", (1920, 1280)),
        ("--width 320 --height 180", (320, 180)),
        ("--width ==640 --height ==480", (640, 480)),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("photo --fake-devices --force -o a.jpg {words}")));
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{words}");
        let video = probe(&folder.path("a.jpg")).streams("video")[0].clone();
        let (width, height) = size;
        assert_eq!(
            (&video["width"], &video["height"]),
            (&width.into(), &height.into()),
            "{words}"
        );
    }
}

#[test]
fn it_has_a_name_of_its_own_goes_down_a_pipe_and_overwrites_nothing() {
    let folder = Folder::new();
    let piped = run(&mut folder.mediarec("photo --fake-devices -o -"));
    assert_eq!((piped.code, &piped.stdout[..2]), (Some(0), &[0xff, 0xd8][..]));
    assert!(folder.names().is_empty());
    let unnamed = run(&mut folder.mediarec("photo --fake-devices"));
    assert_eq!((unnamed.code, unnamed.stdout.len()), (Some(0), 0));
    let names = folder.names();
    assert!(
        names[0].len() == "mediarec-20260101-000000.jpg".len() && names[0].contains(".jpg"),
        "{names:?}"
    );
    folder.write("a.jpg", "mine");
    let refused = run(&mut folder.mediarec("photo --fake-devices -o a.jpg"));
    assert_eq!((refused.code, folder.read("a.jpg")), (Some(1), b"mine".to_vec()));
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
}

#[test]
fn a_pipe_and_a_device_are_written_to_as_they_are() {
    let folder = Folder::new();
    let full = run(&mut folder.mediarec("photo --fake-devices -o /dev/full"));
    assert_eq!(full.code, Some(1));
    assert!(full.stderr.contains("No space left"), "{}", full.stderr);
    nix::unistd::mkfifo(&folder.path("fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let reader = drain(folder.path("fifo"));
    let outcome = run(&mut folder.mediarec("photo --fake-devices -o fifo"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(drained(reader).starts_with(&[0xff, 0xd8]));
}

#[test]
fn what_goes_wrong_has_the_exit_code_of_record_and_leaves_no_file() {
    let folder = Folder::new();
    for (words, code) in [
        ("--fake-devices -o a.gif", 2),
        ("--fake-devices --audio -o a.jpg", 2),
        ("--fake-devices --no-video -o a.jpg", 2),
        ("--fake-devices=none -o a.jpg", 3),
        ("--fake-devices --width >=5000 -o a.jpg", 4),
        ("--fake-devices=deny=camera1,deny=camera2 -o a.jpg", 5),
        ("--fake-devices=busy=camera1,busy=camera2 -o a.jpg", 6),
        ("--fake-devices=mute=camera1@0s --settle 1s -o a.jpg", 7),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("photo {words}")));
        assert_eq!(outcome.code, Some(code), "{words}: {}", outcome.stderr);
        assert!(!outcome.stderr.is_empty());
        assert!(folder.names().is_empty(), "{words}");
    }
}
