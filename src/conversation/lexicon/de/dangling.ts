// German: how a turn sounds that goes on, and how a sentence ends although its last word dangles: verbs are taken apart
// ("rufen Sie mich an"), or stand at the end ("weil es zu teuer war").
import type { DanglingWords } from '../lexicon.js';
import { phrases, words } from '../word-lists.js';

export const dangling: DanglingWords = {
  never: words(
    'und oder aber weil dass wenn ob als denn der dem den des ein eine einen einem einer eines von vom zum zur für im ' +
      'am beim mein meine meinen meinem meiner unser unsere ihr ihre äh ähm öhm punkt',
  ),
  seldom: words(
    'die das diese dieser diesen dieses ist sind war waren kann können könnte könnten soll wird würde was welche welcher wer wann wo wie in auf an mit zu bei nach über zwischen ich',
  ),
  ends: phrases(`
    ruf|rufe|rufen|ruft|fang|fange|fangen|fängt|biete|bieten|lege|legen|leg|nimm|nehme|nehmen|zeig|zeige|zeigen|sehe|sehen|sieh|schau|schaue|schauen|melde|melden|hör|höre|hören|kommt|probier|probieren|gib|geben|passe|passen *? *? *? *? an
    mach|mache|machen|macht|schalt|schalte|schalten|schaltet|stell|stelle|stellen|dreh|drehe|drehen *? *? *? *? an|ein|auf|zu
    gib|gebe|geben|trag|trage|tragen|lade|laden|steig|steige|steigen|sehe|richte|richten|zahle|zahlen|logge|loggen|fällt|falle|stelle *? *? *? *? ein
    hör|höre|hören|hört|pass|passe|passen|passt|leg|lege|legen|gib|gebe|geben|schreib|schreibe|schreiben|nimm|nehme|nehmen|ruf|rufe|rufen *? *? *? *? auf
    stimm|stimme|stimmen|stimmt|hör|höre|hören|sag|sage|sagen|schließ|schließe|schließen|trifft|treffen *? *? *? *? zu
    komm|komme|kommen|kommt|nimm|nehme|nehmen|nimmt|bring|bringe|bringen|teil|teile|teilen|mach|mache|machen|hör|lese|schreibe *? *? *? *? mit
    schau|schaue|schauen|sieh|sehe|sehen|denk|denke|denken|frag|frage|les|lese|lesen|hak|hake|haken *? *? *? *? nach
    ob|wenn|dass|weil|falls|sofern|obwohl|bis|damit|solange * *? *? *? *? *? ist|sind|war|waren|kann|können|könnte|könnten|soll|wird|würde
    was|wer|wo|wie|wann|warum|wieso|welche|welcher|welches|woher *? *? das|es|er|sie|ich|wir|man|du|mein|meine|der|die|den|dem|ihr|ihre|unser|unsere|diese|dieser *? *? *? * ist|sind|war|waren|kann|können|könnte|könnten|soll|wird|würde
    wer|wo|wie|wann|warum|was *? *? das|es|er|sie|ich|wir|man|du|die|der ist|sind|war|waren|kann|können|soll|wird
    was|wer|wie|wo|wann|warum|wieso|woher|wofür|wozu|welches *? ist|sind|war|waren|kostet|heißt|bedeutet|geht|soll|wird|macht|meint|bringt|heisst denn|genau? das|die|der|dies
    was|wer|wo|wie|wann|warum|wieso|welche|welcher|woher denn
    das|es|so|hier|da|dann|ja|nein|gern|gerne bin|habe|will|möchte|brauche|weiß|glaube|denke|meine|nehme|kann|hätte|würde|mache|sage|hab|sehe|verstehe|kenne|will|mag ich
    natürlich|sicher|klar|freilich|ja|nein|glaube|vielleicht|auch|nur|nicht|wie|immer|genau|gleich|als ich
    ja|nein|natürlich|sicher|klar das|es|er|sie|ich|wir|die|der kann|können|war|waren|ist|sind|soll|wird
    das|es|so|hier|da|wir|ich|er|sie|die|wie|ob man|es|das kann|können|war|waren|ist|sind|soll|wird
    weiß|wissen|sagen|sag|und|aber|oder|egal|nicht|mir|ja|na|ach|so|irgend|erklären|zeigen ich|sie|nicht|mir? was|wer|wann|wo|wie|welche|welcher
    möchte|will|nehme|brauche|kenne|mache|machen|mag|weiß|meine|meinte|verstehe|sehe|hätte|glaube|lösche|löschen|prüfen|buchen|buche|bestätige|bestätigen|stornieren|storniere|verstehen|wollen|wiederholen|ändern|wissen|bitte|ja|genau|nein|lieber|nur|auch|nicht|ohne|über|für|wäre|ich|mir|wir|uns|sie bitte|lieber|genau|nur|gern|gerne|nicht|auch? das|die|diese|dieser|diesen|dieses|den|der|ihn
    mit|von|zu|bei|gehört|hilft|danke|gibt|sag|sage ihr
    gehört|ist das|es|er|sie mein|ihr|unser
  `),
  whole: phrases(`
    ja|nein|doch|ach|so? das|es|so|ich|wir|er|sie ist|sind|war|waren|kann|können|bin
    ja|na|ach|und|wie? was|wer|wie|wo|wann
  `),
  begun: phrases(`
    und|ja|also|gut|aber? können|könnten|würden|haben|sind|kannst|könntest sie|du|wir mir|bitte?
    und|also|gut|aber|ähm|äh? wenn|falls sie|du könnten|könntest|würden|würdest
    und|also|gut|aber|ähm|äh? wenn|als|falls|sobald|während|obwohl|nachdem ich|wir|er|man|jemand|mein|meine|meiner|meinem|meinen|unser|unsere|der|die * *? *? *?
    und|ja|also|gut|aber? ich|wir möchte|möchten|hätte|würde|wollte|habe|bin|heiße
  `),
};
