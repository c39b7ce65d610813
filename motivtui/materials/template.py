"""Which markers a template must and may hold, by the phase of its instrument."""

from __future__ import annotations

from motivtui.materials.material_file import MaterialFile, text_fault
from motivtui.study.instrument import Phase
from motivtui.study.prompt import (
    ANSWER_MARKER,
    FIRST_MARKER,
    FORMAT_MARKER,
    ITEMS_MARKER,
    MARKERS,
    NONCE_MARKER,
    SECOND_MARKER,
    TASK_MARKER,
)

_ONCE = {
    Phase.PRE: (TASK_MARKER,),
    Phase.EXECUTE: (TASK_MARKER,),
    Phase.CHOICE: (FIRST_MARKER, SECOND_MARKER),
    Phase.JUDGE: (TASK_MARKER, ANSWER_MARKER),
    Phase.POST: (),
    Phase.CHECK: (),
}
_AT_MOST_ONCE = (FORMAT_MARKER, ITEMS_MARKER)
_OPTIONAL_TASK = (Phase.POST, Phase.CHECK)


def check_template(file: MaterialFile, template: str, phase: Phase) -> None:
    """Note every marker that is missing, repeated or out of place in the file's template."""
    file.check(("template",), template, text_fault)
    for marker in MARKERS:
        reason = _fault(marker, template.count(marker), phase)
        if reason:
            file.report(("template",), reason)
    if phase is Phase.JUDGE and ANSWER_MARKER in template and not _is_fenced(template):
        file.report(("template",), f"the answer must stand between two {NONCE_MARKER}: it must not be able to end it")


def _fault(marker: str, count: int, phase: Phase) -> str | None:
    if marker in _ONCE[phase]:
        return None if count == 1 else f"holds {marker} {count} times; it must stand there exactly once"
    if marker == NONCE_MARKER and phase is Phase.JUDGE:
        return None
    if marker in _AT_MOST_ONCE or (marker == TASK_MARKER and phase in _OPTIONAL_TASK):
        return f"holds {marker} more than once" if count > 1 else None
    return f"holds {marker}, which has no meaning in the phase {phase}" if count else None


def _is_fenced(template: str) -> bool:
    before, _, after = template.partition(ANSWER_MARKER)
    return NONCE_MARKER in before and NONCE_MARKER in after
