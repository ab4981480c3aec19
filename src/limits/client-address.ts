import { isIPv4, isIPv6 } from 'node:net';
import type { IncomingMessage } from 'node:http';

/**
 * The address that a request came from. With `trustedProxies` proxies of ours in front, each of which appends the address
 * it was called from to X-Forwarded-For, it is the entry so many places from the right; what stands further left was
 * written by the client and is not believed.
 */
export function clientAddress(request: Pick<IncomingMessage, 'headers' | 'socket'>, trustedProxies: number): string {
  const peer = request.socket.remoteAddress ?? 'unknown';
  if (trustedProxies === 0) return plain(peer);
  const forwarded = [request.headers['x-forwarded-for']].flat().join(',').split(',');
  const claimed = forwarded.map((entry) => entry.trim()).filter((entry) => entry !== '');
  const address = claimed[Math.max(0, claimed.length - trustedProxies)];
  return address !== undefined && (isIPv4(plain(address)) || isIPv6(address)) ? plain(address) : plain(peer);
}

/**
 * What is counted for an address: an IPv4 address as it is, an IPv6 address by its /64, because a single subscriber gets
 * at least that many (RFC 6177).
 */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** `::ffff:192.0.2.1`, which a dual-stack socket reports, is 192.0.2.1. */
function plain(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
}
