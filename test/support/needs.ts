import { systemPackages } from '../../scripts/system-packages.mjs';

/**
 * `describe` when these programs are installed; else a skipped suite that says what is missing. With CI=true the suite
 * runs regardless and fails: a skip must not look like a pass.
 */
export function describeWith(needs: readonly (keyof typeof systemPackages)[]): typeof describe {
  const missing = needs.filter((name) => !systemPackages[name].present());
  if (missing.length === 0 || process.env['CI'] === 'true') return describe;
  process.stderr.write(`Skipping a suite: ${missing.join(', ')} not installed.\n`);
  return describe.skip;
}
