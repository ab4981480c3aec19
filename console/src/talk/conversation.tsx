import { memo } from 'preact/compat';
import { useEffect, useRef, useState } from 'preact/hooks';
import { lines, session } from './live-call.js';
import { keyOf, type Line, type Said } from './lines.js';
import { ToolCard } from './tool-card.js';

/** So near to its end the reader is taken to follow it, px. */
const AT_END_PX = 120;

/** Lines that are drawn before somebody asks for those before them: some twenty minutes of talk. */
const FIRST_LINES = 100;
/** Between the last line and the bar, px. */
const AIR_PX = 16;

/** What both sides say and what tools do, as it happens. */
export function Conversation() {
  const list = useRef<HTMLOListElement>(null);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let follows = true;
    let height = 0;
    const look = (): void => {
      const { scrollHeight } = document.documentElement;
      // Whoever scrolls up reads; what has grown below him meanwhile does not count.
      if (scrollHeight === height) follows = scrollHeight - innerHeight - scrollY < AT_END_PX;
    };
    // A chart is loaded after its card is there.
    const grown = new ResizeObserver(() => {
      height = document.documentElement.scrollHeight;
      if (follows) end.current?.scrollIntoView({ block: 'end' });
    });
    if (list.current !== null) grown.observe(list.current);
    const bar = document.querySelector('.call-bar');
    // The bar stands over the page's end, and is as high as what it has to show.
    const raised = new ResizeObserver(() => {
      const { current } = end;
      if (current === null || bar === null) return;
      current.style.scrollMarginBottom = `${bar.clientHeight + AIR_PX}px`;
      if (follows) current.scrollIntoView({ block: 'end' });
    });
    if (bar !== null) raised.observe(bar);
    addEventListener('scroll', look, { passive: true });
    return () => {
      grown.disconnect();
      raised.disconnect();
      removeEventListener('scroll', look);
    };
  }, []);
  const [most, setMost] = useState(FIRST_LINES);
  const shown = lines.value.slice(-most);
  const earlier = lines.value.length - shown.length;
  const isFresh = lines.value.length === 0;
  useEffect(() => {
    if (isFresh) setMost(FIRST_LINES);
  }, [isFresh]);
  return (
    <section aria-label="Conversation" class="conversation">
      {earlier > 0 && (
        <button type="button" class="secondary outline small" onClick={() => setMost(most + FIRST_LINES)}>
          {`Show earlier lines (${earlier})`}
        </button>
      )}
      <ol ref={list}>
        {shown.map((line) => (
          <OneLine key={line.kind === 'tool' ? line.id : keyOf(line)} line={line} />
        ))}
      </ol>
      <div ref={end} class="end" />
      <Announcer />
    </section>
  );
}

/** Drawn again when it has changed, and not with every word of another. */
const OneLine = memo(({ line }: { readonly line: Line }) => (
  <li class={line.kind === 'tool' ? 'tool-line' : line.speaker}>
    {line.kind === 'tool' ? <ToolCard run={line} /> : <Words line={line} />}
  </li>
));

function Words({ line }: { readonly line: Said }) {
  const { speaker, text, final, unheard = '' } = line;
  const who = speaker === 'caller' ? 'You' : (session.value?.agent ?? 'Agent');
  return (
    <>
      <small class="who">{who}</small>
      <p class={final ? 'words' : 'words partial'}>
        {text}
        {unheard !== '' && (
          <del title="Cut off: this was not heard" class="unheard">
            {` ${unheard}`}
          </del>
        )}
        {unheard !== '' && <span class="sr-only"> (cut off here)</span>}
        {text === '' && unheard === '' && '…'}
      </p>
    </>
  );
}

/** For screen readers: settled lines alone, once each, or they would hear every guess. */
function Announcer() {
  const last = lines.value.findLast((line) => line.kind === 'said' && line.final) as Said | undefined;
  const who = last?.speaker === 'caller' ? 'You' : (session.value?.agent ?? 'Agent');
  return (
    <p class="sr-only" aria-live="polite" aria-atomic="true">
      {last === undefined ? '' : `${who}: ${last.text}`}
    </p>
  );
}
