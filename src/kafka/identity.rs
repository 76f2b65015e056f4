//! The name a transactional worker goes by, kept from being used twice by accident.

use std::fs::{File, TryLockError};
use std::path::Path;

use anyhow::{Context, bail};

use crate::config::{Delivery, Settings};

/// Holds a transactional id that was made from the machine's name, for as long as it lives.
///
/// Two workers of one machine would make the same one and throw each other out for ever. The lock sees
/// workers of this machine only; others have other names.
///
/// # Errors
/// When another living worker of this machine holds it.
pub(super) fn claim(settings: &Settings) -> anyhow::Result<Option<File>> {
    let kafka = &settings.kafka;
    let made_up = kafka.instance_is_default && kafka.transactional_id_is_default;
    if kafka.delivery != Delivery::ExactlyOnce || !made_up {
        return Ok(None);
    }
    let what = format!("{}\n{}", kafka.brokers, kafka.transactional_id);
    let digest = blake3::hash(what.as_bytes()).to_hex();
    let name = format!("copydesk-{}.lock", &digest[..16]);
    hold(&std::env::temp_dir().join(name), &kafka.transactional_id).map(Some)
}

fn hold(path: &Path, id: &str) -> anyhow::Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "configuration: kafka.instance: another worker on this machine goes by the transactional id \
             {id}, which is made from the machine's name: give each worker an instance name of its own"
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_held_once_and_free_again_afterwards() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let first = hold(&path, "a").unwrap();
        let refused = hold(&path, "a").unwrap_err().to_string();
        assert!(refused.contains("kafka.instance"), "{refused}");
        drop(first);
        assert!(hold(&path, "a").is_ok());
    }
}
