// Runs in the page before its own scripts: sees what the page does with the browser's audio, and takes it away as a
// telephone call does.
{
  const contexts = [];
  const streams = [];
  /** What was given to the loudspeaker's worklet since its last flush, and what the worklet has played of it. */
  const playback = { writes: [], flushes: 0, played: 0 };
  let analyser;
  let interruptedAt;
  let taken = false;

  const { AudioContext: Context, AudioWorkletNode: Worklet } = window;
  window.AudioContext = class extends Context {
    constructor(...given) {
      super(...given);
      contexts.push(this);
    }
    resume() {
      // What a phone says while somebody is on it.
      return taken ? Promise.reject(new DOMException('interrupted', 'InvalidStateError')) : super.resume();
    }
  };
  window.AudioWorkletNode = class extends Worklet {
    constructor(context, name, options) {
      super(context, name, options);
      if (name === 'parley-playback') watch(this, context);
    }
  };

  function watch(node, context) {
    Object.assign(playback, { writes: [], flushes: 0, played: 0 });
    analyser = new AnalyserNode(context, { fftSize: 2048 });
    node.connect(analyser);
    const post = node.port.postMessage.bind(node.port);
    node.port.postMessage = (message, transfer) => {
      if (message.type === 'write') playback.writes.push(Float32Array.from(message.samples));
      if (message.type === 'flush') {
        Object.assign(playback, { writes: [], flushes: playback.flushes + 1, played: 0, flushedAt: performance.now() });
      }
      post(message, transfer);
    };
    node.port.addEventListener('message', ({ data }) => {
      if (data.epoch === playback.flushes) playback.played = data.played;
    });
  }

  const { WebSocket: Socket } = window;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      // The first listener: the page hears of it after us.
      this.addEventListener('message', ({ data }) => {
        if (typeof data === 'string' && data.includes('"response.interrupted"')) interruptedAt = performance.now();
      });
    }
  };

  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    streams.push(stream);
    return stream;
  };

  window.inPage = {
    violations: [],
    state: () => ({
      liveTracks: streams.flatMap((stream) => stream.getTracks()).filter(({ readyState }) => readyState === 'live')
        .length,
      openContexts: contexts.filter(({ state }) => state !== 'closed').length,
      suspendedContexts: contexts.filter(({ state }) => state === 'suspended').length,
      flushes: playback.flushes,
      written: playback.writes.reduce((sum, { length }) => sum + length, 0),
      played: playback.played,
      silencedMs: playback.flushedAt - interruptedAt,
    }),
    /** Loudest sample of the last 40 to 85 ms that went to the loudspeaker. */
    level() {
      const samples = new Float32Array(analyser.fftSize);
      analyser.getFloatTimeDomainData(samples);
      return samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
    },
    writes: () => playback.writes.flatMap((samples) => [...samples]),
    async takeAudio() {
      taken = true;
      await Promise.all(contexts.filter(({ state }) => state === 'running').map((context) => context.suspend()));
    },
    giveAudioBack() {
      taken = false;
    },
    unplugMicrophone() {
      for (const track of streams.flatMap((stream) => stream.getTracks())) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
    },
  };
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    window.inPage.violations.push(`${violatedDirective} ${blockedURI}`),
  );
}
