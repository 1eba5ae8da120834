//! Tests the camera backends with an emulated camera. Each test runs in a process of its own, with the library of
//! `tests/devices/fake_camera.c` preloaded.
#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
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

/// Environment variable: the folder that replaces `/dev`.
const FOLDER: &str = "FAKE_CAMERA_DEV";

/// Opens the camera through `get_user_media`, and checks that the constraints are satisfied.
pub(super) fn satisfies_constraints(cameras: CameraBackend) {
    let session = MediaDevices::new(NativeDevices {
        cameras,
        #[cfg(feature = "microphone")]
        microphones: None,
    });
    let mut constraints = MediaStreamConstraints::video();
    if let Some(video) = &mut constraints.video {
        video.basic.height = Some(Constrain::exact(480));
        video.basic.frame_rate = Some(Constrain::exact(15.0));
    }
    let stream = session.get_user_media(&constraints).unwrap();
    let settings = stream.video_tracks()[0].get_settings();
    assert_eq!((settings.height, settings.frame_rate), (Some(480), Some(15.0)));
}

/// Runs `body` with the fake camera as `/dev/video0`. `settings` are environment variables without `FAKE_CAMERA_`.
///
/// It starts the test binary again for the current test only; `body` runs in that process.
pub(super) fn run(settings: &[(&str, &str)], body: impl FnOnce()) {
    const RUN: &str = "MEDIAREC_FAKE_CAMERA_RUN";
    let run = format!("{settings:?}");
    match env::var(RUN) {
        Ok(current) if current == run => return body(),
        // This process is for another call in the same test.
        Ok(_) => return,
        Err(_) => {}
    }
    let name = thread::current()
        .name()
        .expect("a test's thread has the name of the test")
        .to_owned();
    let folder = Folder::new(&name);
    let variable = |(name, value): &(&str, &str)| (format!("FAKE_CAMERA_{name}"), (*value).to_owned());
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture"])
        .envs(settings.iter().map(variable))
        .env(FOLDER, &folder.0)
        .env("FAKE_CAMERA_JPEG", folder.0.join("grey.jpg"))
        .env(RUN, run)
        .env("LD_PRELOAD", library())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    let passed = output.status.success() && stdout.contains("1 passed") && !stderr.contains("panicked");
    assert!(passed, "{settings:?}: {}\n{stdout}\n{stderr}", output.status);
}

/// Returns the path of the file that replaces `/dev/video0`.
pub(super) fn node() -> PathBuf {
    Path::new(&env::var_os(FOLDER).expect("`run` sets it")).join("video0")
}

/// The folder that replaces `/dev`, with the JPEG file that the camera delivers as MJPEG.
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
        // A folder that is left behind does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns the path of the fake camera's library, compiled once per process.
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
            .expect("a C compiler is installed: the build needs it, too");
        assert!(compiled.success(), "the fake camera does not compile");
        // Atomically, as other tests run at the same time.
        fs::rename(&draft, &library).unwrap();
        library
    })
}
