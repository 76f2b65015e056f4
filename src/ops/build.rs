//! What this program was built from.

use std::sync::LazyLock;

use rdkafka::util::get_rdkafka_version;

/// Version, revision and the Kafka client's version, as `--version` and `/metrics` tell them.
#[derive(Debug)]
pub struct Build {
    pub version: &'static str,
    /// The revision, where the build states it in `COPYDESK_REVISION`.
    pub revision: Option<&'static str>,
    pub librdkafka: String,
}

/// The build of this process.
pub static BUILD: LazyLock<Build> = LazyLock::new(|| Build {
    version: env!("CARGO_PKG_VERSION"),
    revision: option_env!("COPYDESK_REVISION").filter(|revision| !revision.is_empty()),
    librdkafka: get_rdkafka_version().1,
});
