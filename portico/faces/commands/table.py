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
    "apply-stage": Command(PLACE + "apply_stage", "what an earlier version imported and could not apply yet"),
    "bulk-invite": Command(PLACE + "bulk_invite", "invite everybody whose address stands in a file"),
    "check-invariants": Command(PLACE + "check_invariants", "whether the books, companies and files agree"),
    "compare-payments": Command(PLACE + "compare_payments", "the gateway's cash against the books"),
    "check-templates": Command(PLACE + "check_templates", "whether every template compiles"),
    "connect-payments": Command(PLACE + "connect_payments", "payment accounts, and the sandbox's way to our webhook"),
    "create-company": Command(PLACE + "create_company", "a company with its host and main branch"),
    "create-staff": Command(PLACE + "create_staff", "a member of a company's office, or a new role for one"),
    "database": Command(PLACE + "database", "start, stop or describe the embedded PostgreSQL", needs="nothing"),
    "dev": Command(PLACE + "dev", "everything at once, for trying and developing", needs="nothing"),
    "import": Command(PLACE + "import_folder", "a branch export into its company, again and again"),
    "load-demo": Command(PLACE + "load_demo", "the demo company, made anew for today"),
    "migrate": Command(PLACE + "migrate", "bring the tables up to date, as their owner", role="owner"),
    "rebuild-capacity": Command(PLACE + "rebuild_capacity", "plan the days to come anew, or only look (--check)"),
    "sandbox": Command(PLACE + "sandbox", "the bundled payment sandbox", needs="nothing"),
    "sandbox-clock": Command(PLACE + "sandbox_clock", "let days pass at the payment sandbox", needs="nothing"),
    "sign-in-link": Command(PLACE + "sign_in_link", "a link that signs somebody in on its first visit"),
    "verify-approval": Command(PLACE + "verify_approval", "whether an approved estimate is still what was signed"),
    "web": Command(PLACE + "web", "the web server", role="web", needs="database"),
    "worker": Command(PLACE + "worker", "the background worker"),
}
