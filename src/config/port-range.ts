/** A range of ports as it is written, `30000-31999`, both ends included; undefined when it is none, or has privileged ones. */
export function readPorts(written: string): { readonly first: number; readonly last: number } | undefined {
  const [first = 0, last = 0] = /^(\d{1,5})\s*-\s*(\d{1,5})$/.exec(written)?.slice(1).map(Number) ?? [];
  return first >= 1024 && last > first && last <= 65_535 ? { first, last } : undefined;
}
