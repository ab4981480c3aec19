// Spanish: the words. How it says numbers, money and dates is in the folder beside this file.
import { dangling } from './es/dangling.js';
import type { LanguageWords } from './lexicon.js';
import { cardinal, numberWords } from './es/numbers.js';
import { saySpanish } from './es/say.js';
import { cards, disclosure, hidden, stock, transfer } from './es/stock.js';
import { list, phrases, words } from './word-lists.js';

const answers: LanguageWords['answers'] = {
  yes: words(
    'sí vale claro okay ok okey adelante acepto aceptado confirmo confirmado afirmativo dale venga ' +
      'obviamente naturalmente evidentemente efectivamente hágalo hazlo proceda confirme',
  ),
  yesPhrases: phrases(`
    digo|decimos|diría que sí|si
    por supuesto
    desde luego
    de acuerdo
    claro que sí|si
    cómo no
    con mucho? gusto
    está|estaría|estará|es|sería|suena|parece muy|todo|simplemente|sencillamente|perfectamente? bien|genial|perfecto|estupendo|fantástico|correcto|ideal
    me|nos parece muy|todo? bien|perfecto|genial|estupendo|correcto
    me|nos gustaría|encantaría|vendría|viene|va|convence|interesa mucho|bien|genial|perfecto?
    eso es|está bien|correcto|exactamente?
    eso es|sería exactamente|justo? lo que quiero|queremos|quería|necesito|dije|digo
    así es
    lo es
    estoy|estamos de|totalmente|completamente acuerdo|de? acuerdo?
    hágalo|hazlo|háganlo|hagámoslo
    siga|sigue|vaya|ve adelante
    lo|la? quiero|queremos|acepto
    trato hecho
    sin duda|dudas|problema|problemas
    ya lo|le? creo
    faltaría más
    puede|puedes hacerlo
    hecho
  `),
  praise: words(
    'perfecto exacto exactamente correcto correcta bien bueno genial estupendo estupenda excelente fantástico maravilloso ' +
      'magnífico seguro cierto ideal fenomenal buenísimo',
  ),
  no: words(
    'no nop nunca jamás tampoco pare paren alto cancele cancélelo cancelar cancela detenga detente nada negativo',
  ),
  noPhrases: phrases(`
    de ninguna manera
    de ningún modo
    mejor|ahora|todavía|aún|hoy|por|eso favor? no
    para nada
    creo|pienso|digo que no
    por favor no|pare
    olvídelo|olvídalo|olvide|olvida eso?
    déjelo|déjalo|déjeme|deje eso|así?
    he|hemos cambiado de idea|opinión
    cambié de idea|opinión
    no es|lo|la|está|quiero|queremos|me|hace|envíe|envíes|haga|hagas
    eso|esto|lo? está|es mal|incorrecto|falso
    ni hablar
    claro que no
    por supuesto que no
    cancélelo|cancélala|cancele|anúlelo|anule|anular
  `),
  neutralPhrases: phrases(`
    no hay? ningún? problema|problemas|inconveniente
    sin|ningún problema|problemas|inconveniente|prisa
    no pasa nada
    por qué|que no
    está|esta bien así
    puede|podría|puedes|podrías|pueden ya|por? favor?
    me|nos gustaría
    quiero|queremos que lo|la
    no se preocupe
  `),
  spoilingPhrases: phrases(`
    si es|está|esta|hay|puede|puedo|no|se|lo|la|me|quiere|quieres|fuera|son
    sí|si no
    no sí|si
    no está|esta bien así?
    ni idea
    supongo|creo que sí|si
    déjeme|déjame|deje
    simplemente|sencillamente perfecto|genial|estupendo|estupenda|excelente|fantástico|maravilloso|magnífico|ideal|fenomenal|buenísimo
  `),
  harmless: words(
    'yo me mi mis nos nuestro nuestra usted ustedes le les lo la los las el él ella ello un una unos unas ese esa esos esas ' +
      'eso este esta esto estos estas su sus tu tus es son soy está ser sería sea y pues entonces a al de del en por para con ' +
      'ya ahora mismo todo todos toda todas ambos ambas muy mucho mucha muchas muchísimas tan realmente totalmente así ' +
      'favor gracias eh em este mm hm ah oh ay bueno pues señor señora señorita amigo amiga caballero quiero puede puedes ' +
      'puedo haga hacer hace hagan personas',
  ),
  openings: words('eh em este ah oh ay mm hm bueno pues y por favor gracias perdón perdone'),
  please: words('favor'),
  turns: words(
    'no ni nunca nada ningún ninguno ninguna pero sino aunque mejor excepto salvo solo sólo solamente únicamente menos ' +
      'después antes hasta cuando mientras o espere espera esperen momento quizás quizá tal talvez acaso realidad sin',
  ),
  asks: words('qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas quien cual donde cuanto'),
  asksFirst: words('hay tiene tienen tienes'),
  pointers: words('ese esa esos esas este esta estos estas'),
  prepositions: words('a de en para por con'),
  directions: words('a'),
  parties: {
    speaker: words('mí mi nosotros nosotras'),
    others: words('él ella ello ellos ellas todos todas'),
  },
  addressed: words('usted ustedes ti'),
  picks: words(
    'otro otra otros otras nuevo nueva nuevos nuevas antiguo antigua viejo vieja segundo segunda primero primera último última siguiente mismo misma anterior',
  ),
  choices: words('o u'),
  contrasts: phrases(`
    no|nunca|ni|salvo|excepto|sin|si
    en lugar|vez de
  `),
  ironicPhrases: phrases(`
    eso|esto|es|está es|está? simplemente|sencillamente perfecto|genial|estupendo|estupenda|excelente|fantástico|maravilloso|magnífico|ideal|fenomenal|buenísimo
  `),
  emphasis: words('simplemente sencillamente realmente absolutamente ay oh tan'),
  usual: {
    yes: list('sí, sí por favor, claro, vale, de acuerdo, adelante, por supuesto, correcto'),
    no: list('no, no gracias, ahora no, pare, cancele, nunca'),
  },
};

