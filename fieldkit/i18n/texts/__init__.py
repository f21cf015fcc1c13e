"""All sentences: key -> (English, Chinese), a module for each subject.

A new module is named in `MODULES`; a packed program has no folder to look through.
"""

MODULES = (
    "catalogue",
    "command_line",
    "complaints",
    "corrections",
    "demo",
    "errors",
    "labels",
    "money",
    "office",
    "office_people",
    "papers",
    "people",
    "phone_approval",
    "rules.explaining",
    "rules.impact",
    "rules.problems",
    "rules.signed_packs",
    "rules.testing",
    "rules.tools",
    "screens.calendar_and_copy",
    "screens.day",
    "screens.key_names",
    "screens.screens",
    "store",
    "sync",
    "usage",
    "van",
)
