"""Every sentence people read is there in every language, with the same blanks to fill in."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("nl", "fr", "id")
"""English is the language of the source."""

APPLIANCE = {"say": 1, "count": 2, "sentence": 1}
DJANGO = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
}
"""How many of a call's first arguments are sentences."""

BLANK = re.compile(r"%\(\w+\)[sd]|\{\w*(?::[^}]*)?\}")


def name_of(function):
    return getattr(function, "attr", None) or getattr(function, "id", None)


def said_in_python(folder, calls):
    """Yield the sentences that a folder's Python says through one of ``calls``."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and name_of(node.func) in calls:
                first = [
                    argument.value
                    for argument in node.args[: calls[name_of(node.func)]]
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                ]
                if first and first[0]:
                    yield tuple(first) if len(first) > 1 else first[0]


def said_in_templates(folder):
    """Yield the sentences of a folder's templates, as Django itself reads them."""
    from django.template import engines  # noqa: PLC0415 (Django is set up by now)
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode  # noqa: PLC0415

    engine = engines["django"].engine
    for path in sorted((ROOT / folder).rglob("templates/**/*.html")):
        template = engine.from_string(path.read_text())
        for node in template.nodelist.get_nodes_by_type(TranslateNode):
            if (
                isinstance(node.filter_expression.var.var, str)
                or node.filter_expression.var.literal
            ):
                yield node.filter_expression.var.literal or node.filter_expression.var.var
        for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
            one, _ = node.render_token_list(node.singular)
            if node.plural:
                many, _ = node.render_token_list(node.plural)
                yield one, many
            else:
                yield one


def catalogue(folder, language, domain):
    path = ROOT / folder / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as text:
        return read_po(text, locale=language, abort_invalid=True)


def lacking(sentences, messages):
    """Return the sentences a catalogue does not translate."""
    missing = []
    for sentence in sentences:
        key = sentence[0] if isinstance(sentence, tuple) else sentence
        message = messages.get(key)
        if message is None or message.fuzzy or not all_of(message.string):
            missing.append(key)
    return sorted(set(missing))


def all_of(string):
    return all(string) if isinstance(string, tuple | list) else bool(string)


def wrong_blanks(messages):
    """Return the translations that do not have the blanks of their source."""
    wrong = []
    for message in messages:
        if not message.id or not all_of(message.string):
            continue
        source = message.id[-1] if isinstance(message.id, tuple | list) else message.id
        wanted = set(BLANK.findall(source))
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        # A form for one need not say the number.
        if not all(set(BLANK.findall(each)) <= wanted for each in strings):
            wrong.append(source)
        if set(BLANK.findall(strings[-1])) != wanted:
            wrong.append(source)
    return wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_register_says_everything_in(language):
    messages = catalogue("appliance", language, "balie")
    assert lacking(said_in_python("appliance", APPLIANCE), messages) == []
    assert wrong_blanks(messages) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_back_office_says_everything_in(language):
    messages = catalogue("collector", language, "django")
    sentences = [*said_in_python("collector", DJANGO), *said_in_templates("collector")]
    assert lacking(sentences, messages) == []
    assert wrong_blanks(messages) == []
