import type { AnswerPolicy } from '../answering/answer-policy.js';
import { AnsweringStage } from '../answering/answering-stage.js';
import { Conversation, type ConversationDeps } from '../conversation/conversation.js';
import type { ConversationOptions } from '../conversation/options.js';

/** A conversation that finds out who has answered before it begins. */
export function answeredConversation(
  deps: ConversationDeps,
  options: ConversationOptions,
  policy: AnswerPolicy,
): AnsweringStage {
  const { inputSampleRate: sampleRate, language, hearingLanguage = language, outputSampleRate, lexicon } = options;
  return new AnsweringStage({
    ...deps,
    policy,
    lexicon,
    hearing: { sampleRate, language: hearingLanguage, keyTerms: [] },
    outputSampleRate,
    talk: (output) => new Conversation({ ...deps, output }, options),
    leave: (message, output) => {
      // What must be disclosed to whom it talks with is the message's to say.
      const { disclosure: _none, ...own } = options;
      const phrases = { ...options.phrases, greeting: message };
      return new Conversation({ ...deps, output }, { ...own, phrases });
    },
  });
}
