//! Bytes → text: compression, envelope, format, character set, control characters.

pub mod charset;
pub(super) mod controls;
pub mod document;
pub mod envelope;
pub mod gzip;
mod iso646;
pub(super) mod references;
pub(super) mod scalar;
pub(super) mod sniff;
