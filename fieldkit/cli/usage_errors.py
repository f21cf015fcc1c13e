"""Wrong usage, said in the person's language: Typer's own errors are English sentences."""

import re

from typer.exceptions import TyperException

from fieldkit.i18n import Lang, say

_NAME = r"'?(?P<name>.*?)'?"
_KNOWN = (
    ("missing_choice", rf"Missing \w+ {_NAME}\. Choose from:\s*(?P<choices>.*)"),
    ("missing", rf"Missing \w+ {_NAME}\."),
    ("no_command_near", rf"No such command {_NAME}\. Did you mean (?P<near>.*)\?"),
    ("no_command", rf"No such command {_NAME}\."),
    ("no_option_near", rf"No such option: {_NAME} \(Possible options: (?P<near>.*)\)"),
    ("no_option", rf"No such option: {_NAME}"),
    ("too_many", rf"Got unexpected extra argument\(s\) \({_NAME}\)"),
    ("needs_value", rf"Option {_NAME} requires an argument\."),
    ("takes_no_value", rf"Option {_NAME} does not take a value\."),
    (
        "not_one_of",
        rf"Invalid value for {_NAME}: Value error, '(?P<value>.*)' is not one of (?P<choices>.*)\.",
    ),
    ("not_whole", rf"Invalid value for {_NAME}: Input should be a valid integer.*"),
    ("not_number", rf"Invalid value for {_NAME}: Input should be a valid number.*"),
    (
        "too_small",
        rf"Invalid value for {_NAME}: Input should be greater than or equal to (?P<least>.*)",
    ),
    (
        "too_large",
        rf"Invalid value for {_NAME}: Input should be less than or equal to (?P<most>.*)",
    ),
    ("invalid", rf"Invalid value for {_NAME}: (?P<why>.*)"),
)
"""The message of each of Typer's sentences; the first that fits counts."""


def usage_problem(error: TyperException, lang: Lang) -> str:
    """What is wrong with the command line. A sentence that nobody knows stays as it is."""
    text = error.format_message().removeprefix("Invalid value: ")
    for key, pattern in _KNOWN:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            params = {name: _in_one_line(value) for name, value in found.groupdict().items()}
            return say(f"usage.{key}", lang, **params)
    return text


def _in_one_line(value: str) -> str:
    """Choices come in lines, and in quotation marks."""
    return re.sub(r",\s+", ", ", value).replace("'", "")
