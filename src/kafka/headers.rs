//! A message's headers, read past the client's binding: it panics on a key that is not UTF-8. Kafka calls
//! a key a string, but neither the broker nor the C client looks, so one producer could stop every worker.

use std::borrow::Cow;
use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use rdkafka::bindings as c;
use rdkafka::message::{BorrowedHeaders, OwnedHeaders};

/// Headers in the order they came, copied out of the client into one piece of memory.
#[derive(Debug, Clone, Default)]
pub struct Headers {
    count: usize,
    /// For each header the length of its key and of its value, as native `usize`, then both.
    packed: Vec<u8>,
}

/// Length of a value that is null, which is not the same as empty.
const NULL: usize = usize::MAX;

const WORD: usize = size_of::<usize>();

// What the casts below rely on: rdkafka 0.39 makes a `&BorrowedHeaders` of the address of the client's own list
// (its src/message.rs, `BorrowedHeaders::from_native_ptr`), which holds as long as the type has no content.
const _: () = assert!(size_of::<BorrowedHeaders>() == 0);

impl Headers {
    /// What the client holds. Of a key with a NUL in it, the client tells what stands before that.
    pub fn of(headers: &BorrowedHeaders) -> Self {
        let native = ptr::from_ref(headers).cast::<c::rd_kafka_headers_t>();
        let mut all = Headers {
            count: 0,
            packed: Vec::with_capacity(256),
        };
        loop {
            let (mut key, mut value, mut len) = (ptr::null(), ptr::null(), 0);
            // SAFETY: `native` is the client's list, see above, and lives as long as the reference to it. What the
            // call gives points into the list (rdkafka.h, rd_kafka_header_get_all) and is copied before anything
            // else is asked of it; a key ends with a NUL.
            unsafe {
                let end = c::rd_kafka_header_get_all(
                    native,
                    all.count,
                    &raw mut key,
                    &raw mut value,
                    &raw mut len,
                );
                if end != c::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
                    return all;
                }
                let key = CStr::from_ptr(key).to_bytes();
                let value =
                    (!value.is_null()).then(|| std::slice::from_raw_parts(value.cast::<u8>(), len));
                all.push(key, value);
            }
        }
    }

    fn push(&mut self, key: &[u8], value: Option<&[u8]>) {
        let len = value.map_or(NULL, <[u8]>::len);
        self.packed.extend(key.len().to_ne_bytes());
        self.packed.extend(len.to_ne_bytes());
        self.packed.extend(key);
        self.packed.extend(value.unwrap_or_default());
        self.count += 1;
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of all keys and values.
    pub fn bytes(&self) -> usize {
        self.packed.len() - self.count * 2 * WORD
    }

    /// Keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let mut left = &self.packed[..];
        std::iter::from_fn(move || {
            let (key, rest) = left.split_first_chunk::<WORD>()?;
            let (value, rest) = rest.split_first_chunk::<WORD>()?;
            let (key, rest) = rest.split_at_checked(usize::from_ne_bytes(*key))?;
            let (value, rest) = match usize::from_ne_bytes(*value) {
                NULL => (None, rest),
                len => rest
                    .split_at_checked(len)
                    .map(|(v, rest)| (Some(v), rest))?,
            };
            left = rest;
            Some((key, value))
        })
    }

    /// The last value of a key, in whatever case the key is written; `None` also when it is null.
    pub fn get(&self, key: &str) -> Option<&[u8]> {
        let named = |(k, _): &(&[u8], _)| k.eq_ignore_ascii_case(key.as_bytes());
        self.iter().filter(named).last()?.1
    }

    /// The same, as text; `None` also when it is none.
    pub fn text(&self, key: &str) -> Option<&str> {
        std::str::from_utf8(self.get(key)?).ok()
    }

    /// The headers of which `keep` wants the key, as the client takes them, with room for so many `more`.
    pub fn to_client(&self, more: usize, keep: impl Fn(&[u8]) -> bool) -> OwnedHeaders {
        let kept = self.iter().filter(|(key, _)| keep(key));
        self.put_to_client(more, kept.map(|(key, value)| (Cow::Borrowed(key), value)))
    }

    /// All headers under the keys that `rename` gives them, likewise.
    pub fn renamed_to_client(
        &self,
        more: usize,
        rename: &dyn Fn(&[u8]) -> Cow<'_, [u8]>,
    ) -> OwnedHeaders {
        self.put_to_client(more, self.iter().map(|(key, value)| (rename(key), value)))
    }

    fn put_to_client<'h>(
        &self,
        more: usize,
        all: impl Iterator<Item = (Cow<'h, [u8]>, Option<&'h [u8]>)>,
    ) -> OwnedHeaders {
        let headers = OwnedHeaders::new_with_capacity(self.count + more);
        let native = ptr::from_ref(headers.as_borrowed()).cast::<c::rd_kafka_headers_t>();
        for (key, value) in all {
            let (value, len) = value.map_or((ptr::null(), 0), |v| (v.as_ptr(), v.len()));
            // SAFETY: `native` is the list that `headers` owns, see above, and this function's alone until it is
            // returned. Key and value are copied into it (rdkafka.h, rd_kafka_header_add), by the lengths given,
            // and lengths of slices fit the signed type.
            unsafe {
                c::rd_kafka_header_add(
                    native.cast_mut(),
                    key.as_ptr().cast::<c_char>(),
                    key.len().cast_signed(),
                    value.cast::<c_void>(),
                    len.cast_signed(),
                );
            }
        }
        headers
    }
}

impl<'a> FromIterator<(&'a [u8], Option<&'a [u8]>)> for Headers {
    fn from_iter<I: IntoIterator<Item = (&'a [u8], Option<&'a [u8]>)>>(all: I) -> Self {
        let mut headers = Headers::default();
        all.into_iter().for_each(|(k, v)| headers.push(k, v));
        headers
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_the_client_has_is_kept_in_order(
            all in prop::collection::vec(
                (prop::collection::vec(1u8.., 0..12), prop::option::of(prop::collection::vec(any::<u8>(), 0..40))),
                0..12,
            ),
        ) {
            let pairs = || all.iter().map(|(k, v)| (&k[..], v.as_deref()));
            let headers: Headers = pairs().collect();
            prop_assert!(headers.iter().eq(pairs()));
            let sent = headers.to_client(1, |_| true);
            let came = Headers::of(sent.as_borrowed());
            prop_assert!(came.iter().eq(pairs()));
            let bytes: usize = pairs().map(|(k, v)| k.len() + v.map_or(0, <[u8]>::len)).sum();
            prop_assert_eq!((came.bytes(), came.is_empty()), (bytes, all.is_empty()));
        }
    }

    #[test]
    fn the_last_of_a_name_counts_and_null_is_not_empty() {
        let headers: Headers = [
            (&b"id"[..], Some(&b"1"[..])),
            (b"\xff", Some(b"x")),
            (b"ID", Some(b"\xe9")),
            (b"Url", Some(b"")),
            (b"source", None),
        ]
        .into_iter()
        .collect();
        assert_eq!(headers.get("id"), Some(&b"\xe9"[..]));
        assert_eq!(headers.text("id"), None);
        assert_eq!(headers.text("url"), Some(""));
        assert_eq!(headers.get("source"), None);
        let kept = headers.to_client(0, |key| key.is_ascii());
        assert_eq!(Headers::of(kept.as_borrowed()).iter().count(), 4);
    }
}
