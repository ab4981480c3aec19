import { TranscriptionError } from './transcription-error.js';

/** Which recognisers a request may choose: the operator's chain, and the models that he offers besides their own. */
export class Offers {
  private readonly models: ReadonlySet<string>;

  /**
   * @param chain providers, first to last
   * @param models `provider:model`
   */
  constructor(
    private readonly chain: readonly string[],
    models: readonly string[],
  ) {
    this.models = new Set(models);
  }

  /**
   * The chain for a request: all of it, one provider, or those that offer a model, as `provider` or `provider:model`.
   * Throws TranscriptionError `bad_request` for what is not offered.
   */
  choose(provider: string | undefined, model: string | undefined): readonly string[] {
    const providers = provider === undefined ? this.chain : this.chain.filter((name) => name === provider);
    if (providers.length === 0) {
      throw new TranscriptionError('bad_request', `The field "provider" may be one of: ${this.chain.join(', ')}.`);
    }
    if (model === undefined) return providers;
    const offered = providers.map((name) => `${name}:${model}`).filter((name) => this.models.has(name));
    if (offered.length === 0) {
      const names = [...this.models].join(', ');
      throw new TranscriptionError(
        'bad_request',
        names === '' ? 'This server offers no choice of models.' : `Provider and model may be one of: ${names}.`,
      );
    }
    return offered;
  }
}
