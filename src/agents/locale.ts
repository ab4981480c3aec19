/** Longer than any name of the IANA database. */
const MAX_CHARS = 64;

/** Whether this names a time zone that the process knows: "Europe/Berlin", "UTC". Not an offset such as "+02:00". */
export function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string' || name.length > MAX_CHARS || !/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // a RangeError: no such zone
  }
}
