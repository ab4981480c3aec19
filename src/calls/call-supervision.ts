import type { SupervisedConversation } from '../conversation/supervision.port.js';
import type { CallTransition } from './call-observer.port.js';
import type { FaultBoundary } from './fault-boundary.js';
import type { ActRefusal, Supervision, SupervisorAct } from './supervision.port.js';

export interface SupervisedParts {
  readonly conversation: { readonly supervision: SupervisedConversation };
  readonly boundary: FaultBoundary;
  /** The keyless planner, which follows no free words. */
  readonly planned: boolean;
  end(): void;
  tell(transition: CallTransition): void;
}

/** One call, as its supervisors have it: each act enters through the boundary, and is told with who did it. */
export class CallSupervision implements Supervision {
  constructor(private readonly call: SupervisedParts) {}

  get takenOverBy(): string | undefined {
    return this.call.conversation.supervision.takenOverBy;
  }

  hangUp(by: string): undefined {
    this.call.tell({ type: 'supervised', act: 'hung_up', by });
    this.call.end();
  }

  whisper(by: string, text: string): ActRefusal | undefined {
    if (this.call.planned) return 'planner';
    return this.act('whispered', by, (talk) => talk.instruct(text));
  }

  takeOver(by: string): ActRefusal | undefined {
    return this.takenOverBy === by ? undefined : this.act('took_over', by, (talk) => talk.takeOver(by));
  }

  giveBack(by: string): ActRefusal | undefined {
    return this.takenOverBy === undefined ? undefined : this.act('gave_back', by, (talk) => talk.giveBack());
  }

  say(by: string, text: string): ActRefusal | undefined {
    return this.act('said', by, (talk) => talk.say(by, text));
  }

  private act(
    act: SupervisorAct,
    by: string,
    carryOut: (talk: SupervisedConversation) => ActRefusal | undefined,
  ): ActRefusal | undefined {
    const { boundary, conversation } = this.call;
    const refused = boundary.run('supervisor', () => carryOut(conversation.supervision));
    if (refused === undefined) this.call.tell({ type: 'supervised', act, by });
    return refused;
  }
}
