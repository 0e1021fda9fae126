"""The commands of `bin/portico`: name, module, one line. Everything else is one of Django's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A module with `add_arguments(parser)` and `run(args) -> int`; `role` is the database role it works under."""

    module: str
    says: str
    role: str = "direct"  # direct: worker and commands; web; owner: migrate and nothing else
    needs: str = "django"  # django: set up, database running; database: only running; nothing


PLACE = "portico.faces.commands."
COMMANDS = {
    "check-templates": Command(PLACE + "check_templates", "whether every template compiles"),
    "database": Command(PLACE + "database", "start, stop or describe the embedded PostgreSQL", needs="nothing"),
    "dev": Command(PLACE + "dev", "everything at once, for trying and developing", needs="nothing"),
    "import": Command(PLACE + "import_folder", "a branch export into its company, again and again"),
    "migrate": Command(PLACE + "migrate", "bring the tables up to date, as their owner", role="owner"),
    "sandbox": Command(PLACE + "sandbox", "the bundled payment sandbox", needs="nothing"),
    "web": Command(PLACE + "web", "the web server", role="web", needs="database"),
    "worker": Command(PLACE + "worker", "the background worker"),
}
