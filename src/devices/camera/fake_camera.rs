//! Tests of real code against a camera that this machine does not have: each runs in a process of its own, with
//! `tests/devices/fake_camera.c` between it and the C library.
#![allow(clippy::unwrap_used, reason = "what is not as it should be fails the test")]
use crate::constraints::{Constrain, MediaStreamConstraints};
use crate::devices::camera::CameraBackend;
use crate::devices::{MediaDevices, NativeDevices};
use libjpeg_turbo_rs::{PixelFormat, Subsampling, compress};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

const FOLDER: &str = "FAKE_CAMERA_DEV";

/// A track of it, by this way to it, is what a program asks for.
pub(super) fn is_had_as_asked(cameras: CameraBackend) {
    let session = MediaDevices::new(NativeDevices {
        cameras,
        microphones: None,
    });
    let mut asked = MediaStreamConstraints::new(false, true);
    if let Some(video) = &mut asked.video {
        video.basic.height = Some(Constrain::exact(480));
        video.basic.frame_rate = Some(Constrain::exact(15.0));
    }
    let stream = session.get_user_media(&asked).unwrap();
    let settings = stream.video_tracks()[0].get_settings();
    assert_eq!((settings.height, settings.frame_rate), (Some(480), Some(15.0)));
}

/// Runs `body` where `/dev/video0` is the fake camera, in such trouble as `settings` say, by the names without
/// `FAKE_CAMERA_`.
///
/// The test's own process starts the test binary anew for this very test; there `body` runs.
pub(super) fn run(settings: &[(&str, &str)], body: impl FnOnce()) {
    const MARK: &str = "MEDIAREC_FAKE_CAMERA_RUN";
    let run = format!("{settings:?}");
    match env::var(MARK) {
        Ok(wanted) if wanted == run => return body(),
        // Another run of the same test is wanted in this process.
        Ok(_) => return,
        Err(_) => {}
    }
    let name = thread::current()
        .name()
        .expect("tests have threads of their names")
        .to_owned();
    let folder = Folder::new(&name);
    let variable = |(name, value): &(&str, &str)| (format!("FAKE_CAMERA_{name}"), (*value).to_owned());
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture"])
        .envs(settings.iter().map(variable))
        .env(FOLDER, &folder.0)
        .env("FAKE_CAMERA_JPEG", folder.0.join("grey.jpg"))
        .env(MARK, run)
        .env("LD_PRELOAD", library())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let (said, complaint) = (text(&output.stdout), text(&output.stderr));
    let passed = output.status.success() && said.contains("1 passed") && !complaint.contains("panicked");
    assert!(passed, "{settings:?}: {}\n{said}\n{complaint}", output.status);
}

/// The file that stands for the camera's node.
pub(super) fn node() -> PathBuf {
    Path::new(&env::var_os(FOLDER).expect("it is set where the fake camera is")).join("video0")
}

/// What stands for `/dev`, and the picture that is the camera's MJPEG.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let name = format!("mediarec-{}-{}", test.replace("::", "-"), std::process::id());
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        for node in ["video0", "video1"] {
            fs::write(folder.join(node), "").unwrap();
        }
        let picture = compress(
            &vec![100; 320 * 240 * 3],
            320,
            240,
            PixelFormat::Rgb,
            90,
            Subsampling::S422,
        );
        fs::write(folder.join("grey.jpg"), picture.unwrap()).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left of it does not matter to the test.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The fake camera, compiled once a process.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/devices/fake_camera.c");
        let library = env::current_exe().unwrap().with_extension("fake_camera.so");
        let draft = library.with_extension(std::process::id().to_string());
        let compiled = Command::new("cc")
            .args(["-Wall", "-Werror", "-O1", "-shared", "-fPIC", "-o"])
            .args([&draft, &source])
            .arg("-ldl")
            .status()
            .expect("a C compiler is there: building needs one, too");
        assert!(compiled.success(), "the fake camera does not compile");
        // Whole at once, for tests that run at the same time.
        fs::rename(&draft, &library).unwrap();
        library
    })
}
