//! Kills, withdrawals and holds: recognised before anything else, since a killed story published as
//! usable is the worst that can happen.
//!
//! Everything such a document says goes to the editorial notes and to `removed`; its body is empty and
//! its status `canceled` or `withheld`, so that nothing of the killed copy can be used by mistake.
//!
//! `notice` says whether a line kills or holds copy, `target` which copy that is.

mod notice;
mod target;

use super::dateline;
use crate::intake::draft::Draft;
use crate::record::{BlockKind, Flag, RemovedKind, Status};
use crate::text::word_lists::word_lists;
use notice::judge;

/// How many blocks at the head a kill can stand in.
const WITHIN: usize = 8;
/// Longest document that a milder phrase makes a kill, in bytes; longer ones only speak of one.
const LONGEST_MILD: usize = 1500;

word_lists! {
    /// What kills, withdrawals and holds are told by.
    WORDS "wire/kill.tsv" {
        /// A line that begins so is a kill, in capitals or with what is killed behind a colon or a
        /// dash.
        kill_line,
        /// Words in capitals alone, in brackets, or in front of a colon or a dash.
        kill_word,
        /// The same in other languages. Pages announce in such words that a concert is off, so they
        /// count in the formats of wires only.
        kill_word_abroad,
        /// Sentences that only kills hold.
        kill_sentence,
        /// Commands that open a sentence of a kill; inside one they are what an editor did in the news.
        command,
        /// Requests that open a sentence and name a piece of copy soon after.
        request,
        /// What an agency does to a piece of its own.
        takes_back,
        /// What agencies call a piece of theirs, in English.
        piece,
        /// Pieces that a request does away with for the copy behind it, which takes their place.
        replaced,
        /// Words by which a request not to use something is one about when, where or how.
        restriction,
        /// What agencies call a piece of theirs. In the news a Norwegian "sak" is as often a case at
        /// court: it has verbs of its own.
        piece_abroad,
        /// What becomes of a piece that an agency takes back, for the pieces of the same languages; " … " stands
        /// for other words.
        withdrawn_abroad,
        /// Verbs that with the word for a piece of copy in one sentence make a withdrawal.
        withdrawal,
        /// Words for a piece of copy that, with such a verb behind them, make a withdrawal.
        copy,
        /// What a line begins with that holds the copy, in capitals.
        hold_line,
        /// Sentences that hold the copy.
        hold_sentence,
        /// Verbs of saying behind a phrase that is somebody's words.
        spoken,
        /// What stands in front of a line that says to whom it is said.
        label,
        /// How a notice that something is withdrawn begins.
        notice_opening,
        /// What tells copy of an agency from other things that are withdrawn.
        about_copy,
        /// What opens a kill or a hold in small letters too.
        in_small_letters,
        /// Words that say which piece a request means.
        which,
        /// Pieces of which "is withdrawn", and no more, makes a withdrawal.
        closing,
        /// How what stands in the place of an article begins that its outlet has taken back.
        retracted,
        /// The same said of the outlet, behind its name.
        retracts,
        /// What stands in front of a service and a number: "kill item dpa 157".
        by_number,
        /// What stands behind a slug: "BC-US--Ferry Sinking, BULLETIN KILL" (AP).
        behind_slug,
        /// What stands in front of a slug.
        before_slug,
        /// What stands in front of a headline in quotation marks.
        before_headline,
        /// What ends the words by which a piece is named, and a slug.
        sent,
        /// What else ends the words by which a piece is named.
        behind_named,
    }
    with notice::FIRST, notice::HOLD_LINES, notice::LABELS, notice::NOTICES, notice::WITHDRAWN_ABROAD
}

