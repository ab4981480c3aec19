// How callers of any business speak, as templates: small talk, yes and no, taking back, the world outside. What this
// business is about comes from its SpeechDomain, which may also replace a slot of these. A wording repeated is likelier.
import type { TemplateSection } from '../../domain.port.js';
import { MAIL_ENDINGS, MAIL_HOSTS, MAIL_NAMES, PLACES, YEARS } from './everyday-words.js';
import { cardinal, ordinal, spokenYear } from './spoken-number.js';

const world: TemplateSection = {
  weight: 9,
  templates: [
    "(what is|what's|how is|how's|tell me|what will be) the (weather|weather|temperature|forecast|time) [like] in {place} [{when}]",
    'how (is|was) the weather (in|for) {place}',
    '(is it|will it be|will it|is it going to) (raining|sunny|cold|warm|hot|rain|snow|snowing|be (warm|cold|sunny)) in {place} [{when}]',
    'how (warm|cold|hot) is it in {place} [{when}]',
    "(what is|what's|tell me) the (capital|population|time|currency|news|price|history) (of|in|from) {place}",
    '(what about|and|and in|how about|in) {place}',
    '(who is|who was) the (president|prime minister|mayor|king|queen) of {place}',
    '(search|search the web|search the internet|look|google) for (the weather|news|flights|hotels|information) [(in|to|about) {place}]',
    'what is the (price of bitcoin|stock price|exchange rate|latest news|date|date today|time|time now)',
    'what (day|time) is it [(today|now|in {place})]',
    '(who|what|where) (is|was) {keyterm}',
    'tell me (about|something about|more about) {keyterm}',
  ],
};

const conversation: TemplateSection = {
  weight: 17,
  templates: [
    '{yes}',
    '{yes}',
    '{yes}',
    '{no}',
    '{no}',
    '{no}',
    '{yes} ({deed}|{deed}|{deed}|do it|do that|go ahead|please do|that is right|that is correct|thank you|i am sure)',
    "{no} (do not {deed}|don't {deed}|don't|not now|stop|cancel|cancel that|wait|never mind|that is wrong|thank you|thanks)",
    '{no} [(i said|i meant|i mean|it is|that is|make it|make that|not that one)] {detail}',
    '(sorry|wait|actually|i mean|i meant|i said|not {detail} but|hold on) ({detail}|{detail}|{period}) [please]',
    '(cancel|cancel that|cancel it|stop|stop it|stop that|never mind|forget it|forget that|wait|hold on|one moment|just a moment|one second|hang on)',
    '(hello|hi|hey|good morning|good afternoon|good evening) [{agent}]',
    '(hello|hi|hey) [{agent}] (how are you|can you help me|i have a question|i need help|i need some help|can you hear me)',
    '(thanks|thank you|thank you very much|thanks a lot|great|great thanks|perfect|perfect thank you|wonderful|very good|good|nice) [{agent}]',
    "[(no|great|okay)] (thanks|thank you) (that is all|that's all|that was all|that will be all|bye|goodbye)",
    '[oh wow] (you are quick|you are quick today|that was quick|i appreciate it|i appreciate that|very kind)',
    "[oh wow] (you are|you're) quick today i appreciate it",
    '(goodbye|bye|bye bye|see you|see you later|have a nice day|talk to you later|good night) [{agent}]',
    "(that is all|that's all|that is it|that was everything|nothing else|i am done|we are done) [(thank you|thanks|for today|for now)]",
    '(what|pardon|sorry|excuse me) [(what did you say|say that again|can you repeat that|could you repeat that|i did not hear you)]',
    '(repeat|repeat that|say that again|can you repeat that|can you say that again|could you say that again|once more|again) [please]',
    '(speak|talk) (slower|faster|louder|more slowly) [please]',
    '(what can you do|how can you help|how can you help me|what can i ask|what can i ask you|help|help me|i need help|who are you|what is your name|are you a robot|are you a human|are you there)',
    '(can|could|may) i (speak|talk) to (a human|a person|a real person|someone|an agent|somebody else)',
    'i want to (speak|talk) to (a human|a person|a real person|someone|an agent)',
    '(my name is|this is|i am) {firstname}',
    '{keyterm}',
    '{keyterm} [please]',
    '(okay|alright|all right|i see|got it|right|fine|sure)',
  ],
};

