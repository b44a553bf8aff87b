"""The routes, one noun a file. A handler is a few lines; what it does lies elsewhere."""

from api.routes.health import router as health
from api.routes.keys import router as keys

ROUTERS = (health, keys)
