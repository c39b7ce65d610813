"""From the model id that a user types to the endpoint behind it, or to one clear line why there is none.

`local/NAME` is served on this machine, `NAME/MODEL` with a configured endpoint's name goes there, `scripted/NAME` is a
scripted participant, and everything else is a litellm id whose key is in the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from motivtui.errors import MissingKeyError, MissingModelError
from motivtui.models.endpoint import Endpoint, Kind, Price
from motivtui.models.litellm_door.catalogue import look_up, price_per_token
from motivtui.models.local import find_model
from motivtui.models.scripted import SCRIPTS
from motivtui.settings import EndpointSettings, Secret, Settings
from motivtui.study.parameters import Decoding, Parameters

LOCAL_PREFIX = "local/"
SCRIPTED_PREFIX = "scripted/"
FREE: Price = (0.0, 0.0)

_LLAMA_DEFAULTS = Parameters(
    decoding=Decoding.SCHEMA,
    temperature=0.8,
    top_p=0.95,
    # cache_prompt off: with it, a reply would depend on which prompt came before it.
    extra={"top_k": 40, "min_p": 0.05, "cache_prompt": False},
)
"""llama.cpp's own defaults, sent in full to be on record. Without the schema a small model rarely answers."""


def resolve(model: str, settings: Settings, environment: Mapping[str, str] | None = None) -> Endpoint:
    """The endpoint of a model id. Imports litellm only for litellm's own ids.

    Raises MissingModelError or MissingKeyError with the way out.
    """
    env = os.environ if environment is None else environment
    if model.startswith(LOCAL_PREFIX):
        return _local(model, settings)
    if model.startswith(SCRIPTED_PREFIX):
        return _scripted(model)
    name, _, rest = model.partition("/")
    for own in settings.endpoints:
        if own.name == name and rest:
            return _custom(model, rest, own, env)
    return _litellm(model)


def _local(model: str, settings: Settings) -> Endpoint:
    find_model(settings.models_folder, settings.data_folder, model.removeprefix(LOCAL_PREFIX))
    return Endpoint(
        model=model,
        kind=Kind.LOCAL,
        wire_model=f"openai/{model.removeprefix(LOCAL_PREFIX)}",
        lane=model,
        defaults=_LLAMA_DEFAULTS,
        max_concurrency=settings.local_slots,
        price=FREE,
    )


def _scripted(model: str) -> Endpoint:
    if model.removeprefix(SCRIPTED_PREFIX) not in SCRIPTS:
        raise MissingModelError(
            f"{model}: no such scripted model",
            hint=f"There are: {', '.join(SCRIPTED_PREFIX + name for name in SCRIPTS)}",
        )
    return Endpoint(
        model=model,
        kind=Kind.SCRIPTED,
        wire_model=model,
        lane=model,
        defaults=Parameters(decoding=Decoding.FREE),
        price=FREE,
    )


def _custom(model: str, rest: str, own: EndpointSettings, env: Mapping[str, str]) -> Endpoint:
    key = env.get(own.api_key_env, "") if own.api_key_env else "none"
    if not key:
        raise MissingKeyError(
            f"{model}: the environment variable {own.api_key_env} is not set", hint=f"export {own.api_key_env}=…"
        )
    return Endpoint(
        model=model,
        kind=Kind.CUSTOM,
        wire_model=f"openai/{rest}",
        lane=own.name,
        defaults=Parameters(decoding=own.decoding),
        api_base=own.api_base,
        api_key=Secret(key),
        price=_price(own),
    )


def _price(own: EndpointSettings) -> Price | None:
    if own.input_usd_per_million is None or own.output_usd_per_million is None:
        return None
    return own.input_usd_per_million / 1e6, own.output_usd_per_million / 1e6


def _litellm(model: str) -> Endpoint:
    known = look_up(model)
    if known is None:
        raise MissingModelError(
            f"{model}: no model of that name is known",
            hint="`motiv models` lists what there is; an endpoint of your own goes into the configuration file.",
        )
    if known.missing_keys:
        raise MissingKeyError(
            f"{model}: {known.provider} needs {' and '.join(known.missing_keys)} in the environment",
            hint=f"export {known.missing_keys[0]}=…   (or use {LOCAL_PREFIX}smollm2-135m, which needs no key)",
        )
    decoding = Decoding.SCHEMA if known.keeps_schema else Decoding.FREE
    return Endpoint(
        model=model,
        kind=Kind.LITELLM,
        wire_model=model,
        lane=known.provider,
        defaults=Parameters(decoding=decoding),
        price=price_per_token(model),
    )
