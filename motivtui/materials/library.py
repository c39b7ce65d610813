"""Where material files are: the shipped library, and the files of a folder."""

from __future__ import annotations

from pathlib import Path

from motivtui.errors import MaterialError


def shipped_folder() -> Path:
    """The library that comes with the program: inside the installed package, or `tasks` in a checkout.

    Raises MaterialError: neither is there.
    """
    package = Path(__file__).parent
    installed, checkout = package / "library", package.parents[1] / "tasks"
    # The installed one first: beside an installed package, a folder named `tasks` is somebody else's.
    for folder in (installed, checkout):
        if folder.is_dir():
            return folder
    raise MaterialError(f"{installed}: the shipped task library is missing", hint="Install the program again.")


def material_files(folder: Path) -> list[Path]:
    """The TOML files of a folder at any depth, those of a folder before those of the folders in it.

    Hidden files and folders are left out: editors and version control keep their own things there.
    """
    found = [
        path
        for path in folder.rglob("*.toml")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    return sorted(found, key=lambda path: (len(path.relative_to(folder).parts), path.relative_to(folder).parts))
