import type { Config } from '../../config/config.token.js';
import { BraveSearch } from './brave.js';
import { CachedSearch } from './cached-search.js';
import { SearxngSearch } from './searxng.js';
import { TavilySearch } from './tavily.js';
import type { WebSearch } from './web-search.port.js';
import { WikipediaSearch } from './wikipedia.js';

/**
 * The search that is asked for, else the first that has a key or an address, else, in development, the one that needs none;
 * undefined when it is off. Outside development nothing that callers say goes to strangers whom nobody has named.
 */
export function webSearchOf(config: Config): WebSearch | undefined {
  const search = searchOf(config);
  return search === undefined ? undefined : new CachedSearch(search);
}

function searchOf(config: Config): WebSearch | undefined {
  const { TAVILY_API_KEY: tavily, BRAVE_API_KEY: brave, SEARXNG_URL: searxng, WEB_SEARCH_BASE_URL: baseUrl } = config;
  const keyless = config.NODE_ENV === 'development' ? 'wikipedia' : 'none';
  const first = tavily ? 'tavily' : brave ? 'brave' : searxng ? 'searxng' : keyless;
  const provider = config.WEB_SEARCH_PROVIDER ?? first;
  switch (provider) {
    case 'tavily':
      if (tavily === undefined) throw new Error('WEB_SEARCH_PROVIDER is tavily: set TAVILY_API_KEY.');
      return new TavilySearch(tavily, baseUrl);
    case 'brave':
      if (brave === undefined) throw new Error('WEB_SEARCH_PROVIDER is brave: set BRAVE_API_KEY.');
      return new BraveSearch(brave, baseUrl);
    case 'searxng':
      if (searxng === undefined) throw new Error('WEB_SEARCH_PROVIDER is searxng: set SEARXNG_URL.');
      return new SearxngSearch(searxng);
    case 'wikipedia':
      return new WikipediaSearch(baseUrl);
    case 'none':
    default:
      return undefined;
  }
}
