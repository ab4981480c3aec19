// What the model is told in the middle of a conversation: not every model takes instructions there by a role of their own,
// so that they are the user's, marked as not spoken.

export const unspoken = (text: string): string => `<system>${text}</system>`;

/** A caller who types the mark does not become the operator. */
export const spoken = (text: string): string => text.replaceAll(/<(\/?\s*system\b[^>]*)>/gi, '($1)');

/** Before a conversation that the agent begins. */
export const BEGIN = unspoken('The call has begun.');
/** Behind one that ends with the agent's own words: models refuse to go on with words that are put into their mouth. */
export const GO_ON = unspoken('Go on.');
