"""What litellm knows of a model: its provider, the key it needs, whether it keeps to a schema."""

from __future__ import annotations

from dataclasses import dataclass

from motivtui.models.litellm_door.loading import load_litellm


@dataclass(frozen=True, slots=True)
class KnownModel:
    """`missing_keys`: names of environment variables that would have to be set."""

    provider: str
    missing_keys: tuple[str, ...]
    keeps_schema: bool


def look_up(model: str) -> KnownModel | None:
    """What is known of a litellm model id; None: no provider of it is known."""
    litellm = load_litellm()
    try:
        _, provider, _, _ = litellm.get_llm_provider(model=model)
    except litellm.exceptions.BadRequestError:
        return None
    environment = litellm.validate_environment(model=model)
    missing = () if environment["keys_in_environment"] else tuple(environment["missing_keys"])
    return KnownModel(provider, missing, bool(litellm.supports_response_schema(model=model)))


def priced_models(prefix: str = "", limit: int = 50) -> list[str]:
    """Chat models of the bundled price list whose id begins with `prefix`, in order."""
    litellm = load_litellm()
    chat = (name for name, facts in litellm.model_cost.items() if facts.get("mode") == "chat")
    return sorted(name for name in chat if name.startswith(prefix))[:limit]


def price_per_token(model: str) -> tuple[float, float] | None:
    """Dollars a token, input and output; None: not in the bundled list."""
    facts = load_litellm().model_cost.get(model)
    if not facts or facts.get("input_cost_per_token") is None or facts.get("output_cost_per_token") is None:
        return None
    return float(facts["input_cost_per_token"]), float(facts["output_cost_per_token"])
