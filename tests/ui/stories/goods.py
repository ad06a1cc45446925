"""A shop with the longest names a shop has, in four languages and four currencies."""

from __future__ import annotations

from tests.flows.shop import APPLES, BREAD, DIRECTORY, MILK, NUTELLA, article, pin_hash

MARKETS = {"nl": "nl", "fr": "fr", "id": "id", "en": "gb"}

NAMES = {
    "nl": {
        "jam": "Extra abrikozenconfituur uit de Roussillon, pot van 750 gram",
        "cheese": "Oude boerenkaas van rauwe melk, minstens 18 maanden gerijpt",
        "beer": "Dubbel gebrouwen kloosterbier 75 cl",
        "bottle": "Statiegeld fles",
        "sold_by_weight": "Elstar los",
        "people": ("Sanne", "Budi", "Anne-Marie van der Meulen-Oosterhuis", "Jan-Willem"),
        "categories": ("Snel", "Groente en fruit", "Bakkerij", "Zuivel en eieren", "Dranken"),
        "deal": "Tweede halve prijs tot en met zondag",
        "shop": "Buurtwinkel De Hoek",
        "address": ["Burgemeester van Leeuwenlaan 125", "1234 AB Alphen aan den Rijn"],
    },
    "fr": {
        "jam": "Confiture extra d'abricots du Roussillon, pot de 750 grammes",
        "cheese": "Fromage fermier au lait cru affiné dix-huit mois minimum",
        "beer": "Bière d'abbaye double fermentation 75 cl",
        "bottle": "Consigne bouteille",
        "sold_by_weight": "Pommes Reinette",
        "people": ("Marie-Christine", "Budi", "Jean-Baptiste de La Rochefoucauld", "Zoé"),
        "categories": ("Rapide", "Fruits et légumes", "Boulangerie", "Crèmerie", "Boissons"),
        "deal": "Le deuxième à moitié prix jusqu'à dimanche",
        "shop": "Épicerie du Coin",
        "address": ["125 avenue du Maréchal-de-Lattre-de-Tassigny", "69009 Lyon"],
    },
    "id": {
        "jam": "Selai aprikot istimewa dari perkebunan Roussillon, botol 750 gram",
        "cheese": "Keju tua susu mentah, diperam sekurang-kurangnya 18 bulan",
        "beer": "Minuman malt beralkohol dua kali fermentasi 75 cl",
        "bottle": "Uang jaminan botol",
        "sold_by_weight": "Apel Malang",
        "people": ("Dewi Kusumawati", "Budi", "Raden Mas Suryaningrat Kusumadiningrat", "Ni Luh"),
        "categories": ("Cepat", "Sayur dan buah", "Roti dan kue", "Susu dan telur", "Minuman"),
        "deal": "Yang kedua setengah harga sampai hari Minggu",
        "shop": "Warung Pojok Sejahtera",
        "address": ["Jalan Jenderal Sudirman Kavling 52-53", "Jakarta Selatan 12190"],
    },
    "en": {
        "jam": "Extra apricot conserve from the Roussillon, jar of 750 grams",
        "cheese": "Unpasteurised farmhouse cheddar, matured at least 18 months",
        "beer": "Double fermented abbey ale 75 cl",
        "bottle": "Bottle deposit",
        "sold_by_weight": "Loose Cox apples",
        "people": ("Sarah", "Budi", "Elizabeth Featherstonehaugh-Cholmondeley", "Tom"),
        "categories": ("Quick", "Fruit and vegetables", "Bakery", "Dairy and eggs", "Drinks"),
        "deal": "Second one half price until Sunday",
        "shop": "The Corner Shop",
        "address": ["125 Saint Bartholomew's Close", "London EC1A 7BE"],
    },
}

JAM, CHEESE, BEER, BOTTLE = "5410013114697", "KAAS", "BIER", "FLES"

TILES = (
    "Witte bol", "Bruine bol", "Croissant", "Krentenbol", "Appelflap", "Koffie verkeerd",
    "Cappuccino", "Verse muntthee", "Warme chocolademelk", "Espresso", "Tomaten", "Komkommer",
    "Paprika", "Draagtas", "Krant", "Postzegel internationaal", "Cadeaubon",
)  # fmt: skip


