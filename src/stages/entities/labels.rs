//! The labels the model gives to tokens: outside, or begin, inside, last and only token of a name.

/// Types of names as the model tells them apart; `Other` is sorted further by what the name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum NameType {
    Person,
    Organization,
    Place,
    Nationality,
    Other,
}

impl NameType {
    pub(super) const ALL: [NameType; 5] = [
        NameType::Person,
        NameType::Organization,
        NameType::Place,
        NameType::Nationality,
        NameType::Other,
    ];

    /// The type of a label of training data.
    pub(super) fn of(name: &str) -> Option<NameType> {
        Some(match name {
            "person" => NameType::Person,
            "organization" => NameType::Organization,
            "place" => NameType::Place,
            // a language is told from a people by the words before it
            "nationality" | "language" => NameType::Nationality,
            "misc" | "event" | "product" | "work" | "law" => NameType::Other,
            _ => return None,
        })
    }
}

/// Number of labels: outside, and four a type.
pub(super) const LABELS: usize = 1 + 4 * NameType::ALL.len();

pub(super) const OUTSIDE: u8 = 0;

/// Where in a name a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Begin,
    Inside,
    Last,
    Only,
}

pub(super) fn label(kind: NameType, part: Part) -> u8 {
    1 + 4 * kind as u8 + part as u8
}

/// The type and part of a label; `None` for outside.
pub(super) fn parts(label: u8) -> Option<(NameType, Part)> {
    let l = label.checked_sub(1)?;
    let kind = NameType::ALL.get(l as usize / 4)?;
    Some((
        *kind,
        match l % 4 {
            0 => Part::Begin,
            1 => Part::Inside,
            2 => Part::Last,
            _ => Part::Only,
        },
    ))
}

/// Whether label `b` may follow label `a`.
pub(super) fn follows(a: u8, b: u8) -> bool {
    let open = |x: u8| parts(x).filter(|(_, p)| matches!(p, Part::Begin | Part::Inside));
    match (open(a), parts(b)) {
        (Some((kind, _)), Some((k, Part::Inside | Part::Last))) => kind == k,
        (Some(_), _) => false,
        (None, Some((_, Part::Inside | Part::Last))) => false,
        (None, _) => true,
    }
}

/// The names in a sequence of labels: `(first, past the last, type)`.
pub(super) fn names(labels: &[u8]) -> Vec<(usize, usize, NameType)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (i, &l) in labels.iter().enumerate() {
        match parts(l) {
            Some((k, Part::Only)) => found.push((i, i + 1, k)),
            Some((_, Part::Begin)) => start = i,
            Some((k, Part::Last)) => found.push((start, i + 1, k)),
            Some((_, Part::Inside)) | None => {}
        }
    }
    found
}

/// Writes a name's labels over `labels[first..end]`.
pub(super) fn write(labels: &mut [u8], first: usize, end: usize, kind: NameType) {
    let n = end - first;
    for (i, l) in labels[first..end].iter_mut().enumerate() {
        *l = label(
            kind,
            match (n, i) {
                (1, _) => Part::Only,
                (_, 0) => Part::Begin,
                (n, i) if i + 1 == n => Part::Last,
                _ => Part::Inside,
            },
        );
    }
}
