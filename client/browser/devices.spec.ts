import { waitFor } from '../../test/support/wait-for.js';
import { listDevices, type Devices } from './devices.js';

type Answer = { readonly kind: string; readonly deviceId: string; readonly label: string }[];

class Media {
  readonly listeners = new Set<() => void>();
  /** What each question gets, in turn; the last again and again. */
  readonly answers: Promise<Answer>[] = [];
  enumerateDevices(): Promise<Answer> {
    return (this.answers.length > 1 ? this.answers.shift() : this.answers[0]) ?? Promise.resolve([]);
  }
  addEventListener(_type: string, listener: () => void): void {
    this.listeners.add(listener);
  }
  removeEventListener(_type: string, listener: () => void): void {
    this.listeners.delete(listener);
  }
}

const input = (deviceId: string) => ({ kind: 'audioinput', deviceId, label: `the ${deviceId}` });

describe('listDevices', () => {
  const following = (media: Media | undefined) => {
    const told: Devices[] = [];
    return { told, list: listDevices((devices) => told.push(devices), media) };
  };

  it('tells of what there is, and of what comes', async () => {
    const media = new Media();
    const camera = { kind: 'videoinput', deviceId: 'c', label: '' };
    media.answers.push(Promise.resolve([input('a'), camera, { kind: 'audiooutput', deviceId: 's', label: '' }]));
    const { told, list } = following(media);
    await waitFor(() => told.length === 1);
    expect(told).toEqual([
      { microphones: [{ deviceId: 'a', label: 'the a' }], speakers: [{ deviceId: 's', label: '' }] },
    ]);
    media.answers[0] = Promise.resolve([input('a'), input('b')]);
    for (const changed of media.listeners) changed();
    await waitFor(() => told.length === 2);
    expect(told[1]?.microphones).toHaveLength(2);
    list.stop();
    expect(media.listeners.size).toBe(0);
  });

  it('tells the newest answer last, and nothing after it was stopped', async () => {
    const media = new Media();
    let late: (answer: Answer) => void = () => undefined;
    media.answers.push(new Promise((resolve) => (late = resolve)), Promise.resolve([input('b')]));
    const { told, list } = following(media);
    await list.look();
    late([input('a')]);
    await list.look();
    list.stop();
    await list.look();
    expect(told.map(({ microphones }) => microphones[0]?.deviceId)).toEqual(['b', 'b']);
  });

  it('tells of none where the browser tells nothing', async () => {
    const media = new Media();
    media.answers.push(Promise.reject(new Error('not allowed')));
    const { told } = following(media);
    await waitFor(() => told.length === 1);
    const nowhere = following(undefined);
    await waitFor(() => nowhere.told.length === 1);
    expect([...told, ...nowhere.told]).toEqual([
      { microphones: [], speakers: [] },
      { microphones: [], speakers: [] },
    ]);
  });
});
