//! What happens to files: bytes that are lost, added or changed, and elements that are wrong.
use crate::ebml::{BLOCK_GROUP, CLUSTER, Element, SEGMENT, all_of, first_of, vint};
use crate::random::Random;
use std::ops::Range;

/// Puts other bytes in the place of a range.
pub fn replaced(bytes: &[u8], range: Range<usize>, with: &[u8]) -> Vec<u8> {
    [&bytes[..range.start], with, &bytes[range.end..]].concat()
}

pub fn inserted(bytes: &[u8], at: usize, what: &[u8]) -> Vec<u8> {
    replaced(bytes, at..at, what)
}

pub fn removed(bytes: &[u8], range: Range<usize>) -> Vec<u8> {
    replaced(bytes, range, &[])
}

/// Overwrites bytes from an offset on.
pub fn overwritten(bytes: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    replaced(bytes, at..at + with.len(), with)
}

pub fn zeroed(bytes: &[u8], range: Range<usize>) -> Vec<u8> {
    overwritten(bytes, range.start, &vec![0; range.len()])
}

/// Bytes without any meaning, the same in every run.
pub fn junk(length: usize) -> Vec<u8> {
    let mut random = Random::new(7);
    std::iter::repeat_with(|| random.next().to_be_bytes()[0])
        .take(length)
        .collect()
}

/// Overwrites the data of the first element with this ID by a number, as wide as it was.
pub fn number(bytes: &[u8], id: u32, value: u64) -> Vec<u8> {
    number_of(bytes, first_of(bytes, id), value)
}

/// The same for this element.
pub fn number_of(bytes: &[u8], element: Element, value: u64) -> Vec<u8> {
    let wide = value.to_be_bytes();
    overwritten(bytes, element.content, &wide[8 - element.body().len()..])
}

/// Overwrites a float.
pub fn float(bytes: &[u8], id: u32, value: f64) -> Vec<u8> {
    let element = first_of(bytes, id);
    let single = (value as f32).to_be_bytes();
    let double = value.to_be_bytes();
    let data = if element.body().len() == 4 {
        &single[..]
    } else {
        &double
    };
    overwritten(bytes, element.content, data)
}

/// Overwrites the size of an element, in a field that is as wide as it was.
pub fn sized(bytes: &[u8], element: Element, size: u64) -> Vec<u8> {
    let field = size_field(bytes, element);
    let wide = (size | 1 << (7 * field.len())).to_be_bytes();
    overwritten(bytes, field.start, &wide[8 - field.len()..])
}

/// Makes the size of an element unknown.
pub fn unsize(bytes: &[u8], element: Element) -> Vec<u8> {
    let field = size_field(bytes, element);
    sized(bytes, element, (1 << (7 * field.len())) - 1)
}

/// The sizes of the Segment and of all Clusters unknown.
pub fn live(bytes: &[u8]) -> Vec<u8> {
    let all = [all_of(bytes, SEGMENT), all_of(bytes, CLUSTER)].concat();
    all.into_iter()
        .fold(bytes.to_vec(), |bytes, element| unsize(&bytes, element))
}

fn size_field(bytes: &[u8], element: Element) -> Range<usize> {
    let id = bytes[element.start].leading_zeros() as usize + 1;
    element.start + id..element.content
}

/// Makes an element a Void of the same size.
pub fn voided(bytes: &[u8], element: Element) -> Vec<u8> {
    let length = element.content - element.start - 1;
    let size = (element.body().len() as u64 | 1 << (7 * length)).to_be_bytes();
    let header = [&[0xEC], &size[8 - length..]].concat();
    overwritten(bytes, element.start, &header)
}

/// Changes the ID of an element to one of the same length.
pub fn renamed(bytes: &[u8], element: Element, id: &[u8]) -> Vec<u8> {
    overwritten(bytes, element.start, id)
}

/// The bytes of an element.
pub fn part(bytes: &[u8], element: Element) -> &[u8] {
    &bytes[element.range()]
}

/// The blocks of a Cluster, alone or in groups, in order.
pub fn blocks_of(bytes: &[u8], cluster: Element) -> Vec<Element> {
    let within = |element: &Element| cluster.body().contains(&element.start);
    let mut all: Vec<Element> = [0xA3, 0xA0]
        .iter()
        .flat_map(|&id| all_of(bytes, id))
        .filter(within)
        .collect();
    all.sort_by_key(|element| element.start);
    all
}

/// Every occurrence of some bytes becomes others, as by a transfer that takes the file for text.
pub fn substituted(bytes: &[u8], what: &[u8], with: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        if rest.starts_with(what) {
            result.extend_from_slice(with);
            rest = &rest[what.len()..];
        } else {
            result.push(first);
            rest = &rest[1..];
        }
    }
    result
}

/// All blocks in one Cluster, in which times of 16 bits are too short.
pub fn in_one_cluster(bytes: &[u8]) -> Vec<u8> {
    let clusters = all_of(bytes, CLUSTER);
    let mut result = bytes[..clusters[0].start].to_vec();
    result.extend([
        0x1F, 0x43, 0xB6, 0x75, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xE7, 0x81, 0,
    ]);
    let times = all_of(bytes, 0xE7);
    for (cluster, time) in clusters.into_iter().zip(times) {
        let time = bytes[time.body()]
            .iter()
            .fold(0_i64, |time, &byte| time << 8 | i64::from(byte));
        for block in blocks_of(bytes, cluster) {
            let mut data = part(bytes, block).to_vec();
            // A group begins with its Block.
            let inner = block.content - block.start;
            let begin = if block.id == BLOCK_GROUP {
                inner + 1 + vint(&data[inner + 1..]).1
            } else {
                inner
            };
            let at = begin + vint(&data[begin..]).1;
            let offset = i16::from_be_bytes([data[at], data[at + 1]]);
            data[at..at + 2].copy_from_slice(&((time + i64::from(offset)) as i16).to_be_bytes());
            result.extend(data);
        }
    }
    result
}
