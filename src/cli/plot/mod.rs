//! The bit rate of each track over time as a picture: from the data (`curve`) by scales to marks (`chart`, `sparkline`).
mod chart;
mod curve;
#[cfg(feature = "png-plots")]
mod png;
mod scale;
mod sparkline;
mod svg;
mod target;

pub use chart::svg;
pub use sparkline::sparklines;
pub use target::PlotTarget;
