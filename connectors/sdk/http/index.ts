export { isPublicAddress } from './address.js';
export { acceptedEncodings } from './answer.js';
export * from './core.js';
export { dnsResolver, type EgressPolicy, type ResolveName } from './egress.js';
export { HostBreaker, HostFailing } from './host-breaker.js';
export { type SharedGate, tooSoon } from './rate-gate.js';
export { readRetryAfter } from './retry-after.js';
export { type ConnectionValues, secretsOf, simulatorFields } from './target.js';
