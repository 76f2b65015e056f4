//! What an action costs: how many arcs of the right tree can no longer be made after it (Goldberg, Nivre 2012).

use crate::stages::syntax::arcs::{Action, State};

/// The right tree of a sentence.
#[derive(Debug)]
pub(super) struct Oracle {
    /// Head of each word; that of the root is the place after the last word.
    heads: Vec<u16>,
    /// The dependents of each word, in order.
    dependents: Vec<Vec<u16>>,
}

impl Oracle {
    /// `heads` as an example has them.
    pub(super) fn new(heads: &[u16]) -> Oracle {
        let words = heads.len() as u16;
        let of_place = (0..words).zip(heads);
        let heads: Vec<u16> = of_place
            .map(|(at, head)| if *head == at { words } else { *head })
            .collect();
        let mut dependents = vec![Vec::new(); heads.len() + 1];
        for (at, head) in heads.iter().enumerate() {
            dependents[*head as usize].push(at as u16);
        }
        Oracle { heads, dependents }
    }

    /// How many right arcs an action that can be taken makes impossible. There is a next word, and a word on the stack.
    pub(super) fn cost(&self, state: &State, action: Action) -> usize {
        let next = state.next;
        let Some(&top) = state.stack.last() else {
            return 0;
        };
        // dependents of the top among the words to come
        let to_come = || {
            let of_top = &self.dependents[top as usize];
            of_top.len() - of_top.partition_point(|d| *d < next)
        };
        // dependents of the next word that still wait on the stack
        let waiting = || {
            let of_next = self.dependents[next as usize].iter();
            of_next
                .filter(|d| **d < next && state.stack.contains(d) && !state.has_head(**d))
                .count()
        };
        let head_of_next = self.heads[next as usize];
        let head_of_top = self.heads[top as usize];
        match action {
            Action::Left => to_come() + usize::from(head_of_top > next),
            Action::Reduce => to_come(),
            Action::Shift => waiting() + usize::from(state.stack.contains(&head_of_next)),
            Action::Right => {
                let is_lost = head_of_next != top
                    && (head_of_next > next || state.stack.contains(&head_of_next));
                waiting() + usize::from(is_lost)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::syntax::arcs::ALL_ACTIONS;
    use crate::stages::syntax::parse::Tag;

    /// The tree that actions without cost lead to, of several each time the `n`-th.
    fn followed(heads: &[u16], n: usize) -> Vec<u16> {
        let oracle = Oracle::new(heads);
        let mut state = State::new(heads.len());
        while !state.is_done() {
            let action = state.only().unwrap_or_else(|| {
                let free = ALL_ACTIONS.iter().filter(|a| state.allows(**a));
                let free: Vec<_> = free.filter(|a| oracle.cost(&state, **a) == 0).collect();
                assert!(!free.is_empty(), "{state:?}");
                *free[n % free.len()]
            });
            state.take(action);
        }
        state.into_heads(&vec![Tag::Nn; heads.len()])
    }

    #[test]
    fn actions_without_cost_lead_to_the_tree_whichever_is_taken() {
        let trees: [&[u16]; 5] = [
            &[0],
            &[1, 5, 1, 2, 5, 5, 5, 6],
            &[1, 2, 2, 2, 3],
            &[0, 0, 1, 2, 3, 0],
            &[3, 2, 3, 6, 3, 4, 6, 6, 9, 7],
        ];
        for heads in trees {
            for n in 0..3 {
                assert_eq!(followed(heads, n), heads);
            }
        }
    }

    #[test]
    fn what_an_action_makes_impossible_is_its_cost() {
        // "Troops entered Lundby": all depend on the second
        let oracle = Oracle::new(&[1, 1, 1]);
        let mut state = State::new(3);
        state.take(Action::Shift);
        assert_eq!(oracle.cost(&state, Action::Left), 0);
        // "entered" waits for its head behind it, and "Troops" for "entered"
        assert_eq!(oracle.cost(&state, Action::Right), 2);
        assert_eq!(oracle.cost(&state, Action::Shift), 1);
    }
}
