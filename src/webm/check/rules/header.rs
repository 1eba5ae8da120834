//! Rules about the EBML header.
use crate::webm::check::facts::Facts;
use crate::webm::check::faults::quoted;
use crate::webm::check::rules::{Fault, Judge, Rule, error, warning};
use crate::webm::check::schema;

pub(super) static RULES: &[Rule] = &[
    error("M1", Judge::File(m1_header)),
    warning("M2", Judge::File(m2_version)),
    error("M2", Judge::File(m2_read_version)),
];

/// The header says which EBML and which kind of document it is.
fn m1_header(facts: &Facts) -> Vec<Fault> {
    let header = &facts.header;
    let [version, read_version, id_length, size_length] = header.ebml;
    let checks = [
        (version == 1, "EBMLVersion", version, "1"),
        (read_version == 1, "EBMLReadVersion", read_version, "1"),
        (id_length == 4, "EBMLMaxIDLength", id_length, "4"),
        (
            (1..=8).contains(&size_length),
            "EBMLMaxSizeLength",
            size_length,
            "1 to 8",
        ),
    ];
    let wrong = checks.into_iter().filter(|(is_right, ..)| !is_right);
    let mut faults: Vec<_> = wrong
        .map(|(_, name, value, expected)| Fault::new(header.offset, format!("{name} {value}"), expected))
        .collect();
    let doc_type = header.doc_type.as_deref();
    if !matches!(doc_type, Some("webm" | "matroska")) {
        let found = doc_type.map_or("no DocType".to_owned(), |name| {
            format!("DocType {}", quoted(name))
        });
        faults.push(Fault::new(header.offset, found, "\"webm\" or \"matroska\""));
    }
    faults
}

/// The version is not older than the elements that are used.
fn m2_version(facts: &Facts) -> Vec<Fault> {
    let (version, id, offset) = facts.newest;
    let found = facts.header.version;
    if u64::from(version) <= found {
        return Vec::new();
    }
    let found = format!("DocTypeVersion {found} and {}", schema::name(id));
    vec![Fault::new(
        offset,
        found,
        format!("version {version} or later for this element"),
    )]
}

/// Who can read version n can read the file, and n is not later than its version.
fn m2_read_version(facts: &Facts) -> Vec<Fault> {
    let header = &facts.header;
    if (1..=header.version).contains(&header.read_version) {
        return Vec::new();
    }
    let found = format!("DocTypeReadVersion {}", header.read_version);
    vec![Fault::new(
        header.offset,
        found,
        format!("1 to {}, the DocTypeVersion", header.version),
    )]
}
