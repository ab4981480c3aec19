// How people ask for something to be looked up, by language: the words around a question, which no search engine needs.
// Regular expressions of whole words, in small letters; a blank stands for any blanks and commas.

export interface AskingWords {
  /** Stand before a request: "um", "please". */
  readonly openings: string;
  /** Ask for something to be done: "could you", "i want you to". */
  readonly requests: string;
  /** Ask for a search or an answer: "search the web for", "tell me", "i want to know". */
  readonly searches: string;
  /** The same, but only where somebody is asked for it: "google fog" may be about Google. */
  readonly verbs: string;
  /** Courtesy behind the question: "for me", "would you". */
  readonly courtesies: string;
  /** What else stands behind a question that was asked for: "on the web". */
  readonly endings: string;
}

const EN_WEB = '(?:(?:on |in |through |using |with |via )?(?:the )?(?:web|internet|net|google)|online)';
const EN_QUESTION =
  '(?: (?:a|an|the|how|what|who|when|where|why|which|whether|if|is|are|does|do|my|this|that|some|about)\\b)';

const en: AskingWords = {
  openings:
    'hello|hi|hey|good (?:morning|afternoon|evening)|ok|okay|so|well|um+|uh+|er+|hmm+|oh|yes|yeah|please|thanks|thank you|' +
    'sorry|excuse me|now|then|and|also|alright|right|actually|maybe|perhaps|just|quickly|kindly|possibly|real quick',
  requests:
    "(?:(?:do|would) you )?mind|(?:would|will|might) you be able to|(?:can|could|would|will|won't|may|might) (?:you|we|i)|you (?:can|could)|" +
    "i(?:'d| would)? (?:want|need|like|love) (?:you )?to|i was (?:wondering|hoping) (?:(?:if|whether|that) )?you (?:can|could|would)|" +
    '(?:is it possible|are you able)(?: for you)? to|let us|let me|go ahead and|try to|help me(?: to)?|' +
    'be so kind (?:as to|and)|do me a favou?r and',
  searches:
    `search(?:ing)?(?: ${EN_WEB})?(?: and (?:see|tell me|find out))?(?: for| about| on)|search(?:ing)? (?:up|${EN_WEB})|` +
    `search(?:ing)?(?=${EN_QUESTION})|(?:brows|research|scour)(?:e|ing)? ${EN_WEB}(?: for)?|` +
    `(?:do|run|make|try|give me) (?:a|an|another) (?:quick )?(?:web |google |internet |online )?search (?:for|on|about|of)|` +
    `what (?:does|do) (?:the web|the internet|google) (?:say|know) about|googl(?:e|ing) me|` +
    `look(?:ing)?(?: it| this| that)? up(?: ${EN_WEB})?|look(?:ing)? ${EN_WEB}(?: for| up)?|look(?:ing)? for|` +
    `check(?:ing)? ${EN_WEB}(?: for)?|(?:use|ask) (?:the web|the internet|google)(?: to (?:find|see|search)(?: out)?| for)?|` +
    `find(?:ing)? (?:me )?(?:out )?${EN_WEB}|find(?:ing)? out|googl(?:e|ing) for|googl(?:e|ing)(?=${EN_QUESTION})|` +
    "tell me|let me know|do you (?:happen to )?know|i(?:'d| would)? (?:want|need|like|wanted) to know|i was wondering|see (?:if|whether)",
  verbs: 'googl(?:e|ing)|search(?:ing)?|find(?: me)?|get me|give me|show me|check',
  courtesies:
    "please|for me|(?:would|will|could|can|won't) you|if you (?:can|could|would|please|like|don't mind|do not mind|may)|" +
    'thanks?|thank you(?: very much| so much)?|when you can|real quick',
  endings: `${EN_WEB}|right now|now|ok|okay|quickly|and (?:tell me|let me know)|up`,
};

const DE_WEB = '(?:im (?:internet|netz|web)|online|(?:bei|mit|auf|über|in) google)';
const DE_FILL = '(?:(?:sie|du|mir|mal|bitte|doch|kurz|schnell|eben|einmal|vielleicht|für mich|uns) )*';

const de: AskingWords = {
  openings:
    'hallo|guten (?:tag|morgen|abend)|hey|hi|bitte|danke|ok|okay|also|ähm*|ja|und|dann|jetzt|mal|entschuldigung|na|so',
  requests:
    `(?:kannst|könntest|würdest|magst|willst) ${DE_FILL}|(?:können|könnten|würden|wollen|mögen) sie ${DE_FILL}|` +
    `ich (?:möchte|will|würde gerne?|hätte gerne?) (?:dass (?:du|sie) )?${DE_FILL}|es wäre nett wenn (?:du|sie) ${DE_FILL}`,
  searches:
    `such(?:e|en)? ${DE_FILL}(?:${DE_WEB} nach|${DE_WEB}|nach)|google ${DE_FILL.replace(/\*$/, '+')}(?:nach)?|` +
    `googe?ln? ${DE_FILL}(?:nach)?|(?:schau|schaue|schauen|sieh|sehen|guck|gucken) ${DE_FILL}${DE_WEB}(?: nach)?|` +
    `finden? ${DE_FILL}(?:${DE_WEB} )?heraus|recherchieren? ${DE_FILL}(?:${DE_WEB})?|` +
    `sag(?:e|en)? ${DE_FILL}|(?:weißt du|wissen sie)|ich (?:möchte|will|würde)(?: gerne?)? wissen|` +
    `nach(?:schauen|sehen|schlagen|gucken)(?: ${DE_WEB})?`,
  verbs: `${DE_WEB}(?: nach)?|nach(?= .* (?:suchen|googeln|schauen|sehen)$)`,
  courtesies: 'bitte|für mich|danke(?: schön)?|mal',
  endings: `(?:nach)?(?:suchen|schauen|sehen|schlagen|gucken)|googe?ln|recherchieren|herausfinden|finden|sagen|${DE_WEB}|nach|wissen`,
};

const ES_WEB = '(?:en|por) (?:internet|la web|la red|google|línea)';
const ES_FILL = '(?:(?:por favor|me|nos|lo|rápido|un momento) )*';

const es: AskingWords = {
  openings:
    'hola|buen[oa]s?(?: (?:días|tardes|noches))?|oye|oiga|por favor|gracias|vale|bien|pues|eh+|sí|y|ahora|perdón|disculpe',
  requests:
    `(?:me )?(?:puedes|podrías|puede|podría|quieres|quiere|querrías) ${ES_FILL}|` +
    `(?:quiero|quisiera|necesito|me gustaría) (?:que )?${ES_FILL}|sería posible|haz(?:me)? el favor de`,
  searches:
    `(?:busc(?:a|ar|ando)|busques?|googlea|googlear|averigua|averiguar|consulta|consultar|mira|mirar) ${ES_FILL}${ES_WEB}(?: sobre| acerca de| por)?|` +
    `(?:búscame|buscarme|búsqueme|googlea|googlear|googléame|averigua|averiguar|averigües)(?: ${ES_WEB})?(?: sobre| acerca de)?|` +
    `busc(?:a|ar|ando)|busques?|` +
    '(?:dime|dígame|decir(?:me)?|cuéntame|saber)|(?:sabes|sabe usted)',
  verbs: 'consulta|consultar|encuentra|encontrar',
  courtesies: 'por favor|para mí|por mí|gracias|si puedes?|si es posible',
  endings: ES_WEB,
};

export const ASKING: readonly AskingWords[] = [en, de, es];
