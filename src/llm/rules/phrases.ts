// What the planner says by itself.
export const PHRASES = {
  opening: 'Hello{this is}. How can I help you?',
  unclear: 'I am sorry, I did not understand that. {able}',
  stillUnclear: 'I am sorry, I still did not understand. Please say it in other words, or ask what I can do.',
  declined: 'Okay, I will not do it.',
  /** Before the same question once more. */
  yesOrNo: 'I did not hear a yes or a no. Please say yes please, or no thank you.',
  /** Before a question that the platform asks. */
  beforeThat: 'One question first.',
  dropped: 'All right, I have not done anything. Just ask again when you want it.',
  ready: 'I am listening. What can I do for you?',
  cancelled: 'Okay, never mind that. What else can I do for you?',
  fine: 'All right. What else can I do for you?',
  nothingToRepeat: 'I have not said anything yet. How can I help you?',
  noMore: 'That was everything.',
  nothingToContinue: 'There is nothing more to read. What would you like to know?',
  nothingFound: 'I found nothing that answers that.',
} as const;
