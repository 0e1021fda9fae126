"""Office search over many customers: how long it takes, and how often the right one is among the first three.

    python -m bench.search [--customers 100000] [--typos 500]

Fills a company of its own, `bench-search`, in the database of the environment; give it one of its own:
PORTICO_DATA_DIR=/some/folder bin/portico migrate && PORTICO_DATA_DIR=/some/folder python -m bench.search
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import django

HOST = "bench-search"


def _words(text: str) -> list[str]:
    return text.split()


FIRST = _words("""
Ana Maria Sam Joan Lee John James Robert Michael William David Richard Joseph Thomas Charles Mary Patricia Linda
Jennifer Elizabeth Barbara Susan Jessica Sarah Karen Nancy Lisa Betty Margaret Sandra Ashley Kimberly Emily
Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura Sharon Cynthia Kathleen Amy Shirley Angela
Helen Anna Brenda Pamela Nicole Ruth Katherine Samantha Christine Emma Catherine Debra Virginia Rachel Carolyn
Janet Heather Diane Olivia Julie Joyce Victoria Kelly Christina Lauren Frances Martha Judith Cheryl Megan Andrea
Ann Alice Jean Doris Jacqueline Kathryn Hannah Julia Gloria Teresa Sara Janice Marie Grace Judy Theresa Beverly
Denise Marilyn Amber Danielle Rose Brittany Diana Abigail Natalie Jane Lori Alexis Tiffany Kayla Daniel Matthew
Anthony Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Timothy Ronald Edward Jason Jeffrey
Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Raymond Gregory Frank
Alexander Patrick Jack Dennis Jerry Tyler Aaron Jose Adam Nathan Henry Douglas Zachary Peter Kyle Noah Ethan
Jeremy Walter Christian Keith Roger Terry Austin Sean Gerald Carl Harold Dylan Arthur Lawrence Jordan Jesse
Bryan Billy Bruce Gabriel Joe Logan Alan Juan Albert Willie Elijah Wayne Randy Vincent Mason Roy Ralph Bobby
Russell Bradley Philip Eugene Li Bo Xin Mei Priya Arjun Fatima Omar Yusuf Ines Zoe Luz Ximena Björn
""")
LAST = _words("""
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson
Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson
Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell
Mitchell Carter Roberts
""")
HEADS = _words("""
Ash Bark Beck Black Brad Bur Cal Car Chest Clay Cole Cray Dal Den Dun East El Fair Farn Fen Glen Gran Hal Hart
Hol Hunt Kel Ken Kirk Lam Lang Lin Mar May Mil Nor Oak Pem Pres Quin Rad Red Rich Rock Ros Sal Shel Stan Stock
Sut Tal Thorn Trem Up Val Wal War Wes Whit Win Wood Yar Zim
""")
TAILS = _words("""
ton ley well ford man field worth by ham den more son wick ridge brook stead croft bury ward land ster combe
ville house gate bridge shaw low head view side mann berg stein ski dale hurst burn
""")
TREES = _words("""
Alder Aspen Bay Birch Cedar Cherry Cottonwood Cypress Elm Fern Hazel Hickory Holly Juniper Laurel Linden
Magnolia Maple Mesquite Mulberry Oak Olive Pecan Pine Poplar Redbud Spruce Sycamore Walnut Willow
""")
LANDS = _words("""
Creek Ridge Hollow Springs Valley Meadow Grove Bend Canyon Crossing Field Hill Lake Mill Park Point Run View
""")
KINDS = _words("""
Street Drive Avenue Road Lane Court Circle Way Trail Boulevard
""")
CITIES = (("Phoenix", "AZ", "850"), ("Mesa", "AZ", "852"), ("Tempe", "AZ", "852"), ("Las Vegas", "NV", "891"),
          ("Henderson", "NV", "890"), ("Austin", "TX", "787"), ("Round Rock", "TX", "786"))  # fmt: skip
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Person:
    number: str
    name: str
    street: str
    city: str
    region: str
    postal_code: str
    phone: str
    email: str


def people(count: int, *, seed: int = 2) -> Iterator[Person]:
    """Synthetic customers: a few common surnames, many rare ones."""
    draw = random.Random(seed)
    rare = [head + tail for head in HEADS for tail in TAILS]
    rare += [head + middle + tail for head in HEADS for middle in ("er", "in", "a") for tail in TAILS]
    for at in range(count):
        first = draw.choice(FIRST)
        last = draw.choice(LAST) if draw.random() < 0.3 else draw.choice(rare)
        name = f"{first} {last}" if draw.random() < 0.95 else f"{first} {draw.choice(TREES)} {last}"
        named = draw.choice([f"{draw.choice(TREES)} {draw.choice(LANDS)}", draw.choice(rare), draw.choice(TREES)])
        city, region, postal = draw.choice(CITIES)
        yield Person(
            number=f"C-{100000 + at}",
            name=name,
            street=f"{draw.randint(10, 19999)} {named} {draw.choice(KINDS)}",
            city=city,
            region=region,
            postal_code=f"{postal}{draw.randint(0, 99):02d}",
            phone=f"({draw.choice((480, 602, 702, 512))}) 555-{draw.randint(0, 9999):04d}",
            email=f"{first}.{last}{at % 97}@example.com".lower(),
        )


def typo(word: str, draw: random.Random) -> str:
    """One error: two letters swapped, one missing, doubled or wrong."""
    kind = draw.choice(("swap", "miss", "double", "wrong"))
    at = draw.randrange(len(word) - 1)
    if kind == "swap" and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "miss":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[: at + 1] + word[at:]
    return word[:at] + draw.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]


def planted(known: list[Person], count: int, *, seed: int = 7) -> Iterator[tuple[str, Person]]:
    """What somebody types who means a certain customer: half names, half streets, one error each."""
    draw = random.Random(seed)
    names = Counter(person.name for person in known)
    streets = Counter(person.street for person in known)
    alone = [person for person in known if names[person.name] == 1 and streets[person.street] == 1]
    for at, person in enumerate(draw.sample(alone, count)):
        yield (_mistyped_street if at % 2 else _mistyped_name)(person, draw), person


def _mistyped_name(person: Person, draw: random.Random) -> str:
    found = person.name.lower().split()
    at = draw.choice([at for at, word in enumerate(found) if len(word) >= 3])
    found[at] = typo(found[at], draw)
    return " ".join(reversed(found) if draw.random() < 0.3 else found)


def _mistyped_street(person: Person, draw: random.Random) -> str:
    number, *named = person.street.lower().split()
    if draw.random() < 0.5:
        named = named[:-1]
    at = draw.choice([at for at, word in enumerate(named[:2]) if len(word) >= 3])
    named[at] = typo(named[at], draw)
    return " ".join([number, *named])


def fill(known: list[Person]) -> int:
    """The company's id; its customers are made when it is not there yet."""
    from django.db import connection, transaction

    from portico.domain.customers import search
    from portico.foundation.tenancy.scope import company_scope

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT company_id FROM tenancy_hostname WHERE host = %s", [HOST])
        if found := cursor.fetchone():
            return int(found[0])
        cursor.execute(
            "INSERT INTO tenancy_company (public_id, name, currency, portal_state, is_canceled_job_shown, created_at)"
            " VALUES (gen_random_uuid(), 'Search bench', 'USD', 'on', false, now()) RETURNING id"
        )
        company = int(cursor.fetchone()[0])
        cursor.execute(
            "INSERT INTO tenancy_hostname (company_id, host, is_primary) VALUES (%s, %s, true)", [company, HOST]
        )
    with company_scope(company):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO tenancy_branch (company_id, public_id, name, time_zone, display_name, phone,"
                " support_email, address, color, logo_png, logo_digest, is_main)"
                " VALUES (%s, gen_random_uuid(), 'Bench',"
                " 'America/Phoenix', 'Bench', '', '', '', '#1f6f54', '', '', true) RETURNING id",
                [company],
            )
            branch = int(cursor.fetchone()[0])
        for at in range(0, len(known), CHUNK):
            with transaction.atomic(), connection.cursor() as cursor:
                _insert(cursor, company, branch, known[at : at + CHUNK])
        started = time.perf_counter()
        search.refresh_search()
        print(f"search rows of {len(known):,} customers written in {time.perf_counter() - started:.1f} s")
    return company


