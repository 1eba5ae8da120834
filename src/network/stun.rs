//! Asks a STUN server which address this machine has beyond a NAT (RFC 8489, a Binding request without authentication).
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use uuid::Uuid;

const BINDING_REQUEST: u16 = 0x0001;
const BINDING_SUCCESS: u16 = 0x0101;
const MAGIC_COOKIE: u32 = 0x2112_a442;
const MAPPED_ADDRESS: u16 = 0x0001;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const ERROR_CODE: u16 = 0x0009;

/// The bits of a type that say what kind of message it is, and those of an answer that refuses.
const CLASS: u16 = 0x0110;

/// How long each of the tries waits for an answer; the request or the answer may be lost.
const TRIES: [Duration; 3] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
];

/// The address that this server sees the socket at.
///
/// # Errors
/// That of the system; `TimedOut` if no answer comes.
pub(super) fn public_address(socket: &UdpSocket, server: SocketAddr) -> io::Result<SocketAddr> {
    let id: [u8; 12] = Uuid::new_v4().as_bytes()[..12]
        .try_into()
        .map_err(io::Error::other)?;
    let request = request(&id);
    for wait in TRIES {
        socket.send_to(&request, server)?;
        let end = Instant::now() + wait;
        while let Some(left) = end
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())
        {
            socket.set_read_timeout(Some(left))?;
            let mut buffer = [0; 1024];
            let Ok((length, from)) = socket.recv_from(&mut buffer) else {
                continue;
            };
            if from == server
                && let Some(address) = mapped_address(&buffer[..length], &id)
            {
                return Ok(address);
            }
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

fn request(id: &[u8; 12]) -> Vec<u8> {
    let mut bytes = BINDING_REQUEST.to_be_bytes().to_vec();
    bytes.extend(0u16.to_be_bytes());
    bytes.extend(MAGIC_COOKIE.to_be_bytes());
    bytes.extend(id);
    bytes
}

/// The address in an answer to the request of this id; `None` if it is none.
pub(super) fn mapped_address(message: &[u8], id: &[u8; 12]) -> Option<SocketAddr> {
    let (header, attributes) = message.split_at_checked(20)?;
    if u16_of(header)? != BINDING_SUCCESS || header[8..] != id[..] {
        return None;
    }
    let xored = attribute(attributes, XOR_MAPPED_ADDRESS).map(|value| address(value, id, true));
    let plain = || attribute(attributes, MAPPED_ADDRESS).map(|value| address(value, id, false));
    xored.or_else(plain).flatten()
}

/// Why a request is refused, such as 401; `None` if this is no such answer.
pub(super) fn error_code(message: &[u8]) -> Option<u16> {
    let (header, attributes) = message.split_at_checked(20)?;
    let kind = u16_of(header)?;
    // The first two bits of others, such as data of a channel, are not zero.
    if kind & CLASS != CLASS || kind >> 14 != 0 {
        return None;
    }
    let value = attribute(attributes, ERROR_CODE)?;
    let (hundreds, rest) = (*value.get(2)? & 7, *value.get(3)?);
    Some(u16::from(hundreds) * 100 + u16::from(rest))
}

/// The value of the first attribute of this kind.
fn attribute(mut attributes: &[u8], wanted: u16) -> Option<&[u8]> {
    while let Some((head, rest)) = attributes.split_at_checked(4) {
        let (kind, length) = (u16_of(head)?, usize::from(u16_of(&head[2..])?));
        let value = rest.get(..length)?;
        if kind == wanted {
            return Some(value);
        }
        // Attributes are padded to four bytes.
        attributes = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    None
}

fn address(value: &[u8], id: &[u8; 12], is_xored: bool) -> Option<SocketAddr> {
    let mut mask = MAGIC_COOKIE.to_be_bytes().to_vec();
    mask.extend(id);
    if !is_xored {
        mask.fill(0);
    }
    let port = u16_of(value.get(2..)?)? ^ u16_of(&mask)?;
    let ip: IpAddr = match value.get(1)? {
        1 => {
            let bytes: [u8; 4] = value.get(4..8)?.try_into().ok()?;
            std::array::from_fn::<u8, 4, _>(|n| bytes[n] ^ mask[n]).into()
        }
        2 => {
            let bytes: [u8; 16] = value.get(4..20)?.try_into().ok()?;
            Ipv6Addr::from(std::array::from_fn::<u8, 16, _>(|n| bytes[n] ^ mask[n])).into()
        }
        _ => return None,
    };
    Some((ip, port).into())
}

fn u16_of(bytes: &[u8]) -> Option<u16> {
    let bytes: [u8; 2] = bytes.get(..2)?.try_into().ok()?;
    Some(u16::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    const ID: [u8; 12] = *b"\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae";

    /// A Binding response with one attribute.
    fn response(kind: u16, value: &[u8]) -> Vec<u8> {
        let mut bytes = BINDING_SUCCESS.to_be_bytes().to_vec();
        bytes.extend((value.len() as u16 + 4).to_be_bytes());
        bytes.extend(MAGIC_COOKIE.to_be_bytes());
        bytes.extend(ID);
        bytes.extend(kind.to_be_bytes());
        bytes.extend((value.len() as u16).to_be_bytes());
        bytes.extend(value);
        bytes
    }

    #[test]
    fn addresses_are_those_of_the_sample_responses_of_rfc_5769() {
        let v4 = response(XOR_MAPPED_ADDRESS, b"\x00\x01\xa1\x47\xe1\x12\xa6\x43");
        assert_eq!(mapped_address(&v4, &ID), Some("192.0.2.1:32853".parse().unwrap()));
        let v6 = b"\x00\x02\xa1\x47\x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9";
        assert_eq!(
            mapped_address(&response(XOR_MAPPED_ADDRESS, v6), &ID),
            Some("[2001:db8:1234:5678:11:2233:4455:6677]:32853".parse().unwrap())
        );
        let plain = response(MAPPED_ADDRESS, b"\x00\x01\x80\x55\xc0\x00\x02\x01");
        assert_eq!(
            mapped_address(&plain, &ID),
            Some("192.0.2.1:32853".parse().unwrap())
        );
    }

    #[test]
    fn what_is_no_answer_to_the_request_is_none_at_any_length() {
        let whole = response(XOR_MAPPED_ADDRESS, b"\x00\x01\xa1\x47\xe1\x12\xa6\x43");
        assert_eq!(mapped_address(&whole, &[0; 12]), None);
        for length in 0..whole.len() {
            assert_eq!(mapped_address(&whole[..length], &ID), None, "{length}");
        }
    }

    #[test]
    fn the_code_of_a_refusal_is_read_at_any_length() {
        let mut refusal = response(ERROR_CODE, b"\x00\x00\x04\x01Unauthorized");
        refusal[..2].copy_from_slice(&0x0113u16.to_be_bytes());
        assert_eq!(error_code(&refusal), Some(401));
        for length in 0..refusal.len() {
            assert_eq!(error_code(&refusal[..length]), None, "{length}");
        }
        assert_eq!(
            error_code(&response(ERROR_CODE, b"\0\0\x04\x01")),
            None,
            "a success"
        );
    }

    #[test]
    fn a_server_is_asked_again_when_the_first_answer_is_lost() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let at = server.local_addr().unwrap();
        let answering = thread::spawn(move || {
            let mut buffer = [0; 100];
            server.recv_from(&mut buffer).unwrap();
            let (_, from) = server.recv_from(&mut buffer).unwrap();
            let mut answer = response(MAPPED_ADDRESS, b"\x00\x01\x80\x55\xc0\x00\x02\x01");
            answer[8..20].copy_from_slice(&buffer[8..20]);
            server.send_to(&answer, from).unwrap();
        });
        assert_eq!(
            public_address(&socket, at).unwrap(),
            "192.0.2.1:32853".parse().unwrap()
        );
        answering.join().unwrap();
    }
}
