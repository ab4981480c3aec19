// The reply that discloses: the one that may be in another language than the rest of the call.
import type { ConversationEvent } from '../conversation.port.js';
import { lexiconFor } from '../lexicon/lexicon-for.js';
import type { ConversationOptions } from '../options.js';
import type { ReplyAccount } from './reply-contract.js';

/** The call's options, as that reply is spoken by them. */
export function disclosingOptions(options: ConversationOptions): ConversationOptions {
  if (options.disclosure === undefined) return options;
  const { language, voice, voices } = options.disclosure;
  return { ...options, language, lexicon: lexiconFor(language), voice, voices };
}

/** What became of it. */
export function toldEvent(
  { disclosure, language: own }: ConversationOptions,
  responseId: string,
  account: ReplyAccount,
): Extract<ConversationEvent, { type: 'disclosure.told' }> {
  const { text = '', language = own, callerLanguage, fallback } = disclosure ?? {};
  return {
    type: 'disclosure.told',
    responseId,
    text,
    language,
    ...(callerLanguage === undefined ? {} : { callerLanguage }),
    ...(fallback === undefined ? {} : { fallback }),
    ...account,
  };
}
