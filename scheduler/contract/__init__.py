"""The files on disk: ``peakcrew.problem/1`` in, ``peakcrew.schedule/1`` out.

Amounts in the files are in the currency's unit with two decimals, instants are ISO 8601 with
an offset, ids are strings, unknown keys are refused. This is the one place that converts.
"""
