//! The agencies as datelines, bylines and credits name them.

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
    without_dash("TASS", &["tass", "itar-tass"]),
    of("Kyodo", &["kyodo", "kyodo news", "kyodo news agency"]),
    of("EFE", &["efe", "agencia efe", "efe-epa"]),
    of("ANSA", &["ansa", "ansamed", "ansa.it"]),
    of("UPI", &["upi", "united press international"]),
    of("Bloomberg", &["bloomberg", "bloomberg news"]),
    of("CP", &["cp", "canadian press", "the canadian press"]),
    of("AAP", &["aap", "australian associated press"]),
    without_dash("NTB", &["ntb", "norsk telegrambyrå"]),
    without_dash("TT", &["tt", "tt news agency", "tt nyhetsbyrån"]),
    of("Ritzau", &["ritzau"]),
    without_dash("STT", &["stt", "stt-lehtikuva"]),
    of("Belga", &["belga", "belga news agency"]),
    of("ANP", &["anp"]),
    of("APA", &["apa", "austria presse agentur"]),
    of("Keystone-SDA", &["sda", "ats", "keystone-sda", "awp"]),
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

/// The agency that copy names so, without regard to case.
pub fn agency(name: &str) -> Option<&'static Agency> {
    let name = name.trim();
    // Two sources ("lni/dpa", "Reuters/AP"): the first that is an agency, then the regional service of dpa.
    AGENCIES
        .iter()
        .find(|a| a.names.iter().any(|n| n.eq_ignore_ascii_case(name)))
        .or_else(|| {
            let mut parts = name.split('/');
            parts.clone().nth(1)?;
            parts.find_map(agency)
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
        assert_eq!(name("Westmere Courier"), None);
    }
}
