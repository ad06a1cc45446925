"""Files people bring: taken whole, or everything wrong with them named."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import market as markets
from appliance.domain.staff import hash_pin, verify_pin
from collector.directory.editing import apply
from collector.directory.files import FileRefused, cells
from collector.directory.files.articles import read_articles
from collector.directory.files.categories import read_categories
from collector.directory.files.keys import read_keys
from collector.directory.files.shop import read_shop
from collector.directory.files.staff import read_staff
from collector.directory.models import Article, Category, Person, QuickKey, Setting

NL, ID = markets.load("nl"), markets.load("id")
HEAD = "code,name,price,tax_class\n"


def articles(text, market=NL):
    content = text if isinstance(text, bytes) else text.encode()
    return apply(read_articles("articles.csv", content, market))


def faults(read, *arguments):
    with pytest.raises(FileRefused) as refused:
        read(*arguments)
    return [(each.line, each.column, each.value, each.reason) for each in refused.value.faults]


def article_faults(text, market=NL):
    content = text if isinstance(text, bytes) else text.encode()
    found = faults(read_articles, "articles.csv", content, market)
    assert not Article.objects.exists()
    return found


def test_a_whole_line_is_read(db):
    articles(
        "code,gtin,name,price,tax_class,category,unit,cost,stock,colour,active\n"
        "JAM,3017620422003,Nutella,3.99,Reduced,Sweet things,kg,1.5,0.345,#2F6F4F,yes\n"
    )
    jam = Article.objects.get()
    assert (jam.gtin, jam.price_minor, jam.cost_minor) == ("03017620422003", 399, 150)
    assert (jam.tax_class, jam.category, jam.unit) == ("reduced", "sweet-things", "kg")
    assert (jam.stock_milli, jam.colour, jam.active) == (345, "#2F6F4F", True)
    category = Category.objects.get()
    assert (category.key, category.name) == ("sweet-things", "Sweet things")


@pytest.mark.parametrize(
    "text",
    [
        codecs.BOM_UTF8.decode() + "code,name,price,tax_class\r\nA,Thé,1.50,zero\r\n",
        "code;name;price;tax_class\nA;Thé;1,50;zero\n",
        "tax_class\tprice\tcode\tname\nzero\t1,5\tA\tThé",
        '"Code","NAME","Price","tax_class"\n"A","Thé","1,50","zero"\n\n',
        'code;name;price;tax_class\nA;"Thé";"1,50";zero\n;;;\n',
    ],
)
def test_as_any_spreadsheet_writes_it(db, text):
    articles(text)
    article = Article.objects.get()
    assert (article.name, article.price_minor) == ("Thé", 150)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ((HEAD + "A,x,1,zero\nB,Thé,1,zero\n").encode("latin-1"), "Line 3 is not written in UTF-8"),
        ((HEAD + "A,x,1,zero\n").encode("utf-16"), "UTF-16"),
        ((HEAD + "A,x,1,zero\n").encode("utf-16-le"), "UTF-16"),
        (HEAD.encode() + b"A,\0,1,zero\n", "Line 2 holds the character NUL"),
        (b"", "the first line names the columns"),
        (HEAD.encode() + b'A,"x,1,zero\nB,y,1,zero\n', "the quotes do not match"),
        (b"name,price\nx,1\n", "'code' must be there"),
        (b"code,nmae,price\nA,x,1\n", "'nmae' mean nothing here"),
        (b"code,name,name\nA,x,y\n", "more than once"),
    ],
)
def test_a_file_that_is_no_such_table(db, content, sentence):
    (found,) = article_faults(content)
    assert sentence in found[3]


def test_every_bad_cell_is_named_at_once(db):
    found = article_faults(
        HEAD
        + "A,Tea,1.50,zero\n"
        + "B,,cheap,huge\n"
        + ",Nameless,1,zero\n"
        + '"C\nD",Two lines,1,zero\n'
        + "A,Again,1,zero\n"
        + "E,Too,many,cells,here\n"
        + "3017620422004,Nutella,1,zero\n"
        + "F,Below,-1,zero\n"
    )
    assert [each[:3] for each in found] == [
        (3, "price", "cheap"),
        (3, "tax_class", "huge"),
        (4, "code", ""),
        (5, "code", "C\nD"),
        (7, "code", "A"),
        (8, "", ""),
        (9, "code", "3017620422004"),
        (10, "price", "-1"),
    ]
    reasons = [each[3] for each in found]
    assert "standard, reduced, zero, exempt" in reasons[1]
    assert "line 2 has the same already" in reasons[4]
    assert "should be 3" in reasons[6]


def test_a_new_article_needs_name_price_and_tax_class(db):
    found = article_faults("code,name\nA,Tea\n")
    assert [each[1] for each in found] == ["price", "tax_class"]


def test_a_file_of_prices_changes_prices_only(db):
    articles(HEAD + "A,Tea,1.50,zero\nB,Jam,2.50,zero\n")
    outcome = articles("code;price\nA;1,60\nB;2,50\n")
    assert outcome.changed == {"articles": 1}
    assert Article.objects.get(code="A").name == "Tea"


def test_two_articles_of_a_file_never_share_a_gtin(db):
    found = article_faults(
        "code,gtin,name,price,tax_class\nA,3017620422003,x,1,zero\nB,03017620422003,y,1,zero\n"
    )
    assert [each[0] for each in found] == [2, 3]
    articles("code,gtin,name,price,tax_class\nA,3017620422003,x,1,zero\n")
    with pytest.raises(FileRefused, match="article A has the GTIN 03017620422003 as well"):
        articles("code,name,price,tax_class\n3017620422003,y,1,zero\n")


def test_a_shop_may_use_any_number_beside_its_gtins(db):
    articles("code,gtin,name,price,tax_class\n12345678,,Bread,1,zero\n96385074,,Egg,1,zero\n")
    assert dict(Article.objects.values_list("code", "gtin")) == {
        "12345678": None,
        "96385074": "00000096385074",
    }


def test_prices_have_the_decimals_of_the_market(db):
    articles("code,name,price,tax_class\nA,Teh,12.500,standard\nB,Kopi,7500,standard\n", ID)
    assert dict(Article.objects.values_list("code", "price_minor")) == {"A": 12500, "B": 7500}
    with pytest.raises(FileRefused, match="at most 0 decimals"):
        articles('code,price\nA,"12500,50"\n', ID)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("0", 0),
        ("3", 300),
        ("3,9", 390),
        ("3.99", 399),
        ("3,990", None),
        ("0,990", 99),
        ("1.234", None),
        ("1234.50", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1\u202f234,50", 123450),
        ("1 234 567,5", 123456750),
        ("1'234.50", 123450),
        (" 3,99 ", 399),
        ("-1,00", -100),
        ("+1", 100),
        ("1.234.567", 123456700),
        ("12.34.56", None),
        ("1,234,50", None),
        ("1.2345", None),
        ("€ 3", None),
        ("3e2", None),
        ("", None),
        ("-", None),
        (".5", None),
        ("٣", None),
        ("99999999999999999", None),
    ],
)
def test_an_amount_is_read_or_refused_never_guessed(text, minor):
    read = cells.number(2, "an amount")
    if minor is None:
        with pytest.raises(ValueError, match=r"amount|meanings"):
            read(text)
    else:
        assert read(text) == minor


@given(
    st.integers(-(10**11), 10**11),
    st.integers(0, 3),
    st.sampled_from([("", "."), ("", ","), (".", ","), (",", "."), ("\u202f", ","), ("'", ".")]),
)
def test_any_amount_is_read_as_it_was_written(minor, decimals, signs):
    group, decimal = signs
    whole, fraction = divmod(abs(minor), 10**decimals)
    text = f"{whole:,}".replace(",", group)
    if decimals:
        text += f"{decimal}{fraction:0{decimals}d}"
    text = f"-{text}" if minor < 0 else text
    try:
        assert cells.number(decimals, "an amount")(text) == minor
    except ValueError as refused:
        assert "two meanings" in str(refused)  # noqa: PT017 (the only way out)
        assert decimals == 3 or group


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("bread,0,1,A,,", "page"),
        ("bread,1,x,A,,", "position"),
        ("bread,1,1,NONE,,", "article"),
        ("cheese,1,1,A,,", "category"),
        ("bread,1,1,A,,green", "colour"),
        ("bread,1,1,A," + "x" * 41 + ",", "label"),
    ],
)
def test_a_bad_key_is_named(db, line, column):
    articles("code,name,price,tax_class,category\nA,Tea,1,zero,Bread\n")
    text = f"category,page,position,article,label,colour\n{line}\n".encode()
    assert [each[1] for each in faults(read_keys, "keys.csv", text)] == [column]


def test_a_file_of_keys_says_everything_about_its_categories(db):
    articles("code,name,price,tax_class,category\nA,Tea,1,zero,Bread\nB,Jam,1,zero,Sweet\n")
    head = b"category,page,position,article\n"
    apply(read_keys("keys.csv", head + b"bread,1,1,A\nbread,1,2,B\nsweet,1,1,B\n"))
    outcome = apply(read_keys("keys.csv", head + b"Bread,1,2,A\n"))
    assert outcome.changed == {"quick_keys": 2}
    assert list(QuickKey.objects.values_list("category", "position", "article")) == [
        ("bread", 2, "A"),
        ("sweet", 1, "B"),
    ]
    doubled = head + b"bread,1,1,A\nbread,1,1,B\n"
    assert [each[0] for each in faults(read_keys, "keys.csv", doubled)] == [3]


def test_categories_keep_the_order_of_the_file(db):
    apply(read_categories("c.csv", b"name,colour\nBrood & banket,#E9C98F\nThee,\n"))
    assert list(Category.objects.values_list("key", "name", "position")) == [
        ("brood-banket", "Brood & banket", 1),
        ("thee", "Thee", 2),
    ]
    assert faults(read_categories, "c.csv", b"name\n---\nThee\nTHEE\n") == [
        (2, "name", "---", "a name has a letter or a digit"),
        (4, "key", "", "line 3 has the same already"),
    ]


def test_pins_are_kept_as_hashes_and_sent_only_when_they_change(db):
    text = b"id,name,pin,roles,language\np1,Fatima,2580,supervisor cashier,nl\np2,Joris,1470,,\n"
    apply(read_staff("staff.csv", text))
    fatima = Person.objects.get(id="p1")
    assert verify_pin("2580", fatima.pin_hash)
    assert (fatima.roles, fatima.language) == (["supervisor", "cashier"], "nl")
    assert apply(read_staff("staff.csv", text)).total == 0
    assert apply(read_staff("staff.csv", text.replace(b"1470", b"1471"))).total == 1
    hashed = hash_pin("9999", bytes(16))
    apply(read_staff("staff.csv", f"id,pin_hash,badge\np2,{hashed},B-7f3a99c1\n".encode()))
    joris = Person.objects.get(id="p2")
    assert (joris.pin_hash, joris.name) == (hashed, "Joris")
    assert joris.badge_hash.startswith("sha256$")


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("id,pin\np1,2580\n", "name"),
        ("id,name,pin\np1,F,12\n", "pin"),
        ("id,name,pin\np1,F,123a\n", "pin"),
        ("id,name,pin_hash\np1,F,2580\n", "pin_hash"),
        ("id,name,roles\np1,F,king\n", "roles"),
        ("id,name,language\np1,F,de\n", "language"),
        ("id,name,active\np1,F,maybe\n", "active"),
        ("id,name\np1,F\np1,G\n", "id"),
        ("id,name,badge\np1,F,123\n", "badge"),
    ],
)
def test_a_bad_line_of_staff_is_named(db, text, column):
    assert [each[1] for each in faults(read_staff, "staff.csv", text.encode())] == [column]
    assert not Person.objects.exists()


def test_a_pin_and_its_hash_are_one_too_many(db):
    text = f"id,name,pin,pin_hash\np1,F,2580,{hash_pin('2580', bytes(16))}\n".encode()
    assert [each[1] for each in faults(read_staff, "staff.csv", text)] == ["pin_hash"]


def test_the_shop_and_its_settings(db):
    text = """
        name = "Buurtwinkel"
        address = ["Straat 1", "1234 AB Dam"]
        tax_number = "NL0"
        [footer]
        nl = "Tot ziens!"
        [settings]
        lock_after_s = 120
        receipt = "ask"
        merge_same_article = false
        sound = "soft"
        hints = false
        return_limit_minor = 5000
        shift_required = true
        drawer_limit_minor = 50000
        difference_reasons = ["Niet bekend"]
        void_reasons = ["Vergissing"]
        [[settings.label_rules]]
        pattern = "21PPPPPVVVVVC"
        measure = "price"
        decimals = 2
    """
    apply(read_shop("shop.toml", text.encode()))
    assert Setting.objects.get(key="shop").value["footer"] == {"nl": "Tot ziens!"}
    assert Setting.objects.get(key="lock_after_s").value == 120
    assert Setting.objects.get(key="sound").value == "soft"
    assert Setting.objects.get(key="hints").value is False
    assert Setting.objects.get(key="merge_same_article").value is False
    assert Setting.objects.get(key="label_rules").value[0]["pattern"] == "21PPPPPVVVVVC"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "name"),
        ("name = 7", "name"),
        ("name = 'x'\naddress = 'Street'", "address"),
        ("name = 'x'\nfooter = {de = 'x'}", "footer"),
        ("name = 'x'\ntax_number = 1", "tax_number"),
        ("name = 'x'\nphone = '1'", "phone"),
        ("name = 'x'\n[settings]\nlock_after_s = 0", "lock_after_s"),
        ("name = 'x'\n[settings]\nreceipt = 'maybe'", "receipt"),
        ("name = 'x'\n[settings]\nspeed = 1", "speed"),
        ("name = 'x'\n[settings]\nsound = 'shrill'", "sound"),
        ("name = 'x'\n[settings]\nhints = 'no'", "hints"),
        ("name = 'x'\n[settings]\nreturn_limit_minor = -1", "return_limit_minor"),
        ("name = 'x'\n[settings]\nleast_weight_g = 0.5", "least_weight_g"),
        ("name = 'x'\n[settings]\nvoid_reasons = []", "void_reasons"),
        ("name = 'x'\n[settings]\nshift_required = 1", "shift_required"),
        ("name = 'x'\n[settings]\ndrawer_limit_minor = 2.5", "drawer_limit_minor"),
        ("name = 'x'\n[settings]\npaid_out_reasons = ['']", "paid_out_reasons"),
        (
            "name = 'x'\n[[settings.label_rules]]\npattern = '31PV'\nmeasure = 'price'",
            "label_rules",
        ),
        ("name = 'x'\nsettings = 1", "settings"),
        ("name = ", "TOML"),
        ("name = '\u00e9'".encode("latin-1"), "TOML in UTF-8"),
    ],
)
def test_a_shop_file_that_cannot_be_used(db, text, word):
    content = text if isinstance(text, bytes) else text.encode()
    (found,) = faults(read_shop, "shop.toml", content)
    assert word in found[3]
    assert not Setting.objects.exists()
