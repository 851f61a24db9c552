"""Settings, read once from the environment (`ROOFTREE_*`) or a `.env` file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rooftree.errors import ConfigurationError


class Settings(BaseSettings):
    """What an operator can set; every name is `ROOFTREE_` plus the field in capitals."""

    model_config = SettingsConfigDict(env_prefix="ROOFTREE_", env_file=".env", extra="ignore")

    home: Path = Field(default=Path("var"), description="Folder of the database and the key file.")
    database_url: str = Field(default="", description="PostgreSQL URL; empty means SQLite in `home`.")
    key_file: Path | None = Field(default=None, description="Root key that seals secrets; default `home/root.key`.")
    public_url: str = Field(default="http://127.0.0.1:8080", description="How the outside reaches this server.")
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port the server listens on.")
    api_key: SecretStr | None = Field(default=None, description="Key that REST callers send until OAuth is set up.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least log line.")
    log_json: bool = Field(default=False, description="Log lines as JSON.")
    loopback_origins: list[str] = Field(default=[], description="http://127.0.0.1 origins of simulators we may call.")
    open_demo: bool = Field(default=False, description="Console without signing in; for demos on this machine only.")
    worker: str = Field(default="", description="Name of this worker; by itself it takes the lowest free seat here.")
    pace: float = Field(
        default=1.0, gt=0, le=1, description="Factor on every waiting time; below 1 only for demos and tests."
    )
    twilio_account_sid: str = Field(default="", description="Twilio account; with none a local inbox stands in.")
    twilio_auth_token: SecretStr | None = Field(default=None, description="Twilio token; also checks its webhooks.")
    twilio_number: str = Field(default="", description="Our number, E.164.")
    twilio_base_url: str = Field(default="https://api.twilio.com", description="Where Twilio answers.")
    smtp_host: str = Field(default="", description="Mail server for vendors without a phone; empty means no e-mail.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port; on 465 TLS begins with the connection.")
    smtp_user: str = Field(default="", description="Name to sign in with; empty means without signing in.")
    smtp_password: SecretStr | None = Field(default=None, description="Password to sign in with.")
    smtp_from: str = Field(default="", description="Our address, name@example.com.")
    smtp_starttls: bool = Field(default=True, description="Encrypt by STARTTLS; false only for a server right here.")
    page_numbers: list[str] = Field(default=[], description="Numbers of people on call, in order, E.164.")
    office_name: str = Field(default="the property office", description="How texts call the management company.")

    @property
    def url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'rooftree.db'}"

    @property
    def root_key_path(self) -> Path:
        return self.key_file or self.home / "root.key"


def load(**overrides: object) -> Settings:
    """The settings in force; raises ConfigurationError naming each wrong variable and what it should be."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"ROOFTREE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise ConfigurationError("Settings are wrong. " + "; ".join(lines)) from None
