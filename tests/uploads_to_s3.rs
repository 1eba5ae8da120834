//! `--upload` to a real server with S3's interface: whatever happens to the server, the network or the process, each file arrives
//! once and as it is, and the recording is as it would be without.
use crate::arrivals::{assert_arrived, journals, recordings, statuses, succeeds};
use crate::object_store::{self, Bucket, Proxy, Server};
use crate::util::{Folder, Running, run, wait_until};
use nix::sys::signal::Signal;
use std::fs;
use std::time::{Duration, Instant};

/// 34 MB in five parts, made in no time.
const LARGE: &str =
    "record --fake-devices=unpaced --mime audio/x-matroska;codecs=pcm --duration 90s -o a.mka";

/// The most memory that a process has had, in KiB; 0 once it has ended.
fn peak_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or(0, |peak| peak.trim().trim_end_matches(" kB").parse().unwrap())
}

/// The words that record into a bucket.
fn to(bucket: &Bucket) -> String {
    format!("--upload s3://{}/p --events e", bucket.name)
}

fn s3(folder: &Folder, proxy: &Proxy, words: &str) -> Running {
    Running::start(&mut object_store::mediarec(folder, proxy.port, words))
}

#[test]
fn a_server_that_is_dead_for_a_while_costs_nothing_and_gets_everything() {
    let Some(server) = Server::shared() else { return };
    let (bucket, proxy, folder) = (server.bucket(), server.proxy(), Folder::new());
    let words = format!(
        "record --fake-devices --segment-time 300ms -o s-%i.webm -v {}",
        to(&bucket)
    );
    proxy.cut();
    let running = s3(&folder, &proxy, &words);
    wait_until("trouble", || !statuses(&folder, "failed").is_empty());
    wait_until("segments without uploads", || folder.size("s-4.webm") > 0);
    assert_eq!(statuses(&folder, "arrived").len(), 0);
    proxy.pass();
    wait_until("uploads", || statuses(&folder, "arrived").len() >= 4);
    running.signal(Signal::SIGINT);
    let outcome = running.wait();
    succeeds(&outcome);
    assert!(outcome.stderr.contains("it works again"), "{}", outcome.stderr);
    let names = recordings(&folder);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let lines = assert_arrived(&bucket.objects(), &folder, &names);
    let stop = folder
        .events("e")
        .into_iter()
        .find(|event| event["type"] == "stop")
        .unwrap();
    let seconds: f64 = lines.iter().map(|line| line["duration"].as_f64().unwrap()).sum();
    assert!(
        (seconds - stop["duration"].as_f64().unwrap()).abs() < 0.001,
        "{seconds} {stop}"
    );
}

#[test]
fn a_connection_that_is_cut_in_a_part_leaves_nothing_and_the_file_arrives() {
    let Some(server) = Server::shared() else { return };
    let (bucket, proxy, folder) = (server.bucket(), server.proxy(), Folder::new());
    proxy.cut_after(20_000_000);
    let mut running = s3(&folder, &proxy, &format!("{LARGE} -v {}", to(&bucket)));
    wait_until("the cut", || proxy.has_cut());
    proxy.pass();
    let mut peak = 0;
    wait_until("the end", || {
        peak = peak.max(peak_memory(running.id()));
        !running.is_running()
    });
    succeeds(&running.wait());
    assert_arrived(&bucket.objects(), &folder, &["a.mka"]);
    assert_eq!(bucket.unfinished_uploads(), 0);
    assert!(peak < 48 * 1024, "{peak} KiB");
}

