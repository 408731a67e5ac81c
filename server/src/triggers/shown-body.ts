import { mask } from '../platform/masking.js';

/** Names under which senders put what must not be read: Slack's verification token, SailPoint's callback secret. */
const secretName = /^(.*[_-])?(token|secret|password|passwd|api_?key|private_?key|credentials?|authorization)$/i;
const inCamelCase = /(Token|Secret|Password|ApiKey|PrivateKey)$/;

/** What a delivery brought, as people see it: what its name says is a secret is masked. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecret(name, inner) ? mask : withoutSecrets(inner)]),
  );
}

const isSecret = (name: string, value: unknown): boolean =>
  typeof value === 'string' && value !== '' && (secretName.test(name) || inCamelCase.test(name));
