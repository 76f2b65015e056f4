//! The agencies as datelines, bylines and credits name them.

use super::scan;

/// An agency and the names it signs with.
pub struct Agency {
    /// As the record writes it.
    pub name: &'static str,
    /// As copy writes it, in lower case.
    pub names: &'static [&'static str],
    /// Whether its datelines go without a dash: "New Delhi, Dec 4 (PTI) The …".
    pub no_dash: bool,
}

const fn of(name: &'static str, names: &'static [&'static str]) -> Agency {
    Agency {
        name,
        names,
        no_dash: false,
    }
}

const fn without_dash(name: &'static str, names: &'static [&'static str]) -> Agency {
    Agency {
        name,
        names,
        no_dash: true,
    }
}

pub const AGENCIES: &[Agency] = &[
    of(
        "AP",
        &["ap", "associated press", "the associated press", "ap news"],
    ),
    of(
        "Reuters",
        &[
            "reuters",
            "thomson reuters",
            "thomson reuters foundation",
            "reuters life!",
            "reuters breakingviews",
        ],
    ),
    of(
        "AFP",
        &[
            "afp",
            "agence france-presse",
            "agence france presse",
            "afp relaxnews",
        ],
    ),
    of(
        "dpa",
        &[
            "dpa",
            "deutsche presse-agentur",
            "dpa international",
            "dpa-afx",
            "dpa correspondents",
        ],
    ),
    of(
        "PA",
        &[
            "pa",
            "press association",
            "the press association",
            "pa media",
            "pa news agency",
        ],
    ),
    of("Xinhua", &["xinhua", "xinhua news agency"]),
    without_dash("TASS", &["tass", "itar-tass", "тасс"]),
    of("Kyodo", &["kyodo", "kyodo news", "kyodo news agency"]),
    of("EFE", &["efe", "agencia efe", "efe-epa"]),
    of("Europa Press", &["europa press"]),
    of("ANSA", &["ansa", "ansamed", "ansa.it"]),
    of("UPI", &["upi", "united press international"]),
    of("Bloomberg", &["bloomberg", "bloomberg news"]),
    of("CP", &["cp", "canadian press", "the canadian press"]),
    of("AAP", &["aap", "australian associated press"]),
    without_dash("NTB", &["ntb", "norsk telegrambyrå"]),
    without_dash("TT", &["tt", "tt news agency", "tt nyhetsbyrån"]),
    without_dash("Ritzau", &["ritzau", "ritzaus bureau"]),
    without_dash("STT", &["stt", "stt-lehtikuva", "fnb"]),
    of("Belga", &["belga", "belga news agency", "agence belga"]),
    of("ANP", &["anp"]),
    of("APA", &["apa", "austria presse agentur"]),
    without_dash(
        "Keystone-SDA",
        &["sda", "ats", "keystone-sda", "keystone-ats", "awp"],
    ),
    of("epd", &["epd"]),
    of("KNA", &["kna"]),
    of("AGI", &["agi"]),
    of("Adnkronos", &["adnkronos"]),
    of("LaPresse", &["lapresse"]),
    of("ANA-MPA", &["ana-mpa", "amna", "απε-μπε"]),
    of("RIA Novosti", &["ria novosti", "риа новости"]),
    of("Télam", &["télam", "telam"]),
    of("Agerpres", &["agerpres"]),
    of("BTA", &["bta"]),
    of("Tanjug", &["tanjug"]),
    of("Hina", &["hina"]),
    of("BNS", &["bns"]),
    of("Lusa", &["lusa"]),
    without_dash("PTI", &["pti", "press trust of india"]),
    without_dash("ANI", &["ani", "asian news international"]),
    without_dash("IANS", &["ians", "indo-asian news service"]),
    of("Yonhap", &["yonhap", "yonhap news agency"]),
    of("Jiji", &["jiji", "jiji press"]),
    of("Anadolu", &["aa", "anadolu", "anadolu agency"]),
    of("Interfax", &["interfax", "interfax-ukraine"]),
    of("Ukrinform", &["ukrinform"]),
    of("PAP", &["pap"]),
    of("CTK", &["ctk", "čtk"]),
    of("MTI", &["mti"]),
    of("Bernama", &["bernama"]),
    of("Antara", &["antara"]),
    of("CNA", &["cna"]),
    of("KCNA", &["kcna"]),
    of("IRNA", &["irna"]),
    of("SPA", &["spa"]),
    of("WAM", &["wam"]),
    of("MENA", &["mena"]),
    of("SANA", &["sana"]),
    of("JTA", &["jta"]),
    of("TNS", &["tns", "tribune news service"]),
    of("Dow Jones", &["dow jones", "dow jones newswires"]),
    of("PRNewswire", &["prnewswire", "pr newswire"]),
    of("Business Wire", &["business wire"]),
    of("GlobeNewswire", &["globe newswire", "globenewswire"]),
    of("ACCESSWIRE", &["accesswire"]),
    without_dash("CNN", &["cnn", "cnn business", "cnn money", "cnnmoney"]),
    of("VOA", &["voa"]),
    of("RFE/RL", &["rfe/rl"]),
    of("CNS", &["cns"]),
    of("RNS", &["rns"]),
    of("IPS", &["ips"]),
    of("KUNA", &["kuna"]),
    of("QNA", &["qna"]),
    of("APP", &["app"]),
    of("BSS", &["bss"]),
    of("UNB", &["unb"]),
    of("VNA", &["vna", "vns"]),
];

/// How the names begin.
static FIRST: scan::FirstBytes = {
    let mut first = scan::FirstBytes::NONE;
    let mut at = 0;
    while at < AGENCIES.len() {
        first = first.and(AGENCIES[at].names);
        at += 1;
    }
    first
};

/// Longest name of a regional service, in bytes.
const LONGEST_SERVICE: usize = 4;

/// The agency that copy names so, without regard to case.
pub fn agency(name: &str) -> Option<&'static Agency> {
    let name = name.trim();
    let named = |a: &&Agency| {
        a.names
            .iter()
            .any(|n| scan::after(name, n).is_some_and(str::is_empty))
    };
    // Two sources ("lni/dpa", "NTB-Reuters"): the first that is an agency; dpa's regional services are none.
    let may = FIRST.may_open(name);
    let found = may.then(|| AGENCIES.iter().find(named)).flatten();
    found.or_else(|| {
        let mut parts = name.split(['/', '-', '–']);
        parts.clone().nth(1)?;
        // "Jane Roe/TT" is a writer with her agency.
        let signs = |p: &str| p.len() <= LONGEST_SERVICE || agency(p).is_some();
        parts.clone().all(signs).then(|| parts.find_map(agency))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agencies_are_known_by_their_names() {
        let name = |n: &str| agency(n).map(|a| a.name);
        assert_eq!(name("The Associated Press"), Some("AP"));
        assert_eq!(name("dpa/lni"), Some("dpa"));
        assert_eq!(name("AFP"), Some("AFP"));
        assert_eq!(name("NTB-Reuters"), Some("NTB"));
        assert_eq!(name("awp/sda"), Some("Keystone-SDA"));
        assert_eq!(name("ČTK"), Some("CTK"));
        assert_eq!(name("Jean-Luc"), None);
        assert_eq!(name("Jane Roe/TT"), None);
        assert_eq!(name("Westmere Courier"), None);
    }
}
