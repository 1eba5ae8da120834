//! Checks files against the rules of WebM and Matroska: a strict reader, what it gathers, and a function for each rule.
mod block;
mod checker;
mod elements;
mod facts;
mod faults;
mod frame;
mod ids;
mod input;
mod report;
mod rules;
mod schema;
mod seen;
#[cfg(test)]
mod tests;
mod track;
mod value;

pub use checker::check;
pub use report::{Finding, Form, Level, Omitted, Report};
