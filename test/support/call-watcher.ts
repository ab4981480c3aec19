import type { DynamicModule, FactoryProvider, Provider } from '@nestjs/common';
import { CALL_OBSERVERS } from '../../src/calls/call-observer.port.js';
import type { CallObserver } from '../../src/calls/call-observer.port.js';
import type { ConversationEvent } from '../../src/conversation/conversation.port.js';
import { waitFor } from './wait-for.js';

/** As long as a busy machine may take for a turn, ms. */
const PATIENCE_MS = 60_000;

type Of<T extends ConversationEvent['type']> = Extract<ConversationEvent, { type: T }>;

/** What the server says happens in the latest of its calls. */
export class CallWatcher implements CallObserver {
  events: ConversationEvent[] = [];

  started(): void {
    this.events = [];
  }

  event(_call: unknown, event: ConversationEvent): void {
    this.events.push(event);
  }

  of<T extends ConversationEvent['type']>(type: T): Of<T>[] {
    return this.events.filter((event): event is Of<T> => event.type === type);
  }

  async until(what: () => boolean): Promise<void> {
    await waitFor(what, PATIENCE_MS).catch((error: Error) => {
      throw new Error(`${error.message}; came: ${this.events.map((event) => JSON.stringify(event)).join(' ')}`);
    });
  }

  watches(module: DynamicModule): DynamicModule {
    const isObservers = (provider: Provider): provider is FactoryProvider =>
      'provide' in provider && provider.provide === CALL_OBSERVERS;
    const providers = (module.providers ?? []).map((provider) => {
      if (!isObservers(provider)) return provider;
      const make = provider.useFactory as (...deps: unknown[]) => CallObserver[];
      return { ...provider, useFactory: (...deps: unknown[]) => [...make(...deps), this] };
    });
    return { ...module, providers };
  }
}
