// Which microphones and loudspeakers there are.

export interface Device {
  readonly deviceId: string;
  /** Empty until the page may use the microphone. */
  readonly label: string;
}

export interface Devices {
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
}

interface MediaDeviceLike extends Device {
  readonly kind: string;
}

/** What it needs of `navigator.mediaDevices`. */
export interface MediaDevicesLike {
  enumerateDevices(): Promise<MediaDeviceLike[]>;
  addEventListener(type: 'devicechange', listener: () => void): void;
  removeEventListener(type: 'devicechange', listener: () => void): void;
}

/**
 * Tells `found` of the devices: now, and when one comes or goes; of none where the browser tells nothing. `look` asks once
 * more: names are there as soon as the page may use the microphone.
 */
export function listDevices(
  found: (devices: Devices) => void,
  media = (globalThis as { readonly navigator?: { readonly mediaDevices?: MediaDevicesLike } }).navigator?.mediaDevices,
): { look(): Promise<void>; stop(): void } {
  let asked = 0;
  let isStopped = false;
  const look = async (): Promise<void> => {
    asked += 1;
    const mine = asked;
    const all = (await media?.enumerateDevices().catch(() => [])) ?? [];
    // A later answer is the newer one.
    if (isStopped || mine !== asked) return;
    const of = (wanted: string): Device[] =>
      all.filter(({ kind }) => kind === wanted).map(({ deviceId, label }) => ({ deviceId, label }));
    found({ microphones: of('audioinput'), speakers: of('audiooutput') });
  };
  const changed = (): void => void look();
  media?.addEventListener('devicechange', changed);
  void look();
  return {
    look,
    stop: () => {
      isStopped = true;
      media?.removeEventListener('devicechange', changed);
    },
  };
}
