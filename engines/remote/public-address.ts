/** Which addresses an URL in a graph may reach: none that only this machine or its network can. */
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Not globally reachable, from the IANA special-purpose registries (RFC 6890 and its updates). */
const PRIVATE_4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;
/** Of IPv6 only 2000::/3 is global; within it these are not, or lead to an IPv4 address. */
const PRIVATE_6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const private4 = new BlockList();
for (const [net, prefix] of PRIVATE_4) private4.addSubnet(net, prefix, "ipv4");
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");
const private6 = new BlockList();
for (const [net, prefix] of PRIVATE_6) private6.addSubnet(net, prefix, "ipv6");

/** Of this machine and its own network: loopback, RFC 1918, shared address space, unique local. */
const OWN_4 = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const;
const own4 = new BlockList();
for (const [net, prefix] of OWN_4) own4.addSubnet(net, prefix, "ipv4");
const own6 = new BlockList();
own6.addAddress("::1", "ipv6");
own6.addSubnet("fc00::", 7, "ipv6");

/** With the own network: never link-local, where clouds hand out credentials, nor what is no host at all. */
export function isReachableAddress(address: string): boolean {
  if (isPublicAddress(address)) return true;
  return isIPv4(address) ? own4.check(address, "ipv4") : isIPv6(address) && own6.check(address, "ipv6");
}

export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !private4.check(address, "ipv4");
  if (!isIPv6(address)) return false;
  return global6.check(address, "ipv6") && !private6.check(address, "ipv6");
}
