// Spanish: how a turn sounds that goes on, and how a sentence ends although its last word dangles.
import type { DanglingWords } from '../lexicon.js';
import { phrases, words } from '../word-lists.js';

export const dangling: DanglingWords = {
  never: words(
    'y e o u pero porque que el la los las un una unos unas de del al a en con por para sin sobre mi mis tu tus su sus ' +
      'nuestro nuestra entre como si cuando eh em punto arroba',
  ),
  seldom: words('lo le es son era está están puede podría cuál qué quién dónde cómo este esta ese esa muy más'),
  ends: phrases(`
    sí|no|así|eso|esto|ese|esa|este|esta|ya|ahí|aquí|allí|claro|mejor|siempre|todo|tampoco|también|creo|dice|dijo que? no|sí|se|lo|ya|me|le? es|son|era|está|están|puede|podría
    sí|claro|creo|espero|seguro que? sí|no|lo|se|me|ya? es|son|era|está|están|puede|podría
    sé|saber|saben|sabe|diga|dígame|dime|decirme|decir|entiendo|recuerdo|ver|mire|explique|explíqueme bien|exactamente? qué|quién|dónde|cómo|cuál|cuándo|cuánto|por|de|para qué|quién|dónde? es|son|era|está|están|puede|podría
    lo|la|los|las que es|son|era|está|están|puede|quiere|hay
    si|cuando|como|donde usted|él|ella|se|me|lo? puede|podría|es
    qué|quién|dónde|cómo|cuánto|cuándo|cuáles mi|mis|su|el|la|los|las *? *? * es|son|está|están|era
    mi|su|el|la|los|las * ya|no|aún|todavía está|están
    con|a|de|para|por|sobre|desde|hasta|hacia|en|y|pero|o|sé|sabe|saber quién|qué|dónde|cuál|cómo
    hola|buenas|buenos|días|tardes|y cómo está|están
    nada|algo|no|poco|mucho|sin|vez|cuánto|alguien|nadie|quiero|de|uno|una|es|dos|todavía|aún|cuál|qué|día|días más
    quiero|prefiero|deme|dame|es|tomo|elijo|como|solo|sólo|mejor|cancele|busco|necesito|con|de|para|por|quería|sí|no este|esta|ese|esa|una
    creo|claro|digo|espero|pienso|dice|dijo|seguro|supongo|diría que si
    a|para|por|eso|yo|usted|ella|él si
    claro|eso|que lo
    ya|eso|así que no? lo? puede|podría|es
  `),
  whole: phrases(`
    y|a|pues? qué|quién|dónde|cómo|cuál
    no|sí? es|era|está|puede|lo
    para
    quién|qué|cómo|dónde|cuándo|cuánto es|era|está|son|están
  `),
  begun: phrases(`
    y|pues|bueno|pero|eh? si pudiera|pudieras|pudiese|pudieran
    y|pues|bueno|pero|eh? cuando|mientras|aunque me|nos|mi|mis|el|la|los|las|nuestro|nuestra|alguien|yo * *? *? *?
    y|pues|bueno|pero|eh? si mi|mis|el|alguien|yo * *? *? *?
    y|pues|sí|pero? quiero|quisiera|necesito|puedo|podría|me|quería saber|gustaría?
  `),
};
