"""A person's record for people: charts and pages for paper."""
