import { Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { EnergyVad } from './energy/energy-vad.js';
import { SileroVad } from './silero/silero-vad.js';
import type { VoiceActivityDetector } from './vad.port.js';

export const VOICE_ACTIVITY = Symbol('VoiceActivityDetector');

/** The voice detector of this process. While nobody listens with it, it costs nothing. */
@Module({
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
export class VoiceActivityModule implements OnApplicationShutdown {
  constructor(@Inject(VOICE_ACTIVITY) private readonly detector: VoiceActivityDetector) {}

  async onApplicationShutdown(): Promise<void> {
    await this.detector.close?.();
  }
}
