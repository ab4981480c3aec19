import type { ConversationEvent, ConversationMeter, TurnFault } from '../conversation/conversation.port.js';
import type { ProviderUsage } from '../provider/usage.port.js';
import type { Cost } from '../usage/prices.port.js';
import type { CallInfo, CallObserver, CallTransition } from './call-observer.port.js';
import { describeFault } from './describe-fault.js';

/** The observers of one call. One that throws is logged, and costs neither the call nor the other observers anything. */
export class CallObservers {
  constructor(
    private readonly call: CallInfo,
    private readonly observers: readonly CallObserver[],
    private readonly log: { error(line: object): void },
  ) {}

  started(): void {
    this.each((observer) => observer.started(this.call));
  }

  resumed(): void {
    this.each((observer) => observer.resumed?.(this.call));
  }

  event(event: ConversationEvent, seq: number): void {
    this.each((observer) => observer.event(this.call, event, seq));
  }

  modelUsed(...used: Parameters<ConversationMeter['modelUsed']>): void {
    this.each((observer) => observer.modelUsed?.(this.call, ...used));
  }

  used(usage: ProviderUsage, cost: Cost | undefined): void {
    this.each((observer) => observer.used?.(this.call, usage, cost));
  }

  wordsLeftOut(words: number, by: 'sound' | 'words'): void {
    this.transition({ type: 'words.left_out', words, by });
  }

  turnMisjudged(fault: TurnFault, turnId: string): void {
    this.transition({ type: 'turn.misjudged', fault, turnId });
  }

  silenceCut(silenceMs: number, cutMs: number): void {
    this.transition({ type: 'silence.cut', silenceMs, cutMs });
  }

  transition(transition: CallTransition): void {
    this.each((observer) => observer.transition?.(this.call, transition));
  }

  private each(tell: (observer: CallObserver) => void): void {
    for (const observer of this.observers) {
      try {
        tell(observer);
      } catch (error) {
        this.log.error({ msg: 'observer failed', callSid: this.call.sessionId, ...describeFault(error) });
      }
    }
  }
}
