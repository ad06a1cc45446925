"""Words of counters for templates."""

from __future__ import annotations

from django import template

from collector.counters import words

register = template.Library()
register.filter("source", words.source_words)
register.filter("state", words.state_words)
