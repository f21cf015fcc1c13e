"""Nothing is sent anywhere but to one's own office: who opens connections, and who listens."""

import ast
from pathlib import Path

import fieldkit

PACKAGE = Path(fieldkit.__file__).parent
NETWORK = {
    *("aiohttp", "ftplib", "grpc", "http.client", "http.server", "httpcore", "httpx"),
    *("httpx2", "imaplib", "requests", "smtplib", "socket", "socketserver", "ssl", "uvicorn"),
    *("urllib.request", "urllib3", "websockets", "webbrowser", "xmlrpc"),
}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def test_only_the_exchange_connects_and_only_the_office_listens() -> None:
    found = {
        str(path.relative_to(PACKAGE)): wanted
        for path in PACKAGE.rglob("*.py")
        if (wanted := imported(path) & NETWORK)
    }
    assert found == {
        "sync/client/transport.py": {"httpx2"},
        "office/http/serve.py": {"socket", "ssl", "uvicorn"},
    }
