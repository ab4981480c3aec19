import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

export class MailEventCounter {
  private readonly events;

  constructor(registry: Registry) {
    this.events = new Counter({
      name: 'parley_mail_events_total',
      help: 'What was told of mail after it was taken: bounced, known before, unknown (no mail of ours), ignored',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  count(outcome: string): void {
    this.events.inc({ outcome });
  }
}
