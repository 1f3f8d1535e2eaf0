import { BlockList, isIP } from 'node:net';
import { invalidPattern } from './invalid-pattern.ts';

/** A test for the addresses of one network, IPv4 or IPv6, written `10.0.0.0/24`. */
export const compileCidr = (network: string): ((address: string) => boolean) => {
  const [address = '', mask, ...more] = network.split('/');
  if (mask === undefined || more.length > 0) throw invalidPattern("Malformed CIDR, one '/' required");
  if (!/^\d+$/.test(mask)) throw invalidPattern('Malformed CIDR, mask bits must be an integer');
  const version = isIP(address);
  if (version === 0) throw invalidPattern(`Nonstandard IP address: ${address}`);
  const widest = version === 4 ? 32 : 128;
  if (Number(mask) > widest) throw invalidPattern(`Malformed CIDR, mask bits must be < ${widest}`);
  const block = new BlockList();
  block.addSubnet(address, Number(mask), family(version));
  return (text) => isIP(text) !== 0 && block.check(text, family(isIP(text)));
};

const family = (version: number): 'ipv4' | 'ipv6' => (version === 4 ? 'ipv4' : 'ipv6');
