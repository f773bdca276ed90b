"""Words to make users of, for each nationality, drawn once from Faker.

Faker takes a millisecond for each user, far too slow for pages of 5,000; picking from pools takes a few microseconds.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from faker import Faker

from waybill_sandbox.api.nationalities import Nationality

NAMES = 60
PLACES = 40

# The real API writes Ukrainian names in Latin letters (and Iranian ones in Persian).
_CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя'\u2019"  # meant to be Cyrillic
_SOUNDS = "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch - iu ia - -"
_LATIN = str.maketrans(
    {letter: sound.strip("-") for letter, sound in zip(_CYRILLIC, _SOUNDS.split(), strict=True)}
)


@dataclass(frozen=True)
class Word:
    """A word and its form for e-mail addresses, which is empty where no letter of it is Latin."""

    text: str
    mail: str


@dataclass(frozen=True)
class Pool:
    """The words of one nationality."""

    male: tuple[Word, ...]
    female: tuple[Word, ...]
    last: tuple[Word, ...]
    cities: tuple[str, ...]
    states: tuple[str, ...]
    streets: tuple[str, ...]


@cache
def pool_of(nationality: Nationality) -> Pool:
    """The nationality's words, the same ones in every process."""
    fake = Faker(nationality.locale)
    fake.seed_instance(nationality.code)
    latin = nationality.code == "UA"

    def draw(method: str, count: int) -> tuple[str, ...]:
        make = getattr(fake, method)
        return tuple(to_latin(make()) if latin else make() for _ in range(count))

    cities = draw("city", PLACES)
    # Faker knows no states for some locales; users there live in a city of the same name.
    states = draw("state", PLACES) if hasattr(fake, "state") else cities
    return Pool(
        male=tuple(_word(text) for text in draw("first_name_male", NAMES)),
        female=tuple(_word(text) for text in draw("first_name_female", NAMES)),
        last=tuple(_word(text) for text in draw("last_name", NAMES)),
        cities=cities,
        states=states,
        streets=draw("street_name", PLACES),
    )


def to_latin(text: str) -> str:
    """Cyrillic words in Latin letters: Provulok Pushkina."""
    return " ".join(word.capitalize() for word in text.lower().translate(_LATIN).split())


def _word(text: str) -> Word:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return Word(text, "".join(letter for letter in plain if letter.isalnum()))
