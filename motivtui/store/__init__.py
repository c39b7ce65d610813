"""The database: one writer, any number of read-only readers, nothing ever overwritten.

`store.Store` writes (on top of `writer`), `connection` opens, `queries` reads, `schema` is the shape of the tables.
Knows SQLite and the study's values; knows no model, no file of materials and no screen. Nothing is imported here, so
that a command that only reads does not load what writes.
"""
