"""All sentences: key -> (English, Chinese), a module for each subject.

A new module is named here; a packed program has no folder to look through.
"""

FIRST = (
    "corrections",
    "labels",
    "people",
    "screens.calendar_and_copy",
    "screens.day",
    "screens.key_names",
    "screens.screens",
    "van",
)
"""Those that the list of jobs shows; the others are read with the first sentence that is in none
of these."""
LATER = (
    "catalogue",
    "command_line",
    "complaints",
    "demo",
    "errors",
    "money",
    "office",
    "office_laptops",
    "office_people",
    "papers",
    "phone_approval",
    "rules.explaining",
    "rules.impact",
    "rules.problems",
    "rules.signed_packs",
    "rules.testing",
    "rules.tools",
    "store",
    "sync",
    "usage",
)
MODULES = FIRST + LATER
