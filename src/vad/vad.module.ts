import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { AgentFiles } from '../agents/agent-files.js';
import { AgentsModule } from '../agents/agents.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { EnergyVad } from './energy/energy-vad.js';
import { SileroVad } from './silero/silero-vad.js';
import type { VoiceActivityDetector } from './vad.port.js';

export const VOICE_ACTIVITY = Symbol('VoiceActivityDetector');

/** The voice detector of this process. Calls in `vad` mode use it; when no call does, it costs nothing. */
@Module({
  imports: [AgentsModule],
  providers: [
    {
      provide: VOICE_ACTIVITY,
      inject: [CONFIG],
      useFactory: (config: Config): VoiceActivityDetector => {
        if (config.VAD_PROVIDER === 'energy') return new EnergyVad();
        const logger = new Logger('VoiceActivity');
        return new SileroVad({ warn: (message) => logger.warn(message) });
      },
    },
  ],
  exports: [VOICE_ACTIVITY],
})
export class VadModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(VOICE_ACTIVITY) private readonly detector: VoiceActivityDetector,
    @Inject(AgentFiles) private readonly agents: AgentFiles,
  ) {}

  /** Loads the model when an agent's file asks for it; else the first call that does loads it. */
  onApplicationBootstrap(): void {
    const wanted = this.agents.names().some((name) => this.agents.get(name)?.turn.mode === 'vad');
    if (wanted) void this.detector.warmUp?.();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.detector.close?.();
  }
}
