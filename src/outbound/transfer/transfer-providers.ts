import { Logger } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { TRANSFER_LINES } from '../../calls/transfer-lines.port.js';
import type { TransferLines } from '../../calls/transfer-lines.port.js';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { TRANSFER_BOOK } from '../../database/transfers/transfer-book.port.js';
import type { TransferBook } from '../../database/transfers/transfer-book.port.js';
import { TwilioRest } from '../twilio/twilio-rest.js';
import { AbandonedTransfers } from './abandoned-transfers.js';
import { PersonCall } from './person-call.js';
import { TRANSFER_TIMING, TransferDesk } from './transfer-desk.js';
import { TransferLegs } from './transfer-legs.js';

const log = new Logger('Transfers');

const legs = {
  provide: TransferLegs,
  inject: [CONFIG, TRANSFER_BOOK],
  useFactory: (config: Config, book: TransferBook): TransferLegs | undefined => {
    const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, PUBLIC_ORIGIN: publicOrigin } = config;
    if (accountSid === undefined || authToken === undefined || publicOrigin === undefined) return undefined;
    const rest = new TwilioRest({ accountSid, authToken, baseUrl: config.TWILIO_BASE_URL });
    return new TransferLegs({ rest, book, publicOrigin, maxCallMs: config.STREAM_MAX_SESSION_MS });
  },
};

const person = {
  provide: PersonCall,
  inject: [CONFIG, TRANSFER_BOOK, TransferLegs],
  useFactory: (config: Config, book: TransferBook, calls: TransferLegs | undefined): PersonCall | undefined =>
    calls && new PersonCall({ book, legs: calls, maxCallMs: config.STREAM_MAX_SESSION_MS, log }),
};

/** All undefined where Twilio cannot be asked: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and PUBLIC_ORIGIN. */
export const transferProviders = (timing = TRANSFER_TIMING): Provider[] => [
  legs,
  person,
  {
    provide: TRANSFER_LINES,
    inject: [CONFIG, TRANSFER_BOOK, TransferLegs],
    useFactory: (config: Config, book: TransferBook, calls: TransferLegs | undefined): TransferLines | undefined =>
      calls && new TransferDesk({ book, legs: calls, from: config.OUTBOUND_FROM, log, timing }),
  },
  {
    provide: AbandonedTransfers,
    inject: [TRANSFER_BOOK, TransferLegs],
    useFactory: (book: TransferBook, calls: TransferLegs | undefined): AbandonedTransfers | undefined =>
      calls && new AbandonedTransfers({ book, legs: calls, log, pollMs: timing.lookMs }),
  },
];
