//! A hundred kinds of damage, and what `mediarec fix` makes of each: a file without faults, or an error that says why not.
use crate::damage::{
    blocks_of, float, in_one_cluster, inserted, junk, live, number, number_of, overwritten, part, removed,
    renamed, replaced, sized, substituted, unsize, voided, zeroed,
};
use crate::ebml::{
    CLUSTER, CUES, EBML, Element, INFO, SEEK_HEAD, SEGMENT, TAGS, TRACKS, all_of, first_of, frames,
};
use crate::util::{Folder, Outcome as Run, ffmpeg, fixture, run};
use mediarec::webm::{self, Level};
use std::collections::BTreeMap;
use std::fs;

/// Intact files, each made once.
struct Files {
    /// Three seconds of VP8 and Opus with a key frame each second, finished.
    whole: Vec<u8>,
    /// The same, of other pictures and sounds.
    other: Vec<u8>,
    /// Opus alone, 70 s.
    long: Vec<u8>,
    vp9: Vec<u8>,
    av1: Vec<u8>,
    vorbis: Vec<u8>,
    /// Of mkvmerge: laced audio, and `BlockGroups`.
    laced: Vec<u8>,
    /// With CRC-32 elements.
    checked: Vec<u8>,
    mp4: Vec<u8>,
    chromium: Vec<u8>,
    firefox: Vec<u8>,
}

impl Files {
    fn new(folder: &Folder) -> Self {
        let fake = "--fake-devices=unpaced --width 64 --height 48 --keyframe-interval 1s";
        for words in [
            "--duration 3s --tag ARTIST=Ana -o whole.webm",
            "--duration 2s --video-bitrate 150k -o other.webm",
            "--duration 70s --no-video -o long.webm",
            "--duration 3s --mime video/webm;codecs=vp9,opus -o vp9.webm",
            "--duration 3s --mime video/webm;codecs=av1,opus -o av1.webm",
        ] {
            let outcome = run(&mut folder.mediarec(&format!("record {fake} {words}")));
            assert_eq!(outcome.code, Some(0), "{words}: {}", outcome.stderr);
        }
        let media = "-f lavfi -i testsrc2=s=64x48:r=25:d=3 -f lavfi -i sine=d=3 -g 25";
        for words in [
            "-c:v libvpx -c:a libvorbis vorbis.webm",
            "-c:v libvpx -c:a libopus -write_crc32 1 checked.mkv",
            "-c:v libx264 -c:a aac a.mp4",
        ] {
            ffmpeg(folder, &format!("{media} {words}"));
        }
        let muxed = run(&mut folder.program("mkvmerge", "-q -w -o laced.webm whole.webm"));
        assert_eq!(muxed.code, Some(0), "{}", muxed.text());
        Self {
            whole: folder.read("whole.webm"),
            other: folder.read("other.webm"),
            long: folder.read("long.webm"),
            vp9: folder.read("vp9.webm"),
            av1: folder.read("av1.webm"),
            vorbis: folder.read("vorbis.webm"),
            laced: folder.read("laced.webm"),
            checked: folder.read("checked.mkv"),
            mp4: folder.read("a.mp4"),
            chromium: fs::read(fixture("chromium.webm")).unwrap(),
            firefox: fs::read(fixture("firefox.webm")).unwrap(),
        }
    }

    /// The Clusters of `whole`.
    fn cluster(&self, number: usize) -> Element {
        all_of(&self.whole, CLUSTER)[number]
    }

    /// A block in the middle of the second Cluster of `whole`.
    fn block(&self) -> Element {
        let blocks = blocks_of(&self.whole, self.cluster(1));
        blocks[blocks.len() / 2]
    }
}