def _insert(cursor, company: int, branch: int, known: list[Person]) -> None:  # type: ignore[no-untyped-def]
    columns = [[getattr(person, name) for person in known] for name in Person.__slots__]
    cursor.execute(
        "WITH n AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
        "   %s::text[], %s::text[]) AS n(number, name, street, city, region, postal, phone, email)),"
        " c AS (INSERT INTO customers_customer (company_id, public_id, number, name, sort_key, type, branch_id,"
        "   memo, is_branch_fixed, is_active, do_not_mail, do_not_service, created_at, street, unit, city, region,"
        "   postal_code, country) SELECT %s, gen_random_uuid(), number, name, lower(name), 'Residential', %s, '',"
        "   false,"
        "   true, false,"
        "   false, now(), street, '', city, region, postal, 'USA' FROM n RETURNING id, number),"
        " l AS (INSERT INTO customers_location (company_id, public_id, customer_id, name, is_active, created_at,"
        "   street, unit, city, region, postal_code, country) SELECT %s, gen_random_uuid(), c.id, n.name, true, now(),"
        "   n.street,"
        "   '', n.city, n.region, n.postal, 'USA' FROM n JOIN c USING (number))"
        " INSERT INTO customers_contact (company_id, public_id, source, customer_id, type, value, email, phone_digits,"
        "   memo) SELECT %s, gen_random_uuid(), '', c.id, k.type, k.value, k.email, k.digits, '' FROM n JOIN c USING"
        "   (number) CROSS JOIN LATERAL (VALUES ('Phone', phone, '', regexp_replace(phone, '\\D', '', 'g')),"
        "   ('Email', email, email, '')) AS k(type, value, email, digits)",
        [*columns, company, branch, company, company],
    )


