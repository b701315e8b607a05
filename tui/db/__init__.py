"""The data layer: databases, tables, rows and changes. It knows nothing of a terminal.

Modules that hold values only (`address`, `values`, `schema`, `view`, `page`, `changes`, `errors`)
import no SQLAlchemy, so that the first frame can be drawn before it is loaded.
"""
