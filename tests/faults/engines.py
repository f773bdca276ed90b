"""What delivers in a cell, and how the cells of one fault are called by it. Standard library only."""

from __future__ import annotations

from enum import StrEnum


class Driver(StrEnum):
    """In the order of the page's columns."""

    PROCESS = "process"
    LOCAL = "local"
    BOTH = "both by turns"
    SPARK = "spark"
    SPARK_AND_LOCAL = "spark and local"


TWINS = {Driver.LOCAL: "-local", Driver.BOTH: "-both"}
"""Whose cells are those of another driver once more, under its id with this behind it."""


def twin(cell: str, driver: Driver) -> str:
    """The id of a cell with another driver."""
    return cell + TWINS[driver]


def fault_of(cell: str, driver: str) -> str:
    """The id that all cells of one fault share."""
    return cell.removesuffix(TWINS.get(Driver(driver), ""))
