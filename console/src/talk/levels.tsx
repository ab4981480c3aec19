import { useEffect, useRef } from 'preact/hooks';
import { levels } from './live-call.js';

/** A voice close to the microphone has an RMS of about 0.1 to 0.2; quieter ones are to be seen, too. */
const heightOf = (level: number): number => Math.min(1, Math.sqrt(level) * 1.6);

/** How loud both sides are, redrawn with the screen and not by the page's state. */
export function Levels() {
  const mine = useRef<HTMLMeterElement>(null);
  const its = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    let next = 0;
    const draw = (): void => {
      const { microphone, agent } = levels();
      if (mine.current !== null) mine.current.value = heightOf(microphone);
      if (its.current !== null) its.current.value = heightOf(agent);
      next = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(next);
  }, []);
  return (
    <div class="levels">
      <label>
        You <meter ref={mine} min={0} max={1} value={0} />
      </label>
      <label>
        Agent <meter ref={its} min={0} max={1} value={0} />
      </label>
    </div>
  );
}
