// Looks on as turns are taken, and tells of those that were taken wrongly. It changes nothing, and counts in one place what
// docs/alerts.md defines: false cut-offs and double answers.
import { isBackchannel, isCalling } from './lexicon/listening.js';
import type { Lexicon } from './lexicon/lexicon.js';
import type { TurnFault } from './conversation.port.js';
import type { TurnDetectionMode } from './options.js';
import { sameWords } from './words.js';
import type { TurnEffect, TurnEvent } from './turn/turn-state.js';

/** Who speaks again so soon after his last sound goes on with what he was saying, ms. */
const GOES_ON_MS = 2000;
/**
 * Who has heard less of an answer cannot have spoken because of it, ms: from deciding on a word to saying it takes 600 ms
 * (Levinson and Torreira 2015, Timing in turn-taking).
 */
const REACTION_MS = 600;
/** So much of an answer counts as one that was heard, ms: a syllable. */
const HEARD_MS = 200;

export interface TurnAuditDeps {
  readonly mode: TurnDetectionMode;
  readonly lexicon: Lexicon;
  /** ms on the clock. */
  now(): number;
  /** How much of a reply had been played `agoMs` before now, ms; undefined when it is not the one that is being said. */
  heardMs(replyId: string, agoMs: number): number | undefined;
  /** The turn that was ended too early, or whose answer is one too many. */
  found(fault: TurnFault, turnId: string): void;
}

/** When the caller began to say something, and how much of the answer to what he had said before he had heard by then. */
interface Beginning {
  readonly at: number;
  readonly heardMs: number;
}

/** The caller's last spoken turn. */
interface EndedTurn {
  readonly id: string;
  readonly text: string;
  /** When its last sound ended, ms on the clock. */
  readonly spokenUntil: number;
  /** Another answer to the same utterance was heard. */
  readonly answered: boolean;
  /** Of its answer, once it has one. */
  replyId?: string;
  /** Some of that has left for the caller: nothing else can cut him off. */
  audible: boolean;
  /** What of that was heard when it was over, ms. */
  heardMs: number;
}

export class TurnAudit {
  private last: EndedTurn | undefined;
  /** The sound that began last, if no turn has ended since. */
  private onset: Beginning | undefined;
  /** Of the words of the open turn; `settled`: they will not be taken back. */
  private words: (Beginning & { readonly fromSound: boolean; settled: boolean }) | undefined;
  private spokenUntil: number | undefined;
  private committed = false;
  /** The recogniser or the detector tells when speech begins. */
  private hearsOnsets = false;

  constructor(private readonly deps: TurnAuditDeps) {}

  /** The caller's speech began at `at`, ms on the clock. Before the turn machine hears of it, which may hold the reply. */
  speechBegan(at: number): void {
    this.hearsOnsets = true;
    this.onset = this.beginning(at);
  }

  /** It ended at `at`. Later calls win. */
  speechEnded(at: number): void {
    this.spokenUntil = at;
  }

  /** The turn machine has taken an event; before its effects are carried out. */
  step(event: TurnEvent, effects: readonly TurnEffect[]): void {
    if (event.type === 'input.committed') this.committed = true;
    else if (event.type === 'input.cleared') this.forget();
    else if (event.type === 'transcript.retracted' && this.words?.settled === false) this.words = undefined;
    else if (event.type === 'reply.audible') this.audible(event.id);
    else if (event.type === 'reply.over' && event.id === this.last?.replyId && this.last.audible)
      this.last.heardMs = Infinity;
    for (const effect of effects) this.effect(effect, event);
  }

  private effect(effect: TurnEffect, cause: TurnEvent): void {
    const { last } = this;
    if (effect.type === 'reply.start' && last !== undefined && effect.turn?.id === last.id) last.replyId = effect.id;
    else if (effect.type === 'reply.interrupt' && effect.id === last?.replyId) {
      last.heardMs = this.deps.heardMs(effect.id, 0) ?? 0;
    } else if (effect.type === 'emit') {
      const { event } = effect;
      if (event.type === 'turn.ended') this.turnEnded(event.turnId, event.text, cause.type === 'text.submitted');
      // The sound was nothing.
      else if (event.type === 'response.resumed') this.onset = undefined;
      else if (event.type === 'transcript.partial' || event.type === 'transcript.final') {
        this.wordsCame(event.type === 'transcript.final');
      }
    }
  }

  private wordsCame(settled: boolean): void {
    const began = this.onset ?? this.beginning(this.deps.now());
    this.words ??= { ...began, fromSound: this.onset !== undefined, settled };
    if (settled) this.words.settled = true;
  }

  private turnEnded(id: string, text: string, typed: boolean): void {
    const { last } = this;
    const spoken = !typed && !this.committed && this.deps.mode !== 'manual';
    const spokenUntil = this.spokenUntil ?? this.deps.now();
    const belongs = spoken && last?.replyId !== undefined ? this.belongs(last, text) : 'no';
    if (belongs === 'goes_on' && last?.audible === true) this.deps.found('false_cut_off', last.id);
    const answered = last !== undefined && belongs !== 'no' && (last.answered || last.heardMs >= HEARD_MS);
    const { onset } = this;
    this.forget();
    this.last = spoken ? { id, text, spokenUntil, answered, audible: false, heardMs: 0 } : undefined;
    // He is speaking again already, and no answer has begun.
    if (onset !== undefined && onset.at > spokenUntil) this.onset = { at: onset.at, heardMs: 0 };
  }

  /** Whether the words of a turn are of the utterance before it, which was answered: its rest, or itself again. */
  private belongs(last: EndedTurn, text: string): 'no' | 'again' | 'goes_on' {
    const { words } = this;
    if (words === undefined) return 'no';
    // Nothing was said: the recogniser has told the same twice.
    if (this.hearsOnsets && !words.fromSound && sameWords(text, last.text)) return 'again';
    if (words.at - last.spokenUntil > GOES_ON_MS || words.heardMs >= REACTION_MS) return 'no';
    // He asks for the answer that is late: nobody has cut him off.
    const { lexicon } = this.deps;
    if (isCalling(text, lexicon) || sameWords(text, last.text)) return 'no';
    return isBackchannel(text, lexicon) ? 'no' : 'goes_on';
  }

  private audible(replyId: string): void {
    const { last } = this;
    if (last === undefined || last.replyId !== replyId) return;
    last.audible = true;
    if (last.answered) this.deps.found('double_answer', last.id);
  }

  private beginning(at: number): Beginning {
    const { last, deps } = this;
    if (last?.replyId === undefined) return { at, heardMs: 0 };
    return { at, heardMs: deps.heardMs(last.replyId, Math.max(0, deps.now() - at)) ?? Infinity };
  }

  private forget(): void {
    this.onset = undefined;
    this.words = undefined;
    this.spokenUntil = undefined;
    this.committed = false;
  }
}
