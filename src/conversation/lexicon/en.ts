// English: the words. How it says numbers, money and dates is in the folder beside this file.
import { sayEnglish } from './en/say.js';
import { answering } from './en/answering.js';
import { dangling } from './en/dangling.js';
import type { LanguageWords } from './lexicon.js';
import { cards, disclosure, hidden, stock, transfer } from './en/stock.js';
import { list, phrases, words } from './word-lists.js';
import { cardinal, numberWords } from './en/numbers.js';

const answers: LanguageWords['answers'] = {
  yes: words(
    'yes yeah yep yup yea yah ya aye sure ok okay okey absolutely definitely certainly affirmative confirm confirmed ' +
      'proceed agree agreed indeed totally naturally',
  ),
  yesPhrases: phrases(`
    go right? ahead
    go for it
    go on then
    do it|that|so
    please do|go
    of course
    by all means
    for sure
    with pleasure
    sure thing
    you bet
    all right
    sounds|looks|seems good|great|fine|perfect|right|lovely|wonderful|excellent|correct
    sounds|looks|seems good|great|fine|perfect|right|lovely|wonderful|excellent|correct to me|us
    works for me|us
    that|it|this|which works
    that|it|this|which? would|will be so|very|really|just|absolutely? good|great|nice|lovely|fine|perfect|wonderful|helpful|fantastic|ideal|brilliant|amazing|excellent|awesome
    that'd|it'd|that'll|it'll be so|very|really|just|absolutely? good|great|nice|lovely|fine|perfect|wonderful|helpful|fantastic|ideal|brilliant|amazing|excellent|awesome
    that'll do
    i'd|we'd really|very|certainly? much? like|love|appreciate that|it|this|to
    i|we would really|very|certainly? much? like|love|appreciate that|it|this|to
    i|we want|need that|it|this
    i'm|we're happy|fine|okay|ok|good with that|it|this
    i|we am|are happy|fine|okay|ok|good with that|it|this
    that's|that|it's|this is? exactly|just|precisely? what i|we want|wanted|need|needed|said|meant
    that's|this|that is? it
    that's|this|that is? the one
    let's go|do for? it|that|this?
    let us do it|that|this
    make it so
    i|we have? no objections|objection
    no objections|objection
    be my guest
    i|we don't|dont see why not
    i|we do not see why not
    why of course|yes|certainly
    i|we|i'd|we'd|i'll|we'll say|said|says yes|yeah|yep|yup|okay|ok|sure
    i|we would|will|did|have|already say|said yes|yeah|yep|yup|okay|ok|sure
    let me|us say yes
    you may
    you may|can|should do|go|proceed it|that|so|ahead?
  `),
  praise: words(
    'right alright correct exactly precisely perfect great excellent wonderful lovely brilliant fantastic awesome ' +
      'super superb fine good splendid marvelous marvellous fabulous terrific approved',
  ),
  no: words("no nope nah nay never stop don't dont not cancel negative"),
  noPhrases: phrases(`
    i'd|we'd rather|prefer|sooner not
    i|we would rather|prefer|sooner not
    rather|better|not not|now|yet|today|really
    absolutely|certainly|definitely|of|probably|maybe course? not
    please|so don't|dont|stop
    i|we don't|dont think|want|need|like so|it|that|to?
    i|we do not think|want|need|like so|it|that|to?
    no way
    forget it|that|about it|that?
    never mind
    nevermind
    leave it
    i|we|i've|we've have? changed my|our mind|minds
    that's|it's|this|that|it is? all? wrong|incorrect|false|mistaken
    that's|it's|this|that|it is? not it|that|what|right|correct|true
    i'm|we're good|fine|okay|ok|alright thanks|thank you?
    i|we am|are good|fine|okay|ok|alright thanks|thank you?
    let's not
    don't|dont send|do|bother|book|go
  `),
  neutralPhrases: phrases(`
    it's|that's okay|ok|alright|cool
    it's|it fine|good|all is? right|good|fine
    it|that is okay|ok|alright
    that's|that is? all right
    all good
    no|not problem|problems|worries|worry|trouble|rush|hurry|doubt|question
    why not
    go on
    can|could|would|will you please
    please can|could|would|will you
    yes|yeah|sure|okay can|could|would|will you
    you can|may|could|should please|certainly?
    i|we|i'd|we'd would|do? want|need|like|love you? it|that|this|them? to
    that|this|the one
    the right|correct one|address|name|date|time|place|person|amount
    whenever you're|you are? ready
    that|it|this would|will be
  `),
  spoilingPhrases: phrases(`
    do|have|are|don't|haven't|aren't you|i|we|they|he|she
    make sure
    fine|good|okay|ok|right|great|perfect|just as it|that|they is|are
    as is
    as it|they|that is|are
    yeah right
    sure|yeah|yes you|they will|do|are|did
    great|good|fine|lucky for you
    as if
    yeah|oh right as|sure
    i'm|we're good|fine|okay|ok|alright|set
    say|says|said|saying that|a|just? yes|yeah|yep|yup|ok|okay|sure|please
    yes|no or no|yes
    no idea|clue
    just|simply perfect|great|excellent|wonderful|lovely|brilliant|fantastic|awesome|super|superb|splendid|marvelous|marvellous|fabulous|terrific
  `),
  harmless: words(
    "i i'm i'll i'd me my we we're we'll we'd us our you your yours it it's its he them they that that's this these " +
      'those the a an is am are be will do go have and so then to of for in on at with by as now just ahead all both ' +
      'very much really quite please kindly thanks thank cheers well oh god gosh goodness wow ah um uh er erm eh hm hmm mm mhm huh hey ' +
      "there's said say says want sir ma'am maam madam miss mate dude buddy dear friend folks people persons",
  ),
  openings: words('um uh er erm eh ah oh god gosh goodness wow well hm hmm so and please thanks sorry hey look'),
  please: words('please kindly'),
  turns: words(
    "no not never nope nah don't dont doesn't isn't aren't won't can't cannot wouldn't shouldn't didn't wasn't haven't " +
      "hasn't but however though although instead rather except unless if only actually otherwise wait maybe perhaps or else without",
  ),
  asks: words("what what's who who's whom whose when where where's why how how's which"),
  asksFirst: words('is are was were does did can could will would shall should may might has have am'),
  pointers: words('that this those these'),
  prepositions: words('to for of with at on in from'),
  directions: words('to'),
  parties: { speaker: words('me us'), others: words('him her them all everybody everyone') },
  addressed: words('you yourself'),
  picks: words('other another others different new old second first last next previous wrong same one ones'),
  choices: words('or'),
  contrasts: phrases(`
    not|never|don't|doesn't|won't|can't|cannot|isn't|aren't|unless|otherwise|if|without|except
    instead of?
    rather than
  `),
  ironicPhrases: phrases(`
    that's|it's|this|that|it is? just|simply perfect|great|excellent|wonderful|lovely|brilliant|fantastic|awesome|super|superb|splendid|marvelous|marvellous|fabulous|terrific
  `),
  emphasis: words('just simply really absolutely truly totally so oh'),
  usual: {
    yes: list(
      'yes, yes please, yes do it, yeah, yep, sure, okay, correct, exactly, absolutely, go ahead, do it, please do, of course',
    ),
    no: list('no, nope, no thanks, no thank you, not now, stop, cancel, never'),
  },
};

