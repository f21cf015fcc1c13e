"""What a job is: models, events, `evolve`, the flow, commands, warranty dates, money.

Pure: imports only the standard library and pydantic, reads no file and no clock.
"""