def measure(company: int, asked: list[tuple[str, Person]]) -> None:
    """Print times and hits."""
    from django.db import connection, transaction

    from portico.domain.customers import search
    from portico.foundation.tenancy.scope import company_scope

    with company_scope(company):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT number, id FROM customers_customer WHERE company_id = %s", [company])
            ids = dict(cursor.fetchall())
        for typed, _ in asked[:50]:
            search.find_customers(typed)
        _report("typos", asked, ids, search.find_customers)
        for kind, ways in _exact(asked).items():
            _report(kind, ways, ids, search.find_customers)


def _exact(asked: list[tuple[str, Person]]) -> dict[str, list[tuple[str, Person]]]:
    known = [person for _, person in asked[:200]]
    return {
        "full phone": [(person.phone.replace("(", "+1 ").replace(")", "."), person) for person in known],
        "email": [(person.email, person) for person in known],
        "customer number": [(person.number, person) for person in known],
        "name as it is": [(person.name, person) for person in known],
        "name begun": [(person.name[: person.name.index(" ") + 4], person) for person in known],
        "first name only": [(person.name.split()[0], person) for person in known],
    }


def _report(kind: str, asked: list[tuple[str, Person]], ids: dict[str, int], find: Callable[..., list]) -> None:  # type: ignore[type-arg]
    times, hits, missed = [], 0, []
    for typed, person in asked:
        found, took = _asked(find, typed)
        times.append(took)
        is_hit = ids[person.number] in [one.customer_id for one in found[:3]]
        hits += is_hit
        missed += [] if is_hit else [f"{typed} ≠ {person.name}, {person.street}"]
    steps = statistics.quantiles(times, n=100)
    print(
        f"{kind:16} {len(asked):4} asked, {100 * hits / len(asked):5.1f} % among the first three;"
        f" median {steps[49]:5.1f} ms, p95 {steps[94]:5.1f} ms, slowest {max(times):5.1f} ms"
    )
    for line in missed[:8] if kind == "typos" else []:
        print(f"   missed: {line}")


def _asked(find: Callable[..., list], typed: str) -> tuple[list, float]:  # type: ignore[type-arg]
    """What was found, and the middle of three times: other work on the machine hits one of them, rarely two."""
    took = []
    for _ in range(3):
        started = time.perf_counter()
        found = find(typed)
        took.append((time.perf_counter() - started) * 1000)
    return found, sorted(took)[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--typos", type=int, default=500)
    asked = parser.parse_args()
    if not (os.environ.get("PORTICO_DATA_DIR") or os.environ.get("DATABASE_URL")):
        raise SystemExit("Name a database of its own by PORTICO_DATA_DIR or DATABASE_URL: the bench fills it.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.config.settings")
    os.environ.setdefault("PORTICO_DATABASE_ROLE", "direct")
    django.setup()
    known = list(people(asked.customers))
    company = fill(known)
    measure(company, list(planted(known, asked.typos)))


if __name__ == "__main__":
    main()
