import type { RtpStream } from './media/rtp-stream.js';
import { answerTo, newSessionId, offerOf, readSdp } from './media/sdp.js';
import type { LocalAudio, Offer } from './media/sdp.js';
import { ALLOWED } from './signalling/allowed.js';
import type { HeaderLines, SipRequest } from './signalling/message.js';
import type { Reply } from './signalling/response.js';
import { MIN_INTERVAL_S, refreshOf } from './signalling/session-timer.js';
import type { Refresh } from './signalling/session-timer.js';

/** What the two sides of a call have agreed about its audio and its refreshing, first and anew (RFC 3264, RFC 4028). */
export class Agreement {
  private readonly sessionId = newSessionId();
  private version = 0;
  /** The caller has left the offer to us, and has not answered it. */
  private open: boolean;

  constructor(
    private readonly offer: Offer | undefined,
    public refresh: Refresh,
    private readonly rtp: Pick<RtpStream, 'agree' | 'port'>,
    /** Where RTP comes to. */
    private readonly address: string,
    /** Where requests come to: `host:port`. */
    private readonly contact: string,
  ) {
    this.open = offer === undefined;
    if (offer !== undefined) rtp.agree(offer);
  }

  /** The 200 to the INVITE. */
  accepted(): Reply {
    return this.ok(this.offer === undefined ? offerOf(this.local()) : answerTo(this.offer, this.local()));
  }

  /** The ACK, with the answer to an offer of ours. False: there is none that could be used. */
  complete({ body }: SipRequest): boolean {
    if (!this.open) return true;
    const answer = readSdp(body);
    if (answer === undefined) return false;
    this.open = false;
    this.rtp.agree(answer);
    return true;
  }

  /** The response to a re-INVITE or an UPDATE: hold, another address, or only a sign of life. */
  anew(request: SipRequest): Reply {
    const refresh = refreshOf(request);
    if (refresh === 'too small') return { status: 422, headers: [['Min-SE', MIN_INTERVAL_S]] };
    const isEmpty = request.body === '';
    const offer = isEmpty ? undefined : readSdp(request.body);
    if (!isEmpty && offer === undefined) return { status: 488 };
    this.refresh = refresh;
    this.version += 1;
    if (offer !== undefined) {
      this.rtp.agree(offer);
      return this.ok(answerTo(offer, this.local()));
    }
    if (request.method !== 'INVITE') return this.ok(undefined);
    this.open = true;
    return this.ok(offerOf(this.local()));
  }

  private ok(body: string | undefined): Reply {
    const headers: HeaderLines = [
      ['Contact', `<sip:${this.contact}>`],
      ['Allow', ALLOWED],
      ['Supported', 'timer'],
      ...this.refresh.headers,
      ['Content-Type', body === undefined ? undefined : 'application/sdp'],
    ];
    return { status: 200, headers, ...(body === undefined ? {} : { body }) };
  }

  private local(): LocalAudio {
    return { address: this.address, port: this.rtp.port, sessionId: this.sessionId, version: this.version };
  }
}
