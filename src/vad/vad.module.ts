import { Inject, Module } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { AgentFiles } from '../agents/agent-files.js';
import { AgentsModule } from '../agents/agents.module.js';
import type { VoiceActivityDetector } from './vad.port.js';
import { VOICE_ACTIVITY, VoiceActivityModule } from './voice-activity.module.js';

/** The voice detector for calls in `vad` mode, ready before the first of them. */
@Module({ imports: [AgentsModule, VoiceActivityModule], exports: [VoiceActivityModule] })
export class VadModule implements OnApplicationBootstrap {
  constructor(
    @Inject(VOICE_ACTIVITY) private readonly detector: VoiceActivityDetector,
    @Inject(AgentFiles) private readonly agents: AgentFiles,
  ) {}

  /** Loads the model when an agent's file asks for it; else the first call that does loads it. */
  onApplicationBootstrap(): void {
    const wanted = this.agents.names().some((name) => this.agents.get(name)?.turn.mode === 'vad');
    if (wanted) void this.detector.warmUp?.();
  }
}
