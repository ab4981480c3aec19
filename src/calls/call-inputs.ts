import type { ClientAnswer } from '../tools/tool.port.js';
import type { ClientInputs } from './call.port.js';
import type { FaultBoundary } from './fault-boundary.js';

/** What a client may ask of a call's conversation: each enters through the boundary, so that a fault costs this call alone. */
export abstract class CallInputs implements ClientInputs {
  protected abstract readonly boundary: FaultBoundary;
  protected abstract readonly conversation: ClientInputs;

  submitText(text: string): void {
    this.boundary.run('text', () => this.conversation.submitText(text));
  }

  submitTranscript(text: string, final: boolean): boolean {
    return this.boundary.run('transcript', () => this.conversation.submitTranscript(text, final)) ?? true;
  }

  commitInput(): void {
    this.boundary.run('commit', () => this.conversation.commitInput());
  }

  clearInput(): void {
    this.boundary.run('clear', () => this.conversation.clearInput());
  }

  cancelResponse(): void {
    this.boundary.run('cancel', () => this.conversation.cancelResponse());
  }

  playbackPosition(responseId: string, playedMs: number): void {
    this.boundary.run('playback', () => this.conversation.playbackPosition(responseId, playedMs));
  }

  playbackFinished(responseId: string): void {
    this.boundary.run('playback', () => this.conversation.playbackFinished(responseId));
  }

  playbackSpoken(responseId: string, segment: number, heardChars: number, done: boolean): void {
    this.boundary.run('playback', () => this.conversation.playbackSpoken(responseId, segment, heardChars, done));
  }

  setConsent(...change: Parameters<ClientInputs['setConsent']>): void {
    this.boundary.run('consent', () => this.conversation.setConsent(...change));
  }

  news(...news: Parameters<ClientInputs['news']>): void {
    this.boundary.run('news', () => this.conversation.news(...news));
  }

  clientMessage(name: string, data: unknown): void {
    this.boundary.run('message', () => this.conversation.clientMessage(name, data));
  }

  answerTool(callId: string, answer: ClientAnswer): void {
    this.boundary.run('tool', () => this.conversation.answerTool(callId, answer));
  }
}
