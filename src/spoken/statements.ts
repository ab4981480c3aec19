// What people say around a request without asking for anything: why they ask, what they feel, what they are about to do.

type Words = readonly string[];

const SUBJECT = 'i|we|he|she|it|they|this|that|these|those|there|(?:my|our|his|her|their|the) \\S+(?: \\S+)?|#\\S+';
const VERB =
  'am|is|are|was|were|has|have|had|been|will|would|can|could|do|does|did|must|might|never|always|just|really|says?|said|' +
  'asks?|asked|wants?|wanted|needs?|thinks?|thought|keeps?|kept|told|went|came|goes|got|gets|loves?|likes?|liked|swears?|' +
  'insists?|claims?|bet|guess|reckon|suppose|suspect|remembers?|forgot|lost|seems?|looks?|feels?|hopes?|knows?|took|saw|tried|promised|made';
/** Sounds and words before what is said. */
const LEAD =
  '(?:oh|ah|well|so|and|but|now|okay|ok|yes|no|sorry|hello|hi|hey|dear|um|uh|thanks|look|see|because|since|as)';
const STATES = new RegExp(`^(?:${LEAD} )*(?:${SUBJECT})(?: not)? (?:${VERB})\\b`);
/** Somebody speaks of himself or points at something: no list of details does. */
const PERSONAL = /\b(?:i|me|my|we|our|you|he|she|it|they|this|that|these|those|there)\b|^to \S+ (?:a|an|the|my|some)\b/;
const ASKS =
  /(?<!you )\bplease\b|\b(?:kindly|how (?:much|many|often|long|come)|(?:can|could|would|will|may|should) (?:you|i|we|one)|(?:i|we) (?:would )?(?:also |only |just |really )?(?:want|need|wish|like|love|search|require|look for|am looking|am after)|let me|let us|would be)\b|^(?:(?:and|so|but|now|okay|well|then|oh|hi|hello|hey) )*(?:what|which|who|whose|whom|when|where|why|how|do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|may|show|list|tell|give|read|find|get|send|mail|email|forward|draw|plot|chart|make|create|look|check|count|add|split|break|compare|run|pull)\b/;
/** It narrows something down, and is no talk. */
const RESTRICTS =
  /^(?:(?:and|but|so|oh|no) )*(?:just|only|not|no|without|except|excluding|minus|plus|leave|skip|ignore|mean|meant|i mean|i meant|make it)\b|\bonly\b|\b(?:mean|meant|instead|wrong)\b/;

/** It is worded as a question or a request of its own. */
export const isAsking = (words: Words): boolean => ASKS.test(words.join(' '));

/** A sentence that asks for nothing. `detailed`: there are details in it, which a request may have as well. */
export function isStatement(words: Words, detailed: boolean): boolean {
  const text = words.filter((word) => word !== '').join(' ');
  if (ASKS.test(text) || RESTRICTS.test(text)) return false;
  return STATES.test(text) || (!detailed && PERSONAL.test(text));
}

/** Whether it is about whoever speaks. */
export const isOfSpeaker = (words: Words): boolean => words.some((word) => /^(i|me|my|we|our|us)$/.test(word));