#[test]
fn a_process_that_is_killed_in_a_part_is_succeeded_by_one_that_cleans_up() {
    let Some(server) = Server::shared() else { return };
    let (bucket, proxy, folder) = (server.bucket(), server.proxy(), Folder::new());
    proxy.cut_after(20_000_000);
    let running = s3(&folder, &proxy, &format!("{LARGE} {}", to(&bucket)));
    wait_until("a part", || bucket.unfinished_uploads() == 1);
    wait_until("the cut", || proxy.has_cut());
    running.signal(Signal::SIGKILL);
    drop(running);
    assert!(bucket.objects().is_empty());
    proxy.pass();
    // Another recording in that folder sends it first.
    let next = "record --fake-devices=unpaced --duration 1s -o b.webm";
    succeeds(&s3(&folder, &proxy, &format!("{next} {}", to(&bucket))).wait());
    assert_arrived(&bucket.objects(), &folder, &["a.mka", "b.webm"]);
    assert_eq!((bucket.unfinished_uploads(), journals(&folder).len()), (0, 0));
}

#[test]
fn after_a_stop_a_store_that_stalls_is_waited_for_as_long_as_was_said() {
    let Some(server) = Server::shared() else { return };
    for twice in [false, true] {
        let (bucket, proxy, folder) = (server.bucket(), server.proxy(), Folder::new());
        proxy.stall();
        let wait = if twice { "60s" } else { "2500ms" };
        let words = format!(
            "record --fake-devices -o a.webm --upload-wait {wait} {}",
            to(&bucket)
        );
        let running = s3(&folder, &proxy, &words);
        wait_until("a second", || folder.size("a.webm") > 50_000);
        running.signal(Signal::SIGINT);
        let begin = Instant::now();
        wait_until("the file", || {
            folder.events("e").iter().any(|event| event["type"] == "stop")
        });
        assert!(begin.elapsed() < Duration::from_secs(2));
        if twice {
            running.signal(Signal::SIGINT);
        }
        let outcome = running.wait();
        assert_eq!(
            outcome.code,
            Some(if twice { 130 } else { 0 }),
            "{}",
            outcome.stderr
        );
        assert!(begin.elapsed() < Duration::from_secs(5));
        assert_eq!(outcome.stderr.contains("1 file ("), !twice, "{}", outcome.stderr);
        proxy.pass();
        succeeds(&s3(&folder, &proxy, "upload .").wait());
        assert_arrived(&bucket.objects(), &folder, &["a.webm"]);
    }
}

/// Records a second to a store that does not take it. Returns what was said.
fn refused(port: u16, bucket: &str) -> String {
    let folder = Folder::new();
    let words = format!("record --fake-devices=unpaced --duration 1s -o a.webm --upload s3://{bucket}/p");
    let outcome = run(&mut object_store::mediarec(&folder, port, &words));
    succeeds(&outcome);
    crate::judges::assert_plays(&folder.path("a.webm"));
    let journal = folder.read(&journals(&folder)[0]);
    for text in [&outcome.stderr, &String::from_utf8(journal).unwrap()] {
        assert!(
            !text.contains("the-secret") && !text.contains("the-key"),
            "{text}"
        );
    }
    outcome.stderr
}

#[test]
fn a_wrong_key_a_missing_bucket_and_a_full_one_are_told_and_the_recording_is_untouched() {
    let full = "HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let said = refused(object_store::always(full), "full");
    assert!(said.contains("s3://full/p is full (status 507)"), "{said}");
    let quota = "HTTP/1.1 403 Forbidden\r\nContent-Length: 34\r\nConnection: close\r\n\r\n\
                 <E><Code>QuotaExceeded</Code></E>\r\n";
    let said = refused(object_store::always(quota), "full");
    assert!(
        said.contains("s3://full/p is full (status 403, QuotaExceeded)"),
        "{said}"
    );
    let Some(server) = Server::shared() else { return };
    let said = refused(server.proxy().port, "missing-bucket");
    assert!(said.contains("there is no bucket missing-bucket"), "{said}");
    let strict = Server::start("INITIAL_NO_AUTH_ACTION_COUNT=1").unwrap();
    let bucket = strict.bucket();
    let said = refused(strict.proxy().port, &bucket.name);
    assert!(
        said.contains("refuses this key (status 403, InvalidAccessKeyId)"),
        "{said}"
    );
}
