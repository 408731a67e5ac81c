export { Actor, Authenticator, type IdentifiedRequest, type Person, SignedIn } from './actor.js';
export { type EventStream, EventStreams } from './event-streams.js';
export { Input } from './input.js';
export { apiPrefix, On, OnOutside, type Served, servedRoute } from './on.js';
