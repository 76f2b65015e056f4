//! How the program ends, as its exit code, and which of the client's errors end it.

use rdkafka::error::RDKafkaErrorCode;

/// Why a worker ended. The codes are part of the contract with whoever restarts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Asked to stop; everything under way was finished and committed.
    Clean = 0,
    /// The configuration is wrong, or a file or port it names cannot be used. Restarting does not help.
    Configuration = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The broker refuses for good: a missing topic or right, a failed login, a fatal client error. Or no schema registry
    /// answered for minutes.
    Broker = 3,
    /// Another worker took over this one's name or transactional id. It lives on; this one must not.
    Fenced = 4,
    /// Too many messages in a row could not be read: most likely a broken release, not a broken feed.
    Failures = 5,
    /// Asked to stop; what was under way did not finish in time, or could not be committed, and will be
    /// done again.
    DrainDeadline = 6,
    /// A record or dead letter could not be published. Nothing past it was committed.
    Publish = 7,
    /// Too many threads hang in work that does not come back, or the program found a fault in itself.
    Stuck = 8,
}

impl Exit {
    pub const ALL: [Exit; 9] = [
        Exit::Clean,
        Exit::Configuration,
        Exit::Usage,
        Exit::Broker,
        Exit::Fenced,
        Exit::Failures,
        Exit::DrainDeadline,
        Exit::Publish,
        Exit::Stuck,
    ];

    pub fn code(self) -> u8 {
        self as u8
    }

    /// The word for it in logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Exit::Clean => "clean",
            Exit::Configuration => "configuration",
            Exit::Usage => "usage",
            Exit::Broker => "broker",
            Exit::Fenced => "fenced",
            Exit::Failures => "failures",
            Exit::DrainDeadline => "drain-deadline",
            Exit::Publish => "publish",
            Exit::Stuck => "stuck",
        }
    }
}

/// How the worker ends for an error that no waiting mends; `None` for all others. An unknown topic is not
/// among them: a broker that has just started, or a topic that has just been made, needs a moment; the
/// inspector sees when it stays unknown.
pub(super) fn fatal_exit(code: RDKafkaErrorCode) -> Option<Exit> {
    use RDKafkaErrorCode as E;
    match code {
        E::Fenced | E::FencedInstanceId | E::ProducerFenced | E::InvalidProducerEpoch => {
            Some(Exit::Fenced)
        }
        E::Authentication
        | E::SaslAuthenticationFailed
        | E::UnsupportedSASLMechanism
        | E::TopicAuthorizationFailed
        | E::GroupAuthorizationFailed
        | E::ClusterAuthorizationFailed
        | E::TransactionalIdAuthorizationFailed
        | E::InvalidTopic
        | E::Fatal => Some(Exit::Broker),
        _ => None,
    }
}
