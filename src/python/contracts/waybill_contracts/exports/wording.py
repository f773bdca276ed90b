"""Where a call finds a contract's rows, and what a view of them is called."""

from __future__ import annotations

from waybill_contracts.document import ContractDocument


def data_folder(dataset: str) -> str:
    return f"{dataset.rstrip('/')}/data"


def rows_view(document: ContractDocument) -> str:
    """No name of a view can be a word of SQL's: a stream may be called ``order``."""
    return f"{document.stream}_rows"


def about(document: ContractDocument) -> str:
    return f"{document.stream}/{document.version}, sha256:{document.sha256}"


def python_text(text: str) -> str:
    """As a literal of Python's, in ASCII."""
    quoted = ascii(text)
    return quoted if '"' in text or "\\" in quoted else f'"{quoted[1:-1]}"'


def sql_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