/// Recognises a kill, a withdrawal or a hold. When it is a kill, nothing else is to be read off the draft.
pub(super) fn apply(draft: &mut Draft) -> bool {
    let Some((status, target)) = verdict(draft) else {
        // A format that declares its item canceled has no copy to be read either, but keeps its text.
        return false;
    };
    if draft.supplied.status == Some(Status::Usable) {
        draft.flags.insert(Flag::STATUS_CONTRADICTED);
    }
    let supplied = &mut draft.supplied;
    supplied.status = Some(match supplied.status {
        Some(Status::Canceled) => Status::Canceled,
        _ => status,
    });
    if supplied.supersedes.is_none() {
        supplied.supersedes = target;
    }
    if status == Status::Withheld {
        put_hold_aside(draft);
        return false;
    }
    while let Some(at) = draft
        .blocks
        .iter()
        .position(|b| b.kind != BlockKind::Headline)
    {
        let text = draft.remove(at, RemovedKind::EditorialNote);
        draft.supplied.editorial_notes.push(text);
    }
    if let Some(deck) = draft.supplied.deck.take() {
        draft.supplied.add_note(deck);
    }
    true
}

/// Whether a line of a page says that its article is killed, held or taken back.
pub(super) fn is_notice(line: &str) -> bool {
    let about = Setting {
        short: false,
        wire: false,
        dated: false,
        agency: None,
    };
    judge(line, about).is_some()
}

/// Takes the lines that hold the copy out of it.
fn put_hold_aside(draft: &mut Draft) {
    let about = setting(draft);
    let mut at = 0;
    while at < draft.blocks.len().min(WITHIN) {
        let block = &draft.blocks[at];
        if block.kind == BlockKind::Headline || judge(&block.text, about).is_none() {
            at += 1;
            continue;
        }
        let note = draft.remove(at, RemovedKind::EditorialNote);
        draft.supplied.editorial_notes.push(note);
    }
}

/// What the head of a draft says: killed or held, and which copy.
fn verdict(draft: &Draft) -> Option<(Status, Option<String>)> {
    let supplied = &draft.supplied;
    let blocks = draft.blocks.iter().take(WITHIN).map(|b| b.text.as_str());
    let texts = || {
        [&supplied.headline, &supplied.slugline, &supplied.deck]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(supplied.editorial_notes.iter().map(String::as_str))
            .chain(blocks.clone())
    };
    let about = setting(draft);
    let status = texts().find_map(|text| judge(text, about))?;
    Some((status, target::of(texts, about.short)))
}

/// What the document is that a line stands in.
#[derive(Clone, Copy)]
struct Setting {
    /// Whether it is so short that milder phrases count.
    short: bool,
    /// Whether it came in a format that agencies send.
    wire: bool,
    /// Whether a short one of a wire has copy with a dateline in it.
    dated: bool,
    /// The agency in the dateline of a short one.
    agency: Option<&'static str>,
}

