"""Resolve the roots of a jar manifest with Ivy and write every jar's coordinate and sha256 back into it.

Usage: jvm_manifest.py SPARK_JARS_DIR MANIFEST...

Ivy is the one that pyspark ships, so nothing but Java and pyspark is needed and no repository is named here.
A manifest's "name" and "roots" are kept, its "jars" are replaced. A manifest with a root of Spark's own group runs
inside Spark, so jars of artifacts that pyspark ships are left out of it: a second copy would shadow Spark's.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

RESOLVE_SECONDS = 600
LAYOUT = "[organisation]/[artifact]/[revision]/[artifact]-[revision](-[classifier]).[ext]"


def ivy_module(name: str, roots: Sequence[str]) -> str:
    """The ivy.xml of a module that depends on `roots` as Maven's runtime scope does."""
    lines = ['<ivy-module version="2.0">', f'<info organisation="waybill" module={quoteattr(name)}/>']
    lines += ['<configurations><conf name="default"/></configurations>', "<dependencies>"]
    for root in roots:
        group, artifact, version = root.split(":")
        attributes = f"org={quoteattr(group)} name={quoteattr(artifact)} rev={quoteattr(version)}"
        lines.append(f'<dependency {attributes} conf="default->master,runtime"/>')
    return "\n".join([*lines, "</dependencies>", "</ivy-module>", ""])


def retrieve(ivy_jar: Path, ivy_xml: Path, work: Path) -> Path:
    libs = work / "libs"
    command = ["java", "-jar", str(ivy_jar), "-cache", str(work / "cache"), "-ivy", str(ivy_xml)]
    command += ["-confs", "default", "-types", "jar", "bundle", "-retrieve", f"{libs}/{LAYOUT}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=RESOLVE_SECONDS, check=False)
    if done.returncode != 0:
        raise SystemExit(f"Ivy could not resolve {ivy_xml}:\n{done.stdout}\n{done.stderr}")
    return libs


def jar_entry(libs: Path, jar: Path) -> dict[str, str]:
    group, artifact, version, file = jar.relative_to(libs).parts
    digest = hashlib.sha256(jar.read_bytes()).hexdigest()
    return {"coordinate": f"{group}:{artifact}:{version}", "file": file, "sha256": digest}


def artifact_name(file: str) -> str:
    """The artifact of a jar's file name: what stands before the first part that starts with a digit."""
    return re.split(r"-(?=\d+\.)", file, maxsplit=1)[0]


def refresh(spark_jars: Path, ivy_jar: Path, manifest: Path) -> int:
    """Rewrite one manifest; returns the number of its jars."""
    document = json.loads(manifest.read_text())
    inside_spark = any(root.startswith("org.apache.spark:") for root in document["roots"])
    provided = {artifact_name(jar.name) for jar in spark_jars.glob("*.jar")} if inside_spark else set()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        ivy_xml = work / "ivy.xml"
        ivy_xml.write_text(ivy_module(document["name"], document["roots"]))
        libs = retrieve(ivy_jar, ivy_xml, work)
        jars = [jar for jar in sorted(libs.rglob("*.jar")) if artifact_name(jar.name) not in provided]
        document["jars"] = [jar_entry(libs, jar) for jar in jars]
    manifest.write_text(json.dumps(document, indent=2) + "\n")
    return len(document["jars"])


def main(argv: Sequence[str] | None = None) -> int:
    spark_jars, *manifests = [Path(argument) for argument in (sys.argv[1:] if argv is None else argv)]
    (ivy_jar,) = spark_jars.glob("ivy-*.jar")
    for manifest in manifests:
        print(f"{manifest}: {refresh(spark_jars, ivy_jar, manifest)} jars")
    return 0


if __name__ == "__main__":
    sys.exit(main())
