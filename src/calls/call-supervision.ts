import type { CallTransition } from './call-observer.port.js';
import type { Supervision, SupervisorAct } from './supervision.port.js';

export interface SupervisedParts {
  end(): void;
  tell(transition: CallTransition): void;
}

/** One call, as its supervisors have it. */
export class CallSupervision implements Supervision {
  constructor(private readonly call: SupervisedParts) {}

  hangUp(by: string): void {
    this.acted('hung_up', by);
    this.call.end();
  }

  private acted(act: SupervisorAct, by: string): void {
    this.call.tell({ type: 'supervised', act, by });
  }
}
