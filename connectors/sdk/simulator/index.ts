export { controlRoot } from './control.js';
export * from './define.js';
export type { OwnAddress } from './deliveries.js';
export { type Fault, type FaultInput, faultSchema } from './faults.js';
export type { SimulatedFile } from './multipart.js';
export { type RunningSimulators, type ServeOptions, serveSimulators } from './server.js';
export { carriesToken, claimsOf, type SimulatedTokens, seedTokens, tokenEndpoint } from './tokens.js';
export type { LoggedRequest } from './world.js';
