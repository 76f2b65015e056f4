//! Which step needs which, checked once when the stages are put together.

use thiserror::Error;

/// Which step needs which: the order that their names leave open is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// For each step, how many steps it waits for.
    pub(super) needs: Vec<usize>,
    /// For each step, the steps that wait for it, ascending.
    pub(super) dependents: Vec<Vec<usize>>,
}

/// Steps that cannot be put in order.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GraphError {
    #[error("two steps are called `{0}`")]
    Twice(String),
    #[error("`{step}` reads `{reads}`, and no step is called that")]
    Unknown { step: String, reads: String },
    #[error("`{0}` waits for itself, directly or through others")]
    Cycle(String),
}

impl Graph {
    /// Derives the graph from each step's name and the names of those it reads.
    ///
    /// # Errors
    /// When a name stands twice, is read and does not exist, or the steps wait for each other in a circle.
    pub fn new(steps: &[(&str, &[&str])]) -> Result<Self, GraphError> {
        let place = |name: &str| steps.iter().position(|(n, _)| *n == name);
        let mut graph = Graph {
            needs: vec![0; steps.len()],
            dependents: vec![Vec::new(); steps.len()],
        };
        for (index, (name, reads)) in steps.iter().enumerate() {
            if place(name) != Some(index) {
                return Err(GraphError::Twice((*name).to_owned()));
            }
            for read in *reads {
                let Some(from) = place(read) else {
                    return Err(GraphError::Unknown {
                        step: (*name).to_owned(),
                        reads: (*read).to_owned(),
                    });
                };
                if !graph.dependents[from].contains(&index) {
                    graph.dependents[from].push(index);
                    graph.needs[index] += 1;
                }
            }
        }
        match graph.first_in_a_circle() {
            Some(index) => Err(GraphError::Cycle(steps[index].0.to_owned())),
            None => Ok(graph),
        }
    }

    pub fn len(&self) -> usize {
        self.needs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.needs.is_empty()
    }

    /// Steps that wait for none, in their order.
    pub(super) fn roots(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).filter(|&i| self.needs[i] == 0)
    }

    /// A step that waits for itself: what is left when steps are taken away as soon as nothing is that they
    /// wait for (Kahn's algorithm).
    fn first_in_a_circle(&self) -> Option<usize> {
        let mut needs = self.needs.clone();
        let mut ready: Vec<usize> = self.roots().collect();
        while let Some(step) = ready.pop() {
            for &next in &self.dependents[step] {
                needs[next] -= 1;
                if needs[next] == 0 {
                    ready.push(next);
                }
            }
        }
        needs.iter().position(|&n| n > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_waits_for_those_it_reads() {
        let graph = Graph::new(&[("a", &[]), ("b", &["a"]), ("c", &["a", "b", "a"])]).unwrap();
        assert_eq!(graph.needs, [0, 1, 2]);
        assert_eq!(graph.dependents, [vec![1, 2], vec![2], vec![]]);
        assert_eq!(graph.roots().collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn the_order_in_the_list_does_not_matter() {
        let graph = Graph::new(&[("b", &["a"]), ("a", &[])]).unwrap();
        assert_eq!(graph.roots().collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn what_cannot_be_ordered_is_named() {
        assert_eq!(
            Graph::new(&[("a", &[]), ("a", &[])]),
            Err(GraphError::Twice("a".into()))
        );
        assert_eq!(
            Graph::new(&[("a", &["z"])]),
            Err(GraphError::Unknown {
                step: "a".into(),
                reads: "z".into()
            })
        );
        assert_eq!(
            Graph::new(&[("a", &[]), ("b", &["c"]), ("c", &["b"])]),
            Err(GraphError::Cycle("b".into()))
        );
    }
}
