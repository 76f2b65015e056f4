//! Records of one message that wait for its others, compressed: in exactly-once delivery a message goes out
//! whole, and the records of a long feed weigh some ten times what it does.

use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::in_flight_budget::{InFlightBudget, Reservation};
use super::producer::Product;

/// A record before it is a [`Product`]: its id where its key or its headers have it, its value, its sidecar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    pub id: Option<Vec<u8>>,
    pub value: Vec<u8>,
    pub sidecar: Option<Vec<u8>>,
}

impl Parts {
    /// Bytes that go out.
    pub fn bytes(&self) -> usize {
        self.value.len() + self.sidecar.as_ref().map_or(0, Vec::len)
    }

    /// The record to send, whose weight counts in `budget` until it is delivered.
    pub fn product(self, budget: &Arc<InFlightBudget>) -> Product {
        let Parts { id, value, sidecar } = self;
        // With the room that the value was not in need of.
        let held = [Some(&value), sidecar.as_ref(), id.as_ref()];
        let held = held.into_iter().flatten().map(Vec::capacity).sum();
        Product::Record {
            id,
            value,
            sidecar,
            load: Reservation::new(held, budget),
        }
    }
}

/// Some records, compressed together: they have most of their words in common, and come out at a fifth.
#[derive(Debug)]
pub struct Packed {
    bytes: Vec<u8>,
    /// Of each record the lengths of id, value and sidecar.
    lengths: Vec<[Option<usize>; 3]>,
    /// What goes out for them.
    unpacked: usize,
    /// What is held meanwhile.
    _load: Reservation,
}

impl Packed {
    /// # Errors
    /// None that memory can have.
    pub fn new(records: &[Parts], budget: &Arc<InFlightBudget>) -> io::Result<Self> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        let mut lengths = Vec::with_capacity(records.len());
        for record in records {
            let parts = [
                record.id.as_ref(),
                Some(&record.value),
                record.sidecar.as_ref(),
            ];
            for part in parts.into_iter().flatten() {
                encoder.write_all(part)?;
            }
            lengths.push(parts.map(|part| part.map(Vec::len)));
        }
        let mut bytes = encoder.finish()?;
        bytes.shrink_to_fit();
        Ok(Packed {
            _load: Reservation::new(bytes.len(), budget),
            unpacked: records.iter().map(Parts::bytes).sum(),
            bytes,
            lengths,
        })
    }

    /// Bytes held in memory.
    pub fn held(&self) -> usize {
        self.bytes.len()
    }

    pub fn records(&self) -> usize {
        self.lengths.len()
    }

    /// Bytes that go out for its records.
    pub fn unpacked(&self) -> usize {
        self.unpacked
    }

    /// The records again, in their order.
    ///
    /// # Errors
    /// When the bytes are not those that were packed.
    pub fn unpack(self) -> io::Result<Vec<Parts>> {
        let mut decoder = DeflateDecoder::new(&self.bytes[..]);
        let mut next = |length: Option<usize>| {
            let read = |length| {
                let mut part = vec![0; length];
                decoder.read_exact(&mut part).map(|()| part)
            };
            length.map(read).transpose()
        };
        let record = |[id, value, sidecar]: &[Option<usize>; 3]| {
            Ok(Parts {
                id: next(*id)?,
                value: next(*value)?.unwrap_or_default(),
                sidecar: next(*sidecar)?,
            })
        };
        self.lengths.iter().map(record).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_packed_comes_out_again(
            records in prop::collection::vec((any::<Option<Vec<u8>>>(), any::<Vec<u8>>(), any::<Option<Vec<u8>>>()), 0..8),
        ) {
            let budget = Arc::new(InFlightBudget::new(1, 1));
            let records: Vec<Parts> = records
                .into_iter()
                .map(|(id, value, sidecar)| Parts { id, value, sidecar })
                .collect();
            let packed = Packed::new(&records, &budget).unwrap();
            prop_assert_eq!(packed.records(), records.len());
            prop_assert_eq!(packed.unpacked(), records.iter().map(Parts::bytes).sum::<usize>());
            prop_assert_eq!(budget.bytes(), packed.held());
            prop_assert_eq!(packed.unpack().unwrap(), records);
            prop_assert_eq!(budget.bytes(), 0);
        }
    }

    #[test]
    fn records_of_one_feed_take_little_room() {
        let record = |n: usize| {
            Parts {
            id: None,
            value: format!(r#"{{"schema":"enriched-article/1","id":"{n}","status":"usable","headline":"Ferry {n}"}}"#)
                .into_bytes(),
            sidecar: None,
        }
        };
        let records: Vec<Parts> = (0..100).map(record).collect();
        let packed = Packed::new(&records, &Arc::new(InFlightBudget::new(1, 1))).unwrap();
        assert!(packed.held() * 5 < packed.unpacked(), "{packed:?}");
    }
}