def price(language: str, minor: int) -> int:
    """Give a price in the shop's currency: a euro is some seventeen thousand rupiah."""
    return minor * 170 if language == "id" else minor


def directory(language: str) -> dict[str, object]:
    """Give what the back office of such a shop says."""
    names = NAMES[language]
    return {
        "articles": [each | _priced(language, each) for each in _articles(names)],
        "categories": [
            {"key": key, "name": name, "colour": colour, "position": place}
            for place, (key, name, colour) in enumerate(
                zip(
                    ("quick", "fruit", "bread", "dairy", "drinks"),
                    names["categories"],
                    ("#0B5F5B", "#3B7D4A", "#C98B2B", "#D9D5CB", "#6B4A2F"),
                    strict=True,
                ),
                start=1,
            )
        ],
        "quick_keys": [
            *(
                {"category": "quick", "page": 1, "position": place, "article": code}
                for place, code in enumerate((JAM, MILK, CHEESE, BEER, BREAD), start=1)
            ),
            *(
                {"category": "quick", "page": 1, "position": 10 + place, "article": f"T{place}"}
                for place in range(len(TILES))
            ),
            {"category": "fruit", "page": 1, "position": 1, "article": APPLES, "colour": "#3A7F3A"},
        ],
        "staff": _staff(names),
        "promotions": [
            {
                "id": "deal",
                "position": 1,
                "rule": {
                    "name": names["deal"],
                    "kind": "percent",
                    "percent_bp": 2500,
                    "parts": [{"articles": [NUTELLA]}],
                },
            }
        ],
        "settings": {
            **DIRECTORY["settings"],
            "shop": {
                "name": names["shop"],
                "address": names["address"],
                "tax_number": "NL001234567B01",
                "footer": {language: names["deal"]},
            },
        },
    }


def _elsewhere(*places):
    at = "2026-11-20T12:00:00+01:00"
    return [{"place": place, "quantity_milli": quantity, "at": at} for place, quantity in places]


def _articles(names):
    return [
        article(
            NUTELLA,
            "Nutella 400 g",
            399,
            cost_minor=250,
            stock_milli=12_000,
            stock_at="2026-11-22T12:00:00+01:00",
            stock_elsewhere=_elsewhere(
                *(("Utrecht Overvecht", 3000), ("Arnhem", 1500), ("Bergen op Zoom", -2000))
            ),
        ),
        article(MILK, "Halfvolle melk 1 l", 129, category="dairy"),
        article(
            BREAD,
            "Volkorenbrood heel",
            289,
            category="bread",
            colour="#C98B2B",
            stock_milli=8000,
            stock_at="2026-11-22T14:00:00+01:00",
            stock_elsewhere=_elsewhere(("Utrecht", 3000), ("Arnhem", 1000)),
        ),
        article(APPLES, names["sold_by_weight"], 249, unit="kg", category="fruit"),
        article(JAM, names["jam"], 1215, colour="#C98B2B"),
        article(CHEESE, names["cheese"], 24950, category="dairy", colour="#6B4A2F"),
        article(BEER, names["beer"], 650, minimum_age=18, deposit=BOTTLE, tax_class="standard"),
        article(BOTTLE, names["bottle"], 25, kind="deposit", tax_class="zero"),
        *(
            article(f"T{place}", name, 100 + 35 * place, colour="#D9D5CB")
            for place, name in enumerate(TILES)
        ),
    ]


def _priced(language, row):
    rises = ("price_minor", "cost_minor")
    return {key: price(language, row[key]) for key in rises if row[key] is not None}


def _staff(names):
    sanne, budi, *others = names["people"]
    first, second = DIRECTORY["staff"]
    return [
        first | {"name": sanne},
        second | {"name": budi, "language": ""},
        *(
            first | {"id": f"p{place}", "name": name, "badge_hash": "", "pin_hash": pin_hash("1")}
            for place, name in enumerate(others, start=3)
        ),
    ]
