//! Output in input order. Pure: knows queues and numbers, not Kafka.
//!
//! A message enters its queue when it is read. What is made of it goes out at once while it is at the
//! head of its queue, and is held otherwise until all before it have finished. Queues do not wait for
//! each other.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;

use foldhash::{HashMap, HashMapExt};

/// What may go out now, in the order it is to go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release<M, T> {
    /// Something made of a message.
    Item(M, T),
    /// The message is at the head of its queue now and not finished.
    Head(M),
    /// Everything of the message has gone out.
    Finished(M),
}

#[derive(Debug)]
struct Queued<M, T> {
    number: u64,
    message: M,
    held: Vec<T>,
    finished: bool,
}

/// The messages of a queue. Most queues never have more than one, which takes no allocation.
#[derive(Debug)]
struct KeyQueue<M, T> {
    head: Queued<M, T>,
    rest: VecDeque<Queued<M, T>>,
}

/// The queues with a message in them: messages are known as `M`, what is made of them is `T`.
#[derive(Debug)]
pub(super) struct KeyQueues<M, T> {
    queues: HashMap<u64, KeyQueue<M, T>>,
}

impl<M, T> Default for KeyQueues<M, T> {
    fn default() -> Self {
        KeyQueues {
            queues: HashMap::new(),
        }
    }
}

impl<M: Clone, T> KeyQueues<M, T> {
    /// Puts message `number` at the end of its queue; numbers ascend. Whether it is at the head.
    pub(super) fn enter(&mut self, queue: u64, number: u64, message: M) -> bool {
        let place = Queued {
            number,
            message,
            held: Vec::new(),
            finished: false,
        };
        match self.queues.entry(queue) {
            Entry::Occupied(queue) => {
                queue.into_mut().rest.push_back(place);
                false
            }
            Entry::Vacant(vacant) => {
                vacant.insert(KeyQueue {
                    head: place,
                    rest: VecDeque::new(),
                });
                true
            }
        }
    }

    /// Takes something made of message `number`: returned when it may go out now, held otherwise.
    pub(super) fn put(&mut self, queue: u64, number: u64, item: T) -> Option<T> {
        let Some((place, first)) = self.place(queue, number) else {
            return Some(item);
        };
        if first {
            return Some(item);
        }
        place.held.push(item);
        None
    }

    /// Marks message `number` as finished; `out` gets what may go out because of that.
    pub(super) fn finish(&mut self, queue: u64, number: u64, out: &mut Vec<Release<M, T>>) {
        let Entry::Occupied(mut occupied) = self.queues.entry(queue) else {
            return;
        };
        let queue = occupied.get_mut();
        let Some((place, first)) = queue.place(number) else {
            return;
        };
        place.finished = true;
        if !first {
            return;
        }
        loop {
            let head = &mut queue.head;
            let message = head.message.clone();
            let held = head.held.drain(..);
            out.extend(held.map(|item| Release::Item(message.clone(), item)));
            if !head.finished {
                out.push(Release::Head(message));
                return;
            }
            out.push(Release::Finished(message));
            match queue.rest.pop_front() {
                Some(next) => queue.head = next,
                None => break,
            }
        }
        occupied.remove();
    }

    /// Whether a message that `which` picks waits in its queue, and whether it has finished there. `None`
    /// when there is no such message: everything of it has gone out.
    pub(super) fn find(&self, which: impl Fn(&M) -> bool) -> Option<(&M, bool)> {
        let places = self
            .queues
            .values()
            .flat_map(|queue| std::iter::once(&queue.head).chain(&queue.rest));
        let mut found = places.filter(|place| which(&place.message));
        found.next().map(|place| (&place.message, place.finished))
    }

    /// Forgets the queues of which `keep` does not want the first message: those of a partition that has
    /// gone. What is held in them does not go out.
    pub(super) fn retain(&mut self, keep: impl Fn(&M) -> bool) {
        self.queues.retain(|_, queue| keep(&queue.head.message));
    }

    /// The place of a message in its queue, and whether it is the first.
    fn place(&mut self, queue: u64, number: u64) -> Option<(&mut Queued<M, T>, bool)> {
        self.queues.get_mut(&queue)?.place(number)
    }
}

