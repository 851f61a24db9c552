"""The connector contract: a connector is a manifest, a table of resources, and pure functions.

Reading: `list` and `get` make calls on a `Wire` and return the PMS's own words (`wire`), `read` maps them to a
record. Writing: `step` says which single call comes next on the way from what the PMS holds (`current`) to what
is wanted (`desired`), or None when nothing is left; it makes no call itself. `sync/push.py` ledgers each call,
sends it, re-reads and asks again, so a PMS that needs three calls for one work order is three honest steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from rooftree.clock import Clock
from rooftree.connectors.gap import Gap as Gap
from rooftree.connectors.gap import not_built as not_built
from rooftree.connectors.gap import not_offered as not_offered
from rooftree.connectors.gap import not_permitted as not_permitted
from rooftree.db import Database
from rooftree.errors import ConnectorError
from rooftree.model.base import Record
from rooftree.model.events import Event
from rooftree.model.names import name_of
from rooftree.sealed import RootKey

R = TypeVar("R", bound=Record)
WireRecord = Mapping[str, Any]
VERBS = ("list", "get", "create", "update", "close")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP call in the PMS's words; `path` is relative to the connection's base URL, or absolute."""

    method: str
    path: str
    params: Sequence[tuple[str, str]] = ()
    json: Any = None
    call: Any = None
    """A call in the words of a wire that is no JSON (`soap.Call`), which `sign` makes into `content`."""
    content: bytes | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: bool = True
    """False keeps the PMS credential off this call (a presigned upload)."""
    reads: bool = False
    """True for a POST that only reads (SOAP, a search body), so that it may be repeated like a GET."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back with a 2xx; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    data: Any = None
    """The decoded body (JSON, or what the connector's `decode` reads), or None."""


class Wire(Protocol):
    """A connection's line to its PMS for reading: timeouts, read retries, one rate budget, masking.

    `read` raises Unreachable, RateLimited, Unauthorized, NotFound, Conflict, Rejected or Unreadable.
    """

    @property
    def options(self) -> Mapping[str, str]:
        """The connection's settings that are not secret."""
        ...

    def read(self, request: Request) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a list asks for. A filter the PMS lacks is applied by the connector or ignored where it only narrows."""

    since: datetime | None = None
    """Only what changed at or after this moment (the connector widens it to its granularity and overlap)."""
    until: datetime | None = None
    parent: str | None = None
    """Id of the property (or other parent) to list under, where the PMS lists per parent."""
    filters: Mapping[str, str] = field(default_factory=dict)
    page_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of wire records; `next` is an opaque cursor, None on the last page.

    `ahead` names cursors of all further pages where the PMS lets them be known from the first (offset paging),
    so that they can be fetched side by side. `complete` is False where the PMS admits that it cut the answer.
    """

    items: Sequence[WireRecord]
    next: str | None = None
    total: int | None = None
    ahead: Sequence[str] = ()
    complete: bool = True


class ListVerb(Protocol):
    def __call__(self, wire: Wire, query: Query, cursor: str | None) -> Page: ...


class GetVerb(Protocol):
    def __call__(self, wire: Wire, id: str) -> WireRecord:
        """The wire record; raises NotFound."""
        ...


def _utc(_property_id: str | None) -> ZoneInfo:
    return ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What mapping may know besides the wire record: zones, pick lists, the customer's mapping, options."""

    zone_of: Callable[[str | None], ZoneInfo] = _utc
    """The time zone of a property by its id (None: the connection's own)."""
    picks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Pick lists read from this PMS: list name -> {word: wire id}."""
    pack: Mapping[str, Any] = field(default_factory=dict)
    """The mapping pack in force: our default with the customer's overlay."""
    options: Mapping[str, str] = field(default_factory=dict)
    marker: str = ""
    """Correlation marker (`#rt-7f3a9c`) to leave in the declared field; empty when reading."""
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)


