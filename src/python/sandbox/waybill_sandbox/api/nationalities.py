"""The API's 21 nationalities and the patterns of their numbers.

In a pattern ``#`` stands for a digit and ``@`` for a capital letter; everything else stands for itself.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Nationality:
    """An empty ``id_name`` means that the API knows no such number and sends null for its value."""

    code: str
    country: str
    locale: str
    postcode: str
    id_name: str
    id_value: str
    phone: str
    cell: str


_N = Nationality
NATIONALITIES = (
    _N("AU", "Australia", "en_AU", "####", "TFN", "#########", "0#-####-####", "04##-###-###"),
    _N("BR", "Brazil", "pt_BR", "#####", "CPF", "###.###.###-##", "(##) ####-####", "(##) ####-####"),
    _N("CA", "Canada", "en_CA", "@#@ #@#", "SIN", "#########", "@## @##-####", "@## @##-####"),
    _N("CH", "Switzerland", "de_CH", "####", "AVS", "756.####.####.##", "07# ### ## ##", "07# ### ## ##"),
    _N("DE", "Germany", "de_DE", "#####", "SVNR", "## ###### @ ###", "0###-#######", "017#-#######"),
    _N("DK", "Denmark", "da_DK", "####", "CPR", "######-####", "########", "########"),
    _N("ES", "Spain", "es_ES", "#####", "DNI", "########-@", "9##-###-###", "6##-###-###"),
    _N("FI", "Finland", "fi_FI", "#####", "HETU", "NaNNA###undefined", "0#-###-###", "04#-###-##-##"),
    _N("FR", "France", "fr_FR", "#####", "INSEE", "############# ##", "0#-##-##-##-##", "06-##-##-##-##"),
    _N("GB", "United Kingdom", "en_GB", "@@#@ #@@", "NINO", "@@ ## ## ## @", "01### #####", "07### ######"),
    _N("IE", "Ireland", "en_IE", "#####", "PPS", "#######@@", "0#1-###-####", "081-###-####"),
    _N("IN", "India", "en_IN", "#####", "UIDAI", "############", "9#########", "8#########"),
    _N("IR", "Iran", "fa_IR", "#####", "", "", "0##-########", "09##-###-####"),
    _N("MX", "Mexico", "es_MX", "#####", "NSS", "## ## ## #### #", "(6##) ### ####", "(6##) ### ####"),
    _N("NL", "Netherlands", "nl_NL", "#### @@", "BSN", "########", "(0###) ######", "(06) ########"),
    _N("NO", "Norway", "no_NO", "####", "FN", "###########", "########", "4#######"),
    _N("NZ", "New Zealand", "en_NZ", "#####", "", "", "(0##)-###-####", "(0##)-###-####"),
    _N("RS", "Serbia", "hr_HR", "#####", "SID", "#########", "0##-####-###", "06#-####-###"),
    _N("TR", "Turkey", "tr_TR", "#####", "", "", "(###)-###-####", "(###)-###-####"),
    _N("UA", "Ukraine", "uk_UA", "#####", "", "", "(0##) @##-####", "(0##) @##-####"),
    _N("US", "United States", "en_US", "#####", "SSN", "###-##-####", "(###) ###-####", "(###) ###-####"),
)
BY_CODE = {one.code: one for one in NATIONALITIES}

TEXT_POSTCODES = frozenset({"CA", "GB", "NL", "NO"})
"""Their postcodes are JSON strings, all others are numbers."""
