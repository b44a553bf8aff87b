"""Events by HTTP, signed after Standard Webhooks."""

import base64
import json
import secrets
from datetime import datetime

import httpx2
from standardwebhooks.webhooks import Webhook

from api.delivery.addresses import AddressRefused, resolve
from api.delivery.outcome import Outcome
from api.settings import Settings
from api.storage.base import now
from api.storage.tables import OutboxEvent, WebhookEndpoint

GONE = 410
USER_AGENT = "peakcrew-webhooks/1"


def new_secret() -> str:
    """A secret to sign with: 256 random bits as Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def body_of(event: OutboxEvent) -> str:
    """The text that is signed and sent."""
    document = {
        "type": event.topic,
        "timestamp": event.created_at.isoformat(),
        "data": event.payload,
    }
    return json.dumps(document, separators=(",", ":"), sort_keys=True)


def signature(hook: WebhookEndpoint, event_id: str, at: datetime, body: str) -> str:
    """One signature for each secret that holds."""
    keys = [hook.secret]
    if hook.previous_secret and hook.previous_until and hook.previous_until > at:
        keys.append(hook.previous_secret)
    return " ".join(Webhook(key).sign(event_id, at, body) for key in keys)


def post(hook: WebhookEndpoint, event: OutboxEvent, settings: Settings) -> Outcome:
    """Send an event once. What the receiver says beyond its status is not read."""
    try:
        target = resolve(hook.url, settings)
    except AddressRefused as error:
        return Outcome.failed(f"the url is refused: {error}")
    at, body = now(), body_of(event)
    headers = {
        "Content-Type": "application/json",
        "Host": target.host if target.url.port is None else f"{target.host}:{target.port}",
        "User-Agent": USER_AGENT,
        "webhook-id": event.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(hook, event.id, at, body),
    }
    timeout = settings.delivery_timeout_seconds
    try:
        with (
            httpx2.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", target.by_address, content=body.encode(), headers=headers,
                # The certificate is checked against the name, not the address.
                extensions={"sni_hostname": target.host},
            ) as answer,
        ):  # fmt: skip
            status = answer.status_code
    except httpx2.HTTPError as error:
        return Outcome.failed(type(error).__name__)
    if status == GONE:
        return Outcome.refused("the receiver is gone (410)")
    return Outcome.done() if 200 <= status < 300 else Outcome.failed(f"status {status}")
