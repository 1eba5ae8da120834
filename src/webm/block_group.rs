//! The `BlockGroup` of packets that have more than a `SimpleBlock` can have.
use crate::media::Packet;
use webm_iterable::matroska_spec::{Master, MatroskaSpec};

/// The `BlockGroup` of a Block that has more than a `SimpleBlock` can have.
pub(super) fn block_group(block: Vec<u8>, packet: &Packet, padding: i64) -> MatroskaSpec {
    let mut children = vec![MatroskaSpec::Block(block)];
    if let Some(side_data) = packet.side_data.as_deref() {
        children.extend(side_data.elements.iter().cloned());
        let ticks = packet.duration.as_millis().try_into().unwrap_or(u64::MAX);
        children.extend(
            side_data
                .has_duration
                .then_some(MatroskaSpec::BlockDuration(ticks)),
        );
    }
    if !packet.key {
        children.extend(references(packet).map(MatroskaSpec::ReferenceBlock));
    }
    if padding != 0 {
        children.push(MatroskaSpec::DiscardPadding(padding));
    }
    MatroskaSpec::BlockGroup(Master::Full(children))
}

/// The references of a frame in ticks; one at least, as a frame without any is a key frame.
fn references(packet: &Packet) -> impl Iterator<Item = i64> {
    const TICK: i64 = 1_000_000;
    let known = packet
        .side_data
        .iter()
        .flat_map(|side_data| &side_data.references);
    let mut ticks = known
        .map(|nanos| nanos.saturating_add(nanos.signum() * (TICK / 2)) / TICK)
        .peekable();
    let unknown = ticks.peek().is_none().then_some(-1);
    ticks.chain(unknown)
}
