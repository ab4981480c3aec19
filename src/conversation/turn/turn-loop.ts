// Feeds the turn machine: one event after the other, also those that arise while one is being carried out.
import { describe } from './describe.js';
import { type MachineOptions, step } from './turn-machine.js';
import { initialTurnState, type TurnEffect, type TurnEvent, type TurnState } from './turn-state.js';

export class TurnLoop {
  state: TurnState = initialTurnState;
  private readonly pending: TurnEvent[] = [];
  private stepping = false;

  /** `trace` hears in a line what each event did to the floor, `watch` what is about to come of it. */
  constructor(
    private readonly options: MachineOptions,
    private readonly carryOut: (effect: TurnEffect) => void,
    private readonly trace?: (what: string) => void,
    private readonly watch?: (event: TurnEvent, effects: readonly TurnEffect[]) => void,
  ) {}

  dispatch(event: TurnEvent): void {
    this.pending.push(event);
    if (this.stepping) return;
    this.stepping = true;
    try {
      for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) {
        const { state, effects } = step(this.state, next, this.options);
        const what = this.trace === undefined ? undefined : describe(next, this.state, state);
        if (what !== undefined) this.trace?.(what);
        this.state = state;
        this.watch?.(next, effects);
        for (const effect of effects) this.carryOut(effect);
      }
    } finally {
      this.stepping = false;
    }
  }
}
