import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Word } from '../stt/stt.port.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { TranscriptionDesk } from './transcription-desk.js';
import type { Visit } from './transcription-desk.js';
import { TranscriptionError } from './transcription-error.js';
import { TranscriptionGuard, transcribingCaller } from './transcription.guard.js';
import { TranscriptionStats } from './transcription-stats.js';
import type { StatsReport } from './transcription-stats.js';

export interface TranscribeAnswer {
  readonly text: string;
  /** Null when the provider does not say. */
  readonly language: string | null;
  /** Of the audio, s. */
  readonly duration: number;
  readonly provider: string;
  readonly cached: boolean;
  /** Real-time factor: latency for each second of audio. */
  readonly rtf: number;
  /** From the end of the upload to the answer. */
  readonly latencyMs: number;
  /** 0 to 1; absent where the provider gives none. */
  readonly confidence?: number;
  /** Absent where the provider gives none; times in ms since the beginning of the audio. */
  readonly words?: readonly Word[];
}

const KEYS = { protection: 'key' } as const;

@Controller('api/transcribe')
export class TranscriptionController {
  constructor(
    @Inject(TranscriptionDesk) private readonly desk: TranscriptionDesk,
    @Inject(TranscriptionStats) private readonly stats: TranscriptionStats,
  ) {}

  @Post()
  @Rest(
    { ...KEYS, summary: 'A recording to text', bodyType: 'multipart/form-data', limit: 'caller' },
    TranscriptionGuard,
  )
  @HttpCode(200)
  async transcribe(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<TranscribeAnswer> {
    try {
      return toAnswer(await this.desk.serve(transcribingCaller(request), request, response));
    } catch (error) {
      if (!(error instanceof TranscriptionError)) throw error;
      if (error.retryAfterS !== undefined) response.setHeader('Retry-After', String(error.retryAfterS));
      throw refusal(error.status, error.code, error.message);
    }
  }

  @Get('stats')
  @Rest({ ...KEYS, summary: 'How transcribing goes', limit: 'address' }, TranscriptionGuard)
  report(): StatsReport {
    return this.stats.report();
  }
}

function toAnswer({ transcript, cached, latencyMs, rtf }: Visit): TranscribeAnswer {
  const { text, language, duration, provider, confidence, words } = transcript;
  return {
    text,
    language,
    duration: round(duration),
    provider,
    cached,
    rtf: round(rtf),
    latencyMs: round(latencyMs),
    ...(confidence === null ? {} : { confidence: round(confidence) }),
    ...(words.length === 0 ? {} : { words }),
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
