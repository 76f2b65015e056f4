use super::*;
use crate::intake::Format;
use crate::record::{Media, MediaKind};

fn builder() -> DraftBuilder<'static> {
    DraftBuilder::new(
        Draft::new(Format::NewsmlG2, "utf-8", "".into()),
        DateBasis::Wire,
        Outlets::shipped(),
    )
}

#[test]
fn the_stricter_status_wins_in_any_order() {
    for words in [["stat:usable", "canceled"], ["Canceled", "usable"]] {
        let mut s = builder();
        words.iter().for_each(|w| s.status(Some(w)));
        let draft = s.finish();
        assert_eq!(draft.supplied.status, Some(Status::Canceled));
        assert!(draft.flags.contains(&Flag::STATUS_CONTRADICTED));
    }
    let mut s = builder();
    s.status(Some("stat:frobnicated"));
    assert_eq!(s.finish().supplied.status, Some(Status::Withheld));
    let mut s = builder();
    s.state(Some("frobnicated"));
    let draft = s.finish();
    assert_eq!(draft.supplied.status, None);
    assert!(draft.flags.contains(&Flag::UNKNOWN_STATUS));
}

#[test]
fn a_status_is_known_in_any_spelling() {
    for (words, want) in [
        (
            &[
                "stat:usable",
                "Usable",
                "http://cv.iptc.org/newscodes/pubstatusg2/usable",
                "Published",
            ][..],
            Status::Usable,
        ),
        (
            &[
                "Embargoed until 10:00",
                "on_hold",
                "Not for publication",
                "Withheld",
                "not usable",
            ],
            Status::Withheld,
        ),
        (
            &[
                "stat:canceled",
                "CANCELLED",
                "Killed",
                "Withdrawn",
                "annulé",
                "Deleted/",
            ],
            Status::Canceled,
        ),
    ] {
        for word in words {
            assert_eq!(status_word(word), Some(want), "{word}");
        }
    }
}

#[test]
fn copyright_is_said_once() {
    let line = |year: &str, holder: &str| copyright(Some(year.into()), Some(holder.into()));
    assert_eq!(line("2026", "Acme").as_deref(), Some("© 2026 Acme"));
    assert_eq!(
        line("20260219T000000+0100", "Acme").as_deref(),
        Some("© 2026 Acme")
    );
    assert_eq!(line("2026", "© Acme 2026").as_deref(), Some("© Acme 2026"));
}

#[test]
fn a_subject_is_said_once() {
    let mut s = Supplied::default();
    for name in [None, Some("Politics".to_owned()), None] {
        s.add_subject(coded(Some("medtop:11000000"), name));
    }
    assert_eq!(s.subjects.len(), 1);
    assert_eq!(s.subjects[0].name.as_deref(), Some("Politics"));
}

#[test]
fn an_embargo_withholds_until_it_is_over() {
    let mut s = builder();
    s.status(Some("usable"));
    s.date(DateRole::Embargo, Some("2026-02-03T19:00:00+01:00"));
    s.date(DateRole::Published, Some("2026-02-03T14:10:00+01:00"));
    let draft = s.finish();
    assert_eq!(draft.supplied.status, Some(Status::Withheld));
    assert_eq!(
        draft.supplied.embargoed_until.as_deref(),
        Some("2026-02-03T19:00:00+01:00")
    );
    let mut s = builder();
    s.status(Some("usable"));
    s.date(DateRole::Embargo, Some("2026-02-03T12:00:00+01:00"));
    s.date(DateRole::Published, Some("2026-02-03T14:10:00+01:00"));
    assert_eq!(s.finish().supplied.status, Some(Status::Usable));
}

#[test]
fn names_of_a_byline_field() {
    let names = |b: &str| {
        authors_of(b)
            .into_iter()
            .map(|a| a.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names("Von Marta Krehl und Sunil Sahay, dpa"),
        ["Marta Krehl", "Sunil Sahay"]
    );
    assert_eq!(names("By Ana Ruiz and Bo d'Arc"), ["Ana Ruiz", "Bo d'Arc"]);
    assert!(names("Sports Network").is_empty() && names("SOCIAL MEDIA WEBSITE").is_empty());
    assert!(names("NTB-AFP-DPA").is_empty() && names("Von dpa").is_empty());
    assert_eq!(
        authors_of("Karl Meland/TT")[0].organization.as_deref(),
        Some("TT")
    );
}

#[test]
fn initials_behind_a_surname_are_one_name() {
    let names: Vec<String> = authors_of("MOREAU, A. B., Lind, C., O'Dell, J.-F.")
        .into_iter()
        .map(|a| a.name)
        .collect();
    assert_eq!(names, ["A. B. MOREAU", "C. Lind", "J.-F. O'Dell"]);
}

#[test]
fn renditions_of_one_picture_are_one_media() {
    let media = |url: &str, credit: Option<&str>| Media {
        kind: MediaKind::Image,
        url: Some(url.into()),
        caption: None,
        credit: credit.map(str::to_owned),
    };
    let mut s = Supplied::default();
    s.add_media(media("https://x.example/small.jpg", Some("Ana Ruiz")));
    s.add_media(media("https://x.example/other.jpg", None));
    let addresses = ["https://x.example/small.jpg", "https://x.example/big.jpg"].map(str::to_owned);
    s.add_renditions(media("https://x.example/big.jpg", None), &addresses);
    assert_eq!(s.media.len(), 2);
    assert_eq!(s.media[0].url.as_deref(), Some("https://x.example/big.jpg"));
    assert_eq!(s.media[0].credit.as_deref(), Some("Ana Ruiz"));
}

#[test]
fn codes_of_all_kinds() {
    let s = coded(
        Some("http://cv.iptc.org/newscodes/mediatopic/15000000"),
        None,
    );
    assert_eq!(
        (s.scheme.as_deref(), s.code.as_deref()),
        (Some("medtop"), Some("15000000"))
    );
    let s = coded(Some("medtop:20000523"), None);
    assert_eq!(
        (s.scheme.as_deref(), s.code.as_deref()),
        (Some("medtop"), Some("20000523"))
    );
}
