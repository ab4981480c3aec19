// German: the words. How it says numbers, money and dates is in the folder beside this file.
import { dangling } from './de/dangling.js';
import type { LanguageWords } from './lexicon.js';
import { cardinal, numberWords } from './de/numbers.js';
import { sayGerman } from './de/say.js';
import { cards, disclosure, hidden, stock, transfer } from './de/stock.js';
import { list, phrases, words } from './word-lists.js';

const answers: LanguageWords['answers'] = {
  yes: words(
    'ja jawohl jap jep jup joa jo jaja klar natürlich selbstverständlich sicher gern gerne freilich okay ok einverstanden ' +
      'bestätigt bestätige zustimmung unbedingt logisch',
  ),
  yesPhrases: phrases(`
    ich|wir sag|sage|sagen doch|einfach|mal? ja|okay|ok
    mach|machen|tu|tun|machs sie|wir? das|es|so? gerne|bitte|so|ruhig?
    nur zu
    auf jeden fall
    auf alle fälle
    in ordnung
    aber ja|klar|sicher|gerne|gern|natürlich
    na klar|gut|sicher|gerne|gern|logisch|dann
    ich|wir stimme|stimmen dem|zu zu?
    ich|wir bin|sind einverstanden|dafür|dabei
    das|es passt|stimmt|klingt|hört gut|mir|uns|so? an?
    passt|stimmt|klingt genau|so|gut?
    das|es wäre|ist|klingt|passt wirklich|einfach|sehr|ganz|absolut|doch|mir? super|schön|toll|prima|nett|gut|perfekt|großartig|wunderbar|klasse|ideal|hilfreich|lieb|recht|richtig|korrekt
    das|es hätte|würde|möchte|will|nehme|nehmen ich|wir mir|uns? sehr? gern|gerne|helfen|freuen|passen?
    ich|wir möchte|möchten|will|wollen|hätte|hätten|würde|würden das|es|ihn gern|gerne?
    das|es würde|hilft mir|uns sehr? helfen|passen|gefallen?
    genau so|das|richtig?
    so ist es
    so soll es sein
    los gehts|geht's
    von mir aus gerne|ja
    mit vergnügen
    in der tat
    das? dürfen|können sie gerne|gern|ruhig? machen|tun?
  `),
  praise: words(
    'genau richtig korrekt exakt perfekt super toll prima wunderbar klasse großartig ausgezeichnet hervorragend gut ' +
      'bestens spitze fantastisch passt stimmt fein schön',
  ),
  no: words('nein nee ne nö nö nicht stopp stop halt abbrechen abbruch niemals nie kein keine keinesfalls negativ'),
  noPhrases: phrases(`
    auf keinen fall
    lieber|besser|jetzt|heute|bitte|gar|überhaupt|noch nicht|nichts
    ich|wir glaube|glauben|denke|will|möchte|möchten|wollen|brauche das|es|ihn? nicht|kein|keine
    das|es will|möchte|brauche ich|wir nicht
    das|es? ist|war falsch|verkehrt|unrichtig
    das|es? ist|stimmt|passt mir|uns|so? nicht
    vergiss|vergessen|lass|lassen|laß sie|wir? es|das|mal? sein|bleiben|gut?
    ich|wir habe|haben es|das? mir|uns? anders überlegt
    ich|wir habe|haben meine|unsere meinung geändert
    nicht nötig
    schicken|senden|machen|tun|reservieren|buchen|mach|tu|schick sie? es|das|ihn? nicht|nichts
    schon gut
    brechen|brich sie? ab
    nein|nee danke|ist|passt gut|schon?
  `),
  neutralPhrases: phrases(`
    kein|keine problem|probleme|sorge|sorgen|einwände|frage|eile
    ohne zweifel|weiteres
    warum|wieso nicht
    das|es ist|wäre ok|okay|gut|nett
    schon gut
    von mir aus
    können|könnten|würden|kannst|könntest|würdest sie|du bitte|so?
    das|ist|können|könnten können|sie|du bitte|gerne machen|tun
    sie|du können|kannst|dürfen|darfst gerne|ruhig|bitte?
    ich|wir hätte|hätten|möchte|möchten|will|würde gern|gerne?
  `),
  spoilingPhrases: phrases(`
    ja|jaja ja|nein
    nein|nee doch|ja
    ja schon gut|aber
    stimmt|passt|ist das|es denn|so|wirklich
    stimmt|passt das
    keine ahnung
    schon gut
    sag|sage|sagt|sagen doch|einfach|mal? ja|okay|ok
    na|einfach|ganz|schlicht perfekt|super|toll|prima|wunderbar|klasse|großartig|ausgezeichnet|hervorragend|spitze|fantastisch|herrlich
  `),
  harmless: words(
    "sie's ich's wir's du's " +
      'ich mir mich wir uns sie ihnen ihr du dir dich es das dies ihn er ihm der die den dem des ein eine einen einem einer ' +
      'diese dieser diesen diesem dieses mein meine meinen meinem meiner unser unsere unseren unserem ihre ihren ihrem ihrer ' +
      'ist sind bin wird wäre hätte habe haben und so dann zu an auf für von vom zum zur am im in um mit bei als jetzt gleich ' +
      'nun also alle alles beide beides ganz genau sehr wirklich vollkommen absolut doch mal ruhig bitte danke dank vielen ' +
      'schönen herzlichen äh ähm öh hm hmm mm mhm ach oh na ab los hier herr frau mache machen mach tun tu kommen kommt ' +
      'schon ja gesagt sage sag',
  ),
  openings: words('äh ähm öh hm hmm ach oh na also nun so und bitte danke tut leid'),
  please: words('bitte'),
  turns: words(
    'nicht nichts nein nee nö nie niemals kein keine keinen keinem keiner aber jedoch sondern obwohl stattdessen anstatt ' +
      'statt außer ausser wenn falls sofern solange nur erst eigentlich lieber sonst ansonsten oder moment warte warten ' +
      'vielleicht eventuell ohne bevor nachdem bis halt',
  ),
  asks: words(
    'was wer wen wem wessen wann wo wohin woher warum wieso weshalb wie welche welcher welches welchen welchem wieviel',
  ),
  asksFirst: words(
    'ist sind war waren hat haben habe hast kann können könnte könnten kannst könntest darf dürfen soll sollen sollte ' +
      'wird werden würde würden gibt muss müssen',
  ),
  pointers: words('diese dieser diesen diesem dieses'),
  prepositions: words('an auf für von zu mit bei in unter'),
  directions: words('an zu'),
  parties: { speaker: words('mich mir uns'), others: words('ihn ihm sie ihr ihnen alle') },
  addressed: words('dich dir euch ihnen sie'),
  picks: words(
    'andere anderer anderen anderem anderes neue neuen neuem neuer neues alte alten altem alter altes zweite zweiten zweiter erste ersten erster letzte letzten letzter nächste nächsten nächster falsche falschen falscher selbe gleiche',
  ),
  choices: words('oder'),
  contrasts: phrases(`
    nicht|kein|keine|keinen|keinem|statt|anstatt|stattdessen|wenn|falls|sofern|sonst|ansonsten|ohne|außer
  `),
  ironicPhrases: phrases(`
    das|es|dies ist ja|einfach|ganz|schlicht einfach|mal|wirklich|echt|ganz? perfekt|super|toll|prima|wunderbar|klasse|großartig|ausgezeichnet|hervorragend|spitze|fantastisch|herrlich
  `),
  emphasis: words('einfach ganz echt wirklich absolut ach oh so schlicht'),
  usual: {
    yes: list('ja, ja bitte, jawohl, klar, gerne, okay, einverstanden, natürlich'),
    no: list('nein, nein danke, jetzt nicht, niemals, stopp'),
  },
};

