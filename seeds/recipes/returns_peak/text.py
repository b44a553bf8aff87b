"""The prose of ``returns_peak``: ``site.toml`` around its queues, and the README."""

SITE_TOML = """\
# A payment company's support after Christmas. Amounts in EUR. Written by seeds/generate.py.
name = "Returns peak after Christmas"
time_zone = "Europe/Berlin"
country = "DE"
region = "BE"
currency = "EUR"
interval_minutes = 30
rule_profile = "de"

# Who is what to the law, by contract or status. What these rules only tell of is told after the
# plan; to have it kept: binding = ["minijob_cents_per_month", "max_minutes_per_lecture_week"].
[rules.traits]
working_student = ["werkstudent"]
third_country_student = ["student_third_country"]
minijob = ["minijob"]

[horizon]
start = {start}
days = {days}

# People. The bot answers around the clock.
[opening_hours]
mon = ["07:00-23:00"]
tue = ["07:00-23:00"]
wed = ["07:00-23:00"]
thu = ["07:00-23:00"]
fri = ["07:00-23:00"]
sat = ["07:00-23:00"]
sun = []
holidays = []

[[shift_templates]]
id = "micro-4h"
minutes = 240
start_every_minutes = 30
earliest_start = "07:00"
latest_start = "19:00"

{queues}

[bot]
sensitive_categories = ["fraud"]
max_offered_share = 0.95
escalated_aht_factor = 1.2
bounced_aht_factor = 1.4

[staffing]
no_show_rate = 0.03

[objective]
preference_cost_per_hour = 0.20
fairness_cost_per_hour = 0.10
"""

README = """\
# returns_peak: two weeks after Christmas

A payment company's customer support. A bot answers chats first, about 300 people in Germany and
Sweden answer the rest in 4-hour shifts. Planned are 14 days from Monday 28 December 2026, when
returns and refunds peak.

Everything here is synthetic: written by `python -m seeds.generate returns_peak` with seed {seed},
the same bytes each time. No person, company or contact is real; workers are numbers.

## Totals

{totals}

## Units

Instants are ISO 8601 with the offset of Europe/Berlin. `ds` in `history.csv` is the start of a
half-hour, `y` counts first contacts, those of the bot included, without those that come back.
`ds` in `bot_outcomes.csv` is a local date. Money is EUR, also in Sweden (11.30 SEK per EUR);
`hourly_cost` is gross pay without the employer's contributions. Hours are per ISO week.

## Where the figures come from

- **Opening.** People work Monday to Saturday 07:00-23:00 (mail 08:00-20:00); the bot works around
  the clock, so chats and mails also arrive at night. Sundays and public holidays are closed to
  people: German law forbids that work without a permit (ArbZG sections 9, 10 and 13), and a
  call-centre exemption of a federal state was struck down (BVerwG, 26 November 2014, 6 CN 1.13).
- **Volume.** Daily shape, weekday factors, 2 % growth a month, holidays below a Sunday, quiet
  eves, more on the day after. On days without people the help page offers the bot alone and says
  so: about a seventh of the usual chats come. Counts are Poisson around a mean with gamma factors
  for the day (shared by all queues, and the queue's own) and for the half-hour, i.e. negative
  binomial. The history runs from 29 June to 27 December 2026 and crosses the clock change of 25
  October, which has 50 half-hours. Zeros in open half-hours are written; voice has no rows while
  closed.
- **Peaks.** Refunds rise after the summer sale (late July), after Black Friday (December) and
  from 27 December. `events.csv` holds the planner's factors for all of them, so the effect can be
  learnt from the past; the real factors of the past differ a little from his.
- **Bot.** 95 % of chats are offered to the bot, the rest goes straight to people as a control
  group. Of the offered chats about 62 % are resolved: account and payment questions 72-82 %,
  refunds about 60 %, complaints about a quarter. Fraud is sensitive and never offered; voice and
  mail have no bot. A chat is resolved when no human contact follows within 72 hours, so the last
  three days have no label yet. Version v3.2 replaced v3.1 on 19 October.
- **Work.** Handle times at one, two and three chats at once; chat promises 80 % in 60 s, voice
  80 % in 20 s, mail 24 h. The price of a missing worker-hour follows what a failure costs: fraud
  highest, mail lowest.
- **People.** 60 % are students. German students under the Werkstudent rule work at most 20 hours
  a week in lecture time, here in the pause too; so do students from third countries, who never
  have two shifts a day (AufenthG section 16b, a 4-hour shift is a half day). A Minijob earns at
  most 633 EUR a month in 2027, which caps the weekly hours by the wage. German pay is at least
  14.60 EUR, the statutory minimum of 2027; Sweden has no statutory minimum, its pay follows the
  level of collective agreements. Rest is 11 hours. `earned_this_month` is what a Minijob has paid
  in December so far; it may earn 603 EUR a month in 2026. `half_days_left` is enough for students
  from third countries, and `calendars.csv` holds the German lectures and the pause between them.
- **Availability.** German lectures pause until 6 January, so students offer whole days unless
  they are with their families (one in ten until 3 January), and evenings around their timetable
  from the 7th. Swedish terms end with exams in mid January: Swedish students offer less from the
  7th. School holidays hold parents back until 2 January (Berlin) and 8 January (Sweden). Some
  windows are shorter than a shift. Evenings, Saturdays and New Year's Eve are liked less.
- **Pins** are four shifts promised for the first morning; `history_of_shifts.csv` holds two
  weeks of work before the horizon for rest and fairness.

## What to expect

About 7,000 worker-hours are needed, up to about 90 people at once. The pool is the right size,
not a comfortable one: a good plan leaves some 3 % of the hours empty. Scarce are the first Monday
morning, after three days without people, the first and the last hour of a day, Swedish refunds,
and mail, which costs least to leave.
"""
