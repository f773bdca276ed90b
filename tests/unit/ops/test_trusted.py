"""The file of CAs that pyarrow is given: the system's and the lake's own, and nothing else of them."""

from __future__ import annotations

from pathlib import Path

from unit.producer import tls

from waybill_ops.file_system import _trusted


def test_a_key_beside_the_certificates_is_not_copied(tmp_path: Path) -> None:
    system, own = tmp_path / "system.pem", tmp_path / "own.pem"
    system.write_text("# a comment\n" + tls.VALID + tls.VALID)
    own.write_text(tls.KEY + tls.VALID)
    made = _trusted((system,), own)
    assert made is not None
    assert Path(made).read_text() == "".join(f"{one.strip()}\n" for one in (tls.VALID, tls.VALID, tls.VALID))
    assert Path(made).stat().st_mode & 0o777 == 0o600
