import { hash, verify } from '@node-rs/argon2';

/** Argon2id with the parameters that OWASP recommends for 19 MiB. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of no password, so that an unknown account takes as long to refuse as a wrong password. */
const ofNobody = hash(`${Math.random()}`, parameters);

export function hashPassword(password: string): Promise<string> {
  return hash(password, parameters);
}

/** Whether it is the account's password; false, after the same time, if there is no account. */
export async function isPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await ofNobody), password);
  return matches && passwordHash !== null;
}
