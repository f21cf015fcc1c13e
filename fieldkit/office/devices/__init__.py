"""The laptops of the office: enrolment, renewal of tokens, who is calling."""
