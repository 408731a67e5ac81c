import ipaddr from 'ipaddr.js';

/**
 * Ranges that ipaddr.js counts as unicast and that still lead inside: IPv4-compatible and site-local IPv6, local NAT64,
 * segment routing, documentation, and the address at which Azure serves its host's metadata.
 */
const inside = ['::/96', 'fec0::/10', '64:ff9b:1::/48', '5f00::/16', '3fff::/20', '168.63.129.16/32'].map((range) =>
  ipaddr.parseCIDR(range),
);

/** An address out in the internet: neither private, loopback, link-local, reserved, nor a tunnel to one of those. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return !inside.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
}
