import { Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';

/** What a provider may do besides its port: get ready before it is needed, and free what all its streams share. */
export interface Managed {
  /** Loads its SDK, starts processes. Rejects when the provider cannot be used as it is configured. */
  warmUp?(): Promise<void>;
  /**
   * For `npm run doctor`, where its port cannot tell whether the key, the address and the model are right. Rejects with a
   * ProviderError.
   */
  check?(signal: AbortSignal): Promise<void>;
  close?(): Promise<void> | void;
}

/** The providers of one kind in this process: each made when it is first asked for, chains put together once. */
export class ProviderRegistry<T extends Managed> implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly made = new Map<string, T>();
  private readonly chains = new Map<string, T>();
  private readonly warmed = new Set<string>();

  /**
   * @param make a provider by its name; throws for one that is not configured
   * @param chain several providers as one, first to last
   * @param fallback names for whoever asks for none
   */
  constructor(
    private readonly make: (name: string) => T,
    private readonly chain: (providers: readonly T[]) => T,
    private readonly fallback: readonly string[],
  ) {}

  /** Readies this server's own providers ahead of the first call, without holding up the boot. */
  onApplicationBootstrap(): void {
    this.prepare(this.fallback);
  }

  /** Makes a chain and readies its providers in the background, each once. Throws for one that is not configured. */
  prepare(names: readonly string[]): void {
    this.get(names);
    for (const name of names) {
      if (this.warmed.has(name)) continue;
      this.warmed.add(name);
      this.one(name)
        .warmUp?.()
        .catch((error: Error) => new Logger('Providers').warn(`${name}: ${error.message}`));
    }
  }

  /** After the calls have ended. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.made.values()].map(async (provider) => provider.close?.()));
  }

  /** The provider or chain of these names. */
  get(names: readonly string[] = this.fallback): T {
    const key = names.join('>');
    const known = this.chains.get(key);
    if (known !== undefined) return known;
    const chain = this.chain(names.map((name) => this.one(name)));
    this.chains.set(key, chain);
    return chain;
  }

  /** Whether there is one of this name, with the key or the address that it needs. */
  isConfigured(name: string): boolean {
    try {
      this.one(name);
      return true;
    } catch {
      return false;
    }
  }

  /** One provider by its name. Throws for one that is not configured. */
  one(name: string): T {
    const known = this.made.get(name);
    if (known !== undefined) return known;
    const provider = this.make(name);
    this.made.set(name, provider);
    return provider;
  }
}

/** A key that a provider cannot do without. Throws an Error that names the environment variable. */
export function required(value: string | undefined, key: string): string {
  if (value === undefined)
    throw new Error(`${key}: is missing. Set it, or take the provider that needs it out of the agent or the rollout.`);
  return value;
}
