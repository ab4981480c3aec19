// What the codec of a SIP call and the call itself say to each other in text frames; binary frames are PCM16, 8 kHz. Both ends
// are ours, so that nothing has to be checked.

/** To the call. `answer`: the call is made, pick up. `mark`: to be said back when all before it was heard. */
export type ToCall =
  { readonly do: 'answer' } | { readonly do: 'mark'; readonly name: string } | { readonly do: 'clear' };

/** From the call. `ringing` comes first. */
export type FromCall =
  | { readonly is: 'ringing' }
  | { readonly is: 'mark'; readonly name: string }
  | { readonly is: 'key'; readonly key: string };

export const toCall = (message: ToCall): string => JSON.stringify(message);
export const readToCall = (text: string): ToCall => JSON.parse(text) as ToCall;
export const fromCall = (message: FromCall): Buffer => Buffer.from(JSON.stringify(message));
export const readFromCall = (frame: Buffer): FromCall => JSON.parse(frame.toString()) as FromCall;
