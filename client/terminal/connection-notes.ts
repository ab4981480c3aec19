import type { VoiceClient } from '../voice-client.js';

/** Notes what happens to the connection of a call, as lines for a person. */
export function noteConnection(client: VoiceClient, note: (text: string) => void): void {
  client.on('reconnecting', ({ reason }) => note(`reconnecting... (${reason})`));
  client.on('reconnected', ({ gapMs, missed, lostAudioMs }) => {
    const lost = lostAudioMs === 0 ? '' : `; ${lostAudioMs} ms of microphone audio are lost`;
    const unseen = missed ? '; not all that happened meanwhile is shown' : '';
    note(`back after ${gapMs} ms${lost}${unseen}`);
  });
  client.on('audio.skipped', ({ ms }) => note(`the server skipped ${ms} ms of microphone audio that came late`));
  client.on('audio.dropping', () => note('the network does not keep up: microphone audio is being dropped'));
  client.on('audio.recovered', ({ droppedMs }) => note(`${droppedMs} ms of microphone audio were dropped`));
  client.on('message.ignored', ({ reason }) => note(`ignored ${reason}`));
  client.on('closed', ({ local, meaning }) => {
    if (!local) note(`the server closed the call: ${meaning}`);
  });
}

/** Whether the call goes on, with or without a connection at the moment. */
export const goesOn = ({ state }: VoiceClient): boolean => state === 'open' || state === 'reconnecting';
