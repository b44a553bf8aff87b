"""What the notice of main parameters says, in the languages of the workers."""

from api.languages import Texts, in_language

WORDS: dict[str, Texts] = {
    "title": {
        "de": "Wie der Dienstplan entsteht",
        "en": "How the schedule is made",
        "sv": "Så görs schemat",
    },
    "what.title": {
        "de": "Worüber das Programm entscheidet",
        "en": "What the program decides",
        "sv": "Vad programmet beslutar",
    },
    "what.proposes": {
        "de": "Ein Programm schlägt vor, wer in „{site}“ welche Schicht arbeitet. Es wählt unter "
        "allen erlaubten Plänen den mit den geringsten Gesamtkosten. In die Kosten geht alles "
        "ein, was unten mit einem Preis steht, und nichts anderes.",
        "en": "A program proposes who works which shift at “{site}”. Of all schedules that the "
        "rules allow it chooses the one with the least total cost. All that has a price below "
        "counts towards that cost, and nothing else does.",
        "sv": "Ett program föreslår vem som arbetar vilket pass på ”{site}”. Bland alla scheman "
        "som reglerna tillåter väljer det det med lägst total kostnad. Allt som har ett pris "
        "nedan räknas, och inget annat.",
    },
    "what.forecast": {
        "de": "Wie viele Menschen gebraucht werden, rechnet es aus früheren Anfragen voraus.",
        "en": "How many people are needed it forecasts from contacts in the past.",
        "sv": "Hur många som behövs beräknas utifrån tidigare ärenden.",
    },
    "what.required": {
        "de": "Wie viele Menschen gebraucht werden, geben die Planenden vor.",
        "en": "How many people are needed is stated by the planners.",
        "sv": "Hur många som behövs anges av planerarna.",
    },
    "what.again": {
        "de": "Wird neu geplant, etwa weil jemand ausfällt, so soll sich wenig ändern: Jede "
        "Schicht, die wegfällt oder dazukommt, kostet dann so viel wie eine Stunde mittleren "
        "Lohns, wenn die Planenden keinen anderen Preis angeben.",
        "en": "When it is planned again, because somebody drops out for instance, little is to "
        "change: each shift that is dropped or added then costs as much as an hour of the median "
        "wage, unless the planners state another price.",
        "sv": "När det planeras om, till exempel för att någon faller bort, ska lite ändras: varje "
        "pass som försvinner eller tillkommer kostar då lika mycket som en timme med medianlön, "
        "om inte planerarna anger ett annat pris.",
    },
    "data.title": {
        "de": "Welche Angaben verwendet werden",
        "en": "Which data are used",
        "sv": "Vilka uppgifter som används",
    },
    "data.skills": {
        "de": "Qualifikationen, Vertrag, vereinbarte Stunden und Lohn",
        "en": "skills, contract, agreed hours and wage",
        "sv": "kompetenser, avtal, avtalade timmar och lön",
    },
    "data.availability": {
        "de": "angegebene Verfügbarkeit und wie gern jemand dann arbeitet",
        "en": "the availability that was given, and how gladly somebody works then",
        "sv": "angiven tillgänglighet och hur gärna någon arbetar då",
    },
    "data.requests": {
        "de": "Wünsche für und gegen einzelne Schichten",
        "en": "wishes for and against single shifts",
        "sv": "önskemål för och emot enskilda pass",
    },
    "data.past": {
        "de": "Schichten vor dem Planungszeitraum (für Ruhezeiten und Höchstzeiten)",
        "en": "shifts before the planned days (for rest and limits)",
        "sv": "pass före de planerade dagarna (för vila och gränser)",
    },
    "data.elsewhere": {
        "de": "Arbeit für andere, soweit angegeben (für Ruhezeiten und Höchstzeiten)",
        "en": "work for others, where it was stated (for rest and limits)",
        "sv": "arbete för andra, om det angetts (för vila och gränser)",
    },
    "data.calendars": {
        "de": "Vorlesungs- und Prüfungszeiten, soweit angegeben",
        "en": "times of lectures and exams, where they were stated",
        "sv": "föreläsnings- och tentamenstider, om de angetts",
    },
    "data.birth_date": {
        "de": "das Geburtsdatum, nur um zu erkennen, wer minderjährig ist",
        "en": "the date of birth, only to see who is a minor",
        "sv": "födelsedatum, bara för att se vem som är minderårig",
    },
    "data.groups": {
        "de": "Status, Region oder Eintrittsdatum, nur für die unten genannten Vorgaben und Regeln",
        "en": "status, region or starting date, only for the policies and rules named below",
        "sv": "status, region eller startdatum, bara för de policyer och regler som nämns nedan",
    },
    "parameters.title": {
        "de": "Was abgewogen wird, das Gewichtigste zuerst",
        "en": "What is weighed, the heaviest first",
        "sv": "Vad som vägs, det tyngsta först",
    },
    "parameters.note": {
        "de": "Der Preis ist, was eine Einheit im Plan „kostet“. Je höher, desto eher wird sie "
        "vermieden; Löhne sind echte Kosten, die übrigen Preise haben die Planenden festgelegt.",
        "en": "The price is what one unit “costs” in the schedule. The higher it is, the more it "
        "is avoided; wages are real costs, the other prices were set by the planners.",
        "sv": "Priset är vad en enhet ”kostar” i schemat. Ju högre, desto mer undviks den; löner "
        "är verkliga kostnader, övriga priser har planerarna bestämt.",
    },
    "column.what": {"de": "Was", "en": "What", "sv": "Vad"},
    "column.price": {"de": "Preis", "en": "Price", "sv": "Pris"},
    "column.weight": {"de": "Gewicht", "en": "Weight", "sv": "Vikt"},
    "column.rule": {"de": "Regel", "en": "Rule", "sv": "Regel"},
    "column.value": {"de": "Wert", "en": "Value", "sv": "Värde"},
    "column.source": {"de": "Quelle", "en": "Source", "sv": "Källa"},
    "not_told": {"de": "laut Vertrag", "en": "as agreed", "sv": "enligt avtal"},
    "understaffing": {
        "de": "Es fehlt jemand für eine Aufgabe",
        "en": "Somebody is missing for a queue",
        "sv": "Någon saknas för en kö",
    },
    "overstaffing": {
        "de": "Es ist jemand zu viel da",
        "en": "Somebody too many is there",
        "sv": "Någon är för mycket på plats",
    },
    "wages": {"de": "Lohn (der mittlere)", "en": "Wage (the middle one)", "sv": "Lön (medianen)"},
    "preference": {
        "de": "Jemand arbeitet zu einer Zeit, die er oder sie weniger gern angegeben hat",
        "en": "Somebody works at a time that was offered less gladly",
        "sv": "Någon arbetar på en tid som erbjudits mindre gärna",
    },
    "fairness": {
        "de": "Stunden sind ungleich verteilt",
        "en": "Hours are spread unevenly",
        "sv": "Timmar är ojämnt fördelade",
    },
    "requests": {
        "de": "Ein Wunsch wird nicht erfüllt",
        "en": "A wish is not granted",
        "sv": "Ett önskemål uppfylls inte",
    },
    "desired_hours": {
        "de": "Jemand bekommt mehr oder weniger Stunden als gewünscht",
        "en": "Somebody gets more or fewer hours than desired",
        "sv": "Någon får fler eller färre timmar än önskat",
    },
    "unpopular": {
        "de": "Unbeliebte Zeiten häufen sich bei einer Person",
        "en": "Unpopular times pile up with one person",
        "sv": "Obekväma tider samlas hos en person",
    },
    "policy.priority": {
        "de": "Vorgabe „{name}“: eine andere Gruppe arbeitet",
        "en": "Policy “{name}”: another group works",
        "sv": "Policy ”{name}”: en annan grupp arbetar",
    },
    "policy.new_starters": {
        "de": "Vorgabe „{name}“: Neue bekommen zu wenige Stunden",
        "en": "Policy “{name}”: new starters get too few hours",
        "sv": "Policy ”{name}”: nyanställda får för få timmar",
    },
    "policy.spread": {
        "de": "Vorgabe „{name}“: eine Gruppe ist zu stark vertreten",
        "en": "Policy “{name}”: one group is too many at once",
        "sv": "Policy ”{name}”: en grupp är för stor samtidigt",
    },
    "soft_limit": {
        "de": "Vertragsgrenze überschritten ({contract}): {rule}",
        "en": "A limit of the contract is passed ({contract}): {rule}",
        "sv": "En avtalsgräns passeras ({contract}): {rule}",
    },
    "rolling_shortfall": {
        "de": "Vereinbarte Mindeststunden werden nicht erreicht",
        "en": "Agreed least hours are not reached",
        "sv": "Avtalade minsta timmar nås inte",
    },
    "waiting": {
        "de": "Kundinnen und Kunden warten",
        "en": "Customers wait",
        "sv": "Kunder väntar",
    },
    "abandonment": {
        "de": "Jemand gibt auf, bevor er oder sie bedient wird",
        "en": "A customer gives up",
        "sv": "En kund ger upp",
    },
    "missed": {
        "de": "Eine Anfrage wird nicht rechtzeitig beantwortet",
        "en": "A contact is not answered in time",
        "sv": "Ett ärende besvaras inte i tid",
    },
    "per.hour": {"de": "je Stunde", "en": "per hour", "sv": "per timme"},
    "per.step": {
        "de": "je Stunde und Stufe unter „gern“",
        "en": "per hour and step below “gladly”",
        "sv": "per timme och steg under ”gärna”",
    },
    "per.quarter": {
        "de": "je Stunde und Viertel der Höchststunden, das schon belegt ist",
        "en": "per hour and quarter of the weekly maximum that is filled already",
        "sv": "per timme och fjärdedel av veckans max som redan är fylld",
    },
    "per.point": {"de": "je Punkt", "en": "per point", "sv": "per poäng"},
    "per.four": {
        "de": "je Stunde und vier solchen Stunden davor",
        "en": "per hour and four such hours before it",
        "sv": "per timme och fyra sådana timmar före",
    },
    "per.time": {"de": "je Mal", "en": "each time", "sv": "per gång"},
    "per.contact": {"de": "je Anfrage", "en": "per contact", "sv": "per ärende"},
    "unused": {
        "de": "Ohne Gewicht an diesem Standort: {names}.",
        "en": "Given no weight at this site: {names}.",
        "sv": "Utan vikt på den här arbetsplatsen: {names}.",
    },
    "rules.title": {
        "de": "Regeln, die gelten",
        "en": "Rules in force",
        "sv": "Regler som gäller",
    },
    "rules.note": {
        "de": "Profil „{profile}“, am {day}. Voreinstellungen mit ihren Quellen, keine "
        "Rechtsberatung. Regeln gehen allem Abwägen vor; was nur angezeigt oder angemahnt wird, "
        "ist so bezeichnet.",
        "en": "Profile “{profile}” on {day}. Defaults with their sources, not legal advice. Rules "
        "come before all weighing; what is only warned of is marked so.",
        "sv": "Profil ”{profile}” den {day}. Förval med sina källor, ingen juridisk rådgivning. "
        "Regler går före all avvägning; det som bara varnas för är märkt så.",
    },
    "kept.enforced": {"de": "eingehalten", "en": "kept", "sv": "följs"},
    "kept.offer": {
        "de": "danach nur mit Zustimmung",
        "en": "after that only if accepted",
        "sv": "därefter bara med godkännande",
    },
    "kept.priced": {"de": "kostet Zuschlag", "en": "costs a premium", "sv": "kostar tillägg"},
    "kept.warned": {"de": "nur angemahnt", "en": "only warned of", "sv": "bara varning"},
    "loosened": {
        "de": "gelockert durch {by}",
        "en": "loosened by {by}",
        "sv": "lättad genom {by}",
    },
    "bot.title": {
        "de": "Was der Bot damit zu tun hat",
        "en": "What the bot has to do with it",
        "sv": "Vad boten har med saken att göra",
    },
    "bot.share": {
        "de": "Ein Bot beantwortet einen Teil der Anfragen, höchstens {share} je Aufgabe. Was er "
        "nicht löst, kommt zu Menschen und wird im Bedarf mitgezählt.",
        "en": "A bot answers a part of the contacts, at most {share} of a queue. What it does not "
        "resolve comes to people and is counted in what is needed.",
        "sv": "En bot besvarar en del av ärendena, högst {share} av en kö. Det den inte löser "
        "kommer till människor och räknas in i behovet.",
    },
    "bot.sensitive": {
        "de": "Diese Anfragen bekommt er nie: {names}.",
        "en": "These contacts it never gets: {names}.",
        "sv": "De här ärendena får den aldrig: {names}.",
    },
    "bot.decision": {
        "de": "Ob er mehr oder weniger übernimmt, empfiehlt das Programm wöchentlich (ab einer "
        "Wahrscheinlichkeit von {level}); entschieden wird es von einem Menschen.",
        "en": "Whether it takes over more or less the program recommends weekly (from a "
        "probability of {level} on); a person decides.",
        "sv": "Om den ska ta över mer eller mindre rekommenderar programmet varje vecka (från en "
        "sannolikhet på {level}); en människa beslutar.",
    },
    "never.title": {
        "de": "Was niemals verwendet wird",
        "en": "What is never used",
        "sv": "Vad som aldrig används",
    },
    "never.behaviour": {
        "de": "Verhalten: Bewertungen, Zuverlässigkeit, Ablehnungen, Pünktlichkeit, Leistung",
        "en": "behaviour: ratings, reliability, refusals, punctuality, performance",
        "sv": "beteende: omdömen, pålitlighet, avböjanden, punktlighet, prestation",
    },
    "never.health": {
        "de": "Gesundheit: Krankheit, Behinderung, Schwangerschaft",
        "en": "health: sickness, disability, pregnancy",
        "sv": "hälsa: sjukdom, funktionsnedsättning, graviditet",
    },
    "never.belief": {
        "de": "Gewerkschaft, Betriebsrat, Streik, Religion, Weltanschauung, Politik",
        "en": "union, works council, strike, religion, belief, politics",
        "sv": "fack, företagsråd, strejk, religion, åskådning, politik",
    },
    "never.traits": {
        "de": "Geschlecht, Herkunft, sexuelle Orientierung",
        "en": "sex, origin, sexual orientation",
        "sv": "kön, ursprung, sexuell läggning",
    },
    "never.refused": {
        "de": "Solche Angaben weist das Programm beim Hochladen zurück. Niemand wird vom Programm "
        "gesperrt, gekündigt oder bewertet.",
        "en": "Such data are refused when they are uploaded. The program suspends, dismisses and "
        "rates nobody.",
        "sv": "Sådana uppgifter avvisas vid uppladdning. Programmet stänger inte av, säger inte "
        "upp och bedömer ingen.",
    },
    "people.title": {"de": "Wer entscheidet", "en": "Who decides", "sv": "Vem som beslutar"},
    "people.approval": {
        "de": "Kein Plan gilt, bevor ihn ein namentlich genannter Mensch freigegeben hat; wer ihn "
        "vorschlägt, gibt ihn nicht frei.",
        "en": "No schedule holds before a named person has approved it; whoever proposes it does "
        "not approve it.",
        "sv": "Inget schema gäller förrän en namngiven person har godkänt det; den som föreslår "
        "det godkänner det inte.",
    },
    "people.late": {
        "de": "Was nach der Ankündigungsfrist geändert wird, ist ein Angebot. Wer es ablehnt, hat "
        "dadurch keinen Nachteil: kein Plan berücksichtigt es.",
        "en": "What changes after the notice deadline is an offer. Declining it has no "
        "disadvantage: no schedule takes it into account.",
        "sv": "Det som ändras efter varseltiden är ett erbjudande. Att avböja har ingen nackdel: "
        "inget schema tar hänsyn till det.",
    },
    "people.consent": {
        "de": "Der Betriebsrat muss zustimmen; wo das steht, wird bei der Freigabe festgehalten.",
        "en": "The works council has to consent; its reference is recorded with the approval.",
        "sv": "Företagsrådet måste samtycka; hänvisningen noteras vid godkännandet.",
    },
    "review.title": {
        "de": "Fragen und überprüfen lassen",
        "en": "Ask, and have it reviewed",
        "sv": "Fråga och få det omprövat",
    },
    "review.reasons": {
        "de": "Zu jeder Schicht gibt es eine Begründung: warum man sie hat oder warum nicht.",
        "en": "There is a reason for each shift: why one has it, or why not.",
        "sv": "För varje pass finns ett skäl: varför man har det eller inte.",
    },
    "review.how": {
        "de": "Jede Entscheidung kann man von einem Menschen überprüfen lassen. Eine begründete "
        "Antwort kommt spätestens nach {days} Tagen.",
        "en": "Every decision can be reviewed by a person. There is an answer with reasons after "
        "{days} days at the latest.",
        "sv": "Varje beslut kan omprövas av en människa. Ett motiverat svar kommer senast efter "
        "{days} dagar.",
    },
    "review.data": {
        "de": "Alles, was über eine Person gespeichert ist, kann diese Person einsehen.",
        "en": "Everybody may see all that is kept about him or her.",
        "sv": "Alla får se allt som sparas om dem själva.",
    },
    "as_of": {
        "de": "Stand {number} der Angaben zum Standort, vom {day}. Kennung dieser Fassung: {sha}.",
        "en": "State {number} of what the site states, of {day}. Fingerprint of this text: {sha}.",
        "sv": "Läge {number} för arbetsplatsens uppgifter, {day}. Textens fingeravtryck: {sha}.",
    },
    "yes": {"de": "ja", "en": "yes", "sv": "ja"},
    "unit.hours": {"de": "{value} Stunden", "en": "{value} hours", "sv": "{value} timmar"},
    "unit.days": {"de": "{value} Tage", "en": "{value} days", "sv": "{value} dagar"},
    "unit.years": {"de": "{value} Jahre", "en": "{value} years", "sv": "{value} år"},
    "unit.half days": {
        "de": "{value} halbe Tage",
        "en": "{value} half days",
        "sv": "{value} halva dagar",
    },
    "unit.clear days": {
        "de": "{value} volle Tage",
        "en": "{value} clear days",
        "sv": "{value} hela dagar",
    },
    "unit.%": {"de": "{value} %", "en": "{value} %", "sv": "{value} %"},
}

