"""Resolve the roots of a jar manifest with Ivy and write every jar's coordinate and sha256 back into it.

Usage: jvm_manifest.py SPARK_JARS_DIR MANIFEST...

Ivy is the one that pyspark ships, so nothing but Java and pyspark is needed and no repository is named here.
A manifest's "name", "roots" and "excludes" are kept, its "jars" are replaced. A root is group:artifact:version and
brings what it needs at run time, less the excludes: group:artifact with * for any part of a name. A root of
group:artifact:version:classifier:extension is that one file alone, whatever its POM says. A manifest with a root of
Spark's own group runs inside Spark, so jars of artifacts that pyspark ships are left out of it: a second copy would
shadow Spark's.
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
# No host: Ivy knows its Maven repository by itself. A single file needs no POM, and some POMs name missing parents.
WITHOUT_POMS = """<ivysettings><settings defaultResolver="files"/><resolvers>
<ibiblio name="files" m2compatible="true" usepoms="false"/>
</resolvers></ivysettings>
"""
LAYOUT = "[organisation]/[artifact]/[revision]/[artifact]-[revision](-[classifier]).[ext]"


def ivy_module(name: str, roots: Sequence[str], excludes: Sequence[str]) -> str:
    """The ivy.xml of a module that depends on `roots` as Maven's runtime scope does, without `excludes`."""
    lines = ['<ivy-module version="2.0" xmlns:m="http://ant.apache.org/ivy/maven">']
    lines += [f'<info organisation="waybill" module={quoteattr(name)}/>']
    lines += ['<configurations><conf name="default"/></configurations>', "<dependencies>"]
    lines += [dependency(*root.split(":")) for root in roots]
    for exclude in excludes:
        # Ivy's own glob matcher wants a library that Spark does not ship.
        group, artifact = (quoteattr(re.escape(part).replace(r"\*", ".*")) for part in exclude.split(":"))
        lines.append(f'<exclude org={group} module={artifact} matcher="regexp"/>')
    return "\n".join([*lines, "</dependencies>", "</ivy-module>", ""])


def dependency(group: str, artifact: str, version: str, classifier: str = "", extension: str = "") -> str:
    """One root as Ivy's element; with an extension it is a single file without what it needs."""
    name = quoteattr(artifact)
    attributes = f"org={quoteattr(group)} name={name} rev={quoteattr(version)}"
    if not extension:
        return f'<dependency {attributes} conf="default->master,runtime"/>'
    file = f"name={name} type={quoteattr(extension)} ext={quoteattr(extension)}"
    if classifier:
        file += f" m:classifier={quoteattr(classifier)}"
    return (
        f'<dependency {attributes} conf="default->default" transitive="false"><artifact {file}/></dependency>'
    )


def is_single_file(root: str) -> bool:
    return root.count(":") == 4


def retrieve(ivy_jar: Path, name: str, roots: Sequence[str], excludes: Sequence[str], work: Path) -> Path:
    """Where Ivy put all files of the module, below group, artifact and version."""
    libs, ivy_xml = work / "libs", work / "ivy.xml"
    ivy_xml.write_text(ivy_module(name, roots, excludes))
    command = ["java", "-jar", str(ivy_jar), "-cache", str(work / "cache"), "-ivy", str(ivy_xml)]
    command += ["-confs", "default", "-types", "jar", "bundle", "tar.gz", "-retrieve", f"{libs}/{LAYOUT}"]
    if all(is_single_file(root) for root in roots):
        settings = work / "ivysettings.xml"
        settings.write_text(WITHOUT_POMS)
        command += ["-settings", str(settings)]
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
        libs = retrieve(
            ivy_jar, document["name"], document["roots"], document.get("excludes", ()), Path(folder)
        )
        files = [file for file in sorted(libs.rglob("*")) if file.is_file()]
        jars = [file for file in files if artifact_name(file.name) not in provided]
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
