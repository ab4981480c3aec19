import type { ActRefusal, SupervisedConversation } from './supervision.port.js';
import { maySay } from './turn/policies/supervision.js';
import type { TurnEvent, TurnState } from './turn/turn-state.js';

export interface SupervisedDeps {
  /** Why nothing can be done now. */
  blocked(): ActRefusal | undefined;
  state(): TurnState;
  dispatch(event: TurnEvent): void;
  /** False when there are too many. */
  instruct(text: string): boolean;
  /** A snapshot is worth taking. */
  checkpoint(): void;
}

/** A conversation, as its supervisors have it. */
export class Supervised implements SupervisedConversation {
  constructor(private readonly deps: SupervisedDeps) {}

  get takenOverBy(): string | undefined {
    return this.deps.state().attended?.by;
  }

  instruct(text: string): ActRefusal | undefined {
    const { deps } = this;
    const blocked = deps.blocked();
    // Whoever waits to be put through comes back to the agent, perhaps.
    if (blocked !== undefined && blocked !== 'on_hold') return blocked;
    if (!deps.instruct(text)) return 'too_many';
    return this.done({ type: 'supervisor.instructed' });
  }

  takeOver(by: string): ActRefusal | undefined {
    const { takenOverBy } = this;
    if (takenOverBy !== undefined) return takenOverBy === by ? undefined : 'taken_over';
    return this.deps.blocked() ?? this.done({ type: 'supervisor.took_over', by });
  }

  giveBack(): ActRefusal | undefined {
    return this.done({ type: 'supervisor.gave_back' });
  }

  say(by: string, text: string): ActRefusal | undefined {
    const { takenOverBy } = this;
    if (takenOverBy !== by) return takenOverBy === undefined ? 'not_taken_over' : 'taken_over';
    const blocked = this.deps.blocked();
    if (blocked !== undefined) return blocked;
    if (!maySay(this.deps.state())) return 'too_many';
    return this.done({ type: 'supervisor.says', text });
  }

  private done(event: TurnEvent): undefined {
    this.deps.dispatch(event);
    this.deps.checkpoint();
    return undefined;
  }
}
