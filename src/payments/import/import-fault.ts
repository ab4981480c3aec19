/** Why a file cannot be imported at all, and what to do, in one line. */
export class ImportFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportFault';
  }
}
