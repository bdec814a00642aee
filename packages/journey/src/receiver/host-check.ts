import { isIP } from 'node:net';

/**
 * Whether the `Host` of a request is one that a server on this machine goes by: an address, `localhost`, or a name that it was told. A page of
 * another site that has its name lead to this machine (DNS rebinding) has another one.
 */
export function isOwnHost(host: string | undefined, names: readonly string[] = []): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return (
    hostname === 'localhost' || isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0 || names.includes(hostname)
  );
}
