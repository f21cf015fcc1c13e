"""Where the one-folder build starts."""

from fieldkit.__main__ import main

main()
