"""Tests with other people's apps: they run in the database that has them."""
