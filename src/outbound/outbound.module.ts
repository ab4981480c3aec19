import { Inject, Logger, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { Agents } from '../agents/releases/agents.js';
import { BUSINESS } from '../business/business.js';
import type { Business } from '../business/business.js';
import { CALL_LEDGER, QUEUED_CALL_LEDGER } from '../calls/call-ledger.port.js';
import type { CallLedger } from '../calls/call-ledger.port.js';
import { RecordsModule } from '../calls/records/records.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { readHours } from '../config/hours-of-day.js';
import { CALL_STORE } from '../database/calls/call-store.port.js';
import type { CallStore } from '../database/calls/call-store.port.js';
import { DatabaseModule } from '../database/database.module.js';
import { OUTBOUND_BOOK } from '../database/outbound/outbound-book.port.js';
import type { OutboundBook } from '../database/outbound/outbound-book.port.js';
import { RestModule } from '../rest/rest.module.js';
import { VENDOR_MS } from './ask-vendor.js';
import { DIALLER } from './dialler.port.js';
import type { Dialler, VendorIds } from './dialler.port.js';
import { diallerOf } from './dialler-of.js';
import { DoNotCallController } from './do-not-call.controller.js';
import { identify } from './identify.js';
import { OUTBOUND_AGENT, ownAgents, vendorsAgent } from './outbound-agent.js';
import type { OutboundAgent } from './outbound-agent.js';
import { OutboundController } from './outbound.controller.js';
import { PlaceCall } from './place-call.js';
import { Reconcile } from './reconcile.js';
import type { ReconcileTiming } from './reconcile.js';
import { AbandonedTransfers } from './transfer/abandoned-transfers.js';
import { TransferController } from './transfer/transfer.controller.js';
import { transferProviders } from './transfer/transfer-providers.js';
import type { TransferTiming } from './transfer/transfer-desk.js';
import { BUDGETS, type Budgets } from '../usage/budgets.port.js';
import { TRANSFER_LINES } from '../calls/transfer-lines.port.js';
import { TwilioStatusController } from './twilio/status.controller.js';

const TIMING: ReconcileTiming = {
  pollMs: 5_000,
  checkMs: 2 * VENDOR_MS,
  absentMs: 180_000,
  ringMs: 900_000,
  talkMs: 24 * 3_600_000,
  awayMs: 24 * 3_600_000,
};

const dialler = {
  provide: DIALLER,
  inject: [CONFIG],
  useFactory: (config: Config): Dialler | undefined => diallerOf(config),
};

const agents = {
  provide: OUTBOUND_AGENT,
  inject: [CONFIG, Agents, BUSINESS],
  useFactory: (config: Config, known: Agents, business: Business): OutboundAgent =>
    config.OUTBOUND_PROVIDER === 'twilio' || config.ELEVENLABS_AGENT_ID === undefined
      ? ownAgents(() => known.names(), config.DEFAULT_AGENT ?? business.agent)
      : vendorsAgent(config.ELEVENLABS_AGENT_ID),
};

const telling = (stored: CallLedger, queued: CallLedger) => (callSid: string, ids: VendorIds) =>
  identify({ stored, queued }, callSid, ids);

const placing = ({ checkMs }: ReconcileTiming) => ({
  provide: PlaceCall,
  inject: [CONFIG, OUTBOUND_BOOK, CALL_LEDGER, QUEUED_CALL_LEDGER, DIALLER, BUDGETS],
  useFactory: (
    config: Config,
    book: OutboundBook,
    stored: CallLedger,
    queued: CallLedger,
    vendor: Dialler | undefined,
    budgets: Budgets | undefined,
  ): PlaceCall | undefined => {
    const {
      OUTBOUND_HOURS: written,
      OUTBOUND_ATTEMPTS_PER_DAY: attempts,
      OUTBOUND_MAX_CONCURRENT: concurrent,
    } = config;
    // No hours at all would be the safe reading of what the configuration has let through by mistake.
    const limits = { hours: readHours(written) ?? { from: 0, to: 0 }, attempts, concurrent };
    const log = new Logger('Outbound');
    const identified = telling(stored, queued);
    return vendor && new PlaceCall({ book, dialler: vendor, limits, budgets, identify: identified, log, checkMs });
  },
});

const reconciling = (timing: ReconcileTiming) => ({
  provide: Reconcile,
  inject: [OUTBOUND_BOOK, CALL_STORE, CALL_LEDGER, QUEUED_CALL_LEDGER, DIALLER],
  useFactory: (
    book: OutboundBook,
    calls: CallStore,
    stored: CallLedger,
    queued: CallLedger,
    vendor: Dialler | undefined,
  ): Reconcile | undefined =>
    vendor &&
    new Reconcile({
      book,
      calls,
      dialler: vendor,
      identify: telling(stored, queued),
      log: new Logger('Outbound'),
      timing,
    }),
});

/** Calls that are placed: asked for, allowed, dialled, and looked after until they have ended. */
@Module({})
export class OutboundModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(Reconcile) private readonly reconcile: Reconcile | undefined,
    @Inject(AbandonedTransfers) private readonly abandoned: AbandonedTransfers | undefined,
    @Inject(DIALLER) private readonly vendor: Dialler | undefined,
  ) {}

  static forRoot(timing: ReconcileTiming = TIMING, transfers?: TransferTiming): DynamicModule {
    return {
      module: OutboundModule,
      imports: [RestModule, DatabaseModule, RecordsModule, AgentsModule],
      controllers: [OutboundController, DoNotCallController, TwilioStatusController, TransferController],
      providers: [dialler, agents, placing(timing), reconciling(timing), ...transferProviders(transfers)],
      exports: [TRANSFER_LINES],
    };
  }

  onApplicationBootstrap(): void {
    this.reconcile?.start();
    this.abandoned?.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.reconcile?.close();
    await this.abandoned?.close();
    await this.vendor?.close();
  }
}
