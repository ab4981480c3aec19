// `npm run build`: dist/ from the sources.
import { build } from './build-dist.mjs';

build();
