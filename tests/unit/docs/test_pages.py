"""The documents say what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from unit.docs.settings_page import settings_page
from unit.docs.symbols import is_there

from waybill_common.errors import WaybillError, exit_codes
from waybill_common.settings import Settings
from waybill_common.settings.setting_names import known
from waybill_common.version import VERSION
from waybill_spark.driver.spark_session import APPLICATION

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

ORIGINAL_FUNCTIONS = (
    *("retrieve_user_data", "transform_user_data", "encrypt_zip", "configure_kafka", "publish_to_kafka"),
    *("delivery_status", "initiate_stream", "initialize_spark_session", "get_streaming_dataframe"),
    *("transform_streaming_data", "initiate_streaming_to_bucket", "main"),
)
ORIGINAL_SERVICES = (
    *("airflow_db", "airflow_webserver", "kafka_broker_1", "kafka_broker_2", "kafka_broker_3"),
    *("kafka_connect", "kafka_schema_registry", "kafka_ui", "spark_master", "spark_data", "kafka_network"),
)


def read(name: str) -> str:
    return (ROOT / name).read_text()


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_the_settings_page_is_what_the_settings_say() -> None:
    assert read("docs/settings.md") == settings_page(), (
        "write it anew: python -m unit.docs.settings_page > docs/settings.md (see CONTRIBUTING.md)"
    )


def test_the_example_of_a_settings_file_is_accepted() -> None:
    example = tomllib.loads(read("docs/settings.md").split("```toml\n")[1].split("```")[0])
    assert Settings.model_validate(example).lake.url == "s3://lake/waybill"


def test_every_setting_says_what_it_means() -> None:
    for name, info in known().items():
        assert (info.description or "").endswith((".", "…")), name


def test_the_errors_page_has_each_class_once_and_no_other() -> None:
    classes = sorted(kind.__name__ for kind in exit_codes().values())
    assert sorted(re.findall(r"^### (\w+)$", read("docs/errors.md"), re.MULTILINE)) == classes


@pytest.mark.parametrize("kind", exit_codes().values(), ids=lambda kind: kind.__name__)
def test_an_errors_section_has_its_code_kind_cause_remedy_and_message(kind: type[WaybillError]) -> None:
    page = read("docs/errors.md")
    section = page.split(f"\n### {kind.__name__}\n")[1].split("\n#")[0]
    named = "transient" if kind.transient else "terminal"
    words = " ".join(section.split())
    assert words.startswith(f"Exit code {kind.exit_code}, {named}. {(kind.__doc__ or '').splitlines()[0]}")
    for part in ("**Cause.** ", "**Remedy.** ", "```\nwaybill: ", "\n  allowed: ", "\n  remedy: "):
        assert section.count(part) == 1, part
    assert f"| {kind.exit_code} | [{kind.__name__}](#{kind.__name__.lower()}) | {named} |" in page


def test_the_original_functions_are_where_the_page_says() -> None:
    rows = dict(
        re.findall(r"^\| `(\w+)` \| `(waybill_[\w.]+)` \|", read("docs/original-names.md"), re.MULTILINE)
    )
    assert set(rows) >= set(ORIGINAL_FUNCTIONS)
    assert [name for name in ORIGINAL_FUNCTIONS if not is_there(f"{rows[name]}.{name}")] == []


def test_the_original_constants_and_services_are_on_the_page() -> None:
    page = read("docs/original-names.md")
    for name in (
        *ORIGINAL_SERVICES,
        "name_stream_dag",
        "kafka_stream_task",
        "STREAMING_DURATION",
        "PAUSE_INTERVAL",
    ):
        assert f"`{name}`" in page, name
    settings = Settings()
    assert (settings.producer.streaming_duration, settings.producer.pause_interval) == (120, 10)
    assert (settings.stream.topic, settings.kafka.replication_factor) == ("names_topic", 3)
    assert APPLICATION == "SparkStructuredStreamingToS3"


def test_the_newest_version_in_the_changelog_is_this_one() -> None:
    """Between two releases that is [Unreleased]."""
    newest = re.findall(r"^## \[([^\]]*)\]", read("CHANGELOG.md"), re.MULTILINE)[0]
    assert newest == ("Unreleased" if ".dev" in VERSION else VERSION)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        name, _, anchor = target.partition("#")
        found = page.parent / name if name else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found.read_text()), target


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/first-run.md"])
def test_every_make_target_that_is_named_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", read(page))) | set(
        re.findall(r"^make ([a-z]+)", read(page), re.MULTILINE)
    )
    assert named
    assert named <= targets