/// What must become of a file.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    /// A file without faults, with all packets of the original but for so many.
    Clean(usize),
    /// The same, but for what no repair tells or makes good: damaged bytes within a packet, of which ffmpeg complains, or a rule.
    Left(usize, &'static str),
    /// An exit code, and words of the message; the file is as it was.
    Refused(i32, &'static str),
}
use Outcome::{Clean, Left, Refused};

/// What the file was before it was damaged.
type Original = fn(&Files) -> &[u8];
type Damage = fn(&Files) -> Vec<u8>;

type Case = (&'static str, Outcome, Original, Damage);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Bytes that are lost.
    ("first byte lost", Clean(0), whole, |f| f.whole[1..].to_vec()),
    ("first three bytes lost", Clean(0), whole, |f| { f.whole[3..].to_vec() }),
    ("half of the EBML header lost", Clean(0), whole, |f| { f.whole[20..].to_vec() }),
    ("all before Info lost", Clean(0), whole, |f| { f.whole[first_of(&f.whole, INFO).start..].to_vec() }),
    ("all before Tracks lost", Clean(0), whole, |f| { f.whole[first_of(&f.whole, TRACKS).start..].to_vec() }),
    ("all before the Clusters lost", Clean(0), whole, |f| f.whole[f.cluster(0).start..].to_vec()),
    ("all before a block lost", Clean(140), whole, |f| f.whole[f.block().start..].to_vec()),
    ("all before the middle of a block lost", Clean(161), whole, |f| f.whole[f.block().start + 99..].to_vec()),
    ("all before a block of VP9 lost", Clean(40), |f| &f.vp9, |f| f.vp9[blocks_of(&f.vp9, first_of(&f.vp9, CLUSTER))[9].start..].to_vec()),
    ("all before the Clusters of AV1 lost", Clean(0), |f| &f.av1, |f| f.av1[first_of(&f.av1, CLUSTER).start..].to_vec()),
    ("all before Firefox's Clusters lost", Clean(0), |f| &f.firefox, |f| f.firefox[first_of(&f.firefox, CLUSTER).start..].to_vec()),
    ("all before Chromium's Clusters lost", Clean(0), |f| &f.chromium, |f| f.chromium[first_of(&f.chromium, CLUSTER).start..].to_vec()),
    ("Cluster of VP9 with zeros over Tracks", Clean(0), |f| &f.vp9, |f| zeroed(&f.vp9, first_of(&f.vp9, TRACKS).range())),
    ("cut off in a Cluster", Clean(121), whole, |f| { f.whole[..f.block().start + 9].to_vec() }),
    ("cut off in Cues", Clean(0), whole, |f| { f.whole[..first_of(&f.whole, CUES).end - 7].to_vec() }),
    ("cut off in Tracks", Refused(6, "has no tracks"), whole, |f| { f.whole[..first_of(&f.whole, TRACKS).content + 9].to_vec() }),
    ("cut off behind Tracks", Refused(6, "no whole packet"), whole, |f| f.whole[..f.cluster(0).start].to_vec()),
    ("a byte lost", Left(2, "ffmpeg"), whole, |f| { removed(&f.whole, f.block().content + 9..f.block().content + 10) }),
    ("4096 bytes lost", Clean(60), whole, |f| { removed(&f.whole, f.block().start..f.block().start + 4096) }),
    ("a Cluster lost", Clean(90), whole, |f| { removed(&f.whole, f.cluster(1).range()) }),
    ("first key frame lost", Clean(80), whole, |f| { let key = blocks_of(&f.whole, f.cluster(0)).into_iter().find(|block| f.whole[block.content] == 0x81 && f.whole[block.content + 3] & 0x80 != 0); removed(&f.whole, key.unwrap().range()) }),
    // Bytes that are added.
    ("junk between Clusters", Clean(0), whole, |f| { inserted(&f.whole, f.cluster(1).start, &junk(1_000)) }),
    ("junk between blocks", Clean(1), whole, |f| { inserted(&f.whole, f.block().start, &junk(1_000)) }),
    ("a byte too many", Clean(1), whole, |f| { inserted(&f.whole, f.block().content + 9, b"x") }),
    ("junk behind the end", Clean(0), whole, |f| { [f.whole.clone(), junk(1_000)].concat() }),
    ("zeros behind the end", Clean(0), whole, |f| { [f.whole.clone(), vec![0; 5_000]].concat() }),
    ("an error page in front", Clean(0), whole, |f| { [PAGE, &f.whole].concat() }),
    ("an error page behind", Clean(0), whole, |f| { [&f.whole, PAGE].concat() }),
    ("HTTP headers in front", Clean(0), whole, |f| { [HEADERS, &f.whole].concat() }),
    ("a form around it", Clean(0), whole, |f| { [FORM, &f.whole[..], b"\r\n------B--\r\n"].concat() }),
    ("a mark of UTF-8 in front", Clean(0), whole, |f| { [b"\xEF\xBB\xBF", &f.whole[..]].concat() }),
    ("a mark of UTF-16 in front", Clean(0), whole, |f| { [b"\xFF\xFE", &f.whole[..]].concat() }),
    ("chunks of HTTP not decoded", Clean(0), whole, |f| { let chunks = f.whole.chunks(8_192); chunks.flat_map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat()).collect() }),
    ("the tail of another file behind", Clean(0), whole, |f| { [&f.whole, &f.other[f.other.len() / 2..]].concat() }),
    ("the half of itself in front", Clean(0), whole, |f| { [&f.whole[..f.whole.len() / 2], &f.whole].concat() }),
    ("two recordings", Clean(0), whole, |f| { [&f.whole[..], &f.whole].concat() }),
    ("two recordings, the first cut off", Clean(0), whole, |f| { [&f.whole[..f.block().start], &f.whole].concat() }),
    ("two recordings of different codecs", Refused(7, "codec"), whole, |f| [&f.whole[..], &f.vp9].concat()),
    // Bytes that are changed.
    ("4096 zeros", Clean(12), whole, |f| { zeroed(&f.whole, f.block().start + 5..f.block().start + 4101) }),
    ("4096 times 0xFF", Clean(60), whole, |f| { overwritten(&f.whole, f.block().start + 5, &[0xFF; 4096]) }),
    ("zeros up to the end", Clean(121), whole, |f| { zeroed(&f.whole, f.block().start + 5..f.whole.len()) }),
    ("a sector of another file", Clean(12), whole, |f| { overwritten(&f.whole, f.block().start, &f.other[9_000..9_512]) }),
    ("a bit in each 4096 bytes", Clean(40), whole, |f| { let mut bytes = f.whole.clone(); (4_095..bytes.len()).step_by(4_096).for_each(|at| bytes[at] ^= 0x20); bytes }),
    ("line ends as on Windows", Clean(0), whole, |f| { substituted(&f.whole, b"\n", b"\r\n") }),
    ("line ends as on Unix", Clean(60), whole, |f| { substituted(&f.whole, b"\r\n", b"\n") }),
    ("text with wrong characters replaced", Refused(6, "no tracks"), whole, |f| String::from_utf8_lossy(&f.whole).into_owned().into_bytes()),
    // Sizes.
    ("Segment too small", Clean(0), whole, |f| { sized(&f.whole, first_of(&f.whole, SEGMENT), 5_000) }),
    ("Segment too large", Clean(0), whole, |f| { sized(&f.whole, first_of(&f.whole, SEGMENT), 1 << 40) }),
    ("Segment of 0 bytes", Clean(0), whole, |f| { sized(&f.whole, first_of(&f.whole, SEGMENT), 0) }),
    ("Segment of unknown size", Clean(0), whole, |f| { unsize(&f.whole, first_of(&f.whole, SEGMENT)) }),
    ("all sizes unknown", Clean(0), whole, |f| live(&f.whole)),
    ("Cluster too small", Clean(1), whole, |f| { sized(&f.whole, f.cluster(1), 3_000) }),
    ("Cluster too large", Clean(0), whole, |f| { sized(&f.whole, f.cluster(1), f.cluster(1).body().len() as u64 + 3_000) }),
    ("Cluster of 0 bytes", Clean(0), whole, |f| { sized(&f.whole, f.cluster(1), 0) }),
    ("Cluster of a terabyte", Clean(0), whole, |f| { sized(&f.whole, f.cluster(1), 1 << 40) }),
    ("block too large", Clean(60), whole, |f| { sized(&f.whole, f.block(), f.block().body().len() as u64 + 20) }),
    ("block too small", Clean(2), whole, |f| { sized(&f.whole, f.block(), f.block().body().len() as u64 - 10) }),
    ("size that is no number", Clean(2), whole, |f| { overwritten(&f.whole, f.block().start + 1, &[0]) }),
    ("EBML header too large", Clean(0), whole, |f| { sized(&f.whole, first_of(&f.whole, EBML), 90) }),
    ("EBML header too small", Clean(0), whole, |f| { sized(&f.whole, first_of(&f.whole, EBML), 20) }),
    ("Info too large", Clean(0), whole, |f| { sized(&f.whole, first_of(&f.whole, INFO), 100) }),
    ("Tracks too small", Clean(0), whole, |f| { sized(&f.whole, first_of(&f.whole, TRACKS), 120) }),
    ("Void over Info", Clean(0), whole, |f| { sized(&f.whole, first_of(&f.whole, 0xEC), first_of(&f.whole, 0xEC).body().len() as u64 + 20) }),
    // Clusters.
    ("doubled Cluster", Clean(0), whole, |f| { inserted(&f.whole, f.cluster(1).start, part(&f.whole, f.cluster(1))) }),
    ("swapped Clusters", Clean(170), whole, |f| { let (one, two) = (f.cluster(1), f.cluster(2)); replaced(&f.whole, one.start..two.end, &[part(&f.whole, two), part(&f.whole, one)].concat()) }),
    ("first Cluster without header", Clean(0), whole, |f| { removed(&f.whole, f.cluster(0).start..blocks_of(&f.whole, f.cluster(0))[0].start) }),
    ("Cluster without header", Clean(0), whole, |f| { removed(&f.whole, f.cluster(1).start..blocks_of(&f.whole, f.cluster(1))[0].start) }),
    ("zeros over the header of a Cluster", Clean(1), whole, |f| { zeroed(&f.whole, f.cluster(1).start..f.cluster(1).start + 16) }),
    ("Cluster without time", Clean(0), whole, |f| { voided(&f.whole, all_of(&f.whole, 0xE7)[1]) }),
    ("Cluster of time 0", Clean(0), whole, |f| { number_of(&f.whole, all_of(&f.whole, 0xE7)[1], 0) }),
    ("Cluster that goes back", Clean(0), whole, |f| { number_of(&f.whole, all_of(&f.whole, 0xE7)[2], 500) }),
    ("Cluster that leaps ahead", Clean(0), whole, |f| { number_of(&f.whole, all_of(&f.whole, 0xE7)[1], 60_000) }),
    ("times that wrap around at 16 bits", Clean(0), |f| &f.long, |f| in_one_cluster(&f.long)),
    // Blocks.
    ("lacing where there is none", Clean(1), whole, |f| { overwritten(&f.whole, f.block().content + 3, &[0x86]) }),
    ("laced sizes that do not add up", Clean(8), |f| &f.laced, |f| { let laced = all_of(&f.laced, 0xA3).into_iter().find(|block| f.laced[block.content + 3] & 6 != 0); overwritten(&f.laced, laced.unwrap().content + 4, &[0xFF]) }),
    ("block of no track", Clean(1), whole, |f| { overwritten(&f.whole, f.block().content, &[0x80]) }),
    ("block of a track that does not exist", Clean(1), whole, |f| { overwritten(&f.whole, f.block().content, &[0x85]) }),
    ("block whose time goes back", Clean(0), whole, |f| { overwritten(&f.whole, f.block().content + 1, &[0, 0]) }),
    ("block whose time leaps ahead", Clean(0), whole, |f| { overwritten(&f.whole, f.block().content + 1, &[0x40, 0]) }),
    ("group without a block", Clean(0), whole, |f| { live(&inserted(&f.whole, f.block().start, &[0xA0, 0x83, 0x9B, 0x81, 20])) }),
    ("empty block", Clean(0), whole, |f| { live(&inserted(&f.whole, f.block().start, &[0xA3, 0x80])) }),
    ("elements that nobody knows", Clean(0), whole, |f| { live(&inserted(&f.whole, f.block().start, &[0x42, 0x01, 0x83, 1, 2, 3])) }),
    ("negative DiscardPadding", Clean(0), |f| &f.laced, |f| { let last = all_of(&f.laced, 0x75A2)[0]; overwritten(&f.laced, last.content, &[0xFF]) }),
    ("no key frame is marked", Clean(0), whole, |f| { let video = all_of(&f.whole, 0xA3).into_iter().filter(|block| f.whole[block.content] == 0x82); video.fold(f.whole.clone(), |bytes, block| { overwritten(&bytes, block.content + 3, &[0]) }) }),
    // What the header says.
    ("DocType that does not exist", Clean(0), whole, |f| { overwritten(&f.whole, first_of(&f.whole, 0x4282).content, b"wxbm") }),
    ("DocTypeReadVersion 9", Clean(0), whole, |f| { number(&f.whole, 0x4285, 9) }),
    ("EBMLMaxIDLength 9", Clean(0), whole, |f| { number(&f.whole, 0x42F2, 9) }),
    ("EBMLMaxSizeLength 1", Clean(0), whole, |f| { number(&f.whole, 0x42F3, 1) }),
    ("Duration that is no number", Clean(0), whole, |f| { float(&f.whole, 0x4489, f64::NAN) }),
    ("infinite Duration", Clean(0), whole, |f| { float(&f.whole, 0x4489, f64::INFINITY) }),
    ("Duration 0", Clean(0), whole, |f| float(&f.whole, 0x4489, 0.0)),
    ("negative Duration", Clean(0), whole, |f| { float(&f.whole, 0x4489, -3_000.0) }),
    ("Duration too long", Clean(0), whole, |f| { float(&f.whole, 0x4489, 1e9) }),
    ("no Duration", Clean(0), whole, |f| { voided(&f.whole, first_of(&f.whole, 0x4489)) }),
    ("TimestampScale 0", Clean(0), whole, |f| { number(&f.whole, 0x002A_D7B1, 0) }),
    ("no TimestampScale", Clean(0), whole, |f| { voided(&f.whole, first_of(&f.whole, 0x002A_D7B1)) }),
    ("no Info", Clean(0), whole, |f| { voided(&f.whole, first_of(&f.whole, INFO)) }),
    ("no SeekHead", Clean(0), whole, |f| { voided(&f.whole, first_of(&f.whole, SEEK_HEAD)) }),
    ("SeekHead that leads nowhere", Clean(0), whole, |f| { number(&f.whole, 0x53AC, 77) }),
    ("no Cues", Clean(0), whole, |f| { voided(&f.whole, first_of(&f.whole, CUES)) }),
    ("Cues that lead nowhere", Clean(0), whole, |f| { number(&f.whole, 0xF1, 77) }),
    ("Cues of wrong times", Clean(0), whole, |f| { number_of(&f.whole, all_of(&f.whole, 0xB3)[1], 1) }),
    ("zeros over Info", Clean(0), whole, |f| { zeroed(&f.whole, first_of(&f.whole, INFO).range()) }),
    ("zeros over SeekHead", Clean(0), whole, |f| { zeroed(&f.whole, first_of(&f.whole, SEEK_HEAD).range()) }),
    ("zeros over Tracks", Clean(0), whole, |f| { zeroed(&f.whole, first_of(&f.whole, TRACKS).range()) }),
    ("junk in Tags", Clean(0), whole, |f| { overwritten(&f.whole, first_of(&f.whole, TAGS).content, &junk(20)) }),
    ("wrong checksums", Clean(0), |f| &f.checked, |f| { all_of(&f.checked, 0xBF).into_iter().fold(f.checked.clone(), |bytes, sum| { overwritten(&bytes, sum.content, b"sums") }) }),
    // What tracks say.
    ("Opus without CodecPrivate", Clean(0), whole, |f| { voided(&f.whole, first_of(&f.whole, 0x63A2)) }),
    ("Opus with half of its CodecPrivate", Clean(0), whole, |f| { let private = first_of(&f.whole, 0x63A2); zeroed(&f.whole, private.content + 9..private.end) }),
    ("Vorbis without CodecPrivate", Refused(6, "CodecPrivate"), |f| &f.vorbis, |f| voided(&f.vorbis, first_of(&f.vorbis, 0x63A2))),
    ("VP9 with a CodecPrivate that is none", Clean(0), |f| &f.vp9, |f| { let video = first_of(&f.vp9, 0xE0); let private = [&[0x63, 0xA2, 0x83, 9, 9, 9][..], part(&f.vp9, video)].concat(); live(&grown(&f.vp9, &replaced(&f.vp9, video.range(), &private), 6)) }),
    ("AV1 without CodecPrivate", Clean(0), |f| &f.av1, |f| { let all = all_of(&f.av1, 0x63A2).into_iter(); let private = all.min_by_key(|private| private.body().len()); voided(&f.av1, private.unwrap()) }),
    ("DefaultDuration 0", Clean(0), |f| &f.laced, |f| number(&f.laced, 0x0023_E383, 0)),
    ("DefaultDuration of a second", Clean(0), |f| &f.laced, |f| number(&f.laced, 0x0023_E383, 1_000_000_000)),
    ("another TrackNumber", Clean(0), whole, |f| number(&f.whole, 0xD7, 7)),
    ("TrackNumber 0", Clean(0), whole, |f| number(&f.whole, 0xD7, 0)),
    ("twice the same TrackNumber", Clean(0), whole, |f| { number_of(&f.whole, all_of(&f.whole, 0xD7)[1], 1) }),
    ("TrackUID 0", Clean(0), whole, |f| number(&f.whole, 0x73C5, 0)),
    ("TrackType that does not exist", Clean(0), whole, |f| number(&f.whole, 0x83, 9)),
    ("width 0", Clean(0), whole, |f| { number(&f.whole, 0xB0, 0) }),
    ("sample rate 0", Clean(0), whole, |f| { float(&f.whole, 0xB5, 0.0) }),
    ("channels 0", Clean(0), whole, |f| { number(&f.whole, 0x9F, 0) }),
    ("CodecID that does not exist", Clean(0), whole, |f| overwritten(&f.whole, all_of(&f.whole, 0x86)[1].content, b"X")),
    ("TrackEntry that is none", Clean(0), whole, |f| { renamed(&f.whole, first_of(&f.whole, 0xAE), &[0xAF]) }),
    // What browsers write.
    ("Chromium's", Clean(0), |f| &f.chromium, |f| f.chromium.clone()),
    ("Firefox's", Clean(0), |f| &f.firefox, |f| f.firefox.clone()),
];