# What a rule is about; the source names the law.
RULES: dict[str, Texts] = {
    "min_rest_minutes": {
        "de": "Ruhezeit zwischen Arbeitstagen, mindestens",
        "en": "rest between working days, at least",
        "sv": "vila mellan arbetsdagar, minst",
    },
    "max_day_span_minutes": {
        "de": "vom ersten Beginn bis zum letzten Ende eines Tages, höchstens",
        "en": "from the first start to the last end of a day, at most",
        "sv": "från första start till sista slut en dag, högst",
    },
    "min_weekly_rest_minutes": {
        "de": "zusammenhängende Ruhe in je sieben Tagen, mindestens",
        "en": "rest in any seven days in a row, at least",
        "sv": "sammanhängande vila under sju dagar, minst",
    },
    "max_consecutive_days": {
        "de": "Arbeitstage hintereinander, höchstens",
        "en": "working days in a row, at most",
        "sv": "arbetsdagar i rad, högst",
    },
    "max_minutes_per_week": {
        "de": "Arbeit je Woche, höchstens",
        "en": "work in a week, at most",
        "sv": "arbete per vecka, högst",
    },
    "max_minutes_per_day": {
        "de": "Arbeit je Tag, höchstens",
        "en": "work on a day, at most",
        "sv": "arbete per dag, högst",
    },
    "max_stretch_minutes": {
        "de": "Arbeit ohne Pause, höchstens",
        "en": "work without a break, at most",
        "sv": "arbete utan rast, högst",
    },
    "min_break_minutes": {
        "de": "Pause, mindestens",
        "en": "break, at least",
        "sv": "rast, minst",
    },
    "min_break_minutes_beyond_nine_hours": {
        "de": "Pause bei mehr als neun Stunden, mindestens",
        "en": "break beyond nine hours, at least",
        "sv": "rast vid mer än nio timmar, minst",
    },
    "rest_window": {
        "de": "Zeit, in der nicht gearbeitet wird",
        "en": "hours in which nobody works",
        "sv": "tid då ingen arbetar",
    },
    "work_window": {
        "de": "Zeit, in der gearbeitet werden darf",
        "en": "hours in which work is allowed",
        "sv": "tid då arbete är tillåtet",
    },
    "barred_weekdays": {
        "de": "Tage, an denen nicht gearbeitet wird",
        "en": "days on which nobody works",
        "sv": "dagar då ingen arbetar",
    },
    "sundays_and_holidays_barred": {
        "de": "keine Arbeit an Sonn- und Feiertagen",
        "en": "no work on Sundays and public holidays",
        "sv": "inget arbete på söndagar och helgdagar",
    },
    "min_age": {"de": "Mindestalter", "en": "least age", "sv": "lägsta ålder"},
    "external_work_counts": {
        "de": "Arbeit für andere zählt mit",
        "en": "work for others counts as well",
        "sv": "arbete för andra räknas också",
    },
    "min_call_minutes": {
        "de": "kürzeste Schicht",
        "en": "shortest shift",
        "sv": "kortaste pass",
    },
    "max_percent_over_weekly_minimum": {
        "de": "mehr als die vereinbarte Mindestarbeitszeit, höchstens",
        "en": "more than the agreed least hours, at most",
        "sv": "mer än avtalade minsta timmar, högst",
    },
    "max_half_days_per_year": {
        "de": "Arbeit im Jahr, höchstens",
        "en": "work in a year, at most",
        "sv": "arbete per år, högst",
    },
    "min_notice_days": {
        "de": "Ankündigung vor einer Schicht, mindestens",
        "en": "notice before a shift, at least",
        "sv": "varsel före ett pass, minst",
    },
    "min_notice_hours": {
        "de": "Ankündigung vor einer Schicht, mindestens",
        "en": "notice before a shift, at least",
        "sv": "varsel före ett pass, minst",
    },
    "week_overtime_after_minutes": {
        "de": "Überstunden in der Woche ab",
        "en": "overtime in a week after",
        "sv": "övertid per vecka efter",
    },
    "day_overtime_after_minutes": {
        "de": "Überstunden am Tag ab",
        "en": "overtime on a day after",
        "sv": "övertid per dag efter",
    },
    "double_time_after_minutes": {
        "de": "weiterer Zuschlag am Tag ab",
        "en": "a further premium on a day after",
        "sv": "ytterligare tillägg per dag efter",
    },
    "min_hourly_wage": {"de": "Mindestlohn", "en": "least wage", "sv": "lägsta lön"},
    "minijob_cents_per_month": {
        "de": "Verdienst im Minijob je Monat, höchstens",
        "en": "earnings of a minijob in a month, at most",
        "sv": "inkomst per månad i ett minijob, högst",
    },
    "max_minutes_per_lecture_week": {
        "de": "Arbeit je Vorlesungswoche, höchstens",
        "en": "work in a lecture week, at most",
        "sv": "arbete per föreläsningsvecka, högst",
    },
    "student_income_cents_per_half_year": {
        "de": "Verdienst von Studierenden je Halbjahr, höchstens",
        "en": "earnings of students in half a year, at most",
        "sv": "studenters inkomst per halvår, högst",
    },
    "max_percent_below_weekly_maximum": {
        "de": "weniger als die vereinbarte Höchstarbeitszeit, höchstens",
        "en": "less than the agreed most hours, at most",
        "sv": "mindre än avtalade högsta timmar, högst",
    },
    "premium_rest_minutes": {
        "de": "Ruhe, unter der ein Zuschlag fällig wird",
        "en": "rest below which a premium is due",
        "sv": "vila under vilken tillägg betalas",
    },
    "paid_minutes_per_added_shift": {
        "de": "bezahlt für jede kurzfristig geänderte Schicht",
        "en": "paid for each shift changed at short notice",
        "sv": "betalt för varje pass som ändras med kort varsel",
    },
    "percent_paid_of_lost_hours": {
        "de": "bezahlt von Stunden, die kurzfristig entfallen",
        "en": "paid of hours lost at short notice",
        "sv": "betalt av timmar som går förlorade med kort varsel",
    },
    "seventh_day_overtime": {
        "de": "Zuschlag am siebten Tag",
        "en": "premium on the seventh day",
        "sv": "tillägg den sjunde dagen",
    },
    "reporting_time_pay": {
        "de": "Bezahlung, wenn nach Erscheinen nicht gearbeitet wird",
        "en": "pay for coming without work",
        "sv": "betalning vid inställelse utan arbete",
    },
    "pay_if_not_called": {
        "de": "Bezahlung ohne Abruf",
        "en": "pay if not called",
        "sv": "betalning utan inkallelse",
    },
    "min_paid_minutes_per_call": {
        "de": "bezahlt je Einsatz, mindestens",
        "en": "paid for each call, at least",
        "sv": "betalt per inkallelse, minst",
    },
    "late_cancellation_paid": {
        "de": "Bezahlung bei später Absage",
        "en": "pay for a late cancellation",
        "sv": "betalning vid sent återbud",
    },
}


def say(key: str, language: str, **values: str) -> str:
    """A text; English where the language is none of ours."""
    return in_language(WORDS[key], language).format(**values)


def rule_label(param: str, language: str) -> str:
    """What a rule is about; its own name where there are no words for it."""
    return in_language(RULES[param], language) if param in RULES else param
