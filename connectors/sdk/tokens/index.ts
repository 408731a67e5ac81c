export { fingerprintOf, jwtBearer, keyPairJwt, type SigningKey } from './jwt.js';
export { MemoryTokenKeeper } from './memory-keeper.js';
export {
  type AuthorizationCodeOptions,
  type OAuth2Options,
  oauth2AuthorizationCode,
  oauth2ClientCredentials,
  oauth2RefreshToken,
} from './oauth2.js';
export * from './token.js';
export { type ClientIdentity, requestToken } from './token-endpoint.js';
