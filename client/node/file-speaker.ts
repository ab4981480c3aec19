import type { AnswerFile } from './answer-file.js';
import { SteadySpeaker } from './steady-speaker.js';
import type { VirtualSpeakerOptions } from './virtual-speaker.js';

/** A loudspeaker whose sound goes into a file, for whoever plays that as it grows. */
export class FileSpeaker extends SteadySpeaker {
  /** @param failed told once when no more can be written; playback goes on unheard */
  constructor(file: AnswerFile, options: VirtualSpeakerOptions, failed: (reason: string) => void) {
    let isBroken = false;
    super(options, (frame) => {
      if (isBroken) return;
      try {
        file.write(frame);
      } catch (error) {
        isBroken = true;
        failed(`the answer cannot be written any more (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
      }
    });
    file.begin(options.sampleRate);
  }
}
