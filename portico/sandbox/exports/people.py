"""Synthetic names, streets and addresses."""

import random

FIRST = (
    "Grace",
    "Owen",
    "Hannah",
    "Miles",
    "Tessa",
    "Julian",
    "Nora",
    "Felix",
    "Clara",
    "Isaac",
    "Ruth",
    "Damon",
    "Elise",
    "Victor",
    "June",
    "Marcus",
    "Leona",
    "Peter",
    "Alma",
    "Simon",
    "Ivy",
    "Hugo",
    "Celia",
    "Rafael",
    "Dora",
    "Nathan",
    "Wanda",
    "Elliot",
    "Paula",
    "Gavin",
    "Bianca",
    "Russell",
    "Naomi",
    "Terrence",
    "Holly",
    "Curtis",
)
LAST = (
    "Abbott",
    "Beckham",
    "Castellano",
    "Dunmore",
    "Eastwick",
    "Fairbanks",
    "Galloway",
    "Hollis",
    "Ingram",
    "Jessop",
    "Kimball",
    "Larkin",
    "Merriweather",
    "Northrup",
    "Oakes",
    "Pemberton",
    "Quimby",
    "Rosewood",
    "Sandoval",
    "Thackery",
    "Underhill",
    "Vance",
    "Whitlock",
    "Yardley",
    "Ziegler",
    "Ashcroft",
    "Bramwell",
    "Coventry",
    "Delacroix",
    "Ellery",
)
STREETS = (
    "Live Oak Dr",
    "Barton Hill Rd",
    "Copper Creek Ln",
    "Juniper St",
    "Meadowlark Ave",
    "Sandstone Ct",
    "Willow Bend",
    "Prairie View Blvd",
    "Cottonwood Trl",
    "Old Mill Rd",
    "Larkspur Way",
    "Hawthorne Pl",
)
TECHNICIANS = (
    "Andre Whitfield",
    "Carla Jennings",
    "Dev Mistry",
    "Eli Navarro",
    "Fiona Brandt",
    "Gus Holloway",
    "Hana Kobayashi",
    "Ian Prescott",
    "Jada Coleman",
    "Karl Lindqvist",
    "Lucia Ferrer",
    "Mason Reyes",
    "Nia Okafor",
    "Oscar Dahl",
    "Priya Sethi",
    "Quentin Marsh",
)
INTERESTS = ("old houses", "tidy work", "explaining things", "hard puzzles", "early mornings", "quiet machines")


def name(draw: random.Random) -> str:
    return f"{draw.choice(FIRST)} {draw.choice(LAST)}"


def street(draw: random.Random) -> str:
    return f"{draw.randrange(100, 9900)} {draw.choice(STREETS)}"


def email(full_name: str, number: int) -> str:
    """An address at a reserved domain, one for every customer."""
    plain = "".join(letter for letter in full_name.lower().replace(" ", ".") if letter.isascii())
    return f"{plain.strip('.') or 'customer'}{number}@example.com"


def phone(draw: random.Random, area: str) -> str:
    return f"{area[:3]}555{draw.randrange(0, 100):02d}{draw.randrange(10, 99)}"
