import { Line } from './line.js';
import { Room } from './room.js';
import { WARM_UP_AGENT, type EvalServer } from './server.js';
import { speech } from './sound.js';

/** The recogniser makes its language model at its first boot, on a machine that may do other things besides, ms. */
const PATIENCE_MS = 90_000;

/** Makes one spoken call, so that the first one judged does not wait for programs to start. */
export async function warmUp(server: EvalServer): Promise<void> {
  server.model.attend(WARM_UP_AGENT, undefined);
  const line = await Line.open({
    url: server.app.stream,
    token: server.app.token(),
    agent: WARM_UP_AGENT,
    room: new Room({}),
    echoCancellation: false,
  });
  try {
    await line.microphone.say({ samples: await speech('Hello there.', 'slt') });
    const heard = await line.log.until(() => line.log.of('response.audio').length > 0, PATIENCE_MS);
    if (!heard) throw new Error(`a spoken call gets no answer:\n${line.log.story().join('\n')}`);
  } finally {
    await line.hangUp();
  }
}
