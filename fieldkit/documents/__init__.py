"""Papers: custody receipt, service report, invoice, credit note.

A builder makes a `Paper` of a job: what it says, in one language, with no layout. `html` and
`pdf` set the same paper; neither says anything of its own, so that they cannot differ.
"""
