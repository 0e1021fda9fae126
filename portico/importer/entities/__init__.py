"""One reader per entity of the export: a record's fields in, the columns of its row out, or a refusal. All pure.

A column whose name ends in `_id` holds a `Ref` (or None) until the row is written.
"""
