"""What each reason means, said to the worker himself, in the languages of the workers."""

from api.languages import Texts, in_language
from scheduler.explain.codes import meanings

WORDS: dict[str, Texts] = {
    "skill.missing": {
        "de": "Für diese Aufgabe fehlt die Qualifikation.",
        "en": "The skill for this queue is missing.",
        "sv": "Kompetensen för den här kön saknas.",
    },
    "template.outside_horizon": {
        "de": "Die Schicht liegt nicht ganz in den geplanten Tagen.",
        "en": "The shift does not lie within the planned days.",
        "sv": "Passet ligger inte inom de planerade dagarna.",
    },
    "template.no_such_start": {
        "de": "Eine Schicht dieser Länge beginnt zu dieser Zeit nicht.",
        "en": "No shift of this length begins at this time.",
        "sv": "Inget pass av den här längden börjar vid den tiden.",
    },
    "template.closed": {
        "de": "Eine solche Schicht wird an diesem Tag oder zu dieser Zeit nicht gearbeitet.",
        "en": "Such a shift is not worked on this day or at this time.",
        "sv": "Ett sådant pass arbetas inte den här dagen eller tiden.",
    },
    "template.wrong_queue": {
        "de": "Diese Art von Schicht bedient die Aufgabe nicht.",
        "en": "This kind of shift does not serve the queue.",
        "sv": "Den här typen av pass betjänar inte kön.",
    },
    "availability.not_offered": {
        "de": "Für diese Zeit wurde keine Verfügbarkeit angegeben.",
        "en": "No availability was given for this time.",
        "sv": "Ingen tillgänglighet har angetts för den här tiden.",
    },
    "availability.too_short": {
        "de": "Die angegebene Verfügbarkeit reicht nicht für die ganze Schicht.",
        "en": "The availability given does not hold the whole shift.",
        "sv": "Den angivna tillgängligheten räcker inte för hela passet.",
    },
    "segments.wrong_queue": {
        "de": "Die Aufgabe passt nicht zur Qualifikation oder zur Art der Schicht.",
        "en": "The queue does not fit the skills or the kind of shift.",
        "sv": "Kön passar inte kompetensen eller typen av pass.",
    },
    "no_overlap.same_shift": {
        "de": "In genau diesen Stunden gibt es schon eine Schicht; es fehlt noch jemand.",
        "en": "These very hours are worked already; somebody else is missing as well.",
        "sv": "Just de här timmarna arbetas redan; någon mer saknas.",
    },
    "no_overlap.own_shifts": {
        "de": "Zu dieser Zeit gibt es schon eine andere Schicht.",
        "en": "There is another shift at that time already.",
        "sv": "Det finns redan ett annat pass vid den tiden.",
    },
    "no_overlap.work_elsewhere": {
        "de": "Zu dieser Zeit wird anderswo gearbeitet.",
        "en": "There is work elsewhere at that time.",
        "sv": "Det finns arbete någon annanstans vid den tiden.",
    },
    "rest.own_shifts": {
        "de": "Vor oder nach einer anderen Schicht bliebe zu wenig Ruhezeit.",
        "en": "Too little rest before or after another shift.",
        "sv": "För kort vila före eller efter ett annat pass.",
    },
    "rest.past_work": {
        "de": "Nach der letzten Schicht vor den geplanten Tagen bliebe zu wenig Ruhezeit.",
        "en": "Too little rest after the last shift before the planned days.",
        "sv": "För kort vila efter det sista passet före de planerade dagarna.",
    },
    "rest.work_elsewhere": {
        "de": "Vor oder nach der Arbeit anderswo bliebe zu wenig Ruhezeit.",
        "en": "Too little rest before or after work elsewhere.",
        "sv": "För kort vila före eller efter arbete någon annanstans.",
    },
    "day_span.own_shifts": {
        "de": "Vom ersten Beginn bis zum letzten Ende würde der Tag zu lang.",
        "en": "From the first start to the last end the day would be too long.",
        "sv": "Från första start till sista slut skulle dagen bli för lång.",
    },
    "day_span.work_elsewhere": {
        "de": "Mit der Arbeit anderswo würde der Tag zu lang.",
        "en": "With work elsewhere the day would be too long.",
        "sv": "Med arbete någon annanstans skulle dagen bli för lång.",
    },
    "day_span.contract": {
        "de": "Schon die Schicht allein ist länger als ein Tag ohne die Ruhezeit.",
        "en": "The shift alone is longer than a day less its rest.",
        "sv": "Passet är i sig längre än en dag minus vilan.",
    },
    "max_shifts_per_day.own_shifts": {
        "de": "An diesem Tag sind schon so viele Schichten geplant, wie erlaubt sind.",
        "en": "That day holds as many shifts as it may already.",
        "sv": "Den dagen har redan så många pass som får finnas.",
    },
    "max_shifts_per_day.contract": {
        "de": "Nach dem Vertrag sind keine Schichten möglich.",
        "en": "The contract allows no shift on a day.",
        "sv": "Avtalet tillåter inga pass.",
    },
    "max_shifts_by_template.own_shifts": {
        "de": "Von dieser Art sind schon so viele Schichten geplant, wie vereinbart sind.",
        "en": "There are as many shifts of this kind as agreed already.",
        "sv": "Det finns redan så många pass av den här typen som avtalats.",
    },
    "max_shifts_by_template.contract": {
        "de": "Schichten dieser Art sind nicht vereinbart.",
        "en": "Shifts of this kind are not agreed.",
        "sv": "Pass av den här typen är inte avtalade.",
    },
    "forbidden_next.own_shifts": {
        "de": "Diese beiden Arten von Schichten dürfen nicht an Folgetagen liegen.",
        "en": "One of these kinds of shift may not follow the other on the next day.",
        "sv": "De här två typerna av pass får inte följa på varandra nästa dag.",
    },
    "max_weekends.own_shifts": {
        "de": "Es sind schon so viele Wochenenden belegt, wie vereinbart sind.",
        "en": "As many weekends as agreed are worked already.",
        "sv": "Så många helger som avtalats arbetas redan.",
    },
    "max_weekends.past_work": {
        "de": "Das Wochenende vor den geplanten Tagen zählt mit.",
        "en": "The weekend before the planned days counts as well.",
        "sv": "Helgen före de planerade dagarna räknas också.",
    },
    "max_weekends.contract": {
        "de": "Arbeit am Wochenende ist nicht vereinbart.",
        "en": "Work on weekends is not agreed.",
        "sv": "Helgarbete är inte avtalat.",
    },
    "max_consecutive_days.own_shifts": {
        "de": "Mit den anderen Schichten wären es zu viele Arbeitstage hintereinander.",
        "en": "With the other shifts there would be too many working days in a row.",
        "sv": "Med de andra passen blir det för många arbetsdagar i rad.",
    },
    "max_consecutive_days.past_work": {
        "de": "Mit den Tagen davor wären es zu viele Arbeitstage hintereinander.",
        "en": "With the days before there would be too many working days in a row.",
        "sv": "Med dagarna före blir det för många arbetsdagar i rad.",
    },
    "max_consecutive_days.work_elsewhere": {
        "de": "Mit der Arbeit anderswo wären es zu viele Arbeitstage hintereinander.",
        "en": "With work elsewhere there would be too many working days in a row.",
        "sv": "Med arbete någon annanstans blir det för många arbetsdagar i rad.",
    },
    "max_consecutive_days.contract": {
        "de": "Nach dem Vertrag ist kein Arbeitstag möglich.",
        "en": "The contract allows no working day.",
        "sv": "Avtalet tillåter ingen arbetsdag.",
    },
    "min_consecutive_days.needs_more_work": {
        "de": "Es wären zu wenige Arbeitstage hintereinander.",
        "en": "There would be too few working days in a row.",
        "sv": "Det blir för få arbetsdagar i rad.",
    },
    "min_consecutive_days.requires_it": {
        "de": "Ohne die Schicht wären es zu wenige Arbeitstage hintereinander.",
        "en": "Without the shift there would be too few working days in a row.",
        "sv": "Utan passet blir det för få arbetsdagar i rad.",
    },
    "min_consecutive_days_off.needs_more_work": {
        "de": "Es blieben zu wenige freie Tage hintereinander.",
        "en": "There would be too few days off in a row.",
        "sv": "Det blir för få lediga dagar i rad.",
    },
    "min_consecutive_days_off.requires_it": {
        "de": "Ohne die Schicht blieben zu wenige freie Tage hintereinander.",
        "en": "Without the shift there would be too few days off in a row.",
        "sv": "Utan passet blir det för få lediga dagar i rad.",
    },
    "max_consecutive_days_off.requires_it": {
        "de": "Ohne die Schicht wären es zu viele freie Tage hintereinander.",
        "en": "Without the shift there would be too many days off in a row.",
        "sv": "Utan passet blir det för många lediga dagar i rad.",
    },
    "max_minutes_per_week.own_shifts": {
        "de": "Die Wochenstunden sind mit den anderen Schichten erreicht.",
        "en": "The other shifts fill the hours of the week.",
        "sv": "De andra passen fyller veckans timmar.",
    },
    "max_minutes_per_week.past_work": {
        "de": "Die Wochenstunden sind mit der Arbeit vor den geplanten Tagen erreicht.",
        "en": "Work before the planned days fills the hours of the week.",
        "sv": "Arbete före de planerade dagarna fyller veckans timmar.",
    },
    "max_minutes_per_week.work_elsewhere": {
        "de": "Die Wochenstunden sind mit der Arbeit anderswo erreicht.",
        "en": "Work elsewhere fills the hours of the week.",
        "sv": "Arbete någon annanstans fyller veckans timmar.",
    },
    "max_minutes_per_week.contract": {
        "de": "Schon die Schicht allein überschreitet die Wochenstunden.",
        "en": "The shift alone exceeds the weekly hours.",
        "sv": "Passet överskrider i sig veckotimmarna.",
    },
    "min_minutes_per_week.requires_it": {
        "de": "Ohne die Schicht würden die garantierten Stunden nicht erreicht.",
        "en": "Without the shift the guaranteed hours would be missed.",
        "sv": "Utan passet nås inte de garanterade timmarna.",
    },
    "max_rolling_minutes.own_shifts": {
        "de": "Die Höchststunden dieser Tage sind mit den anderen Schichten erreicht.",
        "en": "The other shifts fill the most hours of so many days in a row.",
        "sv": "De andra passen fyller maxtimmarna för så många dagar i rad.",
    },
    "max_rolling_minutes.past_work": {
        "de": "Die Höchststunden dieser Tage sind mit der Arbeit davor erreicht.",
        "en": "Work before fills the most hours of so many days in a row.",
        "sv": "Tidigare arbete fyller maxtimmarna för så många dagar i rad.",
    },
    "max_rolling_minutes.work_elsewhere": {
        "de": "Die Höchststunden dieser Tage sind mit der Arbeit anderswo erreicht.",
        "en": "Work elsewhere fills the most hours of so many days in a row.",
        "sv": "Arbete någon annanstans fyller maxtimmarna för så många dagar i rad.",
    },
    "max_rolling_minutes.contract": {
        "de": "Schon die Schicht allein überschreitet die Höchststunden dieser Tage.",
        "en": "The shift alone exceeds the most hours of so many days in a row.",
        "sv": "Passet överskrider i sig maxtimmarna för så många dagar i rad.",
    },
    "period_limits.own_shifts": {
        "de": "Was in diesem Zeitraum gearbeitet werden darf, ist erreicht.",
        "en": "What may be worked in this period is used up.",
        "sv": "Det som får arbetas under perioden är förbrukat.",
    },
    "period_limits.contract": {
        "de": "Schon die Schicht allein überschreitet, was in diesem Zeitraum erlaubt ist.",
        "en": "The shift alone exceeds what may be worked in this period.",
        "sv": "Passet överskrider i sig det som får arbetas under perioden.",
    },
    "barred.in_force": {
        "de": "Eine Regel verbietet Arbeit zu dieser Zeit.",
        "en": "A rule forbids work at that time.",
        "sv": "En regel förbjuder arbete vid den tiden.",
    },
    "max_stretch.own_shifts": {
        "de": "Mit einer angrenzenden Schicht wäre es ohne Pause zu lang.",
        "en": "Joined to another shift it would be too long without a break.",
        "sv": "Ihop med ett annat pass blir det för långt utan rast.",
    },
    "max_stretch.past_work": {
        "de": "Mit der letzten Schicht davor wäre es ohne Pause zu lang.",
        "en": "Joined to the last shift before it would be too long without a break.",
        "sv": "Ihop med det sista passet före blir det för långt utan rast.",
    },
    "max_stretch.work_elsewhere": {
        "de": "Mit der Arbeit anderswo wäre es ohne Pause zu lang.",
        "en": "Joined to work elsewhere it would be too long without a break.",
        "sv": "Ihop med arbete någon annanstans blir det för långt utan rast.",
    },
    "weekly_rest.own_shifts": {
        "de": "Mit den anderen Schichten bliebe keine wöchentliche Ruhezeit.",
        "en": "With the other shifts no weekly rest would be left.",
        "sv": "Med de andra passen finns ingen veckovila kvar.",
    },
    "weekly_rest.past_work": {
        "de": "Mit den Tagen davor bliebe keine wöchentliche Ruhezeit.",
        "en": "With the days before no weekly rest would be left.",
        "sv": "Med dagarna före finns ingen veckovila kvar.",
    },
    "weekly_rest.work_elsewhere": {
        "de": "Mit der Arbeit anderswo bliebe keine wöchentliche Ruhezeit.",
        "en": "With work elsewhere no weekly rest would be left.",
        "sv": "Med arbete någon annanstans finns ingen veckovila kvar.",
    },
    "min_rolling_minutes.requires_it": {
        "de": "Ohne die Schicht wären es an diesen Tagen zu wenige Stunden.",
        "en": "Without the shift so many days in a row hold too little work.",
        "sv": "Utan passet blir det för få timmar på så många dagar i rad.",
    },
    "template_per_day.taken": {
        "de": "Von dieser Art beginnen an diesem Tag schon so viele Schichten, wie erlaubt sind.",
        "en": "As many shifts of this kind as may begin on that day already.",
        "sv": "Så många pass av den här typen som får börjar redan den dagen.",
    },
    "licences.taken": {
        "de": "Lizenzen, Plätze oder Leitungen sind zu dieser Zeit vergeben.",
        "en": "The licences, seats or lines are taken at that time.",
        "sv": "Licenserna, platserna eller linjerna är upptagna vid den tiden.",
    },
    "pin.must_stay": {
        "de": "Eine fest eingetragene Schicht steht dagegen.",
        "en": "A pinned shift stands against it.",
        "sv": "Ett låst pass står emot.",
    },
    "pin.kept": {
        "de": "Die Schicht wurde von Hand fest eingetragen.",
        "en": "The shift was pinned by hand.",
        "sv": "Passet låstes för hand.",
    },
    "locked.not_pinned": {
        "de": "Diese Zeit wurde für Änderungen gesperrt.",
        "en": "This time was locked against changes.",
        "sv": "Den här tiden låstes mot ändringar.",
    },
    "max_changed_workers.budget_used": {
        "de": "Es ändern sich schon die Schichten so vieler, wie erlaubt wurde.",
        "en": "As many people's shifts change already as was allowed.",
        "sv": "Så mångas pass ändras redan som tillåtits.",
    },
    "overruled.only_pins": {
        "de": "Es werden nur die fest eingetragenen Schichten gearbeitet.",
        "en": "Only the pinned shifts are worked.",
        "sv": "Bara de låsta passen arbetas.",
    },
    "offer.needs_acceptance": {
        "de": "Möglich, aber kurzfristig: nur mit Zustimmung.",
        "en": "Possible, but at short notice: only if accepted.",
        "sv": "Möjligt, men med kort varsel: bara om det godkänns.",
    },
    "cost.exceeds_value": {
        "de": "Möglich, aber teurer als das, was es abdecken würde.",
        "en": "Possible, but dearer than what it would cover.",
        "sv": "Möjligt, men dyrare än det som skulle täckas.",
    },
    "cost.would_save": {
        "de": "Möglich und günstiger: der Plan ist nicht der beste.",
        "en": "Possible and cheaper: the schedule is not the best one.",
        "sv": "Möjligt och billigare: schemat är inte det bästa.",
    },
    "cost.cheapest": {
        "de": "Von allen, die übernehmen könnten, ist dies am günstigsten.",
        "en": "Of all who could take it over this costs least.",
        "sv": "Av alla som kunde ta över kostar detta minst.",
    },
    "cost.not_cheapest": {
        "de": "Jemand anders könnte günstiger übernehmen: der Plan ist nicht der beste.",
        "en": "Another could take it over for less: the schedule is not the best one.",
        "sv": "Någon annan kunde ta över billigare: schemat är inte det bästa.",
    },
    "wish.suits_him": {
        "de": "Die angegebenen Wünsche gaben den Ausschlag.",
        "en": "The wishes that were given decided.",
        "sv": "De angivna önskemålen avgjorde.",
    },
    "fairness.evens_out": {
        "de": "Stunden oder unbeliebte Zeiten sind so gleichmäßiger verteilt.",
        "en": "Hours or unpopular times are spread more evenly like this.",
        "sv": "Timmar eller obekväma tider fördelas jämnare så.",
    },
    "guarantee.is_paid_anyway": {
        "de": "Garantierte Stunden werden bezahlt, ob gearbeitet wird oder nicht.",
        "en": "Guaranteed hours are paid whether they are worked or not.",
        "sv": "Garanterade timmar betalas vare sig de arbetas eller inte.",
    },
    "change.keeps_the_plan": {
        "de": "Die Schicht stand schon im bekannten Plan.",
        "en": "The shift was in the schedule that people know.",
        "sv": "Passet fanns i schemat som redan är känt.",
    },
    "policy.priority": {
        "de": "Eine erklärte Vorgabe stellt andere hinter diese Gruppe und gab den Ausschlag.",
        "en": "A declared policy puts others after this group, and that decided.",
        "sv": "En uttalad policy sätter andra efter den här gruppen, och det avgjorde.",
    },
    "policy.new_starters": {
        "de": "Eine erklärte Vorgabe sichert Neuen ihre Stunden und gab den Ausschlag.",
        "en": "A declared policy gives new starters their hours, and that decided.",
        "sv": "En uttalad policy ger nyanställda deras timmar, och det avgjorde.",
    },
    "policy.spread": {
        "de": "Eine erklärte Vorgabe begrenzt den Anteil einer Gruppe und gab den Ausschlag.",
        "en": "A declared policy limits the share of a group, and that decided.",
        "sv": "En uttalad policy begränsar en grupps andel, och det avgjorde.",
    },
    "tie.same_price": {
        "de": "Jemand anders hätte gleich gut gepasst.",
        "en": "Another would have suited just as well.",
        "sv": "Någon annan hade passat lika bra.",
    },
    "only_one_possible.nobody_else": {
        "de": "Sonst kann sie niemand neben den eigenen Schichten übernehmen.",
        "en": "Nobody else may work it beside what they work already.",
        "sv": "Ingen annan kan arbeta det vid sidan av sina egna pass.",
    },
    "needed_elsewhere.worth_more": {
        "de": "Wer günstiger wäre, wird zu dieser Zeit anderswo gebraucht.",
        "en": "Somebody who would cost less is needed on another shift.",
        "sv": "Den som skulle kosta mindre behövs på ett annat pass.",
    },
    "need_met.no_shortage": {
        "de": "Zu dieser Zeit fehlt niemand.",
        "en": "Nobody is missing at that time.",
        "sv": "Ingen saknas vid den tiden.",
    },
}


def meaning(code: str, language: str) -> str:
    """A code in a sentence; English where the language is none of ours."""
    texts = WORDS.get(code)
    if texts is None:
        return meanings().get(code, code)
    return in_language(texts, language)
