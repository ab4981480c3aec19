import type { Agent } from './agent.schema.js';

/** The providers of a kind, as far as they are configured. */
interface Configured {
  isConfigured(name: string): boolean;
}

export type ConfiguredKinds = Readonly<Record<'stt' | 'llm' | 'tts', Configured>>;

/** Providers that the agent's file lets calls choose, and no call is offered, because their keys are not set: `llm anthropic`. */
export function missingChoices({ choices }: Pick<Agent, 'choices'>, kinds: ConfiguredKinds): readonly string[] {
  if (choices === undefined) return [];
  const listed = { stt: choices.stt, llm: choices.llm, tts: Object.keys(choices.tts) };
  return (['stt', 'llm', 'tts'] as const).flatMap((kind) =>
    listed[kind].filter((name) => !kinds[kind].isConfigured(name)).map((name) => `${kind} ${name}`),
  );
}

/** Providers that the agent's file has its calls served by, and that have no key, so that each of its calls fails. */
export function missingProviders({ providers }: Pick<Agent, 'providers'>, kinds: ConfiguredKinds): readonly string[] {
  return (['stt', 'llm', 'tts'] as const).flatMap((kind) =>
    (providers[kind] ?? []).filter((name) => !kinds[kind].isConfigured(name)).map((name) => `${kind} ${name}`),
  );
}
