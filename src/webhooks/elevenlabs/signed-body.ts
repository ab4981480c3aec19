import type { IncomingMessage } from 'node:http';
import { refusal } from '../../rest/refusal.js';
import { SIGNATURE_HEADER, SignatureCheck, SignatureError } from './signature.js';

/** An hour's transcript with all its figures is a tenth of this, bytes. */
const KEPT_BYTES = 4 * 1_048_576;
/** The recording of a call, as base64, is checked and not kept, bytes. */
const MOST_BYTES = 64 * 1_048_576;
/** Of all requests that are being read, bytes. */
const IN_FLIGHT_BYTES = 64 * 1_048_576;

/** Reads bodies and checks who sent them, in bounded memory. */
export class SignedBodies {
  private inFlight = 0;

  constructor(private readonly secret: string) {}

  /**
   * The body, when its signature is good; the beginning of it when it is longer than is kept. Throws HttpException: 403 for
   * what is not signed well, 413, and 503 when too much is being read already.
   */
  async read(request: IncomingMessage): Promise<{ readonly text: string; readonly isWhole: boolean }> {
    const pieces: Buffer[] = [];
    let kept = 0;
    try {
      const check = SignatureCheck.begin(headerOf(request), this.secret, Date.now());
      let bytes = Number(request.headers['content-length'] ?? 0);
      if (bytes > MOST_BYTES) throw tooLarge();
      bytes = 0;
      // The rest of what is refused is left alone, so that the answer still arrives.
      const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      for await (const chunk of chunks) {
        check.update(chunk);
        bytes += chunk.length;
        if (bytes > MOST_BYTES) throw tooLarge();
        if (bytes > KEPT_BYTES) continue;
        kept += chunk.length;
        this.inFlight += chunk.length;
        if (this.inFlight > IN_FLIGHT_BYTES) {
          throw refusal(503, 'overloaded', 'Too many events are being read: send it again in a moment.');
        }
        pieces.push(chunk);
      }
      check.end();
      return { text: Buffer.concat(pieces).toString('utf8'), isWhole: bytes === kept };
    } catch (error) {
      if (error instanceof SignatureError) throw refusal(403, error.code, error.message);
      if (request.errored === null) throw error;
      throw refusal(400, 'body_broken', 'The request ended before its body did.');
    } finally {
      this.inFlight -= kept;
    }
  }
}

const headerOf = ({ headers }: IncomingMessage): string | undefined => [headers[SIGNATURE_HEADER]].flat()[0];

const tooLarge = () => refusal(413, 'body_too_large', `An event may have ${MOST_BYTES / 1_048_576} MiB.`);