export const spanish = (language: string): LanguageWords => ({
  answers,
  listening: {
    backchannels: words('mm mmm mhm hm hmm ajá aja ah oh eh vale ok okay ya claro entiendo bien bueno'),
    backchannelPhrases: phrases(`
      ya|ah? veo|entiendo
      ya ya|veo|entiendo
      de acuerdo
      muy? bien
      sí|si sí|si
    `),
    callingPhrases: phrases(`
      hola|oiga|oye|aló
      hay|está alguien ahí?
      sigue|sigues|está|estás todavía? ahí
      me oye|oyes|escucha|escuchas
      me puede|puedes oír|escuchar
      puede|puedes oírme|escucharme
    `),
  },
  dangling,
  numbers: {
    digits: {
      cero: '0',
      uno: '1',
      dos: '2',
      tres: '3',
      cuatro: '4',
      cinco: '5',
      seis: '6',
      siete: '7',
      ocho: '8',
      nueve: '9',
    },
    repeats: { doble: 2 },
    joints: words('y'),
    words: numberWords,
    cardinal,
  },
  signs: {
    '.': ['punto'],
    '@': ['arroba'],
    '-': ['guion', 'guión', 'menos'],
    _: ['guion bajo', 'guión bajo', 'subrayado'],
    '+': ['más'],
    '/': ['barra'],
  },
  stock,
  disclosure,
  hidden,
  transfer,
  cards,
  pieces: {
    abbreviations: {
      neverLast: words('sr sra sres srta dr dra dña ud uds prof av avda ej ee vs'),
      beforeNumbers: words('núm núms n.º pág págs tel art vol cap aprox'),
      maybeLast: words(
        'etc uu cía ene feb mar abr jun jul ago sep sept oct nov dic lun mié jue vie sáb dom mín máx a.m p.m',
      ),
      months: words(''),
    },
    leadIns: words('sin embargo por tanto y pero o así porque aunque si cuando mientras que entonces también todavía'),
  },
  say: (text) => saySpanish(text, language),
});
