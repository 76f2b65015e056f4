//! What is known of a sentence: for each word its part of speech and the word it depends on, and how.

use std::borrow::Cow;
use std::ops::{Deref, Range};

use super::lemmas::lemma;
use crate::text::Span;

/// An enumeration whose variants have the names of a standard.
macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$of:meta])* $variant:ident = $name:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $type { $($(#[$of])* $variant),+ }

        impl $type {
            pub const ALL: &'static [$type] = &[$($type::$variant),+];

            /// Its name in the standard.
            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name),+ }
            }

            /// The one of this name.
            pub fn of_name(name: &str) -> Option<$type> {
                match name { $($name => Some($type::$variant),)+ _ => None }
            }
        }
    };
}

names! {
    /// A part of speech: a tag of the Penn Treebank (Santorini 1990), with the additions of OntoNotes (`ADD`, `AFX`,
    /// `HYPH`, `NFP`, `XX`). "To" is always `TO`, or `IN` as a preposition.
    Tag {
        /// `$`
        Currency = "$",
        /// `''`
        ClosingQuote = "''",
        /// `,`
        Comma = ",",
        /// `-LRB-`, any opening bracket
        OpeningBracket = "-LRB-",
        /// `-RRB-`, any closing bracket
        ClosingBracket = "-RRB-",
        /// `.`, also `!` and `?`
        Stop = ".",
        /// `:`, also `;`, `–` and `...`
        Colon = ":",
        /// ` `` `
        OpeningQuote = "``",
        Add = "ADD", Afx = "AFX", Cc = "CC", Cd = "CD", Dt = "DT", Ex = "EX", Fw = "FW", Hyph = "HYPH", In = "IN",
        Jj = "JJ", Jjr = "JJR", Jjs = "JJS", Ls = "LS", Md = "MD", Nfp = "NFP",
        Nn = "NN", Nnp = "NNP", Nnps = "NNPS", Nns = "NNS", Pdt = "PDT", Pos = "POS",
        Prp = "PRP",
        /// `PRP$`
        PrpPossessive = "PRP$",
        Rb = "RB", Rbr = "RBR", Rbs = "RBS", Rp = "RP", Sym = "SYM", To = "TO", Uh = "UH",
        Vb = "VB", Vbd = "VBD", Vbg = "VBG", Vbn = "VBN", Vbp = "VBP", Vbz = "VBZ",
        Wdt = "WDT", Wp = "WP",
        /// `WP$`
        WpPossessive = "WP$",
        Wrb = "WRB", Xx = "XX",
    }
}

impl Tag {
    /// A common noun or a word of a name.
    pub fn is_noun(self) -> bool {
        matches!(self, Tag::Nn | Tag::Nns) || self.is_proper_noun()
    }

    pub fn is_proper_noun(self) -> bool {
        matches!(self, Tag::Nnp | Tag::Nnps)
    }

    /// Any form of a verb, no modal.
    pub fn is_verb(self) -> bool {
        matches!(
            self,
            Tag::Vb | Tag::Vbd | Tag::Vbg | Tag::Vbn | Tag::Vbp | Tag::Vbz
        )
    }

    pub fn is_adjective(self) -> bool {
        matches!(self, Tag::Jj | Tag::Jjr | Tag::Jjs)
    }
}

names! {
    /// How a word depends on its head: a label of the CLEAR style (Choi, Palmer 2012, "Guidelines for the CLEAR style
    /// constituent to dependency conversion"), as OntoNotes parsers use it.
    Label {
        /// The head of the sentence, which depends on no word.
        Root = "ROOT",
        Acl = "acl", Acomp = "acomp", Advcl = "advcl", Advmod = "advmod",
        /// The "by" of a passive; who did it is its `pobj`.
        Agent = "agent",
        Amod = "amod", Appos = "appos",
        /// What a copula says its subject is.
        Attr = "attr",
        Aux = "aux", Auxpass = "auxpass", Case = "case", Cc = "cc", Ccomp = "ccomp", Compound = "compound",
        /// A conjunct depends on the one before it.
        Conj = "conj",
        Csubj = "csubj", Csubjpass = "csubjpass",
        /// An indirect object, or the preposition before one.
        Dative = "dative",
        Dep = "dep", Det = "det", Dobj = "dobj", Expl = "expl", Intj = "intj", Mark = "mark", Meta = "meta",
        Neg = "neg", Nmod = "nmod", Npadvmod = "npadvmod", Nsubj = "nsubj", Nsubjpass = "nsubjpass",
        Nummod = "nummod", Oprd = "oprd", Parataxis = "parataxis", Pcomp = "pcomp",
        /// The object of a preposition, which is its head.
        Pobj = "pobj",
        Poss = "poss", Preconj = "preconj", Predet = "predet", Prep = "prep", Prt = "prt", Punct = "punct",
        Quantmod = "quantmod", Relcl = "relcl", Xcomp = "xcomp",
    }
}