export const SECTIONS: readonly TemplateSection[] = [world, conversation];

/** Of a comma-separated text. */
const list = (lines: string): readonly string[] =>
  lines
    .split(/[\n,]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

const DAYS = Array.from({ length: 31 }, (_, at) => at + 1);

/** Slots whose fillings belong to the language rather than to the business. */
export const SLOTS: Readonly<Record<string, readonly string[]>> = {
  asking: list(`show me, show me, show, give me, tell me, list, list, find, get, get me, read me, read, let me see,
    {polite} (show|give|tell|find|get) me, i want to see, i would like to see, i need, what are`),
  polite: list(`please, can you, could you, can you please, could you please, would you, will you, i want you to,
    i would like you to, now, and, okay`),
  small: list('two, three, four, five, six, ten, twenty'),
  period:
    list(`in {month}, in {month}, in {month}, in {month} {year}, during {month}, for {month}, last month, this month,
    last week, this week, last year, this year, today, yesterday, since {month}, since {date}, since last month,
    before {month}, after {month}, until {month}, between {month} and {month}, from {month} to {month},
    from {date} to {date}, between {date} and {date}, on {date}, in {year}, in the last {days} days,
    in the (last|past) (week|month|year|quarter|{small} (months|weeks)),
    in the (first|second|third|fourth|last) quarter [of {year}], so far, so far this year,
    for (last|this) (month|year|week), last weekend, this weekend, the week before last, the month before last,
    the day before yesterday, (on|last|since|since last|from) {weekday}, {small} days ago, a week ago, in [the] {season},
    (this|last) {season}, this quarter, last quarter, in the (first|second) half of (the|last|this) year,
    in the (first|second) half of {month}, in the first (ten|five|{small}) days of {month}, since the beginning of {month},
    since the (start|beginning) of (the|this) year, since {holiday}, from {holiday} to {holiday}, on {holiday}, last {month},
    this past {month}, from {month} (until|till|to) [the end of] {month}, from {date} until {date}, since the {day} of {month},
    on the {day}, year to date, all year, the whole year, over the last {days} days, over the last {small} (months|weeks|years),
    over the summer, in {month} and {month}, in {month} and in {month}, from {month} until now, between {month} and now`),
  weekday: list('monday, tuesday, wednesday, thursday, friday, saturday, sunday'),
  season: list('spring, summer, autumn, fall, winter'),
  holiday:
    list(`christmas, christmas eve, christmas day, new year, new year's day, new year's eve, easter, thanksgiving, labor day,
    memorial day, independence day, the fourth of july, halloween, valentine's day, black friday`),
  date: list('{month} {day}, {month} the {day}, the {day} of {month}, {month} {day} {year}, {month} {cardinalday}'),
  days: list('seven, ten, fourteen, thirty, sixty, ninety'),
  when: list('today, now, right now, tomorrow, this week, this weekend, next week'),
  address: list(`{mailname} at {mailhost} dot {mailending}, {mailname} at {mailhost} dot {mailending},
    {mailname} at {mailhost} dot {mailending}, {mailname} dot {mailname} at {mailhost} dot {mailending}`),
  yes: list(`yes, yes, yes please, yes please, yeah, yep, sure, okay, go ahead, yes go ahead, please do, do it, correct,
    that is correct, that is right, that's right, right, exactly, absolutely, of course, sounds good, yes that is right,
    yes do it, confirm, i confirm, please`),
  no: list(
    `no, no, no thanks, no thank you, nope, no no, not now, not yet, please don't, do not do that, don't do that, no don't, no wait, that is wrong, wrong`,
  ),
  month: list('january, february, march, april, may, june, july, august, september, october, november, december'),
  day: DAYS.map(ordinal),
  cardinalday: DAYS.map((day) => cardinal(day)),
  year: YEARS.flatMap(spokenYear),
  place: PLACES,
  firstname: MAIL_NAMES,
  mailname: MAIL_NAMES,
  mailhost: MAIL_HOSTS,
  mailending: MAIL_ENDINGS,
  agent: ['agent'],
  detail: ['{period}'],
  deed: ['do it'],
};