/// What is no WebM.
#[rustfmt::skip]
const OTHER_FILES: &[Case] = &[
    ("nothing", Refused(6, "empty"), whole, |_| Vec::new()),
    ("zeros", Refused(6, "zeros"), whole, |_| vec![0; 100_000]),
    ("MP4", Refused(6, "MP4"), whole, |f| f.mp4.clone()),
    ("gzip", Refused(6, "gzip"), whole, |f| { [b"\x1F\x8B\x08\0\0\0\0\0\0\x03", &junk(f.whole.len())[..]].concat() }),
    ("zip", Refused(6, "ZIP"), whole, |f| { [b"PK\x03\x04\x14\0", &junk(f.whole.len())[..]].concat() }),
    ("Ogg", Refused(6, "Ogg"), whole, |f| { [b"OggS\0\x02", &junk(f.whole.len())[..]].concat() }),
    ("WAV", Refused(6, "WAV"), whole, |_| { fs::read(fixture("adpcm.wav")).unwrap() }),
    ("a page", Refused(6, "HTML"), whole, |_| PAGE.to_vec()),
    ("a text", Refused(6, "not a WebM or Matroska file"), whole, |_| { b"This is a text.\n".repeat(99) }),
    ("base64", Refused(6, "base64"), whole, |_| { b"GkXfo59ChoEBQveBAULygQRC84EIQoKEd2VibUKHgQRChYECGFOAZwEAAAAAAAAA".to_vec() }),
];