/// A word of a sentence, or a mark: one of the article's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Where it stands in the text, in bytes like every span inside the program: that of its token.
    pub span: Span,
    pub tag: Tag,
    /// How it depends on its head.
    pub label: Label,
    /// Place of its head among the words of the sentence; its own for the root.
    head: u16,
    /// The first and the last place of what depends on it, directly or not, and itself.
    edges: (u16, u16),
}

/// The parse of one sentence: a projective tree over its words, with one root. In the order of the text; the places of
/// words are those in the sentence, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parse {
    words: Vec<Word>,
    first_token: u32,
}

impl Deref for Parse {
    type Target = [Word];

    fn deref(&self) -> &[Word] {
        &self.words
    }
}

impl Parse {
    /// The tree in which the word at `n` depends on that at `arcs[n].0`, its own place for the root. The tree is
    /// projective and has one root, as the parser makes it.
    pub(super) fn new(
        first_token: u32,
        spans: &[Span],
        tags: &[Tag],
        arcs: &[(u16, Label)],
    ) -> Parse {
        let facts = spans.iter().zip(tags).zip(arcs).enumerate();
        let words = facts.map(|(at, ((span, tag), (head, label)))| Word {
            span: *span,
            tag: *tag,
            label: *label,
            head: *head,
            edges: (at as u16, at as u16),
        });
        let mut words: Vec<Word> = words.collect();
        for at in 0..words.len() as u16 {
            let mut below = at;
            loop {
                let head = words[below as usize].head;
                let edges = &mut words[head as usize].edges;
                // what is over a word that has it inside has it inside too, in the end
                if head == below || (edges.0..=edges.1).contains(&at) {
                    break;
                }
                *edges = (edges.0.min(at), edges.1.max(at));
                below = head;
            }
        }
        Parse { words, first_token }
    }

    /// The place in [`crate::text::Tokens`] of the sentence's first word; the others follow.
    pub fn first_token(&self) -> usize {
        self.first_token as usize
    }

    /// The head of the word at `at`; `None` for the root.
    pub fn head(&self, at: usize) -> Option<usize> {
        let head = self.words[at].head as usize;
        (head != at).then_some(head)
    }

    /// The word that depends on no other.
    pub fn root(&self) -> usize {
        let mut places = 0..self.words.len();
        places
            .find(|at| self.words[*at].head as usize == *at)
            .unwrap_or_default()
    }

    /// What depends on the word at `at` directly, in the order of the text.
    pub fn dependents(&self, at: usize) -> impl DoubleEndedIterator<Item = usize> {
        let depends = move |n: &usize| *n != at && self.words[*n].head as usize == at;
        self.subtree(at).filter(depends)
    }

    /// The first of the dependents with this label.
    pub fn dependent(&self, at: usize, label: Label) -> Option<usize> {
        self.dependents(at).find(|n| self.words[*n].label == label)
    }

    /// The word at `at` with all that depends on it, directly or not: a stretch without gaps.
    pub fn subtree(&self, at: usize) -> Range<usize> {
        let (first, last) = self.words[at].edges;
        first as usize..last as usize + 1
    }

    /// Where the word with all that depends on it stands in the text.
    pub fn span(&self, at: usize) -> Span {
        let range = self.subtree(at);
        self.words[range.start]
            .span
            .join(self.words[range.end - 1].span)
    }

