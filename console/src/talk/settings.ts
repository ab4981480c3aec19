// How the next call is made. Kept in this browser, but for what a device is called.
import { effect, signal } from '@preact/signals';

export const MODES = {
  open: 'Speak; silence ends a turn',
  push: 'Push to talk',
  type: 'Type only, no microphone',
} as const;
export type Mode = keyof typeof MODES;

export interface Settings {
  /** Empty: the server's default. */
  readonly agent: string;
  /** Who recognises and who thinks; empty: the agent's own. */
  readonly stt: string;
  readonly llm: string;
  /** Who speaks, and with which voice; empty: the agent's own, and whatever it speaks with. */
  readonly tts: string;
  readonly voice: string;
  /** Device ids; empty: the browser's default. */
  readonly microphone: string;
  readonly speaker: string;
  /** 0 to 1. */
  readonly volume: number;
  readonly mode: Mode;
  /** Whether what is being said is shown large. */
  readonly captions: boolean;
}

const KEY = 'parley.console.settings';
const USUAL: Settings = {
  agent: '',
  stt: '',
  llm: '',
  tts: '',
  voice: '',
  microphone: '',
  speaker: '',
  volume: 1,
  mode: 'open',
  captions: false,
};

export const settings = signal<Settings>(read());

export const change = (some: Partial<Settings>): void => {
  settings.value = { ...settings.value, ...some };
};

function read(): Settings {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>;
    return { ...USUAL, ...kept, mode: kept.mode !== undefined && kept.mode in MODES ? kept.mode : USUAL.mode };
  } catch {
    // A browser that keeps nothing, or something that another version has kept.
    return USUAL;
  }
}

effect(() => {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings.value));
  } catch {
    // It holds for this visit then.
  }
});
