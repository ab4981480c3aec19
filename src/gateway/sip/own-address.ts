import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * The address by which a peer reaches this machine: what the operator says, else what is listened on, else that of the
 * interface in the peer's network, or else the first that leads outside.
 */
export function ownAddress(peer: string, told: string | undefined, host: string): string {
  if (told !== undefined) return told;
  if (!EVERYWHERE.has(host)) return host;
  const family = isIP(peer) === 6 ? 'IPv6' : 'IPv4';
  const all = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter((each) => each.family === family);
  const near = all.find(({ cidr, address }) => address === peer || (cidr !== null && isIn(peer, cidr)));
  return (
    (near ?? all.find(({ internal }) => !internal) ?? all[0])?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1')
  );
}

function isIn(address: string, cidr: string): boolean {
  const [network = '', prefix] = cidr.split('/', 2);
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const net = new BlockList();
  net.addSubnet(network, Number(prefix), family);
  return net.check(address, family);
}
