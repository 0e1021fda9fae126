"""The database backend: `ENGINE = "portico.foundation.tenancy.backend"`."""
