"""One hash for one content, on every machine and in every version."""

import math

import pytest

from motivtui.study.canonical import canonical_json, content_hash


def test_the_hash_does_not_change_between_versions() -> None:
    # printf '{"a":[1,2.5,null,true,"\\u00e9"],"b":{}}' | sha256sum
    content = {"b": {}, "a": [1, 2.5, None, True, "é"]}
    assert canonical_json(content) == '{"a":[1,2.5,null,true,"\\u00e9"],"b":{}}'
    assert content_hash(content) == "8a1be0390abb9365642a29c15c80ebfdc64384ad0dce820b971caff4119e414b"


def test_the_order_of_keys_does_not_matter_and_that_of_elements_does() -> None:
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    assert content_hash([1, 2]) != content_hash([2, 1])


def test_values_that_look_alike_differ() -> None:
    alike = [1, 1.0, True, "1", None, "null", "", [], {}, 0, False]
    assert len({content_hash(value) for value in alike}) == len(alike)


def test_a_lone_surrogate_has_a_hash() -> None:
    assert content_hash("\ud800") != content_hash("\ud801") != content_hash("�")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        content_hash({"temperature": [value]})
