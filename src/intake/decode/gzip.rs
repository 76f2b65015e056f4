//! Compressed documents, opened within the bound on a document's size.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::intake::{ErrorCode, ReadError};

/// Whether `bytes` are a gzip stream: its two identifying bytes and the one compression method that
/// there is (RFC 1952, 2.3.1).
pub fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B, 0x08])
}

/// Decompresses a gzip stream of one or more members, up to `limit` bytes.
///
/// A stream that breaks off gives what was read before the break and says so: a truncated article
/// is still an article.
///
/// # Errors
/// When it is larger than `limit` decompressed, or nothing of it can be read.
pub fn open(bytes: &[u8], limit: usize) -> Result<(Vec<u8>, bool), ReadError> {
    let mut out = Vec::with_capacity(bytes.len().saturating_mul(4).min(limit));
    let read = MultiGzDecoder::new(bytes)
        .take(limit as u64 + 1)
        .read_to_end(&mut out);
    if out.len() > limit {
        return Err(ReadError::new(
            ErrorCode::TooLarge,
            format!("more than {limit} bytes when decompressed"),
        ));
    }
    match read {
        Ok(_) => Ok((out, false)),
        Err(_) if !out.is_empty() => Ok((out, true)),
        Err(e) => Err(ReadError::new(
            ErrorCode::BadEncoding,
            format!("gzip that does not decompress: {e}"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn members_are_joined_bombs_refused_and_stumps_read() {
        let two = [packed(b"one "), packed(b"two")].concat();
        assert_eq!(open(&two, 100).unwrap(), (b"one two".to_vec(), false));
        let bomb = packed(&vec![b'a'; 1 << 20]);
        assert_eq!(open(&bomb, 1000).unwrap_err().code, ErrorCode::TooLarge);
        let text: Vec<u8> = (0..20_000u32)
            .flat_map(|i| i.to_string().into_bytes())
            .collect();
        let whole = packed(&text);
        let (stump, cut) = open(&whole[..whole.len() / 2], 1 << 20).unwrap();
        assert!(cut && text.starts_with(&stump));
    }
}
