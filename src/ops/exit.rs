/// What the process's exit code says. Stable: supervisors and scripts rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything done.
    Done = 0,
    /// Some of the input could not be read (`enrich`), or some fault was found (`check`).
    SomeFailed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The configuration is wrong, or a file it names cannot be read.
    Configuration = 3,
    /// The broker cannot be reached, or refuses: login, certificate, missing right, missing topic.
    Broker = 4,
    /// Another worker has taken this one's transactional id or its place in the group.
    Fenced = 5,
    /// Too many dead letters in a row.
    TooManyFailures = 6,
    /// Records or dead letters cannot be written, so offsets cannot be committed.
    Unwritable = 7,
    /// Told to stop, and not all that was in flight was finished in time; it will be read again.
    Abandoned = 8,
    /// A fault of the program itself.
    Internal = 70,
}

impl Exit {
    pub const ALL: [Exit; 10] = [
        Exit::Done,
        Exit::SomeFailed,
        Exit::Usage,
        Exit::Configuration,
        Exit::Broker,
        Exit::Fenced,
        Exit::TooManyFailures,
        Exit::Unwritable,
        Exit::Abandoned,
        Exit::Internal,
    ];

    pub fn code(self) -> u8 {
        self as u8
    }

    /// What it means, as `--help` and the README say it.
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "done",
            Exit::SomeFailed => "some of the input could not be read, or a check found a fault",
            Exit::Usage => "the command line is wrong",
            Exit::Configuration => "the configuration is wrong",
            Exit::Broker => {
                "the broker cannot be reached or refuses (login, certificate, right, topic)"
            }
            Exit::Fenced => "another worker has taken this one's identity",
            Exit::TooManyFailures => "too many dead letters in a row",
            Exit::Unwritable => "records or dead letters cannot be written",
            Exit::Abandoned => "told to stop, and what was in flight was not finished in time",
            Exit::Internal => "a fault of the program itself",
        }
    }
}