/** `language`, BCP-47, says where it is spoken: "en-GB" writes the day before the month. */
export const english = (language: string): LanguageWords => ({
  answers,
  listening: {
    backchannels: words('uh huh uhuh mhm mm mmm hm hmm um ah oh okay ok right yeah sure cool wow aha'),
    backchannelPhrases: phrases(`
      oh|ah|okay|ok|yeah|right? i see|understand
      oh|ah|okay|ok|yeah|right? i? got it
    `),
    callingPhrases: phrases(`
      hello|hallo
      is? anybody|anyone|somebody|someone still? there|here
      are you still? there|here|listening
      you still? there
      can|do|could you still? hear me
      did you hear|get me|that
    `),
  },
  dangling,
  numbers: {
    digits: {
      zero: '0',
      oh: '0',
      one: '1',
      two: '2',
      three: '3',
      four: '4',
      five: '5',
      six: '6',
      seven: '7',
      eight: '8',
      nine: '9',
    },
    repeats: { double: 2, triple: 3 },
    joints: words('and'),
    words: numberWords,
    cardinal,
  },
  signs: {
    '.': ['dot', 'point'],
    '@': ['at'],
    '-': ['dash', 'hyphen'],
    _: ['underscore'],
    '+': ['plus'],
    '/': ['slash'],
    '%': ['percent'],
    '~': ['tilde'],
  },
  stock,
  disclosure,
  hidden,
  answering,
  transfer,
  cards,
  pieces: {
    abbreviations: {
      neverLast: words('mr mrs ms mx dr prof rev hon gen col capt lt sgt gov sen rep mt st ste ft vs cf viz'),
      beforeNumbers: words('no nos fig figs vol pp sec ch art approx ca est tel ext rs'),
      maybeLast: words(
        'etc inc ltd co corp dept jr sr ave blvd rd a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec ' +
          'mon tue tues wed thu thur thurs fri sat sun min max hrs lbs oz',
      ),
      months: words(''),
    },
    leadIns: words(
      'however therefore and but or so because although though if when while which who that then also still yet',
    ),
  },
  say: (text) => sayEnglish(text, language),
});
