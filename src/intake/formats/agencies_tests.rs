//! Copy as the agencies send it, in their languages: what is read of each.

use std::ops::ControlFlow;

use crate::intake::{Draft, Format, Hints, Settings, read};
use crate::record::{AuthorRole, Flag, Genre, Status, VersionKind};

fn one(bytes: &[u8]) -> Draft {
    let mut drafts = Vec::new();
    let (hints, settings) = (Hints::default(), Settings::default());
    read(bytes, &hints, &settings, &mut |d| {
        drafts.push(d);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(drafts.len(), 1);
    drafts.remove(0)
}

/// What the draft says: headline, byline's names, place and source of the dateline.
fn said(d: &Draft) -> [String; 4] {
    let s = &d.supplied;
    let dateline = s.dateline.as_ref();
    let writers = s.authors.iter().filter(|a| a.role == AuthorRole::Writer);
    [
        s.headline.clone(),
        Some(
            writers
                .map(|a| a.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        ),
        dateline.and_then(|d| d.place.clone()),
        dateline.and_then(|d| d.source.clone()),
    ]
    .map(Option::unwrap_or_default)
}

fn body(d: &Draft) -> Vec<&str> {
    use crate::record::BlockKind::{Deck, Headline};
    let blocks = d
        .blocks
        .iter()
        .filter(|b| !matches!(b.kind, Headline | Deck));
    blocks.map(|b| b.text.as_str()).collect()
}

#[test]
fn each_agency_in_its_own_manner() {
    let copy = "A ferry sank off Westmere on Thursday, officials said, and all two hundred people \
        aboard were rescued by fishing boats.";
    // Before the copy, behind it, and headline, writers, place and source.
    for (head, foot, want) in [
        (
            "UPDATE 2-Ferry sinks\n\n(Adds details)\n\nBy Jane Roe\n\nWESTMERE, Dec 4 (Reuters) - ",
            "\n\n(Reporting by Jane Roe; Editing by Max Moe)\n",
            ["Ferry sinks", "Jane Roe", "Westmere", "Reuters"],
        ),
        (
            "Ferry sinks\n\nPar Jean DUPUIS et Marie DURANT\n\nWestmere (France), 4 déc 2025 (AFP) - ",
            "\n\njd/mlb/abc\n",
            [
                "Ferry sinks",
                "Jean Dupuis, Marie Durant",
                "Westmere",
                "AFP",
            ],
        ),
        (
            "Ferry sinks\n\nMadrid, 4 dic (EFE).- ",
            " EFE\n\nabc/def\n",
            ["Ferry sinks", "", "Madrid", "EFE"],
        ),
        (
            "Ferry sinks\n(ANSA) - ROMA, 04 DIC - ",
            " (ANSA).\n",
            ["Ferry sinks", "", "Roma", "ANSA"],
        ),
        (
            "RETTELSE: Ferry sinks\n\n(Rettet: Antal passagerer)\n\nAf Jens Holm, Ritzau\n\n\
                København, den 4. december /ritzau/ ",
            "\n\n/ritzau/\n",
            ["Ferry sinks", "Jens Holm", "København", "ritzau"],
        ),
        (
            "Ferry sinks\n\nOSLO (NTB-Reuters): ",
            "\n\n(©NTB)\n",
            ["Ferry sinks", "", "Oslo", "NTB-Reuters"],
        ),
        (
            "KORJAUS: Ferry sinks\n\nHelsinki, 4. joulukuuta (STT) ",
            "\n\nSTT\n",
            ["Ferry sinks", "", "Helsinki", "STT"],
        ),
        (
            "Ferry sinks\n\nAll on board rescued\n\nWien (APA/Reuters) - ",
            "\n\n(Schluss) abc/def\n",
            ["Ferry sinks", "", "Wien", "APA/Reuters"],
        ),
        (
            "Ferry sinks\n\nBRUXELLES 04/12 (BELGA) = ",
            "\n\nMLA/LPE/\n",
            ["Ferry sinks", "", "Bruxelles", "BELGA"],
        ),
        (
            "Ferry sinks\n\nLisboa, 04 dez 2025 (Lusa) – ",
            "\n\nABC // DEF\n\nLusa/Fim\n",
            ["Ferry sinks", "", "Lisboa", "Lusa"],
        ),
        (
            "Ferry sinks\n\nPraha 4. prosince (ČTK) - ",
            "\n\nabc def\n",
            ["Ferry sinks", "", "Praha", "ČTK"],
        ),
        (
            "Ferry sinks\n\n04.12.2025 Warszawa (PAP) - ",
            " (PAP)\n\nabc/ def/\n",
            ["Ferry sinks", "", "Warszawa", "PAP"],
        ),
        (
            "Ferry sinks\n\nBy Jane Roe\n\nSYDNEY, Dec 4 AAP - ",
            "\n\nAAP jro/mm\n",
            ["Ferry sinks", "Jane Roe", "Sydney", "AAP"],
        ),
        (
            "Ferry sinks\n\nBy Jane Roe, PA Transport Correspondent\n\n",
            "\n\nmf\n\nends\n",
            ["Ferry sinks", "Jane Roe", "", ""],
        ),
        (
            "Ferry sinks\n\nTOKYO, Dec. 4, Kyodo - ",
            "\n\n==Kyodo\n",
            ["Ferry sinks", "", "Tokyo", "Kyodo"],
        ),
        (
            "Urgent: Ferry sinks\n\nBEIJING, Dec. 4 (Xinhua) -- ",
            " Enditem\n",
            ["Ferry sinks", "", "Beijing", "Xinhua"],
        ),
        (
            "ZCZC5423/SXA\nXCI20773_SXA_QBXB\n++ Ferry sinks ++\n(ANSA) - ROMA, 04 DIC - ",
            "\n(ANSA).\n\nYF1-ABC\n04-DIC-25 11:02 NNNN\n",
            ["Ferry sinks", "", "Roma", "ANSA"],
        ),
        (
            "APA0231 5 II 0237 CI/AI\n\nSchiffahrt/Westmere\n\nFerry sinks - BILD\n\
                Utl.: All on board rescued =\n\nWien (APA) - ",
            "\n(Schluss) abc/def\n\nAPA0231    2025-12-04/12:44\n\n041244 Dez 25\n",
            ["Ferry sinks", "", "Wien", "APA"],
        ),
        (
            "Ferry sinks (ny)\n\nOSLO (NTB): ",
            "\n\n(NTB)\n",
            ["Ferry sinks", "", "Oslo", "NTB"],
        ),
        (
            "Ferry sinks\n\nBRUSSEL 04/12 (BELGA) = ",
            "\n(JRO, NIV)\n",
            ["Ferry sinks", "", "Brussel", "BELGA"],
        ),
        (
            "Ferry sinks\n\nJane Roe, The Canadian Press\n\nWESTMERE — ",
            "\n\nThis report by The Canadian Press was first published Dec. 4, 2025.\n",
            ["Ferry sinks", "Jane Roe", "Westmere", ""],
        ),
        (
            "(LEAD) Ferry sinks\n(ATTN: ADDS photo)\nBy Kim Min-su\n\nSEOUL, Dec. 4 (Yonhap) -- ",
            "\n\nminsu@wire.example\n(END)\n",
            ["Ferry sinks", "Kim Min-su", "Seoul", "Yonhap"],
        ),
        (
            "Ferry sinks off Westmere\n\nNew Delhi, Dec 4 (PTI) ",
            " PTI ABC DEF ABC\n",
            ["Ferry sinks off Westmere", "", "New Delhi", "PTI"],
        ),
        (
            "Ferry sinks\n\nBy Jane Roe\n\nANKARA\n\n",
            "\n\n* Writing by Ann Poe in Istanbul\n",
            ["Ferry sinks", "Jane Roe, Ann Poe", "Ankara", ""],
        ),
        (
            "1 POLICE Ferry\nFERRY SINKS IN STORM\n\nBy Jane Roe, PA\n\n",
            "\n\nmfl\n\nend\n\n041501 DEC 25\n",
            ["FERRY SINKS IN STORM", "Jane Roe", "", ""],
        ),
    ] {
        let d = one(format!("{head}{copy}{foot}").as_bytes());
        assert_eq!(said(&d), want, "{head}");
        let [only] = body(&d)[..] else {
            panic!("more than the copy is left of {head}: {:?}", body(&d));
        };
        assert!(only.ends_with(copy), "{only}");
        let kind = match head {
            h if h.starts_with("UPDATE") => Some(VersionKind::Update),
            h if h.starts_with("RETTELSE") || h.starts_with("KORJAUS") => {
                Some(VersionKind::Correction)
            }
            h if h.contains("(ny)") => Some(VersionKind::Update),
            h if h.starts_with("(LEAD)") => Some(VersionKind::Update),
            _ => None,
        };
        assert_eq!(
            (d.supplied.version_kind, d.supplied.status),
            (kind, None),
            "{head}"
        );
    }
}

#[test]
fn what_must_not_be_used_is_never_usable() {
    let copy = "The fares of the ferries will rise by ten per cent next year, the council of Westmere \
        said, to pay for new boats.";
    for (notice, want) in [
        ("EMBARGOED TO 0001 FRIDAY DECEMBER 5", Status::Withheld),
        ("Sperrfrist: 5. Dezember 2025, 06.00 Uhr", Status::Withheld),
        ("SPERRFRIST 12 Uhr!", Status::Withheld),
        ("Sous embargo jusqu'au 5 décembre à 10h00", Status::Withheld),
        ("EMBARGO FINO ALLE 10.30 DEL 5 DICEMBRE", Status::Withheld),
        (
            "Embargado hasta el 5 de diciembre a las 10.00",
            Status::Withheld,
        ),
        ("JULKAISUVAPAA 5.12.2025 klo 10.00", Status::Withheld),
        (
            "Klausuleret til den 5. december kl. 06.00",
            Status::Withheld,
        ),
        ("Embargo till fredag 5 december kl 06.00", Status::Withheld),
        ("HOLD HOLD HOLD", Status::Withheld),
        ("KILL KILL KILL", Status::Canceled),
        ("ANNULLIERUNG", Status::Canceled),
        ("PERUTTU: Lauttojen hinnat", Status::Canceled),
        ("ANULADA: Suben los billetes", Status::Canceled),
        ("ANNULLERET", Status::Canceled),
    ] {
        let d = one(format!("{notice}\n\nFerry fares rise\n\n{copy}\n").as_bytes());
        assert_eq!(d.supplied.status, Some(want), "{notice}");
        assert!(!body(&d).contains(&notice), "{notice}");
    }
}

#[test]
fn national_letters_of_seven_bit_wires() {
    let d = one(
        b"\x01rit042 3 ind 40  rit 0456\r\n\r\nF{rge/Westmere/\r\n\x02RETTELSE\r\n\
          F{rge sunket ved Westmere =\r\n\r\n\
          K|benhavn, den 4. december /ritzau/ En f{rge er torsdag sunket ud for\r\n\
          Westmere, og alle om bord er reddet af fiskere p} havet.\r\n/ritzau/\r\n\
          \x03041015 DEC 25\r\n",
    );
    assert_eq!(
        (d.format, d.charset.as_str()),
        (Format::Iptc7901, "iso-646-no")
    );
    assert_eq!(said(&d)[0], "Færge sunket ved Westmere");
    assert_eq!(said(&d)[2], "København");
    assert_eq!(d.supplied.version_kind, Some(VersionKind::Correction));
    assert!(body(&d)[0].ends_with("reddet af fiskere på havet."));
    for block in &d.blocks {
        for p in &block.pieces {
            let (at, raw, len) = (p.at as usize, p.raw as usize, p.len as usize);
            assert_eq!(block.text[at..at + len], d.raw[raw..raw + len]);
        }
    }
}

#[test]
fn what_is_said_twice_and_differently_is_flagged() {
    let item = |meta: &str, headline: &str| {
        format!(
            "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='urn:x:1' version='1' xml:lang='sv'>\
             <itemMeta><pubStatus qcode='stat:usable'/>{meta}</itemMeta>\
             <contentMeta><headline>{headline}</headline></contentMeta></newsItem>"
        )
    };
    let flags = |text: String| {
        let d = one(text.as_bytes());
        (
            d.supplied.status,
            d.flags.into_iter().map(Flag::as_str).collect::<Vec<_>>(),
        )
    };
    let dates = "<firstCreated>2025-12-04T10:00:00Z</firstCreated>\
        <versionCreated>2025-12-01T10:00:00Z</versionCreated>";
    assert_eq!(
        flags(item(dates, "Färjan")),
        (Some(Status::Usable), vec!["date-contradicted"])
    );
    assert_eq!(
        flags(item("", "ÅTERKALLAS: Färjan sjönk")),
        (Some(Status::Canceled), vec!["status-contradicted"])
    );
    assert_eq!(
        flags(item(
            "<edNote>Embargo till 5 december 2025 kl 06.00</edNote>",
            "Färjan"
        )),
        (Some(Status::Withheld), vec!["status-contradicted"])
    );
    let other = item("", "Färjan").replace("<contentMeta>", "<contentMeta><language tag='fi'/>");
    assert_eq!(flags(other).1, ["language-contradicted"]);
    // What the transport says of the date wins and the document's own is kept.
    let hints = Hints {
        published_at: Some("2025-12-09T10:00:00Z".into()),
        ..Hints::default()
    };
    let text = item(
        "<firstCreated>2025-12-04T10:00:00Z</firstCreated>",
        "Färjan",
    );
    let mut drafts = Vec::new();
    read(text.as_bytes(), &hints, &Settings::default(), &mut |d| {
        drafts.push(d);
        ControlFlow::Continue(())
    })
    .unwrap();
    let s = &drafts[0].supplied;
    assert_eq!(s.published.as_ref().unwrap().value, "2025-12-09T10:00:00Z");
    assert!(
        s.dates_seen
            .iter()
            .any(|d| d.value == "2025-12-04T10:00:00Z")
    );
    assert!(drafts[0].flags.contains("date-contradicted"));
}

#[test]
fn pictures_are_by_photographers_and_alerts_are_alerts() {
    let d = one(
        br#"{"uri":"urn:x:1","type":"picture","byline":"Jane Roe","headline":"Ferry",
            "descriptions":[{"role":"credit","value":"ACME"},{"role":"caption","value":"A ferry off Westmere."}]}"#,
    );
    let [author] = &d.supplied.authors[..] else {
        panic!()
    };
    assert_eq!(author.role, AuthorRole::Photographer);
    assert_eq!(
        d.supplied.media.first().and_then(|m| m.caption.as_deref()),
        Some("A ferry off Westmere.")
    );
    let d = one(b"EILMELDUNG: Ferry sinks off Westmere\n\nWestmere (dpa) - A ferry sank off Westmere on Thursday, the line said.\n");
    assert_eq!(d.supplied.genre, Some(Genre::Alert));
}

#[test]
fn lines_of_their_own_around_the_copy() {
    let copy = "A ferry sank off Westmere on Thursday, officials said, and all two hundred people \
        aboard were rescued by fishing boats.";
    let read = |head: &str, foot: &str| one(format!("{head}{copy}{foot}").as_bytes());
    // AP's and CP's keyword line is the slug and the version.
    let d = read(
        "BC-US--Ferry Sinking, 3rd Ld-Writethru,480\n\nFerry sinks off Westmere\n\nBy JANE ROE\n\n\
         WESTMERE, Maine (AP) — ",
        "\n",
    );
    let s = &d.supplied;
    assert_eq!(s.headline.as_deref(), Some("Ferry sinks off Westmere"));
    assert_eq!(s.slugline.as_deref(), Some("BC-US--Ferry Sinking"));
    assert_eq!(s.version, Some(3));
    // PA's slug above the headline.
    let d = read(
        "POLICE Ferry\n\nFerry sinks off Westmere\n\nBy Jane Roe, PA\n\n",
        "\n\nends\n",
    );
    let s = &d.supplied;
    assert_eq!(s.headline.as_deref(), Some("Ferry sinks off Westmere"));
    assert_eq!(s.slugline.as_deref(), Some("POLICE Ferry"));
    // TT and STT: datelines alone, signatures.
    let d = read(
        "Färja sjönk utanför Westmere\n\nWestmere TT\n\n",
        "\n\nAnna Lind/TT\n",
    );
    assert_eq!(
        said(&d),
        [
            "Färja sjönk utanför Westmere",
            "Anna Lind",
            "Westmere",
            "TT"
        ]
    );
    assert_eq!(body(&d), [copy]);
    let d = read(
        "Lautta upposi\n\nMatti Malli / STT\n\nSTT, Westmere\n\n",
        "\n",
    );
    assert_eq!(said(&d)[1..], ["Matti Malli", "Westmere", "STT"]);
    assert_eq!(body(&d), [copy]);
    // Bloomberg's list of contacts, Reuters' line in two brackets.
    let d = read(
        "WESTMERE, Dec 4 (Bloomberg) -- ",
        "\n\n--With assistance from Al Moe.\n\nTo contact the reporter on this story:\n\n\
         Jane Roe in London at jroe@bloomberg.example\n\nCy Dee\n",
    );
    assert_eq!(body(&d).len(), 1);
    assert!(d.supplied.authors.iter().any(|a| a.name == "Al Moe"));
    let d = read(
        "WESTMERE, Dec 4 (Reuters) - ",
        "\n\n((jane.roe@wire.example; +44 20 7542 0000))\n",
    );
    assert_eq!(body(&d).len(), 1);
}
