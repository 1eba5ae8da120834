//! Streams that are whole, cut off or damaged, and pictures of every layout.
use super::*;

/// A stream of a header with these parameters and frames with these bytes.
fn stream(parameters: &str, frames: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("YUV4MPEG2 {parameters}\n").into_bytes();
    for frame in frames {
        bytes.extend(b"FRAME\n");
        bytes.extend(*frame);
    }
    bytes
}

/// The pictures up to the end, or up to what is wrong.
fn pictures(bytes: &[u8]) -> (Vec<Vec<u8>>, Result<()>) {
    let mut pictures = Vec::new();
    let result = Y4mReader::open(bytes).and_then(|mut reader| {
        let format = reader.format();
        let mut picture = Picture::new(format.width, format.height);
        while reader.read(&mut picture)? {
            pictures.push(picture.data().to_vec());
        }
        Ok(())
    });
    (pictures, result)
}

fn message(bytes: &[u8]) -> String {
    pictures(bytes).1.unwrap_err().to_string()
}

#[test]
fn frames_of_420_come_as_they_are() {
    let bytes = stream("W2 H2 F30:1", &[&[1, 2, 3, 4, 5, 6], &[9; 6]]);
    let (pictures, result) = pictures(&bytes);
    assert_eq!(pictures, [vec![1, 2, 3, 4, 5, 6], vec![9; 6]]);
    assert!(result.is_ok());
}

#[test]
fn chroma_of_422_and_444_is_halved_and_luma_stays() {
    let i422 = stream("W2 H2 F30:1 C422", &[&[1, 2, 3, 4, 10, 21, 30, 40]]);
    assert_eq!(pictures(&i422).0, [[1, 2, 3, 4, 16, 35]]);
    let frame = [1, 2, 3, 4, 10, 10, 20, 20, 0, 0, 0, 255];
    let i444 = stream("W2 H2 F30:1 C444", &[&frame]);
    assert_eq!(pictures(&i444).0, [[1, 2, 3, 4, 15, 64]]);
}

#[test]
fn mono_gets_chroma_without_colour() {
    let bytes = stream("W2 H2 F30:1 Cmono", &[&[1, 2, 3, 4], &[5, 6, 7, 8]]);
    assert_eq!(
        pictures(&bytes).0,
        [[1, 2, 3, 4, 128, 128], [5, 6, 7, 8, 128, 128]]
    );
}

#[test]
fn odd_sizes_round_chroma_up_in_every_layout() {
    for (chroma, frame) in [("420", 15 + 2 * 6), ("422", 15 + 2 * 9), ("444", 45)] {
        let parameters = format!("W5 H3 F25:1 C{chroma}");
        let frames: Vec<u8> = vec![50; frame];
        let (pictures, result) = pictures(&stream(&parameters, &[&frames, &frames]));
        assert_eq!(pictures, vec![vec![50; 15 + 2 * 6]; 2], "{chroma}");
        assert!(result.is_ok());
    }
}

#[test]
fn parameters_of_frames_are_skipped() {
    let mut bytes = stream("W1 H1 F30:1", &[]);
    bytes.extend(b"FRAME Ippp XA=B\n\x01\x02\x03FRAME \n\x04\x05\x06");
    assert_eq!(pictures(&bytes).0, [[1, 2, 3], [4, 5, 6]]);
}

#[test]
fn a_stream_without_frames_ends_at_once() {
    let (pictures, result) = pictures(&stream("W2 H2 F30:1", &[]));
    assert!(pictures.is_empty() && result.is_ok());
}

#[test]
fn a_stream_cut_anywhere_gives_its_whole_frames_and_says_how_many() {
    let header = stream("W2 H2 F30:1", &[]).len();
    let bytes = stream("W2 H2 F30:1", &[&[7; 6], &[8; 6]]);
    for cut in header + 1..bytes.len() {
        let (pictures, result) = pictures(&bytes[..cut]);
        let whole = (cut - header) / 12;
        assert_eq!(pictures.len(), whole);
        match result {
            Ok(()) => assert_eq!((cut - header) % 12, 0),
            Err(error) => assert!(error.to_string().contains(&format!("after {whole} complete"))),
        }
    }
}

#[test]
fn samples_of_more_than_8_bits_are_rounded() {
    let wide = |samples: &[u16]| samples.iter().flat_map(|s| s.to_le_bytes()).collect::<Vec<u8>>();
    let frame = wide(&[64, 65, 66, 1023, 512, 514]);
    let bytes = stream("W2 H2 F30:1 C420p10", &[&frame]);
    assert_eq!(pictures(&bytes).0, [[16, 16, 17, 255, 128, 129]]);
    let frame = wide(&[0x1000, 0x1080, 0xFFFF, 0, 0x8000, 0x8100, 0x4000, 0x4200]);
    let bytes = stream("W2 H2 F30:1 C422p16", &[&frame]);
    assert_eq!(pictures(&bytes).0, [[16, 17, 255, 0, 129, 65]]);
    let bytes = stream("W2 H2 F30:1 Cmono12", &[&wide(&[0, 1, 4095, 8])]);
    assert_eq!(pictures(&bytes).0, [[0, 0, 255, 1, 128, 128]]);
}

