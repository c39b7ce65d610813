"""What the room looks at: a run, a view, an item and a model, and what was last seen of them. Pure state.

What is chosen is a wish: another run or view may not have it, then the nearest is shown and the wish is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from motivtui.analysis.asked import takes
from motivtui.analysis.questions import Look
from motivtui.stats.preset import Preset
from motivtui.store.run_growth import RunName
from motivtui.tui.stats_views.measures import Measure, chosen, label_of, measures_of, model_of, nearest, short_names
from motivtui.tui.stats_views.shown import Shown, StatsView
from motivtui.tui.words import counted

ALL_MODELS = "all models"


@dataclass(slots=True)
class Looking:
    """`run` None: there is none to look at."""

    runs: Sequence[RunName] = ()
    run: str | None = None
    chosen_run: str | None = None
    measure: Measure | None = None
    model: str | None = None
    preset: Preset = Preset.ROBUST
    looks: dict[tuple[str, Preset], Look[Any]] = field(default_factory=dict)
    """What was last seen of each view of the run, by each preset."""

    def found(self, runs: Sequence[RunName], going_on: Sequence[str]) -> None:
        """There are these runs: look at the one that was chosen, that goes on, or that is the latest."""
        self.runs = tuple(runs)
        ids = [one.id for one in runs]
        running = [one for one in going_on if one in ids]
        if not ids:
            self._go_to(None)
        elif self.chosen_run in ids:
            self._go_to(self.chosen_run)
        else:
            self._go_to(running[-1] if running else ids[0])

    def choose_run(self, place: int) -> None:
        """The run at that place of `runs`, from now on."""
        self.chosen_run = self.runs[place].id
        self._go_to(self.chosen_run)

    def took(self, view: StatsView, look: Look[Any], preset: Preset) -> bool:
        """A look is here. False: it is of another run than the one that is looked at."""
        if look.run != self.run:
            return False
        self.looks[view.key, preset] = look
        seen = self.seen_measure(view)
        if self.measure is None and seen is not None and seen.instrument and seen.item is not None:
            self.measure = seen  # the other views follow the first one
        return True

    def look(self, view: StatsView) -> Look[Any] | None:
        """What was last seen of the view."""
        return self.looks.get((view.key, self.preset))

    def measures(self, view: StatsView) -> tuple[Measure, ...]:
        """The measures that can be chosen."""
        look = self.look(view)
        return measures_of(look.results) if look else ()

    def models(self, view: StatsView) -> list[str]:
        """The models that can be chosen."""
        look = self.look(view)
        return list(dict.fromkeys(name for one in look.results if (name := model_of(one)))) if look else []

    def seen_measure(self, view: StatsView) -> Measure | None:
        """The measure that is shown."""
        return nearest(self.measures(view), self.measure)

    def seen_model(self, view: StatsView) -> str | None:
        """The model that is shown; None: all of them."""
        return self.model if self.model in self.models(view) else None

    def shown(self, view: StatsView) -> Shown | None:
        """What is seen of the view; None: nothing is here yet."""
        look = self.look(view)
        if look is None:
            return None
        return view.show(chosen(look.results, self.seen_measure(view), self.seen_model(view)))

    def words(self, view: StatsView) -> tuple[str, str, str]:
        """Run, item and model as the selectors say them; empty: there is no such choice."""
        run = next((f"{one.name} ({one.id})" for one in self.runs if one.id == self.run), "")
        measures, models = self.measures(view), self.models(view)
        measure = self.seen_measure(view)
        if measure is None:
            return run, "", ""
        item = label_of(measure, measures) if measure.instrument else ""
        if not models:
            return run, item, ""
        model = self.seen_model(view) or (models[0] if len(models) == 1 else None)
        return run, item, ALL_MODELS if model is None else short_names(models)[model]

    def state(self, view: StatsView) -> str:
        """How much of the run the numbers are of."""
        look = self.look(view)
        if look is None:
            return ""
        if look.is_interim:
            return f"interim, n = {look.ended:,} of {look.trials:,} trials"
        trials = counted(look.trials, "trial")
        return f"{trials} · {self.preset} rules" if takes(view.view.function, "preset") else trials

    def _go_to(self, run: str | None) -> None:
        if run != self.run:
            self.run, self.model = run, None
            self.looks.clear()
