import { useEffect, useState } from 'preact/hooks';
import { listDevices, type Device, type Devices } from '../../../client/browser/devices.js';
import { askJson } from '../session/api.js';
import { isOver, setVolume, state, changeDevices } from './live-call.js';
import { change, MODES, settings, type Mode } from './settings.js';

interface Offer {
  readonly agents: readonly { readonly name: string; readonly language: string; readonly isDefault: boolean }[];
  readonly providers: Readonly<Record<'stt' | 'llm' | 'tts', readonly string[]>>;
  readonly example: string;
}

const NONE: Devices = { microphones: [], speakers: [] };

/** Whom to talk to, with which devices, and who ends a turn. */
export function Setup({ onOffer }: { readonly onOffer: (offer: Offer) => void }) {
  const [offer, setOffer] = useState<Offer>();
  const [fault, setFault] = useState<string>();
  const [devices, setDevices] = useState(NONE);
  useEffect(() => {
    askJson<Offer>('v1/agents').then(
      (found) => {
        setOffer(found);
        onOffer(found);
      },
      (error: unknown) => setFault((error as Error).message),
    );
  }, [onOffer]);
  const isTalking = state.value === 'talking';
  // Devices have names once the page may use the microphone.
  useEffect(() => {
    const list = listDevices(setDevices);
    return () => list.stop();
  }, [isTalking]);
  const { agent, microphone, speaker, volume, mode } = settings.value;
  const usual = offer?.agents.find(({ isDefault }) => isDefault)?.name ?? '';
  return (
    <section aria-label="Settings" class="panel setup">
      <label>
        Agent
        <select
          value={agent === '' ? usual : agent}
          disabled={!isOver.value}
          onChange={({ currentTarget }) => change({ agent: currentTarget.value })}
        >
          {offer?.agents.map(({ name, language }) => (
            <option key={name} value={name}>
              {`${name} (${language})`}
            </option>
          ))}
        </select>
      </label>
      <DeviceChoice
        label="Microphone"
        devices={devices.microphones}
        chosen={microphone}
        choose={(id) => {
          change({ microphone: id });
          void changeDevices({ microphone: id });
        }}
      />
      <DeviceChoice
        label="Loudspeaker"
        devices={devices.speakers}
        chosen={speaker}
        choose={(id) => {
          change({ speaker: id });
          void changeDevices({ speaker: id });
        }}
      />
      <label>
        Volume
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={volume}
          onInput={({ currentTarget }) => {
            change({ volume: Number(currentTarget.value) });
            setVolume(Number(currentTarget.value));
          }}
        />
      </label>
      <label>
        Way to speak
        <select
          value={mode}
          disabled={!isOver.value}
          onChange={({ currentTarget }) => change({ mode: currentTarget.value as Mode })}
        >
          {Object.entries(MODES).map(([name, says]) => (
            <option key={name} value={name}>
              {says}
            </option>
          ))}
        </select>
      </label>
      {offer !== undefined && (
        <p class="muted">
          <small>
            {`Hears with ${offer.providers.stt.join(' > ')}, thinks with ${offer.providers.llm.join(' > ')}, speaks with ${offer.providers.tts.join(' > ')}.`}
          </small>
        </p>
      )}
      {fault !== undefined && <p role="alert">{fault}</p>}
    </section>
  );
}

interface DeviceChoiceProps {
  readonly label: string;
  readonly devices: readonly Device[];
  readonly chosen: string;
  readonly choose: (deviceId: string) => void;
}

function DeviceChoice({ label, devices, chosen, choose }: DeviceChoiceProps) {
  const named = devices.filter((device) => device.label !== '' && device.deviceId !== 'default');
  return (
    <label>
      {label}
      <select value={chosen} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        <option value="">The browser’s own</option>
        {named.map((device) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label}
          </option>
        ))}
      </select>
    </label>
  );
}
