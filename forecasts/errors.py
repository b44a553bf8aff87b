"""What can go wrong while forecasting; each error says what to mend."""


class ForecastError(Exception):
    """Anything the forecast refuses or fails at."""


class HistoryInvalid(ForecastError):
    """The contact history cannot be used; the message names the series and what is wrong."""


class OutcomesInvalid(ForecastError):
    """The bot outcomes cannot be used; the message names the series and what is wrong."""


class CalendarInvalid(ForecastError):
    """The calendar or an event cannot be used; the message names the field and what is wrong."""


class NotFitted(ForecastError):
    """A forecast was asked for before any history was given."""
