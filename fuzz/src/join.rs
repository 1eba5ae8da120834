//! Joining: up to three pieces, of which a whole file without a cut becomes what repairing it makes of it.
//!
//! The input begins with two numbers of 16 bits: where the rest is cut.
use super::fix::assert_whole_after;
use mediarec::webm::{self, PieceFinding};
use std::io::Cursor;

const EBML: &[u8] = b"\x1A\x45\xDF\xA3";

pub fn run(bytes: &[u8]) {
    let Some((cuts, file)) = bytes.split_at_checked(4) else {
        return;
    };
    let cut = |at: usize| usize::from(u16::from_le_bytes([cuts[at], cuts[at + 1]])) % (file.len() + 1);
    let (first, second) = (cut(0).min(cut(2)), cut(0).max(cut(2)));
    let pieces = [&file[..first], &file[first..second], &file[second..]];
    let mut pieces: Vec<_> = pieces
        .into_iter()
        .filter(|piece| !piece.is_empty())
        .map(Cursor::new)
        .collect();
    for finding in webm::check_pieces(&mut pieces).expect("bytes in memory can be read") {
        let (PieceFinding::Gap { piece, .. }
        | PieceFinding::OutOfOrder { piece }
        | PieceFinding::Double { piece, .. }
        | PieceFinding::Foreign { piece }) = finding
        else {
            continue;
        };
        assert!(piece < pieces.len() && !finding.to_string().is_empty());
    }
    let mut output = Cursor::new(Vec::new());
    let joined = webm::join(&mut pieces, &mut output);
    let output = output.into_inner();
    if let Ok(repairs) = &joined {
        assert_eq!(repairs.size, output.len() as u64);
        assert_whole_after(repairs, &output);
    }
    let begins = |piece: &Cursor<&[u8]>| piece.get_ref().starts_with(EBML);
    let is_one = pieces.first().is_some_and(begins) && !pieces.iter().skip(1).any(begins);
    if is_one {
        let mut repaired = Cursor::new(Vec::new());
        let fixed = webm::fix(file, &mut repaired);
        assert_eq!(joined.ok(), fixed.ok());
        assert!(
            output == repaired.into_inner(),
            "the pieces of a file are that file"
        );
    }
}
