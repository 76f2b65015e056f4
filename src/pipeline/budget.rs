//! The time that a step may take, as the step sees it.

use super::clock::{self, Moment};

/// The time a piece of work may take. Work asks [`Budget::spent`] now and then and gives up when it is.
#[derive(Debug)]
pub struct Budget {
    deadline: Option<Moment>,
}

impl Budget {
    pub fn until(deadline: Moment) -> Self {
        Budget {
            deadline: Some(deadline),
        }
    }

    pub fn unlimited() -> Self {
        Budget { deadline: None }
    }

    /// Whether the time is over. Costs some 40 ns: ask once a paragraph or sentence, not once a token.
    pub fn spent(&self) -> bool {
        self.deadline.is_some_and(|d| clock::now() >= d)
    }
}
