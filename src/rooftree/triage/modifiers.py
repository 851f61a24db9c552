"""What temperatures, stated needs and the number of toilets do to a condition. Severity follows the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rooftree.triage.data import Severity, conditions
from rooftree.triage.scope import Scene
from rooftree.triage.temperature import Temperatures, temperatures


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known around a message: from its own words first, then from the context."""

    indoor: float | None
    outdoor: float | None
    somewhere: float | None
    vulnerable: bool
    toilets: int | None
    said_indoor: float | None
    limits: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A condition after its modifiers: perhaps another one, perhaps more severe, perhaps with something unknown."""

    condition: str
    severity: Severity
    note: str = ""
    unknown: bool = False


def facts(
    scene: Scene,
    *,
    indoor_f: float | None,
    outdoor_f: float | None,
    vulnerable: bool,
    toilets: int | None,
    limits: Mapping[str, float],
) -> Facts:
    """Facts from the text, with the context where the text is silent."""
    said: Temperatures = temperatures(scene.reading, cooling=scene.any("ac") or scene.any("hot_weather"))
    indoor = said.indoor if said.indoor is not None else indoor_f
    outdoor = said.outdoor if said.outdoor is not None else outdoor_f
    return Facts(indoor, outdoor, said.somewhere, vulnerable or scene.has("vulnerable"), toilets, said.indoor, limits)


def judge(condition: str, scene: Scene, known: Facts) -> Verdict:
    """The condition as it stands with what is known."""
    rule = _RULES.get(condition)
    return rule(scene, known) if rule else _as(condition)


def _as(condition: str, note: str = "", *, unknown: bool = False, severity: Severity | None = None) -> Verdict:
    return Verdict(condition, severity or conditions()[condition].severity, note, unknown)


def _no_heat(scene: Scene, known: Facts) -> Verdict:
    limit = known.limits
    indoor, outdoor = known.indoor, known.outdoor
    if indoor is None and known.somewhere is not None and known.somewhere < limit["heat_indoor_emergency"]:
        return _as("no_heat", f"{known.somewhere:.0f}F stated")
    if indoor is not None and indoor < limit["heat_indoor_emergency"]:
        return _as("no_heat", f"{indoor:.0f}F inside")
    if outdoor is not None and outdoor <= limit["heat_outdoor_emergency"]:
        return _as("no_heat", f"{outdoor:.0f}F outside")
    if known.vulnerable:
        return _as("no_heat", "a person with a need is stated")
    if indoor is not None and indoor < limit["heat_indoor_comfort"]:
        return _as("weak_heat", f"{indoor:.0f}F inside")
    if outdoor is not None or indoor is not None:
        return _as("no_heat_mild", "not cold")
    if scene.has("mild_weather") and not scene.has("cold_inside"):
        return _as("no_heat_mild", "mild weather stated")
    cold = scene.has("cold_inside") or scene.has("cold_weather")
    return _as("no_heat", "cold stated" if cold else "temperature not known", unknown=not cold)


def _weak_heat(scene: Scene, known: Facts) -> Verdict:
    if known.indoor is not None and known.indoor < known.limits["heat_indoor_emergency"]:
        return _as("no_heat", f"{known.indoor:.0f}F inside")
    return _as("weak_heat")


def _no_ac(scene: Scene, known: Facts) -> Verdict:
    limit = known.limits
    indoor = known.indoor if known.indoor is not None else known.somewhere
    outdoor = known.outdoor
    warm = scene.has("hot_weather")
    told = indoor is not None or outdoor is not None
    if known.vulnerable:
        hot = _above(indoor, limit["cool_indoor_urgent"]) or _above(outdoor, limit["cool_outdoor_vulnerable"]) or warm
        if hot or not told:
            return _as("no_ac_vuln", "a person with a need is stated", unknown=not hot)
        return _as("no_ac_hot", "a person with a need is stated, not hot yet")
    if _above(indoor, limit["cool_indoor_urgent"]) or _above(outdoor, limit["cool_outdoor_urgent"]) or warm:
        return _as("no_ac_hot", "hot")
    if told or scene.has("mild_weather") or scene.has("cold_weather"):
        return _as("no_ac_mild", "not hot")
    return _as("no_ac_hot", "temperature not known", unknown=True)


def _above(value: float | None, limit: float) -> bool:
    return value is not None and value > limit


def _toilet(scene: Scene, known: Facts) -> Verdict:
    if scene.has("only_one") or known.toilets == 1:
        return _as("toilet_only", "the only one")
    if scene.has("other_toilet") or (known.toilets or 0) > 1:
        return _as("toilet_second", "another toilet is stated")
    return _as("toilet_only", "not known if there is another", unknown=True)


def _window(scene: Scene, known: Facts) -> Verdict:
    cold = scene.has("cold_weather") or (known.outdoor is not None and known.outdoor < 50)
    if scene.has("ground_floor") or cold:
        note = "ground floor" if scene.has("ground_floor") else "cold weather"
        return _as("window_broken", note, severity="EMERGENCY")
    return _as("window_broken", unknown=True)


def _elevator(scene: Scene, known: Facts) -> Verdict:
    if scene.has("mobility") or known.vulnerable:
        return _as("elevator_out", "a need for the elevator is stated", severity="EMERGENCY")
    return _as("elevator_out")


def _power_part(scene: Scene, known: Facts) -> Verdict:
    if scene.has("med_device"):
        return _as("elec_out_part", "medical equipment is stated", severity="EMERGENCY")
    return _as("elec_out_part")


# What a condition may turn into, for the order among equals.
MODIFIED = {
    "no_heat_mild": "no_heat",
    "no_ac_vuln": "no_ac_hot",
    "no_ac_mild": "no_ac_hot",
    "toilet_second": "toilet_only",
}
_RULES: dict[str, Callable[[Scene, Facts], Verdict]] = {
    "no_heat": _no_heat,
    "weak_heat": _weak_heat,
    "no_ac_hot": _no_ac,
    "toilet_only": _toilet,
    "window_broken": _window,
    "elevator_out": _elevator,
    "elec_out_part": _power_part,
}
