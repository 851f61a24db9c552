"""Words around records: Note, Attachment, Message, PhoneLog."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rooftree.model.base import Record
from rooftree.model.vocabulary import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Record):
    """A remark on a record; `about` is a record name ("work_order", "resident", "unit", ...)."""

    about: str
    about_id: str
    text: str
    title: str | None = None
    kind_raw: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Record):
    """A file on a record; `content` only while one is sent or fetched."""

    about: str
    about_id: str
    file_name: str
    title: str | None = None
    description: str | None = None
    category: str | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLog(Record):
    """A call somebody had with a person, as the PMS logs it."""

    about: str
    about_id: str
    property_id: str | None = None
    subject: str | None = None
    text: str | None = None
    called_at: datetime | None = None
    staff_id: str | None = None
    source: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Record):
    """One text in or out on a channel; kept by Rooftree, logged into the PMS as a note where it can be."""

    channel: Channel
    direction: str
    sender: str
    recipient: str
    text: str
    media: tuple[str, ...] = ()
    sent_at: datetime | None = None
    about: str | None = None
    about_id: str | None = None
