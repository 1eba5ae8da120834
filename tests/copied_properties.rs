//! What a copied track keeps beside its packets: alpha, display size, colour, rotation, language, flags and names.
use crate::judges::assert_clean;
use crate::util::{Folder, ffmpeg, run};
use mediarec::webm::{Block, Reader};
use serde_json::{Value, json};
use std::fs::File;

/// What ffprobe finds in a file: streams with all their side data, and a hash of each packet.
fn probed(folder: &Folder, name: &str) -> (Value, Value) {
    let probe = |words: &str| {
        let words = format!("-v error -of json -show_data_hash md5 {words} {name}");
        let outcome = run(&mut folder.program("ffprobe", &words));
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{words}");
        serde_json::from_slice::<Value>(&outcome.stdout).unwrap()
    };
    let mut streams = probe("-show_streams");
    for stream in streams["streams"].as_array_mut().unwrap() {
        for gone in [
            "nb_frames",
            "duration",
            "start_pts",
            "start_time",
            "r_frame_rate",
            "avg_frame_rate",
        ] {
            stream.as_object_mut().unwrap().remove(gone);
        }
        // Tags of the track are not kept, its name and language are.
        let mut tags = stream["tags"].as_object().cloned().unwrap_or_default();
        tags.retain(|name, _| ["title", "language", "alpha_mode"].contains(&name.as_str()));
        stream["tags"] = Value::Object(tags);
    }
    let mut packets =
        probe("-show_packets -show_entries packet=codec_type,pts,flags,data_hash:packet_side_data");
    packets["packets"]
        .as_array_mut()
        .unwrap()
        .sort_by_key(|packet| (packet["codec_type"].to_string(), packet["pts"].as_i64()));
    (streams, packets)
}

fn blocks(folder: &Folder, name: &str) -> Vec<Block> {
    let mut reader = Reader::new(File::open(folder.path(name)).unwrap()).unwrap();
    std::iter::from_fn(|| reader.next_block().unwrap()).collect()
}

const ALPHA: &str = "-f lavfi -i testsrc2=s=160x90:r=25:d=2,format=yuva420p,geq=lum='lum(X,Y)':a='X' \
                     -f lavfi -i sine=d=2 -c:v libvpx-vp9 -pix_fmt yuva420p -cpu-used 8 -auto-alt-ref 0 -g 25 \
                     -c:a libopus";

#[test]
fn alpha_is_copied_with_its_packets() {
    let folder = Folder::new();
    ffmpeg(&folder, &format!("{ALPHA} a.webm"));
    folder.record("--input a.webm -o b.webm");
    assert_eq!(probed(&folder, "b.webm"), probed(&folder, "a.webm"));
    let (a, b) = (blocks(&folder, "a.webm"), blocks(&folder, "b.webm"));
    let alpha = |blocks: &[Block]| blocks.iter().filter(|block| block.side_data.is_some()).count();
    assert!(alpha(&a) >= 50, "the file has no alpha; it tests nothing");
    assert_eq!(alpha(&b), alpha(&a));
    for (a, b) in a.iter().zip(&b) {
        assert_eq!((&a.data, &a.side_data, a.key), (&b.data, &b.side_data, b.key));
    }
    assert_clean(&folder.path("b.webm"));
}

#[test]
fn names_languages_flags_display_size_and_colour_are_copied() {
    let folder = Folder::new();
    ffmpeg(
        &folder,
        "-f lavfi -i testsrc2=s=160x90:r=25:d=1 -f lavfi -i sine=d=1 -f lavfi -i sine=220:d=1 -map 0 -map 1 -map 2 \
         -c:v libvpx-vp9 -pix_fmt yuv420p -cpu-used 8 -aspect 4:3 -color_primaries bt2020 -color_trc smpte2084 \
         -colorspace bt2020nc -color_range tv -c:a libopus -metadata:s:v:0 title=Front -metadata:s:v:0 stereo_mode=left_right \
         -metadata:s:a:0 language=deu -metadata:s:a:1 language=fra -metadata:s:a:1 title=Commentary \
         -disposition:a:0 default -disposition:a:1 forced a.mkv",
    );
    for name in ["b.webm", "c.mkv"] {
        let mime = if name == "b.webm" {
            "video/webm"
        } else {
            "video/x-matroska"
        };
        folder.record(&format!("--input a.mkv --mime {mime} -o {name}"));
        assert_eq!(probed(&folder, name), probed(&folder, "a.mkv"), "{name}");
    }
    let (streams, _) = probed(&folder, "b.webm");
    let streams = streams["streams"].as_array().unwrap();
    assert_eq!(streams[0]["display_aspect_ratio"], "4:3");
    assert_eq!(streams[0]["color_transfer"], "smpte2084");
    assert_eq!(streams[0]["tags"]["title"], "Front");
    assert_eq!(streams[1]["tags"]["language"], "deu");
    assert_eq!(streams[2]["disposition"]["forced"], 1);
    assert_eq!(
        streams[2]["tags"],
        json!({"language": "fra", "title": "Commentary"})
    );
    assert_clean(&folder.path("b.webm"));
}

#[test]
fn tags_chapters_and_subtitles_that_are_not_recorded_are_counted() {
    let folder = Folder::new();
    folder.write("a.srt", "1\n00:00:00,000 --> 00:00:00,500\nHello\n");
    let chapter = |start, end| format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle=x\n");
    let meta = format!(
        ";FFMETADATA1\nARTIST=Somebody\n{}{}",
        chapter(0, 500),
        chapter(500, 1000)
    );
    folder.write("meta", meta);
    ffmpeg(
        &folder,
        "-f lavfi -i testsrc2=s=160x90:r=25:d=1 -i a.srt -i meta -map 0 -map 1 -map_metadata 2 -map_chapters 2 \
         -c:v libvpx -pix_fmt yuv420p -c:s srt a.mkv",
    );
    let outcome = run(&mut folder.mediarec("record --input a.mkv -o b.webm"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        outcome.stderr,
        "mediarec: a.mkv: not recorded: 1 tag, 2 chapters, 1 track that is neither audio nor video\n"
    );
}

#[test]
fn what_holds_for_re_encoded_tracks_is_kept_and_the_rest_is_said() {
    let folder = Folder::new();
    ffmpeg(
        &folder,
        &format!("{ALPHA} -aspect 4:3 -metadata:s:v:0 title=Front -metadata:s:a:0 language=deu a.mkv"),
    );
    let outcome = run(&mut folder.mediarec("record --input a.mkv --reencode --mime video/webm -o b.webm"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        outcome.stderr,
        "mediarec: a.mkv: not recorded: the alpha channel of 50 video frames\n"
    );
    let (streams, _) = probed(&folder, "b.webm");
    let streams = streams["streams"].as_array().unwrap();
    assert_eq!(streams[0]["display_aspect_ratio"], "4:3");
    assert_eq!(streams[0]["tags"], json!({"title": "Front"}));
    assert_eq!(streams[1]["tags"]["language"], "deu");
    assert_clean(&folder.path("b.webm"));
}