impl<M, T> KeyQueue<M, T> {
    fn place(&mut self, number: u64) -> Option<(&mut Queued<M, T>, bool)> {
        if self.head.number == number {
            return Some((&mut self.head, true));
        }
        let index = self.rest.binary_search_by_key(&number, |p| p.number).ok()?;
        self.rest.get_mut(index).map(|place| (place, false))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the order in which messages are worked on, each queue's output is in input order,
        /// complete, and nothing waits for another queue.
        #[test]
        fn each_queue_comes_out_in_input_order(
            queues in prop::collection::vec((0u64..4, 0usize..4), 1..60),
            picks in prop::collection::vec(any::<prop::sample::Index>(), 400),
        ) {
            let mut all = KeyQueues::default();
            for (number, (queue, _)) in queues.iter().enumerate() {
                all.enter(*queue, number as u64, number as u64);
            }
            // What is still to be done: for each message the items left to put, then its end.
            let mut left: Vec<(u64, u64, usize, usize)> = queues
                .iter()
                .enumerate()
                .map(|(n, (queue, items))| (*queue, n as u64, *items, 0))
                .collect();
            let mut out: Vec<Vec<(u64, usize)>> = vec![Vec::new(); 4];
            let mut finished: Vec<Vec<u64>> = vec![Vec::new(); 4];
            let mut picks = picks.into_iter().cycle();
            while !left.is_empty() {
                let i = picks.next().unwrap().index(left.len());
                let (queue, number, items, done) = left[i];
                let mut released = Vec::new();
                if done < items {
                    left[i].3 += 1;
                    if let Some(item) = all.put(queue, number, (number, done)) {
                        out[queue as usize].push(item);
                    }
                } else {
                    left.swap_remove(i);
                    all.finish(queue, number, &mut released);
                }
                for release in released {
                    match release {
                        Release::Item(n, item) => { prop_assert_eq!(n, item.0); out[queue as usize].push(item) }
                        Release::Finished(n) => finished[queue as usize].push(n),
                        Release::Head(_) => {}
                    }
                }
                // A queue whose first messages have all finished holds nothing of them back.
                for queue in 0..4u64 {
                    let open = left.iter().filter(|l| l.0 == queue).map(|l| l.1).min().unwrap_or(u64::MAX);
                    let expected = queues.iter().enumerate().filter(|(n, (l, _))| *l == queue && (*n as u64) < open).count();
                    prop_assert_eq!(finished[queue as usize].len(), expected);
                }
            }
            for (queue, came) in out.iter().enumerate() {
                let expected: Vec<(u64, usize)> = queues
                    .iter()
                    .enumerate()
                    .filter(|(_, (l, _))| *l == queue as u64)
                    .flat_map(|(n, (_, items))| (0..*items).map(move |i| (n as u64, i)))
                    .collect();
                prop_assert_eq!(came, &expected);
            }
            prop_assert!(all.queues.is_empty());
        }
    }

    #[test]
    fn a_queue_that_is_forgotten_holds_nothing() {
        let mut queues = KeyQueues::default();
        queues.enter(7, 1, 1);
        queues.enter(7, 2, 2);
        queues.enter(8, 3, 3);
        queues.put(7, 2, "held");
        queues.retain(|message| *message == 3);
        assert_eq!(queues.queues.len(), 1);
        // What comes of it later is nobody's to hold.
        assert_eq!(queues.put(7, 2, "late"), Some("late"));
        let mut out = Vec::new();
        queues.finish(7, 1, &mut out);
        assert_eq!(out, []);
    }

    #[test]
    fn a_message_is_found_until_it_has_gone_out() {
        let mut queues = KeyQueues::<u64, &str>::default();
        queues.enter(7, 1, 1);
        queues.enter(7, 2, 2);
        let mut out = Vec::new();
        queues.finish(7, 2, &mut out);
        assert_eq!(queues.find(|m| *m == 1), Some((&1, false)));
        assert_eq!(queues.find(|m| *m == 2), Some((&2, true)));
        queues.finish(7, 1, &mut out);
        assert_eq!(queues.find(|m| *m == 1), None);
    }

    #[test]
    fn the_new_head_is_told() {
        let mut queues = KeyQueues::default();
        assert!(queues.enter(7, 1, 1));
        assert!(!queues.enter(7, 2, 2));
        assert_eq!(queues.put(7, 2, "early"), None);
        let mut out = Vec::new();
        queues.finish(7, 1, &mut out);
        let expected = [
            Release::Finished(1),
            Release::Item(2, "early"),
            Release::Head(2),
        ];
        assert_eq!(out, expected);
        assert_eq!(queues.put(7, 2, "now"), Some("now"));
    }
}
