"""What is given to people who have no network and no compiler: wheels, archives, installers.

All of it runs on the standard library and pip, by each Python that is supported.
"""
