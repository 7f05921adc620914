"""Composition: responses made of several services' answers, shared by the pages and the API."""
