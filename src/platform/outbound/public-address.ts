import ipaddr from 'ipaddr.js';

/**
 * Whether an address is one of the public internet. An allow-list: what is not plain unicast (loopback, private, link-local, shared, reserved,
 * documentation, tunnels that carry an IPv4 address) is not. Edge: `::ffff:127.0.0.1` is 127.0.0.1.
 */
export const isPublicAddress = (text: string): boolean => ipaddr.isValid(text) && ipaddr.process(text).range() === 'unicast';
