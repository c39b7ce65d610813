"""What the flags of `run` and `plan` say, and the plan they mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from motivtui.cli.options import split
from motivtui.cli.planning import Design, Plan, make_plan, material_paths
from motivtui.materials import load_materials, select_instruments, select_manipulations, select_tasks
from motivtui.settings import Settings, read_settings

DEFAULT_PER_CATEGORY = 2


@dataclass(frozen=True, slots=True)
class StudyFlags:
    """What the user said, as said."""

    models: list[str] | None
    tasks: list[str] | None
    categories: list[str] | None
    sets: list[str] | None
    per_category: int | None
    limit: int | None
    manipulations: list[str] | None
    instruments: list[str] | None
    repeats: int
    wordings: str
    seed: int
    decoding: str | None
    temperature: float | None
    name: str | None
    materials: list[Path] | None

    def settings(self, *, db: Path | None, concurrency: int | None) -> Settings:
        """The settings with these flags on top. Raises ConfigError."""
        return read_settings({"db": db, "concurrency": concurrency, "materials": material_paths(self.materials)})

    def plan(self, settings: Settings) -> Plan:
        """The plan they mean. Raises UsageError, MaterialError, ModelError."""
        known = load_materials(settings.materials, user_folder=settings.materials_folder)
        has_choice = any((self.tasks, self.categories, self.sets, self.per_category, self.limit))
        tasks = select_tasks(
            known,
            ids=split(self.tasks),
            categories=split(self.categories),
            sets=split(self.sets),
            per_category=self.per_category if has_choice else DEFAULT_PER_CATEGORY,
            limit=self.limit,
            seed=self.seed,
        )
        manipulations = select_manipulations(known, split(self.manipulations) or ["none"])
        name = self.name or f"{', '.join(one.id for one in manipulations)} × {len(tasks)} tasks"
        return make_plan(
            settings,
            split(self.models),
            tasks,
            manipulations,
            select_instruments(known, split(self.instruments) or ["pre-self-report"]),
            Design(name, self.seed, self.repeats, self.wordings, self.decoding, self.temperature),
        )
