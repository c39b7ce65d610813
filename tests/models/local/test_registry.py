from __future__ import annotations

import hashlib
import re
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.errors import ConfigError, MissingModelError, UsageError
from motivtui.models.local import BUILT_IN, add_model, find_model, local_models
from motivtui.models.local.registry import FILE_NAME

from .conftest import TINY_GGUF, Folders


def gguf(folder: Path, name: str = "own.gguf", content: bytes = TINY_GGUF) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def test_the_built_in_model_is_always_there(folders: Folders) -> None:
    (model,) = local_models(folders.models, folders.data)
    assert (model.name, model.path, model.is_present) == ("smollm2-135m", None, False)
    assert (model.sha256, model.size_bytes) == (BUILT_IN.sha256, 98_362_432)
    assert not folders.data.exists()


def test_an_added_model_is_found(folders: Folders) -> None:
    path = gguf(folders.root)
    added = add_model(folders.data, "own-0.5b", path, n_ctx=2048)
    assert added == find_model(folders.models, folders.data, "own-0.5b")
    assert (added.path, added.source, added.is_present, added.n_ctx) == (path, "file", True, 2048)
    assert added.sha256 == hashlib.sha256(TINY_GGUF).hexdigest()
    assert added.size_bytes == len(TINY_GGUF)
    assert [model.name for model in local_models(folders.models, folders.data)] == ["smollm2-135m", "own-0.5b"]
    assert (folders.data / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert folders.data.stat().st_mode & 0o777 == 0o700
    path.unlink()
    gone = find_model(folders.models, folders.data, "own-0.5b")
    assert (gone.is_present, gone.size_bytes) == (False, None)


def test_relative_paths_are_kept_whole(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    gguf(folders.root)
    monkeypatch.chdir(folders.root)
    assert add_model(folders.data, "own", Path("own.gguf")).path == folders.root / "own.gguf"


def test_the_same_file_again_takes_in_its_content_and_another_is_refused(folders: Folders) -> None:
    path = gguf(folders.root)
    before = add_model(folders.data, "own", path)
    path.write_bytes(TINY_GGUF + b"more")
    assert add_model(folders.data, "own", path).sha256 != before.sha256
    with pytest.raises(UsageError, match="already"):
        add_model(folders.data, "own", gguf(folders.root, "other.gguf"))
    assert len(local_models(folders.models, folders.data)) == 2


def test_files_that_are_no_models(folders: Folders) -> None:
    for path, words in [
        (folders.root / "none.gguf", "no such file"),
        (folders.root, "not a file"),
        (gguf(folders.root, "empty.gguf", b""), "not a GGUF file"),
        (gguf(folders.root, "zip.gguf", b"PK\3\4" + TINY_GGUF), "not a GGUF file"),
    ]:
        with pytest.raises(MissingModelError, match=words):
            add_model(folders.data, "own", path)
    assert not folders.data.exists()


@given(name=st.text(max_size=80) | st.from_regex(r"[a-z0-9][a-z0-9._-]*", fullmatch=True))
def test_a_name_is_good_or_refused(name: str) -> None:
    with tempfile.TemporaryDirectory() as root:
        path = gguf(Path(root), content=b"GGUF")
        is_good = re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name, re.ASCII) is not None and name != BUILT_IN.name
        if is_good:
            assert add_model(Path(root), name, path).name == name
            assert find_model(Path(root), Path(root), name).path == path.resolve()
        else:
            with pytest.raises(UsageError):
                add_model(Path(root), name, path)


@given(stem=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_file_name_comes_back(stem: str) -> None:
    with tempfile.TemporaryDirectory() as root:
        path = gguf(Path(root), f"x{stem}", b"GGUF")
        add_model(Path(root), "own", path)
        assert find_model(Path(root), Path(root), "own").path == path.resolve()


def test_unknown_names_get_a_way_out(folders: Folders) -> None:
    with pytest.raises(MissingModelError, match="local/smolm2-135m") as caught:
        find_model(folders.models, folders.data, "smolm2-135m")
    assert "Did you mean local/smollm2-135m?" in caught.value.hint
    with pytest.raises(MissingModelError) as caught:
        find_model(folders.models, folders.data, "zzz")
    assert "motiv models pull" in caught.value.hint


GOOD = f'name = "own"\npath = "/x.gguf"\nsha256 = "{"0" * 64}"\nsource = "file"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"[[model]]\n{GOOD}colour = 1\n", ":6: model[1].colour: unknown key"),
        (f"[[model]]\n{GOOD}\n[[model]]\n{GOOD}", ":8: model[2].name: 'own' is taken"),
        (f"[[model]]\n{GOOD.replace('own', 'smollm2-135m')}", "'smollm2-135m' is taken"),
        (f"[[model]]\n{GOOD.replace('own', 'a/b')}", "model[1].name"),
        (f"[[model]]\n{GOOD.replace('0000', '00', 1)}", "model[1].sha256"),
        (f"[[model]]\n{GOOD}n_ctx = 0\n", "model[1].n_ctx"),
        ('[[model]]\nname = "own"\n', "missing key"),
        ("[[model]\n", "not valid TOML"),
    ],
)
def test_a_list_that_is_off_names_the_place(folders: Folders, text: str, words: str) -> None:
    folders.data.mkdir()
    (folders.data / FILE_NAME).write_text(text)
    with pytest.raises(ConfigError) as caught:
        local_models(folders.models, folders.data)
    assert words in caught.value.message
    with pytest.raises(ConfigError):  # and is not written over
        add_model(folders.data, "new", gguf(folders.root))
    assert (folders.data / FILE_NAME).read_text() == text


def test_models_added_at_once_are_all_kept(folders: Folders) -> None:
    paths = [gguf(folders.root, f"m{number}.gguf", b"GGUF") for number in range(12)]
    threads = [threading.Thread(target=add_model, args=(folders.data, path.stem, path)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(local_models(folders.models, folders.data)) == 13
