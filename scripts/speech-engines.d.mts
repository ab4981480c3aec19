export function aptInstall(packages: readonly string[], sudo?: boolean): boolean;
/** Throws an Error whose message is the one command to run. */
export function ensureRecogniser(): Promise<void>;
