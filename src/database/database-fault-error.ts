/** The database cannot be used, and an operator can put that right: the message says how, in a line without a secret. */
export class DatabaseFaultError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseFaultError';
  }
}
