import { readFileSync } from 'node:fs';
import { createHttpCore, dnsResolver, type HttpCore } from '@castellan/sdk';
import type { Config } from '../../config.js';

/** Injection token of the one way out of the server. */
export const HTTP_CORE = Symbol('HTTP_CORE');

/** The SDK's HTTP core with the policy that the settings describe. */
export function makeHttpCore(config: Config): HttpCore {
  const { egress, simulators } = config;
  const place = simulators.socket ? { socketPath: simulators.socket } : simulators.url ? { url: simulators.url } : null;
  return createHttpCore({
    allow: egress.allow,
    ...(egress.dns ? { resolve: dnsResolver(egress.dns.split(',')) } : {}),
    ...(egress.proxy ? { proxy: { https: egress.proxy, no: egress.noProxy.join(',') } } : {}),
    ...(egress.ca ? { ca: [readFileSync(egress.ca, 'utf8')] } : {}),
    ...(place ? { simulators: place } : {}),
  });
}
