import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { listDevices, type Device, type Devices } from '../../../client/browser/devices.js';
import { isOver, setVolume, state, changeDevices } from './live-call.js';
import { agent, choice, choices, offer, type OfferedAgent } from './offer.js';
import { change, MODES, settings, type Mode } from './settings.js';

/** Its name beside it and not around it: what can be chosen is no part of the name. */
function Field({ label, children }: { readonly label: string; readonly children: (id: string) => ComponentChildren }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
    </div>
  );
}

const NONE: Devices = { microphones: [], speakers: [] };

/** Whom to talk to, with which devices, and who ends a turn. */
export function Setup() {
  const [devices, setDevices] = useState(NONE);
  const isTalking = state.value === 'talking';
  // Devices have names once the page may use the microphone.
  useEffect(() => {
    const list = listDevices(setDevices);
    return () => list.stop();
  }, [isTalking]);
  const { microphone, speaker, volume, mode } = settings.value;
  return (
    <section aria-label="Settings" class="panel setup">
      <Field label="Agent">
        {(id) => (
          <select
            id={id}
            value={agent.value?.name ?? ''}
            disabled={!isOver.value}
            onChange={({ currentTarget }) => change({ agent: currentTarget.value })}
          >
            {offer.value?.agents.map(({ name, language }) => (
              <option key={name} value={name}>
                {`${name} (${language})`}
              </option>
            ))}
          </select>
        )}
      </Field>
      {agent.value !== undefined && <Choices agent={agent.value} />}
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
      <Field label="Volume">
        {(id) => (
          <input
            id={id}
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
        )}
      </Field>
      <Field label="Way to speak">
        {(id) => (
          <select
            id={id}
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
        )}
      </Field>
      <label class="check">
        <input
          type="checkbox"
          role="switch"
          checked={settings.value.captions}
          onChange={({ currentTarget }) => change({ captions: currentTarget.checked })}
        />
        Large captions in the call
      </label>
    </section>
  );
}

/** Who hears, thinks and speaks: chosen as far as the server lets a call choose, and told in any case. */
function Choices({ agent: { providers } }: { readonly agent: OfferedAgent }) {
  const { stt, llm, tts } = choices.value;
  const asked = choice.value;
  return (
    <>
      <ProviderChoice
        label="Recogniser"
        own={providers.stt}
        offered={stt}
        chosen={asked.stt}
        choose={(name) => change({ stt: name })}
      />
      <ProviderChoice
        label="Language model"
        own={providers.llm}
        offered={llm}
        chosen={asked.llm}
        choose={(name) => change({ llm: name })}
      />
      <Field label="Voice">
        {(id) => (
          <select
            id={id}
            value={[asked.tts, asked.voice].filter(Boolean).join(' ')}
            disabled={!isOver.value || tts.length === 0}
            onChange={({ currentTarget }) => {
              const [provider = '', ...voice] = currentTarget.value.split(' ');
              change({ tts: provider, voice: voice.join(' ') });
            }}
          >
            <option value="">{ownOf(providers.tts)}</option>
            {tts.map(({ provider, voices }) => (
              <optgroup key={provider} label={provider}>
                <option value={provider}>{voices.length === 0 ? provider : `${provider}, its usual voice`}</option>
                {voices.map(({ id, name }) => (
                  <option key={id} value={`${provider} ${id}`}>
                    {name}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

const ownOf = (chain: readonly string[]): string => `The agent’s own (${chain.join(', then ')})`;

interface ProviderChoiceProps {
  readonly label: string;
  /** The agent's own chain. */
  readonly own: readonly string[];
  readonly offered: readonly string[];
  readonly chosen: string | undefined;
  readonly choose: (name: string) => void;
}

function ProviderChoice({ label, own, offered, chosen = '', choose }: ProviderChoiceProps) {
  return (
    <Field label={label}>
      {(id) => (
        <select
          id={id}
          value={chosen}
          disabled={!isOver.value || offered.length === 0}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        >
          <option value="">{ownOf(own)}</option>
          {offered.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
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
    <Field label={label}>
      {(id) => (
        <select id={id} value={chosen} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          <option value="">The browser’s own</option>
          {named.map((device) => (
            <option key={device.deviceId} value={device.deviceId}>
              {device.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
