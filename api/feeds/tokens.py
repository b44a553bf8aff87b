"""The secret in a feed's address: kept as a hash, replaced by a new one, revoked at once."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.security.keys import secret_hash
from api.storage.base import now
from api.storage.tables import Feed

TOKEN_BYTES = 32


def new_feed(session: Session, tenant_id: str, site_id: str, worker_id: str) -> tuple[Feed, str]:
    """A feed for a worker, and its token, which is shown once. The one before ends."""
    revoke(session, site_id, worker_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = Feed(
        tenant_id=tenant_id, site_id=site_id, worker_id=worker_id, token_hash=secret_hash(token)
    )
    session.add(feed)
    session.flush()
    return feed, token


def revoke(session: Session, site_id: str, worker_id: str) -> int:
    """End a worker's feeds; returns how many there were."""
    open_feeds = (
        select(Feed)
        .where(Feed.site_id == site_id, Feed.worker_id == worker_id, Feed.revoked_at.is_(None))
        .with_for_update()
    )
    feeds = session.scalars(open_feeds).all()
    for feed in feeds:
        feed.revoked_at = now()
    session.flush()
    return len(feeds)


def feed_of(session: Session, token: str) -> Feed | None:
    """The feed that a token opens; None for one that is unknown or revoked."""
    query = select(Feed).where(Feed.token_hash == secret_hash(token), Feed.revoked_at.is_(None))
    return session.scalars(query).one_or_none()
