//! Records that the broker acknowledges and does not write down.
//!
//! The client takes `DUPLICATE_SEQUENCE_NUMBER` for success: the record must be in the log, only its offset is not
//! known (librdkafka 2.12, `rd_kafka_handle_Produce_error`). A record that is in the log has an offset, though: the
//! broker knows the last five batches of a producer and answers with theirs, and no more are ever under way. It gives
//! that error, too, for a record that it has never had: when the first batch for a partition comes before the broker
//! has made the partition, and is refused, the second may overtake it, and of a producer that is new to a partition
//! any number is accepted; then the first, sent again, looks old. Seen on Kafka 4.3 with topics just created, on a
//! busy machine, in some one of a thousand first records.
//!
//! In exactly-once the transaction is aborted and everything in it comes again, in its order. In at-least-once the
//! record is sent again behind the batches that were under way with it, and these may hold later messages of its key.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use foldhash::HashMap;

use super::sync::lock;

/// Tells from the delivery reports of one producer, in their order, which records have no place in the log.
///
/// Of a batch without a place the client counts on from -1, or from its sign for an unknown offset: the second record
/// of it has 0.
#[derive(Debug, Default)]
pub struct Placed {
    /// Whether there is anything in `batches`: asked for every record.
    any: AtomicBool,
    /// By partition: what the client would say of the next record in a batch without a place.
    batches: Mutex<HashMap<(String, i32), i64>>,
}

impl Placed {
    /// Whether a record that was acknowledged with this offset is in the log; `alone`: it was a batch of its own.
    ///
    /// Behind one that is not, records that are may be taken for such as are not, while their offsets happen to be
    /// those that the client counts, as in a partition that begins at 0; one that was sent alone ends that.
    pub fn is(&self, topic: &str, partition: i32, offset: i64, alone: bool) -> bool {
        if offset >= 0 && !self.any.load(Ordering::Acquire) {
            return true;
        }
        let mut batches = lock(&self.batches);
        let partition = (topic.to_owned(), partition);
        let counted = batches.remove(&partition) == Some(offset);
        let is_placed = offset >= 0 && (alone || !counted);
        if !is_placed {
            batches.insert(partition, offset + 1);
        }
        self.any.store(!batches.is_empty(), Ordering::Release);
        is_placed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_without_a_place_ends_where_its_count_does() {
        let placed = Placed::default();
        let is = |partition, offset| placed.is("out", partition, offset, false);
        assert!(is(0, 0) && is(1, 7));
        assert_eq!([is(0, -1), is(0, 0), is(0, 1)], [false; 3]);
        assert!(is(1, 8), "another partition");
        assert!(is(0, 9) && is(0, 10) && is(0, 2));
        // The client's own sign for an offset that it does not know.
        assert_eq!([is(1, -1001), is(1, -1000)], [false; 2]);
        assert!(is(1, 9));
    }

    #[test]
    fn what_is_sent_again_alone_is_taken_at_its_word() {
        let placed = Placed::default();
        let is = |offset, alone| placed.is("out", 0, offset, alone);
        // The second had overtaken the first, and has the offset that the client would count on to.
        assert_eq!([is(-1, false), is(0, false)], [false; 2]);
        assert_eq!(
            [is(-1, true), is(1, true), is(2, true)],
            [false, true, true]
        );
        assert!(is(3, false));
    }
}
