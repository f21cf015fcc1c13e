"""The domain is pure: it needs the standard library and pydantic, nothing else."""

import json
import subprocess
import sys

SCRIPT = """
import json, pkgutil, sys
before = set(sys.modules)
import fieldkit.domain
names = [m.name for m in pkgutil.walk_packages(fieldkit.domain.__path__, "fieldkit.domain.")]
for name in names:
    __import__(name)
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
ours = sorted(name for name in sys.modules if name.startswith("fieldkit"))
print(json.dumps({"names": names, "roots": sorted(loaded - sys.stdlib_module_names), "ours": ours}))
"""
ALLOWED = {
    "fieldkit", "pydantic", "pydantic_core", "annotated_types", "typing_extensions",
    "typing_inspection",
}  # fmt: skip


def test_the_domain_imports_nothing_but_the_standard_library_and_pydantic() -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60
    )
    found = json.loads(run.stdout)
    assert {"fieldkit.domain.job.steps", "fieldkit.domain.core.evolve"} <= set(found["names"])
    # the interpreter's build settings, by a name of the platform
    settings = {name for name in found["roots"] if name.startswith("_sysconfigdata")}
    assert set(found["roots"]) - settings <= ALLOWED
    beyond = [name for name in found["ours"] if not name.startswith("fieldkit.domain")]
    assert beyond == ["fieldkit"]
