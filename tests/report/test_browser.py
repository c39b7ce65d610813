"""The page in a real browser, where there is one: it runs nothing of others', asks no network, and fits the window."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from motivtui.report.page import policy
from tests.report.conftest import Written
from tests.report.parsed import Parsed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--no-proxy-server",
    "--enable-logging=stderr", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
MEASURE = """<script>
const wide = [...document.querySelectorAll("main *")].filter(
  (one) => !one.closest(".scroll, pre.drawn, svg") && one.getBoundingClientRect().right > innerWidth + 1);
document.body.setAttribute("data-scroll", document.documentElement.scrollWidth - innerWidth);
document.body.setAttribute("data-wide", wide.length ? wide[0].outerHTML.slice(0, 200) : "");
</script>"""


def _browse(home: Path, page: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={home / 'profile'}", *flags, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def _asked_for(log: Path) -> set[str]:
    """What the page asked the network for; what the browser asks of its own accord is not the page's."""
    text = log.read_text(encoding="utf-8", errors="replace")
    return set(re.findall(r'"network_isolation_key":"file://.*?"url":"(https?:[^"]+)"', text))


def test_it_logs_no_error_and_asks_no_network(written: Written, tmp_path: Path) -> None:
    page, log = tmp_path / "report.html", tmp_path / "net.json"
    page.write_text('<!DOCTYPE html><img src="https://example.org/x.png">', encoding="utf-8")
    _browse(tmp_path, page, "--dump-dom", f"--log-net-log={log}")
    assert _asked_for(log) == {"https://example.org/x.png"}  # it would be seen
    page.write_text(written.html, encoding="utf-8")
    done = _browse(tmp_path, page, "--dump-dom", f"--log-net-log={log}")
    assert not re.findall(r".*CONSOLE.*", done.stderr)
    assert _asked_for(log) == set()
    dom = Parsed(done.stdout)
    assert len(dom.named("script")) == 1
    assert len(dom.named("button")) == len([one for one in dom.named("th") if one.get("scope") == "col"])  # ours ran


def test_the_policy_stops_what_would_run(written: Written, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    text = written.html.replace("</main>", "<script>document.title = 'owned'</script></main>")
    page.write_text(text.replace("<footer>", '<footer><img src="https://example.org/x.png">'), encoding="utf-8")
    done = _browse(tmp_path, page, "--dump-dom")
    assert "<title>owned</title>" not in done.stdout
    assert len(re.findall(r"CONSOLE.*Content Security Policy", done.stderr)) == 2


@pytest.mark.parametrize("width", [1280, 800, 500])
def test_nothing_is_wider_than_the_window(written: Written, tmp_path: Path, width: int) -> None:
    page = tmp_path / "report.html"
    opened = written.html.replace(f'content="{policy()}"', 'content=""').replace("<details>", "<details open>")
    page.write_text(opened.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
    done = _browse(tmp_path, page, "--dump-dom", f"--window-size={width},900")
    (body,) = Parsed(done.stdout).named("body")
    assert body["data-wide"] == ""
    assert json.loads(str(body["data-scroll"])) <= 0


def test_it_prints(written: Written, tmp_path: Path) -> None:
    page, paper = tmp_path / "report.html", tmp_path / "report.pdf"
    page.write_text(written.html, encoding="utf-8")
    _browse(tmp_path, page, f"--print-to-pdf={paper}")
    assert paper.read_bytes().startswith(b"%PDF")
