"""Tests of the study's own words, and studies to test them with (`studies`)."""