    /// The words that lie in a stretch of the text.
    pub fn within(&self, span: Span) -> Range<usize> {
        let from = self.words.partition_point(|w| w.span.start < span.start);
        let to = self.words.partition_point(|w| w.span.end <= span.end);
        from..to.max(from)
    }

    /// The head of a stretch of the text, a name's for example: the first word in it whose own head is outside.
    pub fn head_of(&self, span: Span) -> Option<usize> {
        let within = self.within(span);
        let is_outside = |at: &usize| self.head(*at).is_none_or(|head| !within.contains(&head));
        within.clone().find(is_outside)
    }

    /// The lemma of the word at `at`, in lower case unless it is a name: "were" → "be", "soldiers" → "soldier".
    pub fn lemma<'t>(&self, at: usize, text: &'t str) -> Cow<'t, str> {
        let word = self.words[at];
        lemma(word.span.of(text), word.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Two soldiers in Lundby were killed by men";

    /// "Two soldiers in Lundby were killed by men"
    fn parse() -> Parse {
        let arcs = [
            (1, Label::Nummod, Tag::Cd),
            (5, Label::Nsubjpass, Tag::Nns),
            (1, Label::Prep, Tag::In),
            (2, Label::Pobj, Tag::Nnp),
            (5, Label::Auxpass, Tag::Vbd),
            (5, Label::Root, Tag::Vbn),
            (5, Label::Agent, Tag::In),
            (6, Label::Pobj, Tag::Nns),
        ];
        let mut at = 0;
        let words = TEXT.split(' ').map(|word| {
            let span = Span::new(at, at + word.len());
            at += word.len() + 1;
            span
        });
        let words: Vec<Span> = words.collect();
        let tags = arcs.map(|(_, _, tag)| tag);
        Parse::new(
            0,
            &words,
            &tags,
            &arcs.map(|(head, label, _)| (head, label)),
        )
    }

    #[test]
    fn a_tree_is_walked_up_and_down() {
        let parse = parse();
        assert_eq!(
            (parse.root(), parse.head(5), parse.head(3)),
            (5, None, Some(2))
        );
        assert_eq!(parse.dependents(5).collect::<Vec<_>>(), [1, 4, 6]);
        assert_eq!(parse.dependents(3).count(), 0);
        assert_eq!(parse.dependent(5, Label::Nsubjpass), Some(1));
        assert_eq!(parse.dependent(5, Label::Dobj), None);
        assert_eq!((parse.subtree(1), parse.subtree(5)), (0..4, 0..8));
        assert_eq!(parse.span(1).of(TEXT), "Two soldiers in Lundby");
        assert_eq!(parse.lemma(4, TEXT), "be");
        assert_eq!(parse.lemma(7, TEXT), "man");
    }

    #[test]
    fn what_is_far_below_is_inside_too() {
        let heads: [u16; 6] = [4, 2, 0, 2, 5, 5];
        let arcs = heads.map(|head| (head, Label::Dep));
        let spans: Vec<Span> = (0..6).map(|at| Span::new(at, at + 1)).collect();
        let parse = Parse::new(0, &spans, &[Tag::Nn; 6], &arcs);
        let subtrees: Vec<_> = (0..6).map(|at| parse.subtree(at)).collect();
        assert_eq!(subtrees, [0..4, 1..2, 1..4, 3..4, 0..5, 0..6]);
    }

    #[test]
    fn the_head_of_a_stretch_depends_on_what_is_outside() {
        let parse = parse();
        let of = |stretch: &str| {
            let at = TEXT.find(stretch).unwrap();
            parse.head_of(Span::new(at, at + stretch.len()))
        };
        assert_eq!(of("Two soldiers in Lundby"), Some(1));
        assert_eq!(of("in Lundby were killed by"), Some(2));
        assert_eq!(of(TEXT), Some(5));
        assert_eq!(of("soldie"), None);
        assert_eq!(parse.head_of(Span::new(3, 3)), None);
    }

    #[test]
    fn names_are_those_of_the_standards() {
        for tag in Tag::ALL {
            assert_eq!(Tag::of_name(tag.name()), Some(*tag));
        }
        for label in Label::ALL {
            assert_eq!(Label::of_name(label.name()), Some(*label));
        }
        assert_eq!(Tag::of_name("NP"), None);
    }
}
