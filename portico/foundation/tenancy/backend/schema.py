"""Tables of a company get their walls when they are made: row-level security, and keys that cannot cross companies.

A table belongs to a company when it has a foreign key named `company` to `tenancy.Company`. Then

* it gets a unique `(company_id, id)`, so that others may point at it with the company in the key;
* each foreign key to another such table is `(company_id, x_id) → (company_id, id)`;
* row-level security is enabled and forced, with one policy for reading and writing.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.postgresql import schema

POLICY = "(company_id = (SELECT nullif(current_setting('portico.company', true), '')::bigint))"

BEFORE_ANY_SCOPE = frozenset({"tenancy.hostname"})  # read to find out the company


def belongs_to_company(model: type[models.Model]) -> bool:
    """Whether this (possibly historical) model is a tenant's table."""
    if model._meta.label_lower in BEFORE_ANY_SCOPE:
        return False
    owner = next((field for field in model._meta.local_fields if field.name == "company"), None)
    if owner is None or not isinstance(owner, models.ForeignKey):
        return False
    return bool(owner.remote_field.model._meta.label_lower == "tenancy.company")


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    sql_create_column_inline_fk = None  # type: ignore[assignment]  # keys go through _create_fk_sql, always

    def create_model(self, model: type[models.Model]) -> None:
        super().create_model(model)
        if belongs_to_company(model) and model._meta.managed:
            self._wall(model)

    def _wall(self, model: type[models.Model]) -> None:
        table = self.quote_name(model._meta.db_table)
        name = self._create_index_name(model._meta.db_table, ["company_id", "id"], suffix="_own")  # type: ignore[attr-defined]  # stubs leave out private ways
        key = self.quote_name(name)
        self.execute(f"ALTER TABLE {table} ADD CONSTRAINT {key} UNIQUE (company_id, id)")
        self.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        self.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        self.execute(f"CREATE POLICY tenant ON {table} USING {POLICY} WITH CHECK {POLICY}")

    def _field_should_be_indexed(self, model: type[models.Model], field: Any) -> bool:
        """Not the company alone: the unique pair above begins with it, and plans would reach for it in vain."""
        is_served = field.name == "company" and belongs_to_company(model)
        return not is_served and bool(super()._field_should_be_indexed(model, field))  # type: ignore[misc]  # as above

    def _create_fk_sql(self, model: type[models.Model], field: Any, suffix: str) -> Any:
        statement: Any = super()._create_fk_sql(model, field, suffix)  # type: ignore[misc]  # as above
        target = field.remote_field.model
        if field.name != "company" and belongs_to_company(model) and belongs_to_company(target):
            statement.parts["column"] = f"company_id, {self.quote_name(field.column)}"
            statement.parts["to_column"] = "company_id, id"
        return statement
