// A call with a person at the machine's own microphone and loudspeaker.
import { firstInstalled, playCommands, recordCommands } from '../node/audio-programs.js';
import { ProgramMicrophone } from '../node/program-microphone.js';
import { ProgramSpeaker } from '../node/program-speaker.js';
import { VirtualSpeaker } from '../node/virtual-speaker.js';
import type { CallReport } from './call.js';
import { EXIT, TerminalFailure } from './failure.js';
import { allOf } from './observer.js';
import { DEFAULT_SAMPLE_RATE } from './prepare.js';
import { talk, type TalkOptions } from './talk.js';

export interface LiveCallOptions extends TalkOptions {
  /** Where to look for programs: the PATH of the environment. */
  readonly path: string;
  readonly platform: NodeJS.Platform;
}

/** Throws a TerminalFailure when nothing can record, or there is no session. */
export async function liveCall(options: LiveCallOptions): Promise<CallReport> {
  const { path, platform } = options;
  const observer = allOf(options.observers);
  const recorder = firstInstalled(recordCommands(DEFAULT_SAMPLE_RATE, platform), path);
  if (recorder === undefined) throw new TerminalFailure(noRecorder(platform), EXIT.missingProgram);
  const canPlay = firstInstalled(playCommands(DEFAULT_SAMPLE_RATE), path) !== undefined;
  return talk(options, {
    sampleRate: DEFAULT_SAMPLE_RATE,
    source: (_session, send) => {
      const microphone = new ProgramMicrophone(recorder, send);
      const ended = microphone.ended.then((broken) =>
        broken === undefined ? undefined : new TerminalFailure(broken, EXIT.missingProgram),
      );
      return { ended, stop: () => microphone.stop() };
    },
    speaker: (speakerOptions) => {
      const player = firstInstalled(playCommands(speakerOptions.sampleRate), path);
      if (player === undefined) return new VirtualSpeaker(speakerOptions);
      return new ProgramSpeaker(player, speakerOptions, (reason) => observer.note(reason));
    },
    hint: canPlay
      ? 'talk now; use headphones, because nothing here takes the loudspeaker out of the microphone. Ctrl-C hangs up'
      : `nothing here can play audio (${install(platform)}): the reply is shown only`,
  });
}

const install = (platform: NodeJS.Platform): string =>
  platform === 'darwin' ? 'brew install sox' : 'sudo apt-get install -y alsa-utils';

const noRecorder = (platform: NodeJS.Platform): string =>
  `--mic needs arecord, rec (sox) or ffmpeg to record with; none is installed. Run: ${install(platform)}`;