ReadMapping: TypeAlias = Callable[[WireRecord, Context], R]
"""Maps a wire record to ours; pure. Raises KeyError, ValueError or Unreadable for what fits no mapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record that a search after an unclear write brought up; `exact` when it carries our marker."""

    id: str
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One call that changes the PMS.

    `label` is stable over restarts ("create task", "assign vendor"); `request` is the call, or a function that
    makes it where the PMS wants a harmless ticket first (a presigned upload). `idempotent` says that repeating
    it changes nothing more. `id_of` reads the new id from the answer (None where it returns none). `find`
    searches what this call would have made, for when no answer came; None for an idempotent call.
    """

    label: str
    request: Request | Callable[[Wire], Answer]
    idempotent: bool = False
    id_of: Callable[[Answer], str | None] = lambda _answer: None
    find: Callable[[Wire, datetime], Sequence[Found]] | None = None
    """Called with the moment before which nothing of ours can have been made."""


def _as_it_is(wish: Any) -> Any:
    return wish


Step: TypeAlias = Callable[[R | None, R, Context], Send | None]
"""`step(current, desired, ctx)`: the next call on the way from current to desired, None when none is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Generic[R]):
    """A write verb: its step function and where our correlation marker goes."""

    step: Step[R]
    marker_field: str | None = None
    """Our field whose tail carries the marker; None where the verb is idempotent or the PMS echoes no text."""
    marker_seen_by_people: bool = True
    experimental: bool = False
    """True: stays off until the operator turns it on (`levels.is_on`): a wire fact could not be confirmed, or the PMS
    has the call switched on for some customers only."""
    prepare: Callable[[Any], Any] = _as_it_is
    """Makes a wish (a whole record, or changed fields by name) ready before anything is asked of the PMS: what a
    customer's mapping pack fills in. Raises InvalidInput for what that pack requires and the wish lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[R]):
    """One row of a connector's table: a record type and what can be done with it at this PMS."""

    record: type[R]
    read: ReadMapping[R]
    list: ListVerb | Gap
    get: GetVerb | Gap
    create: Write[R] | Gap
    update: Write[R] | Gap
    close: Write[R] | Gap
    omits: Mapping[str, Gap] = field(default_factory=dict)
    """Fields of the record that this PMS cannot hold, each with its reason; a false omission fails the suite."""
    read_only: Mapping[str, Gap] = field(default_factory=dict)
    """Fields that can be read but not written."""
    fixed: Mapping[str, Gap] = field(default_factory=dict)
    """Fields that can be set on create and not changed later."""
    parent: str | None = None
    """Record name to list under ("property"), where the PMS lists per parent."""
    changes_by: Literal["since", "full"] = "full"
    """How a change is noticed by polling: an updated-since filter, or reading all."""

    @property
    def name(self) -> str:
        return name_of(self.record)

    def verb(self, name: str) -> Any:
        """The callable or Gap of a verb."""
        return getattr(self, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One thing a user must bring: shown as a question, sealed when `secret`."""

    name: str
    label: str
    help: str
    secret: bool = True
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much a PMS lets one connection ask: `calls` per `seconds`, at most `concurrent` at once.

    `longer` are further windows over the same calls, as (calls, seconds): so many an hour, so many a day.
    """

    calls: int
    seconds: float
    concurrent: int
    longer: Sequence[tuple[int, float]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The facts of a PMS that are not about one record. Seconds unless named otherwise."""

    name: str
    title: str
    wire: str
    """How it speaks, for people: "REST v1, JSON"."""
    base_urls: Mapping[str, str]
    """Environment -> URL; the first is the default, and what is said to any other reaches no tenant."""
    test_addresses: Mapping[str, str] = field(default_factory=dict)
    """Further test environments: name -> pattern of their address, where it is not the same for everybody."""
    credentials: Sequence[Credential]
    hosts: Sequence[str] = ()
    """The only domains its addresses may be of, beside this machine; empty where each client has its own."""
    budget: Budget
    page_size: int
    read_timeout: float
    write_timeout: float
    read_lag: float
    """How long a write may stay unseen by reads."""
    late_commit: float
    """How long after our timeout the PMS may still commit (its own server timeout)."""
    marker_length: int = 12
    marker_searchable: bool = False
    throttled_wait: float = 0.2
    """How long to wait after a 429 that does not say (Buildium's documented advice is a fifth of a second)."""
    overlap: float = 300.0
    """How far an incremental read reaches back behind its cursor."""
    never_keep: Sequence[str] = ()
    """Paths cut from every wire record before anything else sees it: SSN, bank, birth date, consumer reports."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What a connection may be told beside its credential, name -> what it does; an administrator sets it."""
    plan_questions: Sequence[str] = ()
    """What to settle before any key is asked for (plan, licence, agreement)."""
    vendor_notice: str = ""
    """How this PMS can tell a vendor of an assigned job itself, for the question who shall; empty where it cannot."""
    key_help: str = ""
    """Where in the PMS the credential is made; shown when it is refused."""
    webhook_help: str = ""
    """Where in the PMS webhooks are set up, and what to give Rooftree as the secret that tells genuine ones."""
    webhooks_signed: bool = True
    """False where anybody could have written a delivery: a secret path and an allow-list are all that guards it."""
    webhooks_dated: bool = True
    """False where nothing signed says when a delivery was sent: a replay is known by its number, kept for 35 days."""
    native: bool = False
    """True for a PMS that lives inside Rooftree (Level 4)."""
    docs: str = ""


class Webhooks(Protocol):
    """How a PMS tells of changes."""

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime) -> None:
        """Return for a genuine and fresh delivery; raises WebhookRefused. `secrets` may hold two while rotating."""
        ...

    def parse(self, body: bytes) -> Sequence[Event]:
        """The events in a verified body; raises Unreadable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who a credential belongs to, shown with "yours?" before anything is synced."""

    name: str
    id: str | None = None


Opener: TypeAlias = Callable[[Request, Mapping[str, str]], Request]
"""The request with the credential on it: what is odd on the wire (token exchange, envelopes) lives behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """For a PMS that wants its key exchanged for a token, which `sign` then finds in the credentials as `session`.

    The line keeps one token for all its threads, renews it before it is too old (seconds), and once after a 401.
    """

    exchange: Callable[[Mapping[str, str]], Request]
    """The call that trades the credentials for a token; it must change nothing else."""
    token_of: Callable[[Answer], str | None]
    idle: float
    """How long a token lives unused."""
    lifetime: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """What a PMS inside Rooftree stands on; `account` keeps one connection's books from another's."""

    database: Database
    root: RootKey
    clock: Clock
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """Everything Rooftree knows about one PMS. Read the table and you know the integration."""

    manifest: Manifest
    resources: Sequence[Resource[Any]]
    sign: Opener
    """Puts the credential on a request."""
    explain: Callable[[Answer], str | None] = lambda _answer: None
    """The PMS's own error text in an answer, also inside a 200; None when it is not an error."""
    kind_of: Callable[[Answer], type[ConnectorError] | None] = lambda _answer: None
    """The kind of an error where its status does not say it (a missing privilege told as 500); None: by status."""
    decode: Callable[[bytes], Any] | None = None
    """Reads a body that is no JSON (SOAP); raises ValueError saying why it cannot. None: JSON."""
    lane: Callable[[Request, Mapping[str, str]], str] = lambda _request, _options: ""
    """Which allowance a call is counted in, where the PMS counts separately (Entrata: each service); else one for all.

    The second argument are the connection's options.
    """
    fields: Mapping[str, str] = field(default_factory=dict)
    """Their name of a field -> ours (`naming.by_ours`), so that every refusal names both."""
    trials: Mapping[str, Sequence[Request]] = field(default_factory=dict)
    """"record.verb" -> calls that no PMS can accept (nothing said, or of a record that cannot be), so that trying them
    changes nothing and tells the rights of a key: refused with 403 it has none, refused for its data it has."""
    alone: Callable[[Request], str] = lambda _request: ""
    """Calls of one name go one after the other (RealPage: each site), whatever the budget; empty: side by side."""
    budget_of: Callable[[Mapping[str, str]], Budget | None] = lambda _options: None
    """The budget that the connection's options state (a limit agreed in a contract); None: the manifest's."""
    session: Session | None = None
    identify: Callable[[Wire], Company]
    """One cheap read that names the company behind the credential."""
    learn: Callable[[Wire], Mapping[str, str]] = lambda _wire: {}
    """Options learned of an account when it is connected; their names begin with `learned.`, one is `learned.note`."""
    picks: Callable[[Wire], Mapping[str, Mapping[str, str]]] = lambda _wire: {}
    """Reads the pick lists mapping needs (categories, statuses, sources)."""
    webhooks: Webhooks | None = None
    statuses: Mapping[int, type[ConnectorError]] = field(default_factory=dict)
    """Statuses of this PMS's own that are not what their hundreds say (AppFolio's 701: a refused credential)."""
    published_keys: Callable[[Wire], Sequence[str]] | None = None
    """Reads what a PMS publishes to check its webhooks by (a key set); `verify` gets it beside the secrets."""
    local: Callable[[Local], Callable[[Request], Answer]] | None = None
    """For a PMS inside Rooftree: makes the function that answers requests in place of HTTP."""

    @property
    def name(self) -> str:
        return self.manifest.name

    def resource(self, record: type[R]) -> Resource[R] | None:
        """The row of a record type, or None when this PMS knows nothing of it."""
        return next((row for row in self.resources if row.record is record), None)
