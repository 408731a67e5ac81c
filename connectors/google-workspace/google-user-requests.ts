import { type HttpClient, type HttpRequest, type JsonObject, type Path, parseAnswer, path } from '@castellan/sdk';
import { docs, fieldsOf, readOne, type User, user } from './google-shapes.js';

const full = { projection: 'full', fields: fieldsOf(user) };

export const userRequest = (key: string): HttpRequest => ({
  ...{ method: 'GET', path: path`/admin/directory/v1/users/${key}`, query: full },
});

/** The user; null where there is none. */
export const findUser = (http: HttpClient, key: string): Promise<User | null> =>
  readOne(http, userRequest(key), user, `${docs}/users/get`);

/** The user; rejects with Google's words where there is none. */
export async function readUser(http: HttpClient, key: string): Promise<User> {
  const { body } = await http.send(userRequest(key));
  return parseAnswer(user, body, `${docs}/users/get`);
}

/**
 * Takes away something that a user has. Rejects with Google's words where there is no such user: of nobody nothing can be
 * gone already.
 */
export async function removeFromUser(http: HttpClient, key: string, place: Path): Promise<{ alreadyGone: boolean }> {
  const { status } = await http.send({ method: 'DELETE', path: place, accept: [404] });
  if (status === 404) await readUser(http, key);
  return { alreadyGone: status === 404 };
}

/** Asks for the changed user in the answer, as it is read. */
export const changeRequest = (
  method: 'POST' | 'PUT' | 'PATCH',
  key: string | null,
  body: JsonObject,
): HttpRequest & { method: 'POST' | 'PUT' | 'PATCH' } => ({
  method,
  path: key === null ? path`/admin/directory/v1/users` : path`/admin/directory/v1/users/${key}`,
  query: { fields: fieldsOf(user) },
  body,
});