#[test]
fn a_plane_of_wide_samples_that_is_longer_than_a_piece_is_whole() {
    let (width, height) = (1_000_usize, 600_usize);
    let sample = |at: usize| u16::try_from(at % 1024).unwrap();
    let luma = (0..width * height).flat_map(|at| sample(at).to_le_bytes());
    let bytes = stream("W1000 H600 F30:1 Cmono10", &[&luma.collect::<Vec<_>>()]);
    let picture = &pictures(&bytes).0[0];
    let expected = |at: usize| ((u32::from(sample(at)) + 2) >> 2).min(255);
    assert!((0..width * height).all(|at| u32::from(picture[at]) == expected(at)));
}

#[test]
fn a_header_that_promises_much_takes_no_memory_for_it() {
    let mut reader = Y4mReader::open(&b"YUV4MPEG2 W9999 H9999 F30:1 C420p16\nFRAME\nabc"[..]).unwrap();
    assert!(reader.read(&mut Picture::new(9_999, 9_999)).is_err());
    assert!(reader.wide.capacity() <= 1 << 20);
}

#[test]
fn garbage_between_frames_is_named_with_its_place() {
    let mut bytes = stream("W2 H2 F30:1", &[&[7; 6]]);
    let place = bytes.len();
    bytes.extend(b"FRUME\n\x01\x02\x03\x04\x05\x06");
    let expected = format!("no frame begins at byte {place}, after 1 complete frame");
    assert!(message(&bytes).contains(&expected));
    bytes.truncate(place);
    bytes.extend(b"FRAMES");
    assert!(message(&bytes).contains(&expected));
    bytes.truncate(place);
    bytes.extend(b"FRAME ");
    bytes.extend([b'x'; 5000]);
    assert!(message(&bytes).contains(&expected));
}

#[test]
fn what_is_no_y4m_is_called_that() {
    assert!(message(b"").contains("empty"));
    assert!(message(b"YUV4").contains("not a Y4M"));
    assert!(message(b"Dear reader, this is a text.\n").contains("not a Y4M"));
    assert!(message(b"YUV4MPEG2 W2 H2").contains("ends within its header"));
    let endless = [b"YUV4MPEG2 ".as_slice(), &[b'x'; 5000]].concat();
    assert!(message(&endless).contains("too long"));
}

#[test]
fn a_picture_of_another_size_is_refused_and_nothing_is_read() {
    let bytes = stream("W2 H2 F30:1", &[&[7; 6]]);
    let mut reader = Y4mReader::open(bytes.as_slice()).unwrap();
    let error = reader.read(&mut Picture::new(4, 2)).unwrap_err();
    assert_eq!(error.name(), "TypeError");
    assert!(reader.read(&mut Picture::new(2, 2)).unwrap());
}

#[test]
fn a_failing_source_keeps_its_reason() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::ConnectionReset.into())
        }
    }
    let bytes = stream("W2 H2 F30:1", &[&[7; 6]]);
    let mut reader = Y4mReader::open(bytes.as_slice().chain(Failing)).unwrap();
    let mut picture = Picture::new(2, 2);
    assert!(reader.read(&mut picture).unwrap());
    let error = reader.read(&mut picture).unwrap_err();
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn no_mutation_of_a_stream_makes_it_panic_or_give_more_pictures_than_fit() {
    let clean = stream(
        "W4 H4 F30:1 Ip A1:1 C444 XCOLORRANGE=FULL",
        &[[7; 48].as_slice(); 4],
    );
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or(0) % below
    };
    for _ in 0..5_000 {
        let mut bytes = clean.clone();
        for _ in 0..=random(4) {
            let place = random(bytes.len());
            match random(3) {
                0 => bytes[place] = random(256).to_le_bytes()[0],
                1 => bytes.truncate(place + 1),
                _ => bytes.insert(place, b"0 :WHFC\n9"[random(9)]),
            }
        }
        let Ok(reader) = Y4mReader::open(bytes.as_slice()) else {
            continue;
        };
        // A mutated size may be a large one, which is slow to fill, not wrong.
        if reader.format().width.max(reader.format().height) < 1000 {
            assert!(pictures(&bytes).0.len() <= bytes.len() / 6);
        }
    }
}
