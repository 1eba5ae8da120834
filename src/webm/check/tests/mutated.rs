//! Any bytes: no panic, no endless loop, and nothing lost by the walk.
use super::{finished, live};
use crate::webm::check::check;
use crate::webm::check::elements::{Elements, Event};
use crate::webm::check::input::Input;

/// A generator of numbers that are the same each time (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit
    }
}

/// Walks to the end; returns how many events there were.
fn walk(file: &[u8]) -> usize {
    let mut elements = Elements::new(Input::new(file));
    let mut events = 0;
    while elements.next().unwrap().is_some() {
        events += 1;
        assert!(events < 4 * file.len() + 100, "an endless loop");
    }
    assert_eq!(elements.position(), file.len() as u64);
    events
}

#[test]
fn any_change_of_bytes_is_survived() {
    let mut random = Random(0x5EED_CAFE);
    for round in 0..1_500 {
        let mut file = if round % 2 == 0 { finished() } else { live() };
        for _ in 0..=random.below(20) {
            let at = random.below(file.len() - 4) + 4;
            match random.below(4) {
                0 => file[at] = random.below(256).to_le_bytes()[0],
                1 => drop(file.drain(at..(at + random.below(9)).min(file.len()))),
                2 => file.insert(at, [0xFF, 0x00, 0x01, 0x1F][random.below(4)]),
                _ => file.truncate(at.max(200)),
            }
        }
        walk(&file);
        check(&*file, None).unwrap();
    }
}

#[test]
fn any_bytes_behind_a_header_are_survived() {
    let mut random = Random(0xBAD_F00D);
    for length in 0..300 {
        let noise = (0..length).map(|_| random.below(256).to_le_bytes()[0]);
        let file: Vec<u8> = [0x1A, 0x45, 0xDF, 0xA3].into_iter().chain(noise).collect();
        walk(&file);
        if file.len() > 9 {
            check(&*file, None).unwrap();
        }
    }
}

#[test]
fn a_cut_at_any_byte_is_found() {
    let file = finished();
    for end in 60..file.len() {
        let report = check(&file[..end], None).unwrap();
        let is_found = report.findings.iter().any(|finding| finding.rule == "M71");
        assert!(is_found, "{end}: {:#?}", report.findings);
    }
}

#[test]
fn the_walk_finds_each_element_with_its_parent_and_its_end() {
    let file = finished();
    let mut elements = Elements::new(Input::new(&*file));
    let mut open = Vec::new();
    let mut leaves = 0;
    while let Some(event) = elements.next().unwrap() {
        match event {
            Event::Open(element) => {
                assert_eq!(open.last().copied().unwrap_or(0), element.parent);
                open.push(element.id);
            }
            Event::Leaf(element, data) => {
                assert_eq!(open.last().copied(), Some(element.parent));
                assert_eq!(element.size, Some(data.len() as u64));
                leaves += 1;
            }
            Event::Close(element, _) => assert_eq!(open.pop(), Some(element.id)),
            other => panic!("{other:?}"),
        }
    }
    assert!(open.is_empty() && leaves > 250);
}