fn setting(draft: &Draft) -> Setting {
    let length: usize = draft.blocks.iter().map(|b| b.text.len()).sum();
    let (short, wire) = (length <= LONGEST_MILD, super::is_wire(draft.format));
    let head = draft.blocks.iter().take(WITHIN).filter(|_| short && wire);
    let mut datelines = head.filter_map(|b| dateline::find(&b.text)).peekable();
    Setting {
        short,
        wire,
        dated: datelines.peek().is_some(),
        agency: datelines.find_map(|d| Some(super::agency(&d.source?)?.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Format;
    use crate::intake::draft::DraftBlock;

    fn read(text: &str) -> Draft {
        let mut draft = Draft::new(Format::Text, "utf-8", text.into());
        let mut at = 0;
        for line in text.split('\n') {
            draft
                .blocks
                .push(DraftBlock::verbatim(BlockKind::Paragraph, line, at));
            at += line.len() + 1;
        }
        apply(&mut draft);
        draft
    }

    #[test]
    fn kills_are_canceled_and_name_their_target() {
        for (text, target) in [
            (
                "BULLETIN KILL\nEditors: please kill the story Ferry Sinking, V0123. A kill is mandatory.\nThe AP",
                Some("Ferry Sinking, V0123"),
            ),
            (
                "WESTMERE (AP) — Please kill the story BC-US--Ferry, a0573, which moved at 10:04. The ferry did not sink.",
                Some("BC-US--Ferry, a0573"),
            ),
            (
                "ADVISORY: The LONDON item headlined 'Ferry's crew at fault' is withdrawn.",
                Some("Ferry's crew at fault"),
            ),
            (
                "KILL KILL KILL\nPlease kill item dpa 157. It is wrong.",
                Some("dpa:157"),
            ),
            (
                "The LONDON item headlined “Ferry sinks” is withdrawn. There will be no substitute.",
                Some("Ferry sinks"),
            ),
            ("АННУЛИРОВАНО: Паром затонул", Some("Паром затонул")),
            ("ΑΚΥΡΩΣΗ: Βυθίστηκε το πλοίο", Some("Βυθίστηκε το πλοίο")),
            (
                "WITHDRAWN: Ferry sinks off Westmere",
                Some("Ferry sinks off Westmere"),
            ),
            (
                "Withdrawn: Ferry sinks off Westmere",
                Some("Ferry sinks off Westmere"),
            ),
            ("ANNULLIERUNG: Fähre gesunken", Some("Fähre gesunken")),
            (
                "(ANULADA) Se hunde un transbordador",
                Some("Se hunde un transbordador"),
            ),
            (
                "ÅTERKALLAS: Färjan sjönk utanför Westmere",
                Some("Färjan sjönk utanför Westmere"),
            ),
            ("PERUTTU: Lautta upposi", Some("Lautta upposi")),
            ("UDGÅR - UDGÅR - UDGÅR", None),
            (
                "Bitte streichen Sie die apa-Meldung 0345 «Fähre gesunken» vom 12. Juni.",
                Some("Fähre gesunken"),
            ),
            (
                "Achtung: Meldung zurückgezogen\nDie Agentur zieht die Meldung «Fähre gesunken» zurück.",
                Some("Fähre gesunken"),
            ),
            (
                "Prière de ne pas tenir compte de notre dépêche \"Le ferry a coulé\" de 13H05.",
                Some("Le ferry a coulé"),
            ),
            (
                "TREKKES: Ferge sank utenfor Westmere",
                Some("Ferge sank utenfor Westmere"),
            ),
            (
                "Stryk nyheten med rubriken \"Färja sjönk\" som sändes 13.05.",
                Some("Färja sjönk"),
            ),
            (
                "EDITORS: UPI is withdrawing its story \"Ferry sinks,\" sent June 12.",
                Some("Ferry sinks"),
            ),
            (
                "EDS: AAP KILL\nPlease kill AAP story Ferry sinks off Westmere (Slug: FERRY).",
                Some("Ferry sinks off Westmere"),
            ),
            (
                "Please note that the Press Association story POLICE Westmere, filed at 1405, has been withdrawn on legal advice.",
                Some("POLICE Westmere"),
            ),
            (
                "BULLETIN KILL\nEditors: Kill BC-US--Ferry Sinking, V0472. A kill is mandatory.",
                Some("BC-US--Ferry Sinking, V0472"),
            ),
            (
                "ANNULATION\nPrière d'annuler la dépêche sur le ferry.",
                None,
            ),
            (
                "Achtung Redaktionen\nDie Meldung \"Fähre gesunken\" (apa0123) wird zurückgezogen.",
                Some("Fähre gesunken"),
            ),
            ("Telegrammet om færgen udgår. Ritzau beklager.", None),
            (
                "PLEASE DISREGARD: Ferry sinks off Westmere\nThis headline was sent in error.",
                Some("Ferry sinks off Westmere"),
            ),
            (
                "PA WITHDRAWS: Ferry sinks off Westmere",
                Some("Ferry sinks off Westmere"),
            ),
            (
                "Please note the story headlined Ferry Sinks Off Westmere, sent at 1405, has been withdrawn.",
                Some("Ferry Sinks Off Westmere"),
            ),
            (
                "We are advised by Westmere Ferries that journalists and other readers should disregard the news release, \"Ferry raised\", issued June 12 over PR Newswire.",
                Some("Ferry raised"),
            ),
            (
                "/DISREGARD RELEASE: Westmere Ferries/",
                Some("Westmere Ferries"),
            ),
            (
                "Notice to media: the press release titled \"Ferry raised\" issued today should be disregarded.",
                Some("Ferry raised"),
            ),
            (
                "Bitte verwenden Sie unsere Meldung \"Fähre gesunken\" von 14.05 Uhr nicht.",
                Some("Fähre gesunken"),
            ),
            (
                "ANNULLERA: Färjan sjönk utanför Westmere",
                Some("Färjan sjönk utanför Westmere"),
            ),
            (
                "TT drar tillbaka texten \"Färjan sjönk\" som sändes kl 14.05.",
                Some("Färjan sjönk"),
            ),
            (
                "PAP anuluje depeszę \"Prom zatonął\" nadaną o godz. 14.05.",
                Some("Prom zatonął"),
            ),
            (
                "ČTK ruší zprávu \"Trajekt se potopil\" vydanou ve 14:05.",
                Some("Trajekt se potopil"),
            ),
            (
                "Az MTI visszavonja \"Elsüllyedt a komp\" című, 14.05-kor kiadott hírét.",
                Some("Elsüllyedt a komp"),
            ),
            ("İPTAL: Feribot battı", Some("Feribot battı")),
            (
                "Saat 14.05'te geçtiğimiz \"Feribot battı\" başlıklı haberimizi iptal ediyoruz.",
                Some("Feribot battı"),
            ),
            (
                "【取り消し】フェリー沈没\n「フェリー沈没」の記事を取り消します。使用しないでください。",
                Some("フェリー沈没"),
            ),
            ("[기사 전문 취소] 페리 침몰", Some("페리 침몰")),
            (
                "يرجى إلغاء الخبر المعنون \"غرق عبارة\" المرسل في الساعة 14:05.",
                Some("غرق عبارة"),
            ),
            (
                "ALERT WITHDRAWN - Ferry sinks off Westmere",
                Some("Ferry sinks off Westmere"),
            ),
            (
                "AFP anula su despacho \"El ferri se hundió\" enviado a las 14H05 GMT.",
                Some("El ferri se hundió"),
            ),
            (
                "ANSA annulla la notizia \"Traghetto affondato\" delle 12.05.",
                Some("Traghetto affondato"),
            ),
            (
                "Lūdzam anulēt ziņu \"Prāmis nogrimis\", kas nosūtīta plkst. 14.05.",
                Some("Prāmis nogrimis"),
            ),
            (
                "ELTA anuliuoja žinią \"Nuskendo keltas\".",
                Some("Nuskendo keltas"),
            ),
            (
                "ТАНЈУГ повлачи вест \"Потонуо трајект\".",
                Some("Потонуо трајект"),
            ),
            (
                "Просимо анулювати повідомлення \"Затонув пором\", передане о 14:05.",
                Some("Затонув пором"),
            ),
            (
                "Kindly ignore our story titled 'Ferry sinks' (14:05).",
                Some("Ferry sinks"),
            ),
            (
                "ATTENTION EDITORS: PTI is withdrawing DEL 45 slugged FERRY-SINKS issued earlier today.",
                Some("FERRY-SINKS"),
            ),
            (
                "Mohon batalkan berita berjudul \"Feri tenggelam\" yang dikirim pukul 14.05.",
                Some("Feri tenggelam"),
            ),
            (
                "Kill the story slugged Ferry Sinking. It is wrong.",
                Some("Ferry Sinking"),
            ),
        ] {
            let draft = read(text);
            assert_eq!(draft.supplied.status, Some(Status::Canceled), "{text}");
            assert_eq!(draft.supplied.supersedes.as_deref(), target, "{text}");
            assert!(draft.blocks.is_empty(), "nothing of it can be used: {text}");
            assert!(!draft.supplied.editorial_notes.is_empty());
        }
    }

    #[test]
    fn what_is_quoted_is_no_notice() {
        for text in [
            "WESTMERE (AP) — “Please kill the story of the ferry,” the agency told its clients, the court heard.",
            "WESTMERE (AP) — The song \"Kill the Story About Us Tonight\" was played twice.",
            "Westmere (dpa) - „Bitte streichen Sie die Meldung vom Montag“, stand in dem Schreiben.",
        ] {
            assert_eq!(read(text).supplied.status, None, "{text}");
        }
        let killed =
            read("Please kill the story \"Ferry sinks off the coast of Westmere\", sent at 1405.");
        assert_eq!(killed.supplied.status, Some(Status::Canceled));
    }

    #[test]
    fn what_stands_in_the_place_of_an_article_cancels_it() {
        for text in [
            "This article has been retracted because its figures were wrong.\nWe apologise.",
            "The Westmere Courier has withdrawn this story, which was published on Monday.",
            "Dieser Artikel wurde gelöscht, weil er Fehler enthielt.",
            "Retracted: Ferry sinks off Westmere\nThe story was wrong.",
        ] {
            assert_eq!(read(text).supplied.status, Some(Status::Canceled), "{text}");
        }
        for text in [
            "WESTMERE (AP) — “This article has been retracted,” a note on the page of the journal says.",
            "The journal retracted the article last year, and its authors protested.",
        ] {
            assert_eq!(read(text).supplied.status, None, "{text}");
        }
    }

    #[test]
    fn no_phrase_reaches_past_what_is_read_of_a_notice() {
        let phrases = WORDS.kill_sentence.iter().chain(WORDS.hold_sentence.iter());
        assert!(phrases.map(|p| p.len()).max() <= Some(notice::LONGEST_PHRASE));
    }

    #[test]
    fn holds_are_withheld() {
        let draft = read("HOLD HOLD HOLD\nPlease hold item dpa 157 until we know more.");
        assert_eq!(draft.supplied.status, Some(Status::Withheld));
        assert_eq!(draft.supplied.supersedes.as_deref(), Some("dpa:157"));
    }

    #[test]
    fn copy_that_speaks_of_kills_is_usable() {
        for text in [
            "The bill was withdrawn on Monday after the story of its author became known.",
            "Kill notice handed to landlords\nThe council of Westmere voted on Monday to close the bridge.",
            "The offer headlined the fair and was withdrawn on Monday.",
            "Hold on: the ferry may be back\nIt sails again.",
            "The candidate has been withdrawn from the race after a newspaper article.",
            "The story was withdrawn by its author, a novelist, in 1990, she told friends in Westmere.",
            "Withdrawal: what next for the troops?",
            "Rückruf: Händler nimmt Milch aus den Regalen",
            "Rückruf von Babynahrung in Westmere",
            "Anulación de las elecciones: claves de un fallo",
            "ANNULE ET REMPLACE - Le ferry a coulé",
            "KILL-OR-CURE PLAN FOR THE FERRY LINE",
            "The paper paid to kill the story, prosecutors said.",
            "The drug must not be used for fever, the agency said.",
            "The photographs should not be published, the judge ruled.",
            "Der Gesetzentwurf wird zurückgezogen, sagte die Ministerin.",
            "Le concert est annulé, a annoncé la salle.",
            "Retirada de tropas: el plan del Gobierno",
            "LONDON (AP) — Reuters has withdrawn a story about a ferry line, the agency said.",
            "Please do not use the picture after June 12 without a credit.",
            "Påtalemyndigheten trekker saken mot rederiet.",
            "Please remove your shoes: the rule of a museum makes a story.",
            "Please remove item from sale, shops told\nWESTMERE (AP) — Shops were told so on Monday.",
            "Reuters withdraws story after complaint\nLONDON (AP) — Reuters has withdrawn a story.",
            "Många elever stryker texten i provet.",
            "Der Hersteller bittet, die Milch nicht zu verwenden. Das geht aus einer Meldung hervor.",
            "Lentoyhtiö perui vuoron, uutinen levisi nopeasti.",
            "Eds: Please disregard the earlier version's byline.\nWESTMERE (AP) — The ferry sank.",
            "Eds: Please disregard the earlier version.\nWESTMERE (AP) — The ferry sank on Monday.",
            "The agency said the press release was withdrawn on Monday.",
            "Disregard for rules led to the loss of the ferry\nThe crew was tired.",
            "Bitte verwenden Sie den Nebeneingang, die Fähre legt nicht an. Die Meldung kam vom Hafen.",
            "Konduktor membatalkan perjalanan, menurut berita pagi.",
            "이 기사는 페리 회사가 운항을 취소했다고 전했다.",
            "朝の記事によると、フェリーは欠航を取り消した。",
            "Se anula la travesía, según la noticia difundida por la naviera.",
            "(Esta información anula y sustituye a la anterior)\nWestmere, 5 may (EFE).- El ferri zarpó.",
            "Officials told residents to disregard the alert, which was sent in error.",
            "Feribot seferleri iptal edildi, haberi belediye duyurdu.",
        ] {
            assert_eq!(read(text).supplied.status, None, "{text}");
        }
    }
}
