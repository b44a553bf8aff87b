"""Telling others: e-mail and webhooks, through an outbox."""
