//! Selectors of elements: the small part of CSS that rules for sites need.
//!
//! `tag`, `.class`, `#id`, `[name]`, `[name=value]` joined without blanks, and blanks for "somewhere
//! inside". Several selectors stand in a list, not in one text.

use super::tag::Tag;
use super::tree::{Id, ROOT, Tree};

/// A selector: compounds from the outermost to the element itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    compounds: Vec<Compound>,
}

/// Conditions on one element, all of which it meets.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Compound {
    tag: Option<String>,
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    /// `.class`
    Class(String),
    /// `[name]`
    Has(String),
    /// `[name=value]`, and `#id`
    Is(String, String),
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// What is wrong with it, for the one who wrote it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let compounds = text
            .split_ascii_whitespace()
            .map(Compound::parse)
            .collect::<Result<Vec<_>, _>>()?;
        if compounds.is_empty() {
            return Err("an empty selector selects nothing".to_owned());
        }
        Ok(Selector { compounds })
    }

    /// The elements it selects, in document order.
    pub fn all<'s>(&'s self, tree: &'s Tree<'_>) -> impl Iterator<Item = Id> + 's {
        tree.descendants(ROOT).filter(|id| self.selects(tree, *id))
    }

    fn selects(&self, tree: &Tree<'_>, id: Id) -> bool {
        let Some((own, outer)) = self.compounds.split_last() else {
            return false;
        };
        if !own.fits(tree, id) {
            return false;
        }
        // Each outer compound takes the nearest ancestor that fits: with "inside" only, nearest is as good as any.
        let mut above = tree.ancestors(id).skip(1);
        outer
            .iter()
            .rev()
            .all(|compound| above.by_ref().any(|a| compound.fits(tree, a)))
    }
}

impl Compound {
    fn parse(text: &str) -> Result<Self, String> {
        let end = name_end(text);
        let (tag, mut rest) = text.split_at(end);
        let mut compound = Compound {
            tag: (!matches!(tag, "" | "*")).then(|| tag.to_ascii_lowercase()),
            conditions: Vec::new(),
        };
        while !rest.is_empty() {
            let (condition, after) =
                Condition::parse(rest).map_err(|fault| format!("`{text}`: {fault}"))?;
            compound.conditions.push(condition);
            rest = after;
        }
        Ok(compound)
    }

    fn fits(&self, tree: &Tree<'_>, id: Id) -> bool {
        if !tree.is_element(id) {
            return false;
        }
        if let Some(tag) = &self.tag
            && match Tag::of(tag.as_bytes()) {
                Tag::Other => !tree.name(id).eq_ignore_ascii_case(tag),
                known => tree.tag(id) != known,
            }
        {
            return false;
        }
        self.conditions.iter().all(|condition| match condition {
            Condition::Class(class) => tree
                .attribute(id, "class")
                .is_some_and(|c| c.split_ascii_whitespace().any(|c| c == class)),
            Condition::Has(name) => tree.attribute(id, name).is_some(),
            Condition::Is(name, value) => {
                tree.attribute(id, name).is_some_and(|v| v.trim() == value)
            }
        })
    }
}

/// Where the name that a text begins with ends.
fn name_end(text: &str) -> usize {
    text.find(['.', '#', '[']).unwrap_or(text.len())
}

impl Condition {
    /// Reads the condition at the start of `text`, which begins with `.`, `#` or `[`; and what comes after it.
    fn parse(text: &str) -> Result<(Self, &str), String> {
        if let Some(inner) = text.strip_prefix('[') {
            let (inner, after) = inner.split_once(']').ok_or("`[` is not closed")?;
            let condition = match inner.split_once('=') {
                Some((name, value)) => Condition::Is(
                    name.trim().to_ascii_lowercase(),
                    value.trim().trim_matches(['"', '\'']).to_owned(),
                ),
                None => Condition::Has(inner.trim().to_ascii_lowercase()),
            };
            return Ok((condition, after));
        }
        let Some(rest) = text.strip_prefix(['.', '#']) else {
            return Err(format!("`{text}` is no condition"));
        };
        let (name, after) = rest.split_at(name_end(rest));
        if name.is_empty() {
            return Err(format!("a name is missing after `{}`", &text[..1]));
        }
        let condition = if text.starts_with('.') {
            Condition::Class(name.to_owned())
        } else {
            Condition::Is("id".to_owned(), name.to_owned())
        };
        Ok((condition, after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selects_by_tag_class_id_and_attribute() {
        let tree = Tree::parse(
            "<div class='a b'><p id=x>1</p><p data-k=v>2</p></div><x-y>3</x-y><p>4</p>",
            99,
        );
        let texts = |selector: &str| -> Vec<String> {
            Selector::parse(selector)
                .unwrap()
                .all(&tree)
                .map(|id| tree.text_of(id))
                .collect()
        };
        assert_eq!(texts("p"), ["1", "2", "4"]);
        assert_eq!(texts("div.b p"), ["1", "2"]);
        assert_eq!(texts(".a #x"), ["1"]);
        assert_eq!(texts("p[data-k=v]"), ["2"]);
        assert_eq!(texts("x-y"), ["3"]);
        assert!(Selector::parse(" ").is_err());
        assert!(Selector::parse("p[x").is_err());
        assert!(Selector::parse("p.").is_err());
        assert!(Selector::parse("p[x]é").is_err());
    }
}