const PAGE: &[u8] = b"<!DOCTYPE html>\n<html><body><h1>502 Bad Gateway</h1></body></html>\n";
const HEADERS: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: video/webm\r\n\r\n";
const FORM: &[u8] = b"------B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.webm\"\r\n\r\n";

fn whole(files: &Files) -> &[u8] {
    &files.whole
}

/// The sizes of Tracks and of its last `TrackEntry`, in which bytes were inserted, are corrected.
fn grown(before: &[u8], after: &[u8], by: u64) -> Vec<u8> {
    let entries = all_of(before, 0xAE);
    let video = first_of(before, 0xE0);
    let around = entries
        .into_iter()
        .find(|entry| entry.body().contains(&video.start));
    [first_of(before, TRACKS), around.unwrap()]
        .into_iter()
        .fold(after.to_vec(), |bytes, element| {
            sized(&bytes, element, element.body().len() as u64 + by)
        })
}

#[test]
fn damaged_files_become_clean_and_seekable_or_are_refused_with_what_they_are() {
    let folder = Folder::new();
    let files = Files::new(&folder);
    let (mut clean, mut failures) = (0, Vec::new());
    for (name, expected, original, damage) in CASES.iter().chain(OTHER_FILES) {
        let damaged = damage(&files);
        folder.write("a.webm", &damaged);
        let outcome = run(&mut folder.mediarec("fix a.webm"));
        let result = match *expected {
            Clean(lost) => judge(&folder, original(&files), lost, None, &outcome),
            Left(lost, what) => judge(&folder, original(&files), lost, Some(what), &outcome),
            Refused(code, words) => {
                let is_right = outcome.code == Some(code) && outcome.stderr.contains(words);
                let said = format!("{:?}: {}", outcome.code, outcome.stderr.trim());
                if is_right && folder.read("a.webm") == damaged {
                    Ok(said)
                } else {
                    Err(said)
                }
            }
        };
        let (mark, text) = match (&result, expected) {
            (Err(text), _) => ("FAILS", text),
            (Ok(text), Clean(_)) => ("clean", text),
            (Ok(text), Left(..)) => ("left", text),
            (Ok(text), Refused(..)) => ("refused", text),
        };
        println!("{mark:8} {name:40} {text}");
        clean += usize::from(mark == "clean");
        failures.extend((mark == "FAILS").then_some(*name));
    }
    println!("{} kinds of damage: {clean} clean and seekable", CASES.len());
    assert!(failures.is_empty(), "{failures:?}");
    assert!(clean * 100 >= 95 * CASES.len(), "{clean}");
}

