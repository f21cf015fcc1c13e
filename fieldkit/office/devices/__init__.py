"""Devices of the office: enrolment, authentication, renewal of tokens."""
