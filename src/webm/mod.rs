//! WebM.
