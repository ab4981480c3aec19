// The real server, on a free port, with what a scenario scripts put in place of a provider: the rest of the app does not
// know. Scenarios share one server; their agents tell them apart.
import type { DynamicModule, FactoryProvider, Provider } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ConversationFactory } from '../../src/calls/call-factory.js';
import { CallsModule } from '../../src/calls/calls.module.js';
import { packageRoot } from '../../src/database/package-root.js';
import { LlmRegistry } from '../../src/llm/llm.module.js';
import { SttRegistry } from '../../src/stt/stt.module.js';
import type { ToolRunner } from '../../src/tools/tool.port.js';
import { TOOL_RUNNER } from '../../src/tools/tool-runner.js';
import { TtsRegistry } from '../../src/tts/tts.module.js';
import type { TextToSpeech } from '../../src/tts/tts.port.js';
import { ParleyApp } from '../../test/support/parley-app.js';
import { SmtpCatcher } from '../../test/support/smtp-catcher.js';
import type { Scenario } from '../scenario/load.js';
import { RecordingVoice } from '../script/recording-voice.js';
import { callMark, ScriptedModel } from '../script/scripted-model.js';
import { ScriptedRecogniser } from '../script/scripted-recogniser.js';
import { slowed, type Delays } from '../script/slow-tools.js';
import { spellingVoice } from '../script/spelling.js';

type Registry = { get(chain: readonly string[] | undefined): unknown };

/** Hears and speaks with the programs of this machine, and is in no scenario. */
export const WARM_UP_AGENT = 'warm-up';

export class EvalServer {
  private constructor(
    readonly app: ParleyApp,
    readonly mail: SmtpCatcher,
    readonly recogniser: ScriptedRecogniser,
    readonly model: ScriptedModel,
    readonly voices: readonly RecordingVoice[],
    /** How slow the tools of a call are, by its session's id. */
    readonly delays: Map<string, Delays>,
  ) {}

  static async start(scenarios: readonly Scenario[]): Promise<EvalServer> {
    const mail = await SmtpCatcher.start();
    const recogniser = new ScriptedRecogniser();
    const model = new ScriptedModel();
    const spelling = new RecordingVoice(spellingVoice());
    const voices = [spelling];
    const delays = new Map<string, Delays>();
    const replace = (token: unknown, dependency: unknown): unknown => {
      const registry = dependency as Registry;
      if (token === LlmRegistry) return { get: () => model };
      if (token === SttRegistry)
        return { get: (chain?: readonly string[]) => (chain === undefined ? recogniser : registry.get(chain)) };
      if (token === TtsRegistry) {
        const real = once((chain: readonly string[]) => {
          const voice = new RecordingVoice(registry.get(chain) as TextToSpeech);
          voices.push(voice);
          return voice;
        });
        return { get: (chain?: readonly string[]) => (chain === undefined ? spelling : real(chain)) };
      }
      if (token === TOOL_RUNNER) return slowed(dependency as ToolRunner, (sessionId) => delays.get(sessionId));
      return dependency;
    };
    const app = await ParleyApp.start({
      env: { SMTP_URL: mail.url() },
      agents: {
        ...Object.fromEntries(scenarios.map((scenario) => [scenario.name, agentFile(scenario)])),
        [WARM_UP_AGENT]: agentFile({ name: WARM_UP_AGENT, kind: 'spoken', agent: {} }),
      },
      rewire: (module) => rewired(module, replace),
    });
    return new EvalServer(app, mail, recogniser, model, voices, delays);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.mail.close();
  }
}

/** The app's own composition, where what calls are made of passes through `replace`. */
function rewired(module: DynamicModule, replace: (token: unknown, dependency: unknown) => unknown): DynamicModule {
  const rewire = (provider: Provider): Provider => {
    if (!('provide' in provider) || provider.provide !== ConversationFactory) return provider;
    const factory = provider as FactoryProvider;
    const tokens = factory.inject ?? [];
    return {
      ...factory,
      useFactory: (...deps: unknown[]): unknown => factory.useFactory(...deps.map((dep, n) => replace(tokens[n], dep))),
    };
  };
  const imports = (module.imports ?? []).map((each) =>
    'module' in each && each.module === CallsModule ? { ...each, providers: (each.providers ?? []).map(rewire) } : each,
  );
  return { ...module, imports };
}

/** Julia without a greeting, who answers one scenario; where it is spoken, with the programs of this machine. */
function agentFile(scenario: Pick<Scenario, 'name' | 'kind' | 'agent'>): string {
  const julia = parse(readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8')) as Record<string, unknown>;
  const { name, kind, agent } = scenario;
  return stringify({
    ...julia,
    greeting: '',
    ...agent,
    instructions: `${String(julia['instructions'])}\n${callMark(name)}`,
    keyTerms: [name],
    ...(kind === 'spoken' ? { providers: { stt: ['pocketsphinx'], tts: ['flite'] } } : {}),
  });
}

function once<Key extends readonly string[], Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<string, Value>();
  return (key) => {
    const known = made.get(key.join()) ?? make(key);
    made.set(key.join(), known);
    return known;
  };
}
