"""Indexes in the order of the lists."""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED = {
    "ix_assignments_list": ("assignments", ["version_id", "start_at", "shift_id"]),
    "ix_assignments_queue": ("assignments", ["version_id", "queue", "start_at", "shift_id"]),
    "ix_assignments_told": ("assignments", ["version_id", "worker_id", "start_at", "shift_id"]),
    "ix_batch_units_list": ("batch_units", ["batch_id", "created_at", "id"]),
    "ix_batches_list": ("batches", ["tenant_id", "created_at", "id"]),
    "ix_forecasts_list": ("forecasts", ["tenant_id", "created_at", "id"]),
    "ix_keys_list": ("keys", ["tenant_id", "created_at", "id"]),
    "ix_offers_list": ("offers", ["tenant_id", "created_at", "id"]),
    "ix_outbox_list": ("outbox", ["tenant_id", "created_at", "id"]),
    "ix_people_list": ("people", ["site_id", "created_at", "id"]),
    "ix_review_requests_list": ("review_requests", ["tenant_id", "created_at", "id"]),
    "ix_scenarios_list": ("scenarios", ["tenant_id", "created_at", "id"]),
    "ix_schedule_versions_list": ("schedule_versions", ["schedule_id", "created_at", "id"]),
    "ix_site_inputs_list": ("site_inputs", ["site_id", "created_at", "id"]),
    "ix_sites_list": ("sites", ["tenant_id", "created_at", "id"]),
    "ix_webhook_endpoints_list": ("webhook_endpoints", ["tenant_id", "created_at", "id"]),
}
BEFORE = "ix_assignments_version"


def upgrade() -> None:
    """To this revision."""
    for name, (table, columns) in ADDED.items():
        op.create_index(name, table, columns)
    op.drop_index(BEFORE, table_name="assignments")


def downgrade() -> None:
    """Back to the one before."""
    op.create_index(BEFORE, "assignments", ["version_id", "start_at", "id"])
    for name, (table, _) in ADDED.items():
        op.drop_index(name, table_name=table)