export const german = (language: string): LanguageWords => ({
  answers,
  listening: {
    backchannels: words(
      'mhm mm mmm hm hmm aha ach ah oh äh ähm okay ok ja jaja genau klar gut so soso wow richtig verstehe',
    ),
    backchannelPhrases: phrases(`
      ach|aha|ah so
      ach|ah ja|okay
      ich verstehe
      alles klar
      ja|aha|okay|ah? verstehe|verstanden
    `),
    callingPhrases: phrases(`
      hallo
      ist|noch? jemand|wer noch? da|dran
      sind|bist sie|du noch? da|dran
      hören|hörst|können|kannst sie|du mich noch? hören?
      haben|hast sie|du mich|das gehört|verstanden
    `),
  },
  dangling,
  numbers: {
    digits: {
      null: '0',
      eins: '1',
      zwei: '2',
      zwo: '2',
      drei: '3',
      vier: '4',
      fünf: '5',
      sechs: '6',
      sieben: '7',
      acht: '8',
      neun: '9',
    },
    repeats: { doppel: 2 },
    joints: words(''),
    words: numberWords,
    cardinal,
  },
  signs: {
    '.': ['punkt'],
    '@': ['at', 'ät', 'klammeraffe'],
    '-': ['minus', 'bindestrich', 'strich'],
    _: ['unterstrich'],
    '+': ['plus'],
    '/': ['schrägstrich', 'slash'],
  },
  stock,
  disclosure,
  hidden,
  transfer,
  cards,
  pieces: {
    abbreviations: {
      neverLast: words('dr prof hr fr st bzw evtl inkl exkl zzgl ggf sog resp bzgl vgl vs ing dipl'),
      beforeNumbers: words('nr nrn ca tel art abs abb bd kap'),
      maybeLast: words(
        'usw etc mwst str co jan jän feb mär mrz apr jun jul aug sep sept okt nov dez mo di mi do sa so min max std mio mrd',
      ),
      months: words('jan jän feb mär mrz apr mai jun jul aug sep okt nov dez'),
    },
    leadIns: words('jedoch deshalb und aber oder also weil obwohl wenn während dass dann auch noch denn sondern'),
  },
  say: (text) => sayGerman(text, language),
});
