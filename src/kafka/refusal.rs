//! What to do about a record that the broker refuses.
//!
//! | refused as | sent | what follows |
//! |---|---|---|
//! | too large, or beside another that is invalid | with others | again, alone in its batch: the broker refuses a batch as a whole |
//! | too large | alone | the message's dead letter |
//! | with a time it does not take | with others, or with the message's own time | again, alone, with the time of sending |
//! | not, but acknowledged without a place in the log | | again, alone; see [`super::placed`] |
//! | of a topic that is not known | | again, after a while: the inspector ends the worker when the topic stays unknown |
//! | anything else | alone | the worker ends and names the message: the next would be refused too |

use rdkafka::error::RDKafkaErrorCode;

/// How a record is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SendMode {
    /// In a batch of its own, with nothing else on the way.
    pub alone: bool,
    /// With the time of sending instead of the message's own.
    pub new_time: bool,
}

/// What to do next with a refused record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalAction {
    /// Send it again in this manner.
    SendAgain(SendMode),
    /// Send it again as it was, after a while.
    SendLater,
    /// The message goes to the dead letters in its place.
    DeadLetter,
    /// Nothing helps; what to tell beside the error.
    Halt(&'static str),
    /// The error is not about this record.
    NotRefused,
}

impl RefusalAction {
    /// For the log.
    pub fn in_words(self) -> &'static str {
        match self {
            RefusalAction::DeadLetter => "its message goes to the dead letters",
            RefusalAction::SendAgain(mode) if mode.new_time => "sent again with a new time",
            RefusalAction::SendAgain(_) => "sent again alone",
            RefusalAction::SendLater => "sent again later",
            RefusalAction::Halt(_) => "the worker ends",
            RefusalAction::NotRefused => "none",
        }
    }
}

/// What to do about an error that the broker, or the client, gave for a record.
pub(super) fn action(
    code: RDKafkaErrorCode,
    mode: SendMode,
    is_dead_letter: bool,
) -> RefusalAction {
    use RDKafkaErrorCode as E;
    let alone = SendMode {
        alone: true,
        ..mode
    };
    match code {
        E::UnknownTopic | E::UnknownTopicOrPartition | E::UnknownPartition => {
            RefusalAction::SendLater
        }
        E::InvalidDifferentRecord if !mode.alone => RefusalAction::SendAgain(alone),
        E::MessageSizeTooLarge | E::MessageBatchTooLarge if !mode.alone => {
            RefusalAction::SendAgain(alone)
        }
        E::MessageSizeTooLarge | E::MessageBatchTooLarge if is_dead_letter => RefusalAction::Halt(
            "; a dead letter is its message and some headers: raise the topic's max.message.bytes",
        ),
        E::MessageSizeTooLarge | E::MessageBatchTooLarge => RefusalAction::DeadLetter,
        E::InvalidTimestamp if !(mode.alone && mode.new_time) => {
            RefusalAction::SendAgain(SendMode {
                alone: true,
                new_time: true,
            })
        }
        E::InvalidTimestamp => RefusalAction::Halt(
            "; it was sent with this machine's time: compare its clock and the broker's, and the topic's message.timestamp.before.max.ms and message.timestamp.after.max.ms",
        ),
        // Several records of a batch with a wrong time come back as this; alone, the broker says which it is.
        E::InvalidRecord if !mode.alone => RefusalAction::SendAgain(alone),
        E::InvalidRecord => RefusalAction::Halt(
            "; a topic that is compacted takes no record without a key: see kafka.output_key, and the topic's cleanup.policy",
        ),
        E::PolicyViolation if !mode.alone => RefusalAction::SendAgain(alone),
        E::PolicyViolation => RefusalAction::Halt("; a policy of the broker forbids it"),
        _ => RefusalAction::NotRefused,
    }
}

#[cfg(test)]
mod tests {
    use RDKafkaErrorCode as E;

    use super::*;

    const WITH_OTHERS: SendMode = SendMode {
        alone: false,
        new_time: false,
    };
    const ALONE: SendMode = SendMode {
        alone: true,
        new_time: false,
    };
    const LAST: SendMode = SendMode {
        alone: true,
        new_time: true,
    };

    #[test]
    fn a_neighbour_is_sent_again_and_never_dead_lettered() {
        for code in [
            E::MessageSizeTooLarge,
            E::InvalidRecord,
            E::InvalidDifferentRecord,
        ] {
            assert_eq!(
                action(code, WITH_OTHERS, false),
                RefusalAction::SendAgain(ALONE)
            );
        }
        assert_eq!(
            action(E::MessageSizeTooLarge, ALONE, false),
            RefusalAction::DeadLetter
        );
        assert!(matches!(
            action(E::MessageSizeTooLarge, ALONE, true),
            RefusalAction::Halt(_)
        ));
    }

    #[test]
    fn every_refusal_comes_to_an_end() {
        for code in [
            E::MessageSizeTooLarge,
            E::InvalidRecord,
            E::InvalidTimestamp,
            E::PolicyViolation,
        ] {
            let (mut mode, mut tries) = (WITH_OTHERS, 0);
            while let RefusalAction::SendAgain(next) = action(code, mode, false) {
                assert_ne!(next, mode);
                (mode, tries) = (next, tries + 1);
            }
            assert!(tries <= 2, "{code:?}");
        }
        assert_eq!(
            action(E::InvalidTimestamp, ALONE, false),
            RefusalAction::SendAgain(LAST)
        );
        assert_eq!(
            action(E::RequestTimedOut, WITH_OTHERS, false),
            RefusalAction::NotRefused
        );
    }
}