/// Whether `a.webm` has all packets of the original but for so many, and nothing wrong but what is expected.
fn judge(
    folder: &Folder,
    original: &[u8],
    lost: usize,
    left: Option<&str>,
    outcome: &Run,
) -> Result<String, String> {
    let said = outcome.stderr.trim().replace("a.webm: ", "").replace('\n', "; ");
    if outcome.code != Some(0) {
        return Err(format!("{:?}: {said}", outcome.code));
    }
    let repaired = folder.read("a.webm");
    let missing = missing(original, &repaired)?;
    let duration = webm::Reader::new(&*repaired).unwrap().header().duration();
    let text = format!("{missing} packets lost, {duration:?} s; {said}");
    let problems = problems(folder, &repaired)?;
    let is_expected = |problem: &String| left.is_some_and(|left| problem.contains(left));
    if missing > lost || !problems.iter().all(is_expected) || (left.is_some() && problems.is_empty()) {
        return Err(format!("{text} {problems:?}"));
    }
    Ok(text)
}

/// What is wrong with a repaired file.
fn problems(folder: &Folder, repaired: &[u8]) -> Result<Vec<String>, String> {
    let report = webm::check(repaired, None).map_err(|error| error.to_string())?;
    let errors = report
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error);
    let mut problems: Vec<String> = errors.map(|finding| format!("{finding:?}")).collect();
    let left = webm::diagnose(repaired).map_err(|error| error.to_string())?;
    if !left.list.is_empty() {
        problems.push(format!("not repaired: {:?}", left.list));
    }
    let player = run(&mut folder.program("ffmpeg", "-v error -i a.webm -enc_time_base -1 -f null -"));
    if !player.stderr.is_empty() {
        problems.push(format!("ffmpeg: {:.200}", player.stderr.trim()));
    }
    Ok(problems)
}

/// How many packets of a file are not in the other one.
fn missing(original: &[u8], repaired: &[u8]) -> Result<usize, String> {
    let mut left: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for (_, data) in frames(repaired)? {
        *left.entry(data).or_default() += 1;
    }
    let mut missing = 0;
    for (_, data) in frames(original)? {
        match left.get_mut(&data) {
            Some(count) if *count > 0 => *count -= 1,
            _ => missing += 1,
        }
    }
    Ok(missing)
}
