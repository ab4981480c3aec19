// Names of the messages that a page and an agent's tools send each other.

/** `cart.updated`, `page_opened`: begins with a letter, at most 64 characters. */
export const isMessageName = (name: string): boolean => /^[A-Za-z][\w.-]{0,63}$/.test(name);

export const NO_MESSAGE_NAME = 'must be 1 to 64 letters, digits, ".", "_" and "-", a letter first';
